// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/readinessreader.h"

#include "models/base/error.h"
#include "models/connections/readiness/mysqlreadiness.h"
#include "models/connections/readiness/postgresqlreadiness.h"
#include "models/connections/readiness/sqlserverreadiness.h"

#include <algorithm>
#include <QDeadlineTimer>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int questionTimeoutMs = 30'000;

struct Engine {
    ReadinessFacts (*facts)(TargetSession &);
    std::vector<ReadinessQuestion> (*questions)(const ReadinessFacts &);
};

std::optional<Engine> engineFor(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return Engine{&PostgresqlReadiness::facts, &PostgresqlReadiness::questions};
    case DatabaseType::Mysql: return Engine{&MysqlReadiness::facts, &MysqlReadiness::questions};
    case DatabaseType::Sqlserver: return Engine{&SqlServerReadiness::facts, &SqlServerReadiness::questions};
    default: return std::nullopt;
    }
}

[[noreturn]] void throwUnsupported(DatabaseType type)
{
    throw Exception({ErrorKind::Invalid,
                     u"There is no change data capture to check on %1"_s.arg(databaseTypeLabel(type)),
                     u"readiness"_s,
                     {},
                     u"Readiness is for PostgreSQL, MySQL, MariaDB and SQL Server."_s});
}

/// The question was heard and refused; anything else ends the run.
bool isRefusal(const Error &error, const TargetSession &session)
{
    return error.kind != ErrorKind::Cancelled && session.isOpen();
}

ReadinessQuestion::Lines refused(const ReadinessQuestion &question, const Error &error)
{
    ReadinessQuestion::Lines lines;
    const QString evidence = error.evidence.isEmpty() ? error.what : error.evidence;
    const QString hint = question.hint.isEmpty() ? error.hint : question.hint;
    for (const QString &check : question.checks)
        lines.push_back(readiness::line(check, StageStatus::Skipped, evidence, hint, question.fix));
    return lines;
}

/// What is left of the run for one question.
int timeLeft(const QDeadlineTimer &deadline)
{
    if (deadline.hasExpired())
        throw Exception({ErrorKind::Timeout,
                         u"The checks did not end in time"_s,
                         u"readiness"_s,
                         {},
                         u"The server is slow: check single tables (--table), or one check."_s});
    return int(std::min<qint64>(questionTimeoutMs, deadline.remainingTime()));
}

ReadinessQuestion::Lines ask(TargetSession &session, const ReadinessQuestion &question, const QDeadlineTimer &deadline)
{
    std::optional<Error> refusal;
    for (const auto &[sql, values] :
         {std::pair(question.sql, question.values), std::pair(question.otherwise, QStringList())}) {
        if (sql.isEmpty()) continue;
        try {
            return question.judge(session.read(sql, values, timeLeft(deadline)));
        } catch (const Exception &exception) {
            if (!isRefusal(exception.error(), session)) throw;
            if (!refusal) refusal = exception.error();
        }
    }
    return refused(question, *refusal);
}

bool isAsked(const ReadinessQuestion &question, const ReadinessReader::Request &request)
{
    return request.check.isEmpty() || question.checks.contains(request.check);
}

bool isAnswer(const ReadinessCheck &line, const ReadinessReader::Request &request)
{
    return (request.check.isEmpty() || line.check == request.check) && (!request.table || line.table == *request.table);
}

}  // namespace

bool ReadinessReader::supports(DatabaseType type) { return engineFor(type).has_value(); }

QStringList ReadinessReader::checkNames(DatabaseType type)
{
    QStringList names;
    if (const auto engine = engineFor(type))
        for (const ReadinessQuestion &question : engine->questions({})) names << question.checks;
    names.removeDuplicates();
    return names;
}

ReadinessReport ReadinessReader::read(TargetSession &session, const Connection &connection, const Request &request,
                                      const Progress &progress)
{
    const auto engine = engineFor(connection.databaseType);
    if (!engine) throwUnsupported(connection.databaseType);
    ReadinessFacts facts = engine->facts(session);
    facts.connection = connection;
    facts.version = session.version();
    facts.tables = request.tables;
    std::vector<ReadinessQuestion> questions = engine->questions(facts);
    std::erase_if(questions, [&](const ReadinessQuestion &question) { return !isAsked(question, request); });

    const QDeadlineTimer deadline(request.deadlineMs);
    ReadinessReport report{connection.name, facts.version.text, Timestamp::now(), {}};
    int done = 0;
    for (const ReadinessQuestion &question : questions) {
        for (const ReadinessCheck &line : ask(session, question, deadline))
            if (isAnswer(line, request)) report.checks.push_back(line);
        if (progress) progress(++done, int(questions.size()));
    }
    std::ranges::stable_partition(report.checks, [](const ReadinessCheck &line) { return line.table.isEmpty(); });
    return report;
}

}  // namespace headgate
