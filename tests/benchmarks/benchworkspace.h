// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditservice.h"
#include "app/workspace/workspace.h"
#include "tests/benchmarks/auditsynth.h"

#include <functional>

namespace headgate::test {

/// A workspace that is kept from run to run: a SQLite file, or the database of with-kept-pg.
class BenchWorkspace {
public:
    /// A path, or "postgresql".
    explicit BenchWorkspace(const QString &name);

    const ConnectSpec &spec() const { return m_spec; }
    /// Opens it; makes it when it is not there, its first acts being said to have happened at that time. Ends the program
    /// when that fails.
    std::unique_ptr<Workspace> open(std::optional<Timestamp> madeAt = std::nullopt) const;

    /// Without a deadline for statements.
    static ConnectSpec patient(ConnectSpec spec);
    /// What writing took; making the entries is timed apart.
    struct Fill {
        qint64 rows = 0;
        double writeSeconds = 0;
        double makeSeconds = 0;
        double rate() const { return double(rows) / writeSeconds; }
    };
    /// Writes the rows from `first` on through AuditStore::record, in batches of a transaction each; `told` after each.
    static Fill fill(const ConnectSpec &spec, const AuditSynth &synth, qint64 first, qint64 batch, const std::function<void(const Fill &)> &told = {});
    /// What a service answers, waited for; ends the program when it fails.
    template <typename T>
    static T valueOf(QFuture<Result<T>> future)
    {
        future.waitForFinished();
        const Result<T> result = future.result();
        if (!result.ok()) qFatal("%s", qPrintable(result.error().text()));
        return *result;
    }

private:
    ConnectSpec m_spec;
};

}  // namespace headgate::test
