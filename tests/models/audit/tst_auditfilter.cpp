// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditfilter.h"
#include "models/audit/auditsearch.h"
#include "models/audit/auditstore.h"
#include "models/audit/audittablemodel.h"
#include "models/filters/filtermatch.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QMap>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

using Op = ColumnFilter::Op;

const QStringList &names()
{
    static const QStringList all{QStringLiteral("warehouse"), QStringLiteral("Warehouse-EU"), QStringLiteral("100% done"), QStringLiteral("100x done"), QStringLiteral("a_b_c"), QStringLiteral("axbxc"),
                                 QStringLiteral("say \"hello\""), QStringLiteral("it's"), QStringLiteral("Größe"), QStringLiteral("GRÖSSE größe"), QStringLiteral("Ёлка лес"), QStringLiteral("ёлка"),
                                 QStringLiteral("🐘🐘🐘 herd"), QStringLiteral("back\\slash"), QStringLiteral("two words here"), QStringLiteral("AND OR NOT"), QStringLiteral("entity_name : x"), QStringLiteral("lake*"), QString()};
    return all;
}

const QStringList &needles()
{
    static const QStringList all{QStringLiteral("ware"), QStringLiteral("WARE"), QStringLiteral("100%"), QStringLiteral("0% d"), QStringLiteral("_b_"), QStringLiteral("a_b"), QStringLiteral("\"hello\""), QStringLiteral("y \"h"),
                                 QStringLiteral("it's"), QStringLiteral("größe"), QStringLiteral("RÖSS"), QStringLiteral("ёлк"), QStringLiteral("ЛЕС"), QStringLiteral("🐘🐘🐘"), QStringLiteral("🐘"), QStringLiteral("k\\s"),
                                 QStringLiteral("o words h"), QStringLiteral("and or"), QStringLiteral("NOT"), QStringLiteral("name : x"), QStringLiteral("lake*"), QStringLiteral("ke*"), QStringLiteral("   "), QStringLiteral(" "),
                                 QStringLiteral("e"), QStringLiteral("us"), QStringLiteral("nothing like it"), QStringLiteral("'; drop table audit_logs; --"), QStringLiteral("%"), QStringLiteral("\"")};
    return all;
}

}  // namespace

class TstAuditFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void searchFindsWhatAScanFinds();
    void timesAreStretchesOfTheTrail();
    void facetsFromRollupsAreGroupBy();
    void loadedRowsAgreeWithTheDatabase();
    void usesItsIndexes();

private:
    void fill();
    QList<AuditRecord> found(const ListQuery &query) const;
    /// One trail a database, for all tests.
    static std::map<int, std::pair<std::shared_ptr<TestDatabase>, QList<AuditRecord>>> s_trails;
    std::unique_ptr<Session> m_session;
    QList<AuditRecord> m_all;
    QRandomGenerator m_random;
};

std::map<int, std::pair<std::shared_ptr<TestDatabase>, QList<AuditRecord>>> TstAuditFilter::s_trails;

void TstAuditFilter::init()
{
    QFETCH_GLOBAL(int, kind);
    m_session.reset();
    auto &[database, rows] = s_trails[kind];
    const bool isNew = !database;
    if (isNew) database = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = database->open();
    const quint32 seed = QRandomGenerator::global()->generate();
    m_random = QRandomGenerator(seed);
    qInfo("seed %u", seed);
    if (isNew) {
        fill();
        rows = found({});
    }
    m_all = rows;
}

void TstAuditFilter::fill()
{
    const auto any = [this](const QStringList &list) { return list.at(m_random.bounded(list.size())); };
    qint64 at = Timestamp::fromIso(QStringLiteral("2026-01-10T03:00:00Z"))->us;
    write(*m_session, [&](Transaction &transaction) {
        for (int i = 0; i < 500; ++i) {
            AuditEntry entry;
            entry.actor = {std::nullopt, any({QStringLiteral("ada"), QStringLiteral("Grace"), QStringLiteral("linus")}), any({QString(), QStringLiteral("192.0.2.4"), QStringLiteral("192.0.2.5")}), QStringLiteral("test")};
            entry.action = any({QStringLiteral("CREATE"), QStringLiteral("UPDATE"), QStringLiteral("DELETE")});
            entry.entityType = any({QStringLiteral("connection"), QStringLiteral("user")});
            entry.entityName = any(names());
            entry.entityId = m_random.bounded(5) == 0 ? QString() : QString::number(names().indexOf(entry.entityName));
            entry.success = m_random.bounded(4) != 0;
            at += m_random.bounded(4) == 0 ? 0 : qint64(m_random.bounded(1'000'000)) * 33'333;  // about half a year in all
            entry.occurredAt = Timestamp{at};
            AuditStore::record(transaction, entry);
        }
        return 0;
    });
}

