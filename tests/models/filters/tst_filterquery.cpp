// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listsql.h"
#include "models/database/transaction.h"
#include "models/filters/filtermatch.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QMap>
#include <QRandomGenerator>
#include <QTest>
#include <algorithm>

using namespace headgate;
using namespace headgate::test;

namespace {

using Op = ColumnFilter::Op;
using Type = ListColumn::Type;

const ListColumns &columns()
{
    static const ListColumns all{{QStringLiteral("id"), {QStringLiteral("id"), Type::Number}},
                                 {QStringLiteral("name"), {QStringLiteral("name"), Type::Text, {}, true}},
                                 {QStringLiteral("note"), {QStringLiteral("note"), Type::Text, {}, true}},
                                 {QStringLiteral("ms"), {QStringLiteral("ms"), Type::Number}},
                                 {QStringLiteral("port"), {QStringLiteral("port"), Type::Number}},
                                 {QStringLiteral("at"), {QStringLiteral("at"), Type::Time}},
                                 {QStringLiteral("flag"), {QStringLiteral("flag"), Type::Bool}},
                                 {QStringLiteral("kind"), {QStringLiteral("kind"), Type::Enum, {QStringLiteral("red"), QStringLiteral("blue")}}},
                                 {QStringLiteral("tags"), {QStringLiteral("tags"), Type::Tags, {}, true}}};
    return all;
}

const QStringList &words()
{
    static const QStringList all{QStringLiteral("lake"), QStringLiteral("Lake"), QStringLiteral("LAKE house"), QStringLiteral("100%"), QStringLiteral("100x"), QStringLiteral("a_b"), QStringLiteral("acb"),
                                 QStringLiteral("a\\b"), QStringLiteral("it's"), QStringLiteral("\"quoted\""), QStringLiteral("Ärger"), QStringLiteral("ärger"), QStringLiteral("ÄRGER"), QStringLiteral("Ёлка"),
                                 QStringLiteral("ёлка"), QStringLiteral("naïve"), QStringLiteral("🐘 elephant"), QStringLiteral(""), QStringLiteral(" "), QStringLiteral("NULL"), QStringLiteral("x|y~z"),
                                 QStringLiteral("two\nlines"), QStringLiteral("%"), QStringLiteral("_"), QStringLiteral("'; drop table t; --"), QStringLiteral("ab1"), QStringLiteral("ab12"), QStringLiteral("b1 a")};
    return all;
}

const QStringList &patterns()
{
    static const QStringList all{QStringLiteral("^a"), QStringLiteral("a$"), QStringLiteral("^lake$"), QStringLiteral("(?i)lake"), QStringLiteral("[a-f]{2,3}"), QStringLiteral("\\d+"), QStringLiteral("\\bb1\\b"),
                                 QStringLiteral("two.lines"), QStringLiteral("(a|e)b?"), QStringLiteral("^$"), QStringLiteral("[^a-z]"), QStringLiteral("\\."), QStringLiteral("100[%x]"), QStringLiteral("(?i)är"),
                                 QStringLiteral("a(?!b)"), QStringLiteral("(?<=a)b"), QStringLiteral("\\w+\\s\\w+"), QStringLiteral("lines$"), QStringLiteral("two$"), QStringLiteral("[[:digit:]]{2}")};
    return all;
}

struct Row {
    QMap<QString, QVariant> values;
};

class Generator {
public:
    Generator() : m_seed(QRandomGenerator::global()->generate()), m_random(m_seed) { qInfo("seed %u", m_seed); }

    template <typename T>
    T any(const QList<T> &list) { return list.at(m_random.bounded(list.size())); }
    bool sometimes(int oneIn) { return m_random.bounded(oneIn) == 0; }

