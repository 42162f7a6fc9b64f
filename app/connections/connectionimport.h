// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"
#include "models/connections/import/importfile.h"

#include <QThreadPool>

namespace headgate {

/// What becomes of one connection that a file describes. A person chooses; `name` is what it will be called.
struct ImportItem {
    enum class Choice { Add, Replace, Skip };
    ImportedConnection found;
    Choice choice = Choice::Add;
    QString name;
    std::optional<Connection> existing;  ///< the one that has the name of the file already
    bool isSame = false;                 ///< and it leads to the same place
    QString refused;                     ///< why it cannot be added at all; empty: it can
};

struct ImportPlan {
    QString path;
    ImportFormat format = ImportFormat::Env;
    QList<ImportItem> items;
    QList<ImportProblem> problems;
    QStringList warnings;  ///< about the file itself: who can read it
};

struct ImportResult {
    enum class Outcome { Added, Replaced, Skipped, Refused, Failed };
    QString name;
    Outcome outcome = Outcome::Skipped;
    QString message;
};

inline constexpr auto importOutcomes = makeEnumTable<ImportResult::Outcome>({{ImportResult::Outcome::Added, "added"},
                                                                             {ImportResult::Outcome::Replaced, "replaced"},
                                                                             {ImportResult::Outcome::Skipped, "skipped"},
                                                                             {ImportResult::Outcome::Refused, "refused"},
                                                                             {ImportResult::Outcome::Failed, "failed"}});

/// Reads a file of another program and makes connections of it; passwords go into the vault and nowhere else. Any thread;
/// destroying it waits.
class ConnectionImport {
public:
    explicit ConnectionImport(ConnectionService &service) : m_service(service) { m_threads.setMaxThreadCount(1); }
    ~ConnectionImport() { m_threads.waitForDone(); }

    /// Writes nothing. A taken name is replaced by a free one; what is there already with the same address is skipped.
    QFuture<Result<ImportPlan>> read(const QString &path);
    /// Each connection in its own transaction; a result per item.
    QFuture<Result<QList<ImportResult>>> run(const QList<ImportItem> &items);

    /// Adds `name`, `name-2`, …: the first that is not in `taken`.
    static QString freeName(const QString &name, const QStringList &taken);

private:
    ImportPlan planned(const QString &path);
    ImportResult done(const ImportItem &item);

    ConnectionService &m_service;
    QThreadPool m_threads;
};

}  // namespace headgate
