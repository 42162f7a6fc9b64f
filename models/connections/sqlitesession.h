// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/nativesession.h"

struct sqlite3;

namespace headgate {

/// A session on a SQLite file. The file is open only while a statement runs: nothing is locked or left beside it
/// between, and what others have written since is seen.
class SqliteSession : public NativeSession {
public:
    SqliteSession(const ProbeTarget &target, const CancelToken &cancel);

private:
    TextResult run(const QString &sql, const QStringList &values, int timeoutMs) override;
    Error explain(const TextResult &result) const override;
    static TextResult failure(sqlite3 *handle);
    TextResult evaluate(sqlite3 *handle, const QString &sql, const QStringList &values);

    QString m_path;
};

}  // namespace headgate
