// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/faults/journal.h"

#include "models/database/query.h"
#include "models/database/transaction.h"

#include <QMap>

namespace headgate::test {

using namespace Qt::StringLiterals;

namespace {

struct Known {
    QString description;
    int version = 0;
    bool hasSecret = false;
    bool operator==(const Known &) const = default;
};

Known fromValues(const QJsonObject &values)
{
    return {values[u"description"].toString(), values[u"version"].toInt(), values[u"password"].isString()};
}

QMap<QString, Known> stored(Session &session)
{
    QMap<QString, Known> all;
    Query query(session, u"select name, coalesce(description, ''), version, secret is not null from connections"_s);
    query.exec();
    while (query.next()) all.insert(query.get<QString>(0), {query.get<QString>(1), query.get<int>(2), query.get<bool>(3)});
    return all;
}

QString firstDifference(const QMap<QString, Known> &replayed, const QMap<QString, Known> &found)
{
    const auto text = [](const QMap<QString, Known> &all, const QString &name) {
        if (!all.contains(name)) return u"nothing"_s;
        const Known k = all.value(name);
        return u"%1 version %2 password %3"_s.arg(k.description).arg(k.version).arg(k.hasSecret);
    };
    for (const QString &name : replayed.keys() + found.keys())
        if (replayed.contains(name) != found.contains(name) || replayed.value(name) != found.value(name))
            return u"%1: the trail says %2, the table %3"_s.arg(name, text(replayed, name), text(found, name));
    return {};
}

qint64 number(Session &session, const QString &sql)
{
    Query query(session, sql);
    return query.first() ? query.get<qint64>(0) : -1;
}

QString faultOfTables(Session &session)
{
    if (session.dialect().isSqlite()) {
        if (number(session, u"select count(*) from session_operation"_s) != 0) return u"an operation is left open"_s;
        Query check(session, u"pragma integrity_check"_s);
        if (!check.first() || check.get<QString>(0) != u"ok") return u"integrity_check: "_s + check.get<QString>(0);
    }
    const qint64 external = number(session, u"select count(*) from external_changes"_s);
    if (external != 0) return u"%1 own changes count as external"_s.arg(external);
    const qint64 orphans = number(session, u"select count(*) from audit_logs a where not exists (select 1 from operations o where o.op_id = a.op_id)"_s);
    return orphans == 0 ? QString() : u"%1 events without an operation"_s.arg(orphans);
}

}  // namespace

void Journal::add(const QByteArrayList &lines)
{
    for (const QByteArray &bytes : lines) {
        const QString line = QString::fromUtf8(bytes);
        const QString verb = line.section(u' ', 0, 0);
        if (verb == u"try") m_acts.insert(line.section(u' ', 1), State::Tried);
        if (verb == u"ack") m_acts.insert(line.section(u' ', 1), State::Acknowledged);
        if (verb == u"err" && line.section(u' ', 1, 1) != u"unknown_outcome") m_acts.insert(line.section(u' ', 2), State::Refused);
    }
}

QString Journal::faultOfTrail(Session &session) const
{
    QHash<QString, int> rows;
    QMap<QString, Known> replayed;
    Query trail(session, u"select action, entity_name, {json:new_values} from audit_logs where entity_type = 'connection' order by id"_s);
    trail.exec();
    while (trail.next()) {
        const QString action = trail.get<QString>(0);
        const QString name = trail.get<QString>(1);
        const Known now = fromValues(trail.getOptional<QJsonObject>(2).value_or(QJsonObject()));
        const bool removed = action == u"DELETE";
        const QString key = u"%1 %2 %3"_s.arg(action, name, removed ? u"-"_s : now.description);
        if (!m_acts.contains(key)) return u"an event that nobody caused: "_s + key;
        ++rows[key];
        if (removed) replayed.remove(name);
        else replayed.insert(name, now);
    }
    for (auto act = m_acts.cbegin(); act != m_acts.cend(); ++act) {
        const int found = rows.value(act.key());
        if (*act == State::Acknowledged && found != 1) return u"acknowledged, with %1 events: %2"_s.arg(found).arg(act.key());
        if (*act == State::Refused && found != 0) return u"refused, with %1 events: %2"_s.arg(found).arg(act.key());
        if (found > 1) return u"%1 events of one act: %2"_s.arg(found).arg(act.key());
    }
    return firstDifference(replayed, stored(session));
}

QString Journal::fault(const Console &console) const
{
    {
        const auto session = Session::open(console.spec());
        Transaction snapshot(*session, Transaction::Mode::Read);
        if (const QString fault = faultOfTrail(*session); !fault.isEmpty()) return fault;
    }
    return faultOfWorkspace(console);
}

QString faultOfWorkspace(const Console &console)
{
    {
        const auto session = Session::open(console.spec());
        Transaction snapshot(*session, Transaction::Mode::Read);
        if (const QString fault = faultOfTables(*session); !fault.isEmpty()) return fault;
    }
    const Answer verified = console.run({u"audit"_s, u"verify"_s, u"--json"_s});
    const bool whole = verified.exitCode == 0 && verified.json()[u"verification"][u"ok"].toBool();
    return whole ? QString() : u"audit verify: "_s + QString::fromUtf8(verified.text());
}

}  // namespace headgate::test
