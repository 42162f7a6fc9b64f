// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/statementguard.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

namespace headgate {

Query::Query(Session &session, const QString &sql)
    : m_session(session), m_sql(session.dialect().expand(sql)), m_query(std::make_unique<QSqlQuery>(session.sqlDatabase()))
{
    m_query->setForwardOnly(true);
    m_query->setNumericalPrecisionPolicy(QSql::HighPrecision);
    m_guard = std::make_unique<StatementGuard>(session);
    if (!m_query->prepare(m_sql)) fail();
}

Query::~Query() { m_query->finish(); }

void Query::fail() const
{
    m_guard->throwIfStopped(m_sql);
    throw DbError(m_session.dialect(), m_query->lastError(), m_sql);
}

Query &Query::bindVariant(const char *name, const QVariant &value)
{
    m_query->bindValue(QLatin1Char(':') + QLatin1String(name), value);
    return *this;
}

Query &Query::exec()
{
    m_guard = std::make_unique<StatementGuard>(m_session);
    if (!m_query->exec()) fail();
    m_guard->throwIfStopped(m_sql);
    return *this;
}

bool Query::next()
{
    if (m_query->next()) return true;
    if (m_query->lastError().isValid()) fail();
    m_guard->throwIfStopped(m_sql);
    // An unfinished SELECT keeps SQLite's read lock.
    m_query->finish();
    return false;
}

bool Query::execOne()
{
    exec();
    const int rows = affected();
    if (rows > 1)
        throw Exception({ErrorKind::Integrity, QStringLiteral("A statement for one row changed %1").arg(rows),
                         m_sql.simplified().left(200), {}, {}});
    return rows == 1;
}

int Query::affected() const { return m_query->numRowsAffected(); }
bool Query::isNull(int column) const { return Codec::isNull(raw(column)); }

QVariant Query::raw(int column) const { return m_query->value(column); }
int Query::columnCount() const { return m_query->record().count(); }
QString Query::columnName(int column) const { return m_query->record().fieldName(column); }

}  // namespace headgate
