// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/readinessservice.h"
#include "ui/connections/connectiontab.h"

#include <QHash>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QSplitter;

namespace headgate {

class FileDialogs;
class JobRegistry;
class MessageBar;
class ReadinessFixView;
class ReadinessListModel;
class Theme;

/// Is this server ready for change data capture: the verdict, its lines, and the fix of the chosen one. A run is a job of
/// the window; it goes on while another connection is looked at, and its report is kept until the window closes.
class ReadinessView : public ConnectionTab {
    Q_OBJECT
public:
    ReadinessView(ReadinessService &service, JobRegistry &jobs, FileDialogs &files, const Theme &theme, QWidget *parent = nullptr);
    ~ReadinessView() override;

    void setConnection(const Connection &connection) override;
    bool supports(const Connection &connection) const override { return ReadinessReader::supports(connection.databaseType); }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *head();
    void buildList();
    void runOrCancel();
    void start(const ReadinessService::Request &request);
    void onFinished(const Connection &connection, const ReadinessService::Request &request, const Result<ReadinessReport> &outcome);
    void recheck(const QString &check, const QString &table);
    void showReport();
    void showRunning();
    void showChosen();
    void toggleFold();
    void paintSign();
    void exportReport(const QString &suffix);

    ReadinessService &m_service;
    JobRegistry &m_jobs;
    FileDialogs &m_files;
    const Theme &m_theme;
    Connection m_connection;
    QHash<ConnectionId, ReadinessReport> m_reports;
    QHash<ConnectionId, CancelToken> m_running;
    ReadinessListModel *m_model;
    QBoxLayout *m_head;
    QLabel *m_sign;
    QLabel *m_verdict;
    QLabel *m_note;
    QPushButton *m_run;
    QPushButton *m_export;
    MessageBar *m_bar;
    QLineEdit *m_filter;
    QSplitter *m_parts;
    QListView *m_list;
    ReadinessFixView *m_fix;
};

}  // namespace headgate
