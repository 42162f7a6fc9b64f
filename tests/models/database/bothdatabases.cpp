// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/database/bothdatabases.h"

#include "migrations/engine/migrator.h"

#include <QElapsedTimer>
#include <QTest>

namespace headgate::test {

BothDatabases::BothDatabases() : m_sqlite(freshFile()), m_postgresql(m_server.superuser())
{
    m_postgresql.schema = QStringLiteral("public");
}

void BothDatabases::addRows()
{
    QTest::addColumn<Dialect::Kind>("kind");
    QTest::newRow("sqlite") << Dialect::Kind::Sqlite;
    QTest::newRow("postgresql") << Dialect::Kind::Postgresql;
}

ConnectSpec BothDatabases::spec() const
{
    const auto kind = *static_cast<Dialect::Kind *>(QTest::qData("kind", qMetaTypeId<Dialect::Kind>()));
    return kind == Dialect::Kind::Sqlite ? m_sqlite : m_postgresql;
}

ConnectSpec BothDatabases::freshFile() const
{
    static int counter = 0;
    ConnectSpec spec;
    spec.path = m_directory.filePath(QStringLiteral("file%1.headgate").arg(++counter));
    spec.createFile = true;
    return spec;
}

void BothDatabases::migrate()
{
    m_postgresql = m_server.console();
    for (const ConnectSpec &spec : {m_sqlite, m_server.admin()}) {
        const auto session = Session::open(spec);
        const auto report = Migrator(*session).upgrade();
        if (!report.usable()) qFatal("no schema: %s", qPrintable(report.error.text()));
    }
}

Error errorOf(const std::function<void()> &work)
{
    try {
        work();
    } catch (const Exception &exception) {
        return exception.error();
    }
    return {ErrorKind::Internal, QStringLiteral("nothing was thrown"), {}, {}, {}};
}

QString ask(Session &session, const QString &sql)
{
    Query query(session, sql);
    if (!query.first()) return QStringLiteral("no row");
    return query.isNull(0) ? QStringLiteral("NULL") : query.raw(0).toString();
}

qint64 elapsed(const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return timer.elapsed();
}

}  // namespace headgate::test
