// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <functional>

namespace headgate {

class HealthScheduler;
class NotificationCenter;

/// Tells people when a watched connection went down or came up again, with the way to it. GUI thread.
class HealthNotices : public QObject {
    Q_OBJECT
public:
    /// `show` opens the connection with this id.
    HealthNotices(HealthScheduler &scheduler, NotificationCenter &notifications, std::function<void(const QString &)> show, QObject *parent = nullptr);
};

}  // namespace headgate
