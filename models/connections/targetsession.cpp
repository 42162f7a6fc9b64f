// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/targetsession.h"

#include "models/connections/mysqlsession.h"
#include "models/connections/postgresqlsession.h"
#include "models/connections/sqlitesession.h"
#include "models/connections/sqlserversession.h"

namespace headgate {

using namespace Qt::StringLiterals;

TargetSession::~TargetSession() = default;

std::unique_ptr<TargetSession> TargetSession::open(const ProbeTarget &target, const CancelToken &cancel)
{
    switch (target.connection.databaseType) {
    case DatabaseType::Postgresql: return std::make_unique<PostgresqlSession>(target, cancel);
    case DatabaseType::Mysql: return std::make_unique<MysqlSession>(target, cancel);
    case DatabaseType::Sqlite: return std::make_unique<SqliteSession>(target, cancel);
    case DatabaseType::Sqlserver: return openSqlserverSession(target, cancel);
    case DatabaseType::KafkaConnect: break;
    }
    throw Exception({ErrorKind::Invalid, u"%1 has no catalogue of tables."_s.arg(databaseTypeLabel(target.connection.databaseType)),
                     targetoptions::place(target.connection), {}, {}});
}

}  // namespace headgate