QList<AuditRecord> TstAuditFilter::found(const ListQuery &query) const
{
    ListCursor cursor;
    cursor.limit = 1000;
    return AuditStore::page(*m_session, query, cursor).rows;
}

void TstAuditFilter::searchFindsWhatAScanFinds()
{
    QCOMPARE(m_all.size(), 500);
    int withHits = 0;
    for (const QString &needle : needles()) {
        ListQuery query;
        query.search = needle;
        QList<qint64> wanted;
        for (const AuditRecord &each : std::as_const(m_all))
            if (each.entityName.toLower().contains(needle.toLower())) wanted << each.id.value;
        QList<qint64> ids;
        for (const AuditRecord &each : found(query)) ids << each.id.value;
        QVERIFY2(ids == wanted, qPrintable(QStringLiteral("%1: %2 instead of %3").arg(needle).arg(ids.size()).arg(wanted.size())));
        QCOMPARE(AuditStore::count(*m_session, query), wanted.size());
        withHits += !wanted.isEmpty();
        query.filters = {{QStringLiteral("actor"), Op::Equal, {QStringLiteral("ada")}}};
        wanted.removeIf([this](qint64 id) { return m_all.at(m_all.size() - id).actor != u"ada"; });
        QCOMPARE(AuditStore::count(*m_session, query), wanted.size());
    }
    QVERIFY(withHits > 20);
    QVERIFY(AuditSearch::hits(*m_session, QStringLiteral("ware")).has_value());
    QVERIFY(!AuditSearch::hits(*m_session, QStringLiteral("us")).has_value());
}

void TstAuditFilter::timesAreStretchesOfTheTrail()
{
    for (int round = 0; round < 100; ++round) {
        const qint64 a = m_all.at(m_random.bounded(m_all.size())).occurredAt.us + m_random.bounded(3) - 1;
        const qint64 b = m_all.at(m_random.bounded(m_all.size())).occurredAt.us + m_random.bounded(3) - 1;
        const QList<Op> ops{Op::Equal, Op::NotEqual, Op::AtLeast, Op::AtMost, Op::Greater, Op::Less, Op::Between, Op::NotBetween};
        ListQuery query;
        query.filters = {{QStringLiteral("occurred_at"), ops.at(m_random.bounded(ops.size())), {a}}};
        if (query.filters.first().op == Op::Between || query.filters.first().op == Op::NotBetween) query.filters.first().values << b;
        if (round % 7 == 0) query.filters.first() = {QStringLiteral("occurred_at"), Op::Equal, {QStringLiteral("2026-03-29")}};
        query.timeZone = QStringLiteral("Europe/Berlin");
        const FilterMatch match(query, AuditStore::filterColumns());
        QList<qint64> wanted;
        for (const AuditRecord &each : std::as_const(m_all))
            if (match.matches([&each](const QString &) { return QVariant::fromValue(each.occurredAt); })) wanted << each.id.value;
        QList<qint64> ids;
        for (const AuditRecord &each : found(query)) ids << each.id.value;
        QCOMPARE(ids, wanted);
    }
}

