// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionimport.h"

#include "app/base/tasks.h"

#include <QFile>
#include <QFileInfo>

namespace headgate {

namespace {

/// A file of settings; nothing that has them is as long.
constexpr qint64 kLongest = 1024 * 1024;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    const auto refuse = [&path](const QString &what, const QString &evidence) -> QByteArray {
        throw Exception({ErrorKind::Invalid, what, path, evidence, QStringLiteral("Name a .env, pg_service.conf, .pgpass or .my.cnf that you can read.")});
    };
    if (!QFileInfo(path).isFile()) return refuse(QStringLiteral("There is no such file"), {});
    if (!file.open(QIODevice::ReadOnly)) return refuse(QStringLiteral("The file cannot be read"), file.errorString());
    if (file.size() > kLongest) return refuse(QStringLiteral("The file is too long for settings"), QStringLiteral("%1 bytes").arg(file.size()));
    return file.readAll();
}

QStringList warningsOf(const QString &path, ImportFormat format)
{
    const QFileDevice::Permissions permissions = QFileInfo(path).permissions();
    const auto digit = [&permissions](QFileDevice::Permission r, QFileDevice::Permission w, QFileDevice::Permission x) {
        return (permissions.testFlag(r) ? 4 : 0) + (permissions.testFlag(w) ? 2 : 0) + (permissions.testFlag(x) ? 1 : 0);
    };
    const int owner = digit(QFileDevice::ReadOwner, QFileDevice::WriteOwner, QFileDevice::ExeOwner);
    const int group = digit(QFileDevice::ReadGroup, QFileDevice::WriteGroup, QFileDevice::ExeGroup);
    const int other = digit(QFileDevice::ReadOther, QFileDevice::WriteOther, QFileDevice::ExeOther);
    const QString name = QFileInfo(path).fileName();
    const QString mode = QStringLiteral("0%1%2%3").arg(owner).arg(group).arg(other);
    if (format == ImportFormat::PgPass && (group != 0 || other != 0))
        return {QStringLiteral("%1 has mode %2: libpq ignores a password file that others may use. `chmod 0600` mends it.").arg(name, mode)};
    if (((group | other) & 4) != 0 && format != ImportFormat::PgService)
        return {QStringLiteral("%1 has mode %2: others on this machine can read the passwords in it.").arg(name, mode)};
    return {};
}

bool leadsToTheSame(const Connection &a, const Connection &b)
{
    return a.databaseType == b.databaseType && connectionAddress(a) == connectionAddress(b) && a.databaseName == b.databaseName && a.username == b.username;
}

}  // namespace

QString ConnectionImport::freeName(const QString &name, const QStringList &taken)
{
    QString free = name;
    for (int n = 2; taken.contains(free); ++n) free = QStringLiteral("%1-%2").arg(name).arg(n);
    return free;
}

ImportPlan ConnectionImport::planned(const QString &path)
{
    const ImportFile file = readImportFile(path, contentOf(path));
    ImportPlan plan{path, file.format, {}, file.problems, warningsOf(path, file.format)};
    QStringList taken;
    for (const ImportedConnection &each : file.found) taken << each.connection.name;
    for (const ImportedConnection &each : file.found) {
        ImportItem item{each, ImportItem::Choice::Add, each.connection.name, std::nullopt, false, {}};
        const auto isTaken = [this](const QString &name) { return m_service.getByName(name).result(); };
        if (const Result<Connection> existing = isTaken(item.name); existing.ok()) {
            item.existing = *existing;
            item.isSame = leadsToTheSame(*existing, each.connection);
            if (item.isSame) item.choice = ImportItem::Choice::Skip;
            do taken << (item.name = freeName(each.connection.name, taken));
            while (isTaken(item.name).ok());
        }
        ConnectionDraft draft{each.connection, each.password};
        draft.connection.name = item.name;
        const QList<FieldError> errors = ConnectionService::validate(draft);
        if (!errors.isEmpty()) item.refused = errors.first().message;
        plan.items << item;
    }
    return plan;
}

QFuture<Result<ImportPlan>> ConnectionImport::read(const QString &path)
{
    return runTask(m_threads, [this, path] { return planned(path); });
}

ImportResult ConnectionImport::done(const ImportItem &item)
{
    using Outcome = ImportResult::Outcome;
    if (item.choice == ImportItem::Choice::Skip)
        return {item.name, Outcome::Skipped, item.isSame ? QStringLiteral("It is there already.") : QString()};
    if (!item.refused.isEmpty()) return {item.name, Outcome::Refused, item.refused};
    ConnectionDraft draft{item.found.connection, item.found.password};
    const bool replaces = item.choice == ImportItem::Choice::Replace && item.existing;
    draft.connection.name = item.name;
    if (replaces) {
        // Only what the file says: notes, tags and the rest are a person's.
        draft.connection = *item.existing;
        const Connection &said = item.found.connection;
        draft.connection.databaseType = said.databaseType;
        draft.connection.host = said.host;
        draft.connection.port = said.port;
        draft.connection.databaseName = said.databaseName;
        draft.connection.username = said.username;
        for (auto it = said.config.begin(); it != said.config.end(); ++it) draft.connection.config.insert(it.key(), *it);
    }
    const Result<Connection> stored = replaces ? m_service.update(draft).result() : m_service.add(draft).result();
    if (!stored.ok()) return {draft.connection.name, Outcome::Failed, stored.error().what};
    return {stored->name, replaces ? Outcome::Replaced : Outcome::Added, draft.password ? QStringLiteral("Its password is sealed.") : QString()};
}

QFuture<Result<QList<ImportResult>>> ConnectionImport::run(const QList<ImportItem> &items)
{
    return runTask(m_threads, [this, items] {
        QList<ImportResult> results;
        for (const ImportItem &item : items) results << done(item);
        return results;
    });
}

}  // namespace headgate
