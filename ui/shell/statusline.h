// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace headgate {

class JobStrip;
struct ShellContext;

/// The status bar: health and workspace, schema version, running jobs, when the page was last read. GUI thread.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(const ShellContext &context, QWidget *parent = nullptr);

    /// None: nothing has been read yet.
    void setRefreshed(const std::optional<Timestamp> &at);

Q_SIGNALS:
    void healthRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showStatus();
    void showRefreshed();

    const ShellContext &m_context;
    QToolButton *m_health;
    QLabel *m_schema;
    JobStrip *m_jobs;
    QLabel *m_refreshed;
    std::optional<Timestamp> m_refreshedAt;
};

}  // namespace headgate
