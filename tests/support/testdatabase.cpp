// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testdatabase.h"

#include "migrations/engine/migrator.h"

#include <QTest>

namespace headgate::test {

namespace {

void makeSchema(const ConnectSpec &spec)
{
    const auto session = Session::open(spec);
    const auto report = Migrator(*session).upgrade();
    if (!report.usable()) qFatal("the schema could not be made: %s", qPrintable(report.error.text()));
}

}  // namespace

TestDatabase::TestDatabase(Dialect::Kind kind)
{
    if (kind == Dialect::Kind::Postgresql) {
        m_pg.emplace();
        makeSchema(m_pg->admin());
        m_spec = m_pg->console();
        return;
    }
    m_spec.path = m_folder.filePath(QStringLiteral("workspace.sqlite"));
    m_spec.createFile = true;
    makeSchema(m_spec);
    m_spec.createFile = false;
}

ConnectSpec TestDatabase::ownerSpec() const
{
    ConnectSpec spec = m_pg ? m_pg->superuser() : m_spec;
    spec.management = false;
    return spec;
}

std::unique_ptr<Session> TestDatabase::openAsOwner() const
{
    auto session = Session::open(ownerSpec());
    if (m_pg) session->execute(QStringLiteral("set headgate.maintenance = 'test'"));
    return session;
}

QString TestDatabase::argument() const
{
    if (!m_pg) return m_spec.path;
    return QStringLiteral("postgresql://%1@%2:%3/%4").arg(m_spec.user, m_spec.host, m_spec.port, m_spec.database);
}

void addDatabaseRows()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("sqlite") << int(Dialect::Kind::Sqlite);
    QTest::newRow("postgresql") << int(Dialect::Kind::Postgresql);
}

void execute(Session &session, const QStringList &statements, const QUuid &operation)
{
    Transaction transaction(session, Transaction::Mode::Write, operation);
    for (const QString &statement : statements) session.execute(statement);
    transaction.commit();
}

qint64 number(Session &session, const QString &sql)
{
    Query query(session, sql);
    return query.first() ? query.get<qint64>(0) : -1;
}

}  // namespace headgate::test
