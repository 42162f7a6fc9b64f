// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"
#include "models/connections/connection.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QUuid>

namespace headgate {

/// The one row of `workspace`.
struct WorkspaceInfo {
    QUuid uuid;
    QString name;
    Environment environment = Environment::Development;
    bool operator==(const WorkspaceInfo &) const = default;
};

struct User {
    UserId id;
    QString username;
    QString role;  ///< viewer, operator, admin
    bool isActive = true;
    QString fullName;
    QString email;
};

/// The SQL of the workspace's own row and of the users who open it. Session's thread; throws DbError.
namespace WorkspaceStore {

std::optional<WorkspaceInfo> info(Session &session);
/// False, and nothing done, when the row is there: another process's insert is waited for.
bool insert(Transaction &transaction, const WorkspaceInfo &info);
std::optional<User> user(Session &session, const QString &username);
int userCount(Session &session);
/// None, and nothing done, when there is a user of that name.
std::optional<UserId> insertUser(Transaction &transaction, const User &user, std::optional<Timestamp> createdAt = {});
/// PostgreSQL: makes the monthly partitions of the big tables for these times; nothing on SQLite.
void ensurePartitions(Transaction &transaction, Timestamp from, Timestamp to);
/// PostgreSQL: whether rows of that time have a partition of their own; always so on SQLite.
bool hasPartition(Session &session, Timestamp time);
/// The login role of a PostgreSQL session; empty on SQLite, where the operating system knows the user.
QString loginRole(Session &session);
/// headgate_owner when the login may become it and has no rights on the tables without; else empty.
QString roleToAssume(Session &session);
/// The client's address as the server sees it; empty for a socket or SQLite.
QString clientAddress(Session &session);
/// "PostgreSQL 15.18 primary", "SQLite 3.40.1".
QString serverDescription(Session &session);

}  // namespace WorkspaceStore
}  // namespace headgate
