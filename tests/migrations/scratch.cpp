// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/migrations/scratch.h"

#include "models/database/dberror.h"
#include "models/database/query.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace headgate::test {

Scratch::Scratch(Dialect::Kind kind) : m_kind(kind)
{
    if (kind == Dialect::Kind::Postgresql) m_pg = std::make_unique<PgDatabase>();
}

ConnectSpec Scratch::admin() const { return m_pg ? m_pg->admin() : console(); }
ConnectSpec Scratch::superuser() const { return m_pg->superuser(); }

ConnectSpec Scratch::console() const
{
    if (m_pg) return m_pg->console();
    ConnectSpec spec;
    spec.path = path();
    spec.createFile = true;
    return spec;
}

std::unique_ptr<Session> Scratch::migrated() const
{
    auto session = Session::open(admin());
    const Migrator::Report report = Migrator(*session).upgrade();
    if (report.outcome != Migrator::Outcome::Created) qFatal("%s", qPrintable(report.error.text()));
    if (!isSqlite()) session->execute(QStringLiteral("SET ROLE headgate_owner"));
    return session;
}

int shippedSteps() { return loadSteps(Dialect::of(Dialect::Kind::Sqlite)).head(); }

Steps::Steps() : m_count(shippedSteps())
{
    const QDir root(QStringLiteral(":/migrations"));
    for (const QString &folder : root.entryList())
        for (const QString &file : QDir(root.filePath(folder)).entryList()) {
            QFile source(QStringLiteral("%1/%2/%3").arg(root.path(), folder, file));
            if (!source.open(QIODevice::ReadOnly)) qFatal("a shipped step is not built in");
            write(folder + QLatin1Char('/') + file, source.readAll());
        }
}

void Steps::add(const QString &name, const QByteArray &up, const QByteArray &down) { add(name, up, up, down); }

void Steps::add(const QString &name, const QByteArray &upSqlite, const QByteArray &upPostgresql, const QByteArray &down)
{
    const QString folder = QStringLiteral("%1_%2").arg(++m_count, 4, 10, QLatin1Char('0')).arg(name);
    write(folder + QStringLiteral("/up.sqlite.sql"), upSqlite);
    write(folder + QStringLiteral("/up.postgresql.sql"), upPostgresql);
    write(folder + QStringLiteral("/down.sqlite.sql"), down);
    write(folder + QStringLiteral("/down.postgresql.sql"), down);
}

void Steps::write(const QString &file, const QByteArray &text)
{
    const QString path = m_folder.filePath(file);
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile target(path);
    if (!target.open(QIODevice::WriteOnly) || target.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(path));
}

Migrator::Options optionsFor(const QString &root, int lockDeadlineMs)
{
    Migrator::Options options;
    options.root = root;
    options.application = QStringLiteral("headgate test");
    options.lockDeadline = std::chrono::milliseconds(lockDeadlineMs);
    return options;
}

void addDialectRows()
{
    QTest::addColumn<Dialect::Kind>("kind");
    QTest::newRow("sqlite") << Dialect::Kind::Sqlite;
    QTest::newRow("postgresql") << Dialect::Kind::Postgresql;
}

QString failureOf(Session &session, const QString &statement)
{
    try {
        session.execute(statement);
    } catch (const DbError &error) {
        return error.error().text();
    }
    return {};
}

}  // namespace headgate::test
