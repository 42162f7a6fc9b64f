// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/testhistoryservice.h"

#include <QWidget>

class QLabel;
class QTabWidget;

namespace headgate {

class DifferenceView;
class StagesView;
class Theme;

/// One past test: its stages, and what changed since the last good test before it.
class TestView : public QWidget {
    Q_OBJECT
public:
    TestView(TestHistoryService &service, const Theme &theme, QWidget *parent = nullptr);
    /// Reads and shows it; not valid: shows nothing.
    void setTest(ConnectionTestId id);
    void showDifference();

Q_SIGNALS:
    void failed(const headgate::Error &error);

private:
    void present(const TestInContext &found);

    TestHistoryService &m_service;
    ConnectionTestId m_id;
    QLabel *m_title;
    QTabWidget *m_tabs;
    StagesView *m_stages;
    DifferenceView *m_difference;
};

}  // namespace headgate