    Row row(qint64 id, qint64 now)
    {
        Row r;
        r.values[QStringLiteral("id")] = id;
        r.values[QStringLiteral("name")] = any(words());
        r.values[QStringLiteral("note")] = sometimes(3) ? QVariant() : QVariant(any(words()));
        r.values[QStringLiteral("ms")] = sometimes(5) ? QVariant() : QVariant(m_random.bounded(40) / 4.0);
        r.values[QStringLiteral("port")] = sometimes(5) ? QVariant() : QVariant(qint64(m_random.bounded(10)));
        r.values[QStringLiteral("at")] = sometimes(5) ? QVariant() : QVariant::fromValue(Timestamp{now - qint64(m_random.bounded(5'000'000)) * 1'000'003});
        r.values[QStringLiteral("flag")] = sometimes(6) ? QVariant() : QVariant(sometimes(2));
        r.values[QStringLiteral("kind")] = sometimes(4) ? QVariant() : QVariant(sometimes(2) ? QStringLiteral("red") : QStringLiteral("blue"));
        QStringList tags;
        for (const QString &tag : words().mid(0, 6))
            if (sometimes(4)) tags << tag;
        r.values[QStringLiteral("tags")] = tags;
        return r;
    }

    ColumnFilter filter(qint64 now)
    {
        const QString id = any(columns().keys());
        const Type type = columns().value(id).type;
        QList<Op> ops{Op::Equal, Op::NotEqual, Op::In};
        if (type == Type::Text) ops << Op::Contains << Op::NotContains << Op::Contains << Op::Regex << Op::NotRegex << Op::Regex;
        if (type == Type::Text || type == Type::Number || type == Type::Time) ops << Op::AtLeast << Op::AtMost << Op::Greater << Op::Less << Op::Between << Op::NotBetween;
        ColumnFilter result{id, any(ops), {}};
        const bool isRange = result.op == Op::Between || result.op == Op::NotBetween;
        const bool mayBeNull = result.op == Op::Equal || result.op == Op::NotEqual || result.op == Op::In;
        const bool isPattern = result.op == Op::Regex || result.op == Op::NotRegex;
        for (int i = isRange ? 2 : 1 + int(m_random.bounded(3)); i > 0; --i)
            result.values << (mayBeNull && sometimes(5) ? QVariant() : isPattern ? QVariant(any(patterns())) : value(type, now));
        return result;
    }

    ListQuery query(qint64 now)
    {
        ListQuery query;
        if (sometimes(4)) query.search = any(words());
        for (int i = int(m_random.bounded(3)); i > 0; --i) query.filters << filter(now);
        if (sometimes(2)) {
            QList<ColumnFilter> group;
            for (int i = 1 + int(m_random.bounded(3)); i > 0; --i) group << filter(now);
            query.anyOf << group;
        }
        query.timeZone = any(QStringList{QStringLiteral("UTC"), QStringLiteral("Europe/Berlin"), QStringLiteral("America/New_York"), QStringLiteral("Australia/Lord_Howe")});
        return query;
    }

private:
    QVariant value(Type type, qint64 now)
    {
        switch (type) {
        case Type::Text: return any(words());
        case Type::Enum: return any(QStringList{QStringLiteral("red"), QStringLiteral("blue")});
        case Type::Tags: return any(words().mid(0, 6));
        case Type::Bool: return sometimes(2);
        case Type::Number: return sometimes(2) ? QVariant(qint64(m_random.bounded(10))) : QVariant(m_random.bounded(40) / 4.0);
        case Type::Time:
            if (sometimes(3)) return now - qint64(m_random.bounded(5'000'000)) * 1'000'003;
            return any(QStringList{QStringLiteral("-7d"), QStringLiteral("last 24 h"), QStringLiteral("today"), QStringLiteral("this month"), QStringLiteral("last month"), QStringLiteral("-1mo"),
                                   QStringLiteral("2026-03-29"), QStringLiteral("2026-03-29 02:30"), QStringLiteral("2026-04"), QStringLiteral("now"), QStringLiteral("last week")});
        }
        return {};
    }

