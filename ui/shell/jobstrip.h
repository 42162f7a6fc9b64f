// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/job.h"

#include <QHash>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QMenu;
class QProgressBar;
class QToolButton;

namespace headgate {

/// The running jobs in the status bar: name, bar, "26 of 41 · 9/s · 2 s left", cancel. What has no room stands in a menu.
/// GUI thread.
class JobStrip : public QWidget {
    Q_OBJECT
public:
    explicit JobStrip(JobRegistry &jobs, QWidget *parent = nullptr);

    /// How many jobs stand side by side.
    void setRoom(int jobs);
    static QString progressText(const JobState &job);

private:
    struct Row {
        QWidget *widget = nullptr;
        QLabel *name = nullptr;
        QProgressBar *bar = nullptr;
        QLabel *text = nullptr;
        QToolButton *cancel = nullptr;
    };
    void showJobs();
    Row &rowOf(const JobState &job);
    void fillMenu(const QList<JobState> &rest);

    JobRegistry &m_jobs;
    QHash<int, Row> m_rows;
    QHBoxLayout *m_box;
    QToolButton *m_more;
    QMenu *m_menu;
    int m_room = 2;
};

}  // namespace headgate
