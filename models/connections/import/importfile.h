// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"
#include "models/connections/connection.h"

#include <QByteArray>
#include <QList>
#include <optional>

namespace headgate {

enum class ImportFormat { Env, PgService, PgPass, MyCnf };
inline constexpr auto importFormats = makeEnumTable<ImportFormat>(
    {{ImportFormat::Env, "env"}, {ImportFormat::PgService, "pg_service"}, {ImportFormat::PgPass, "pgpass"}, {ImportFormat::MyCnf, "my_cnf"}});

/// A connection that a file describes. Its name is a proposal. The password is not to be shown anywhere.
struct ImportedConnection {
    Connection connection;
    std::optional<QString> password;
    QString origin;  ///< what it was read from: "BILLING_DATABASE_URL", "DB_*", "[reports]", "line 3"
    int line = 0;    ///< the first one, from 1
    QStringList notes;
};

/// A line that made nothing, and why. Never repeats a value.
struct ImportProblem {
    int line = 0;
    QString subject;
    QString why;
};

struct ImportFile {
    ImportFormat format = ImportFormat::Env;
    QList<ImportedConnection> found;
    QList<ImportProblem> problems;  ///< in the order of their lines
};

/// By the file's name, else by what stands in it. The environment of what is found follows a name like .env.production.
/// Pure: any thread, no disk.
ImportFile readImportFile(const QString &fileName, const QByteArray &content);

}  // namespace headgate