    quint32 m_seed;
    QRandomGenerator m_random;
};

/// Shortly after the clocks went forward in Europe.
qint64 theTime() { return Timestamp::fromIso(QStringLiteral("2026-04-02T10:00:00Z"))->us; }

TimeText::Clock clockFor(const ListQuery &query) { return {{theTime()}, QTimeZone(query.timeZone.toUtf8())}; }

QList<qint64> matching(const QList<Row> &rows, const ListQuery &query)
{
    const FilterMatch match(query, ListSql::filterColumns(columns()), clockFor(query));
    QList<qint64> ids;
    for (const Row &row : rows)
        if (match.matches([&row](const QString &column) { return row.values.value(column); })) ids << row.values.value(QStringLiteral("id")).toLongLong();
    return ids;
}

}  // namespace

class TstFilterQuery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void findsWhatTheEvaluatorFinds_data() { BothDatabases::addRows(); }
    void findsWhatTheEvaluatorFinds();
    void facetsAreGroupBy_data() { BothDatabases::addRows(); }
    void facetsAreGroupBy();
    void refusesWhatDoesNotFit();
    void aCostlyPatternEnds_data() { BothDatabases::addRows(); }
    void aCostlyPatternEnds();

private:
    void fill(const ConnectSpec &spec);
    std::unique_ptr<BothDatabases> m_databases;
    Generator m_generator;
    QList<Row> m_rows;
};

void TstFilterQuery::initTestCase()
{
    m_databases = std::make_unique<BothDatabases>();
    for (qint64 id = 1; id <= 300; ++id) m_rows << m_generator.row(id, theTime());
    fill(m_databases->sqlite());
    fill(m_databases->postgresql());
}

void TstFilterQuery::fill(const ConnectSpec &spec)
{
    const auto session = Session::open(spec);
    session->execute(session->dialect().isPostgresql()
                         ? QStringLiteral("create table filtered (id bigint, name varchar(255), note text, ms double precision, port int, at timestamptz, flag boolean, kind text, tags text[])")
                         : QStringLiteral("create table filtered (id integer, name text, note text, ms real, port integer, at integer, flag integer, kind text, tags text) strict"));
    Transaction transaction(*session, Transaction::Mode::Write);
    Query insert(*session, QStringLiteral("insert into filtered values (:id, :name, :note, :ms, :port, {ts:at}, :flag, :kind, {tags_in:tags})"));
    for (const Row &row : std::as_const(m_rows)) {
        for (auto it = row.values.begin(); it != row.values.end(); ++it) {
            const QByteArray name = it.key().toLatin1();
            if (!it->isValid()) insert.bindNull(name.constData());
            else if (it->metaType() == QMetaType::fromType<Timestamp>()) insert.bind(name.constData(), it->value<Timestamp>());
            else if (it->typeId() == QMetaType::QStringList) insert.bind(name.constData(), it->toStringList());
            else if (it->typeId() == QMetaType::QString) insert.bind(name.constData(), it->toString());
            else insert.bindVariant(name.constData(), *it);
        }
        insert.exec();
    }
    transaction.commit();
}

void TstFilterQuery::findsWhatTheEvaluatorFinds()
{
    const auto session = Session::open(m_databases->spec());
    int found = 0;
    for (int round = 0; round < 1500; ++round) {
        const ListQuery query = m_generator.query(theTime());
        const ListWhere where = ListSql::where(query, columns(), clockFor(query));
        Query select(*session, QStringLiteral("select id from filtered%1 order by id").arg(where.sql()));
        where.bindTo(select);
        select.exec();
        QList<qint64> ids;
        while (select.next()) ids << select.get<qint64>(0);
        const QList<qint64> wanted = matching(m_rows, query);
        if (ids != wanted) {
            for (const ColumnFilter &each : query.filters) qWarning() << each.column << int(each.op) << each.values;
            for (const auto &group : query.anyOf)
                for (const ColumnFilter &each : group) qWarning() << "any" << each.column << int(each.op) << each.values;
            qWarning() << query.search << query.timeZone << where.sql();
        }
        QCOMPARE(ids, wanted);
        found += ids.isEmpty() || ids.size() == m_rows.size() ? 0 : 1;
    }
    QVERIFY2(found > 500, qPrintable(QString::number(found)));
}

