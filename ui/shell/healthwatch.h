// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QFuture>
#include <QTimer>
#include <functional>

namespace headgate {

class NotificationCenter;
class WorkspaceStatus;

/// The figures of one look at the workspace's database.
struct HealthFigures {
    QString server;          ///< "PostgreSQL 15.18 primary"
    double pingMs = 0;
    double utilisation = 0;  ///< of the pool, 0 to 1
};

/// Looks at the workspace's database every fifteen seconds and tells the status; the beginning and the end of an outage
/// become notifications. GUI thread.
class HealthWatch : public QObject {
    Q_OBJECT
public:
    using Source = std::function<QFuture<Result<HealthFigures>>()>;
    HealthWatch(Source source, WorkspaceStatus &status, NotificationCenter &notifications, QObject *parent = nullptr);

    void look();

private:
    void tell(const Result<HealthFigures> &figures);

    Source m_source;
    WorkspaceStatus &m_status;
    NotificationCenter &m_notifications;
    QTimer m_timer;
    bool m_looking = false;
};

}  // namespace headgate
