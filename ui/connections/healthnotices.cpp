// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/healthnotices.h"

#include "app/connections/healthscheduler.h"
#include "ui/base/notifications.h"

namespace headgate {

namespace {

Notification noticeOf(const Connection &connection, HealthState state, const ConnectionTest &test)
{
    const QString where = QStringLiteral("%1, %2").arg(connection.name, connectionAddress(connection));
    const int failures = HealthRule::of(connection.config).failures;
    if (state == HealthState::Down)
        return {Notification::Severity::Error,
                {ErrorKind::Unreachable, HealthNotices::tr("%1 is down: %2 tests failed in a row").arg(connection.name).arg(failures), where, test.errorMessage, {}},
                {}, {}, test.testedAt};
    return {Notification::Severity::Info,
            {ErrorKind::Internal, HealthNotices::tr("%1 is up again").arg(connection.name), where, test.serverVersion, {}}, {}, {}, test.testedAt};
}

}  // namespace

HealthNotices::HealthNotices(HealthScheduler &scheduler, NotificationCenter &notifications, std::function<void(const QString &)> show, QObject *parent)
    : QObject(parent)
{
    connect(&scheduler, &HealthScheduler::stateChanged, this,
            [&notifications, show = std::move(show)](const Connection &connection, HealthState state, const ConnectionTest &test) {
                Notification notice = noticeOf(connection, state, test);
                notice.action = tr("Show");
                notice.act = [show, id = QString::number(connection.id.value)] { show(id); };
                notifications.add(std::move(notice));
            });
    connect(&scheduler, &HealthScheduler::failed, this, [&notifications](const Error &error) { notifications.addError(error); });
}

}  // namespace headgate