void TstAuditFilter::facetsFromRollupsAreGroupBy()
{
    const QHash<QString, std::function<QString(const AuditRecord &)>> columns{{QStringLiteral("actor"), [](const AuditRecord &r) { return r.actor; }},
                                                                              {QStringLiteral("action"), [](const AuditRecord &r) { return r.action; }},
                                                                              {QStringLiteral("status"), [](const AuditRecord &r) { return r.success ? QStringLiteral("success") : QStringLiteral("failure"); }},
                                                                              {QStringLiteral("entity_type"), [](const AuditRecord &r) { return r.entityType; }},
                                                                              {QStringLiteral("ip_address"), [](const AuditRecord &r) { return r.ipAddress; }}};
    for (int round = 0; round < 60; ++round) {
        const QString column = columns.keys().at(m_random.bounded(columns.size()));
        ListQuery query;
        const qint64 a = m_all.at(m_random.bounded(m_all.size())).occurredAt.us;
        const qint64 b = m_all.at(m_random.bounded(m_all.size())).occurredAt.us;
        if (round % 4 != 0) query.filters << ColumnFilter{QStringLiteral("occurred_at"), Op::AtLeast, {std::min(a, b)}};
        if (round % 4 > 1) query.filters << ColumnFilter{QStringLiteral("occurred_at"), Op::Less, {std::max(a, b)}};
        if (round % 5 == 0) query.filters << ColumnFilter{QStringLiteral("status"), Op::Equal, {QStringLiteral("failure")}};
        query.filters << ColumnFilter{column, Op::Equal, {QStringLiteral("whatever it says of itself")}};
        QMap<QString, qint64> wanted;
        for (const AuditRecord &each : found(query.without(column))) ++wanted[columns.value(column)(each)];
        QMap<QString, qint64> counted;
        for (const FacetCount &each : AuditStore::facets(*m_session, query, column)) counted[each.value.toString()] = each.count.value_or(-1);
        QCOMPARE(counted, wanted);
    }
}

/// What colours rows must find the rows that the filter finds.
void TstAuditFilter::loadedRowsAgreeWithTheDatabase()
{
    const AuditTableModel model({}, {});
    const QList<ListQuery> queries{{QStringLiteral("ware"), {}, {}},
                                   {{}, {{QStringLiteral("ip_address"), Op::Equal, {QVariant()}}}, {}},
                                   {{}, {{QStringLiteral("entity_id"), Op::NotEqual, {QStringLiteral("3")}}}, {}},
                                   {{}, {{QStringLiteral("entity_name"), Op::Regex, {QStringLiteral("^[a-z]+$")}}}, {}},
                                   {{}, {{QStringLiteral("actor"), Op::Greater, {QStringLiteral("Grace")}}, {QStringLiteral("status"), Op::Equal, {QStringLiteral("failure")}}}, {}},
                                   {{}, {{QStringLiteral("id"), Op::Between, {100, 200}}, {QStringLiteral("user_id"), Op::Equal, {QVariant()}}}, {}}};
    for (const ListQuery &query : queries) {
        const FilterMatch match(query, AuditStore::filterColumns());
        QList<AuditRecord> wanted;
        for (const AuditRecord &each : std::as_const(m_all))
            if (match.matches([&](const QString &column) { return model.holdsColumn(column) ? AuditTableModel::filterValueIn(each, column) : QVariant(); })) wanted << each;
        QVERIFY(!wanted.isEmpty() && wanted.size() < m_all.size());
        QCOMPARE(found(query), wanted);
    }
}

void TstAuditFilter::usesItsIndexes()
{
    if (!m_session->dialect().isSqlite()) return;
    const auto planOf = [this](const QString &select, const ListWhere &where) {
        Query explain(*m_session, QStringLiteral("explain query plan ") + select);
        where.bindTo(explain);
        explain.exec();
        QStringList plan;
        while (explain.next()) plan << explain.get<QString>(3);
        return plan.join(u'\n');
    };
    ListQuery query;
    query.filters = {{QStringLiteral("occurred_at"), Op::Between, {QStringLiteral("2026-02"), QStringLiteral("2026-03")}}};
    ListWhere where = AuditFilter::where(*m_session, query);
    QString plan = planOf(QStringLiteral("select id, actor from audit_logs%1 order by id desc limit 201").arg(where.sql()), where);
    QVERIFY2(plan.contains(QStringLiteral("SEARCH audit_logs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")) && !plan.contains(QStringLiteral("TEMP B-TREE")), qPrintable(plan));
    query = {};
    query.search = QStringLiteral("ware");
    where = AuditFilter::where(*m_session, query);
    plan = planOf(QStringLiteral("select id, actor from audit_logs%1 order by id desc limit 201").arg(where.sql()), where);
    QVERIFY2(plan.contains(QStringLiteral("SEARCH audit_logs USING INTEGER PRIMARY KEY (rowid=?)")), qPrintable(plan));
}

HEADGATE_TEST(TstAuditFilter);
#include "tst_auditfilter.moc"