void TstFilterQuery::facetsAreGroupBy()
{
    const auto session = Session::open(m_databases->spec());
    for (int round = 0; round < 150; ++round) {
        const ListQuery query = m_generator.query(theTime());
        const QString column = m_generator.any(QStringList{QStringLiteral("name"), QStringLiteral("note"), QStringLiteral("port"), QStringLiteral("flag"), QStringLiteral("kind")});
        QMap<QString, qint64> wanted;
        for (const qint64 id : matching(m_rows, query)) {
            const QVariant value = m_rows.at(id - 1).values.value(column);
            ++wanted[value.isValid() ? u'=' + value.toString() : QString()];
        }
        const auto facets = ListSql::facets(*session, QStringLiteral("filtered"), ListSql::where(query, columns(), clockFor(query)), columns(), column, 100);
        QMap<QString, qint64> counted;
        for (const FacetCount &each : facets) counted[each.value.isValid() ? u'=' + each.value.toString() : QString()] = each.count.value_or(-1);
        QCOMPARE(counted, wanted);
        QVERIFY(std::ranges::is_sorted(facets, std::ranges::greater{}, [](const FacetCount &each) { return *each.count; }));
        const auto few = ListSql::facets(*session, QStringLiteral("filtered"), ListSql::where(query, columns(), clockFor(query)), columns(), column, 2);
        QCOMPARE(few, facets.mid(0, 2));
    }
}

void TstFilterQuery::refusesWhatDoesNotFit()
{
    const QList<ColumnFilter> misfits{{QStringLiteral("nothere"), Op::Equal, {1}},
                                      {QStringLiteral("id; drop table filtered"), Op::Equal, {1}},
                                      {QStringLiteral("port"), Op::Contains, {1}},
                                      {QStringLiteral("port"), Op::Equal, {QStringLiteral("1 or 1=1")}},
                                      {QStringLiteral("port"), Op::Equal, {}},
                                      {QStringLiteral("port"), Op::Between, {1}},
                                      {QStringLiteral("port"), Op::Greater, {QVariant()}},
                                      {QStringLiteral("at"), Op::Equal, {QStringLiteral("soon")}},
                                      {QStringLiteral("at"), Op::AtLeast, {std::numeric_limits<qint64>::max()}},
                                      {QStringLiteral("at"), Op::Less, {-1e300}},
                                      {QStringLiteral("at"), Op::Regex, {QStringLiteral("now")}},
                                      {QStringLiteral("flag"), Op::Greater, {true}},
                                      {QStringLiteral("tags"), Op::Less, {QStringLiteral("x")}},
                                      {QStringLiteral("name"), Op::Regex, {QStringLiteral("(a)\\1")}},
                                      {QStringLiteral("name"), Op::Equal, {QString(2000, u'x')}}};
    for (const ColumnFilter &each : misfits) {
        ListQuery query;
        query.filters = {each};
        QCOMPARE(errorOf([&query] { ListSql::where(query, columns()); }).kind, ErrorKind::Invalid);
        if (each.values.size() != 1 || each.values.first().toString().size() < 1000)
            QVERIFY(!FilterMatch(query, ListSql::filterColumns(columns())).isValid());
    }
}

/// Exponential for a backtracking engine: SQLite's gives up with an error, PostgreSQL's does not backtrack.
void TstFilterQuery::aCostlyPatternEnds()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table costly (name text)"));
    Query insert(*session, QStringLiteral("insert into costly values (:name)"));
    insert.bind("name", QString(3000, u'a') + u'!').exec();
    ListQuery query;
    query.filters = {{QStringLiteral("name"), Op::Regex, {QStringLiteral("^(a+)+$")}}};
    const ListWhere where = ListSql::where(query, columns());
    Error error;
    const qint64 took = elapsed([&] {
        error = errorOf([&] {
            Query select(*session, QStringLiteral("select count(*) from costly%1").arg(where.sql()));
            where.bindTo(select);
            select.first();
        });
    });
    QVERIFY2(took < 3000, qPrintable(QString::number(took)));
    if (session->dialect().isSqlite()) QVERIFY2(error.text().contains(QStringLiteral("too costly")), qPrintable(error.text()));
}

HEADGATE_TEST(TstFilterQuery);
#include "tst_filterquery.moc"
