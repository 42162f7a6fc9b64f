// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "migrations/engine/migrator.h"
#include "models/database/session.h"
#include "tests/support/servers.h"

#include <memory>
#include <QTemporaryDir>

namespace headgate::test {

/// An empty database of either kind, gone with the object.
class Scratch {
public:
    explicit Scratch(Dialect::Kind kind);

    /// May make the schema.
    ConnectSpec admin() const;
    /// What the console works with; the same file on SQLite.
    ConnectSpec console() const;
    ConnectSpec superuser() const;
    /// A session that has made the newest schema; in PostgreSQL it acts as the owner.
    std::unique_ptr<Session> migrated() const;
    QString path() const { return m_folder.filePath(QStringLiteral("scratch.headgate")); }
    bool isSqlite() const { return m_kind == Dialect::Kind::Sqlite; }

private:
    Dialect::Kind m_kind;
    QTemporaryDir m_folder;
    std::unique_ptr<PgDatabase> m_pg;
};

/// How many steps are built in.
int shippedSteps();

/// A folder of steps: those built in, and those that a test adds.
class Steps {
public:
    Steps();
    QString root() const { return m_folder.path(); }
    /// The next step, the same text in both dialects unless they differ.
    void add(const QString &name, const QByteArray &up, const QByteArray &down = "SELECT 1;\n");
    void add(const QString &name, const QByteArray &upSqlite, const QByteArray &upPostgresql, const QByteArray &down);
    void write(const QString &file, const QByteArray &text);

private:
    QTemporaryDir m_folder;
    int m_count;
};

Migrator::Options optionsFor(const QString &root, int lockDeadlineMs = 5'000);

/// Two rows, "sqlite" and "postgresql", with the column `kind`.
void addDialectRows();

/// Whether a statement fails; its error text, or nothing.
QString failureOf(Session &session, const QString &statement);

}  // namespace headgate::test

Q_DECLARE_METATYPE(headgate::Dialect::Kind)
