// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/rowwriter.h"

#include "models/base/error.h"
#include "models/database/native/copywriter.h"
#include "models/database/native/sqlitewriter.h"
#include "models/database/session.h"

namespace headgate {

std::unique_ptr<RowWriter> RowWriter::open(Session &session, const char *table, std::vector<Column> columns, Triggers triggers)
{
    if (session.dialect().isSqlite()) return std::make_unique<SqliteWriter>(session, table, columns, triggers);
    if (session.dialect().isPostgresql()) return std::make_unique<CopyWriter>(session, table, std::move(columns));
    throw Exception({ErrorKind::Internal, QStringLiteral("Rows are written into a workspace only"), session.spec().display(), {}, {}});
}

}  // namespace headgate
