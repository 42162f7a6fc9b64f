// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"
#include "ui/shell/shellcontext.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace headgate {

/// The bottom of the window, 26 px: health of the database, schema version, running jobs, time of the last refresh.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(const ShellContext &context, QWidget *parent = nullptr);
    void setRefreshed(Timestamp at);

Q_SIGNALS:
    void healthRequested();

private:
    void checkHealth();
    void showHealth(const Result<ShellHealth> &health);
    void showJobs();
    void showRefreshed();

    const ShellContext &m_context;
    QLabel *m_dot;
    QLabel *m_health;
    QWidget *m_jobs = nullptr;
    QHBoxLayout *m_box;
    QLabel *m_refreshed;
    QTimer m_healthTimer;
    QTimer m_clock;
    Timestamp m_refreshedAt;
    bool m_checking = false;
    bool m_failed = false;
};

}  // namespace headgate
