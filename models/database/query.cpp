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

namespace {

/// "cached plan must not change result type": somebody has changed the table since.
constexpr QLatin1String kPlanOutdated("0A000");

/// PREPARE name AS a; b prepares a and runs b.
void requireSingle(const Dialect &dialect, const QString &sql)
{
    if (!dialect.isSingleStatement(sql))
        throw Exception({ErrorKind::Invalid, QStringLiteral("More than one statement"), sql.simplified().left(200), {}, {}});
}

}  // namespace

Query::Query(Session &session, const QString &sql)
    : m_session(session), m_sql(session.dialect().expand(sql)), m_query(std::make_unique<QSqlQuery>(session.sqlDatabase()))
{
    requireSingle(session.dialect(), m_sql);
    // Forward-only rows of a server are dropped without an error as soon as the session runs another statement.
    m_query->setForwardOnly(session.dialect().isSqlite());
    m_query->setNumericalPrecisionPolicy(QSql::HighPrecision);
    if (!session.dialect().isPostgresql()) prepare();
}

/// Not at once on PostgreSQL: without values to bind a statement is one round trip, prepared it is two more.
void Query::prepare()
{
    if (auto kept = m_session.takePrepared(m_sql)) {
        m_query = std::move(kept);
        m_isPrepared = m_wasKept = true;
        return;
    }
    prepareAnew();
}

void Query::prepareAnew()
{
    m_guard = std::make_unique<StatementGuard>(m_session);
    m_isPrepared = m_query->prepare(m_sql);
    if (!m_isPrepared) fail();
    m_guard.reset();
}

Query::~Query()
{
    m_query->finish();
    if (m_isPrepared && m_session.dialect().isPostgresql() && m_session.isOpen()) {
        // It may be a secret, and what is not bound the next time is null.
        for (const auto &[name, value] : m_bound) m_query->bindValue(QLatin1Char(':') + QLatin1String(name), QVariant());
        m_session.keepPrepared(m_sql, std::move(m_query));
        return;
    }
    // The driver frees a statement on the server with a round trip, which a hung server does not answer.
    if (m_isPrepared && !m_session.dialect().isSqlite()) m_guard = std::make_unique<StatementGuard>(m_session, StatementGuard::Scope::Commit);
    m_query.reset();
}

void Query::fail() const
{
    if (m_guard) m_guard->throwIfStopped(m_sql);
    throw m_session.failure(m_query->lastError(), m_sql);
}

Query &Query::bindVariant(const char *name, const QVariant &value)
{
    if (!m_isPrepared) prepare();
    m_query->bindValue(QLatin1Char(':') + QLatin1String(name), value);
    if (m_session.dialect().isPostgresql()) m_bound.insert_or_assign(name, value);
    return *this;
}

Query &Query::exec()
{
    m_columnCount = -1;
    m_guard = std::make_unique<StatementGuard>(m_session);
    if (!run() && !(m_wasKept && m_query->lastError().nativeErrorCode() == kPlanOutdated && runAnew())) fail();
    m_guard->throwIfStopped(m_sql);
    // SQLite computes row by row; a server has answered in full.
    if (m_session.dialect().isSqlite() && m_query->isSelect()) m_guard->setRunning(false);
    else m_guard.reset();
    return *this;
}

bool Query::run()
{
    return m_isPrepared ? m_query->exec() : m_query->exec(m_sql);
}

bool Query::runAnew()
{
    m_guard.reset();
    m_session.m_preparedIsOutdated = true;
    // Its transaction has failed with it; a repetition prepares anew.
    if (m_session.inTransaction()) throw DbError(m_session.failure(m_query->lastError(), m_sql).error(), QStringLiteral("40001"));
    m_wasKept = false;
    prepareAnew();
    for (const auto &[name, value] : m_bound) m_query->bindValue(QLatin1Char(':') + QLatin1String(name), value);
    m_guard = std::make_unique<StatementGuard>(m_session);
    return run();
}

bool Query::next()
{
    if (m_guard) m_guard->setRunning(true);
    const bool row = m_query->next();
    if (m_guard) m_guard->setRunning(false);
    if (row) return true;
    if (m_query->lastError().isValid()) fail();
    if (m_guard) m_guard->throwIfStopped(m_sql);
    // An unfinished SELECT keeps SQLite's read lock.
    m_query->finish();
    m_guard.reset();
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

/// Asked for each row of a page, and the driver describes all columns anew each time.
int Query::columnCount() const
{
    if (m_columnCount < 0) m_columnCount = m_query->record().count();
    return m_columnCount;
}

QString Query::columnName(int column) const { return m_query->record().fieldName(column); }

}  // namespace headgate
