// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;
class QTabWidget;

namespace headgate {

class ConnectionTab;
class EnvironmentTag;
class HistoryTab;
class StagesView;
class TestRun;
struct TestInContext;
class Theme;

/// What is known of one connection: its last or running test, the history of tests, all fields.
class ConnectionDetail : public QWidget {
    Q_OBJECT
public:
    ConnectionDetail(ConnectionService &service, const Theme &theme, QWidget *parent = nullptr);

    /// Stands between the test and the history.
    void addTab(ConnectionTab *tab, const QString &title);
    /// Another connection is loaded anew; the same one with other values keeps tab and scroll position.
    void setConnection(const Connection &connection);
    ConnectionId connectionId() const { return m_connection.id; }
    /// Follows a running test; null when it is over (the history then has its result).
    void follow(TestRun *run);
    /// The test ended without a result.
    void showTestError(const Error &error);

Q_SIGNALS:
    void editRequested();
    void testRequested();
    /// The server that the last test found is the right one.
    void acceptServerRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showName();
    QWidget *header();
    QWidget *testTab();
    QWidget *detailsTab();
    void loadLastTest();
    void showLastTest(const std::optional<TestInContext> &last);
    void compareWithLastGood();
    void showDetails();

    ConnectionService &m_service;
    const Theme &m_theme;
    Connection m_connection;
    HistoryTab *m_history;
    QLabel *m_name;
    EnvironmentTag *m_environment;
    QLabel *m_kind;
    QLabel *m_readOnly;
    QPushButton *m_edit;
    QPushButton *m_test;
    QTabWidget *m_tabs;
    QLabel *m_testNote;
    StagesView *m_stages;
    QPushButton *m_compare;
    QPushButton *m_accept;
    ConnectionTestId m_lastTest;
    QFormLayout *m_details;
    QList<ConnectionTab *> m_added;
    bool m_running = false;
};

}  // namespace headgate
