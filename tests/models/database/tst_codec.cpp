// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>
#include <limits>

using namespace headgate;
using namespace headgate::test;

namespace {

template <typename T>
T roundTrip(Session &session, const char *column, const char *write, const char *read, const T &value)
{
    session.execute(QStringLiteral("delete from kinds"));
    Query(session, QStringLiteral("insert into kinds (%1) values (%2)").arg(QLatin1String(column), QLatin1String(write)))
        .bind("v", value)
        .exec();
    Query query(session, QStringLiteral("select %1 from kinds").arg(QLatin1String(read)));
    if (!query.first()) qFatal("no row");
    return query.get<T>(0);
}

}  // namespace

class TstCodec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_session.reset(); }
    void keepsWholeNumbers_data() { BothDatabases::addRows(); }
    void keepsWholeNumbers();
    void keepsDoubles_data() { BothDatabases::addRows(); }
    void keepsDoubles();
    void keepsExactNumbersAsText_data() { BothDatabases::addRows(); }
    void keepsExactNumbersAsText();
    void keepsTruthAndNull_data() { BothDatabases::addRows(); }
    void keepsTruthAndNull();
    void keepsText_data() { BothDatabases::addRows(); }
    void keepsText();
    void refusesTextThatCannotBeStored();
    void keepsBytes_data() { BothDatabases::addRows(); }
    void keepsBytes();
    void keepsMicroseconds_data() { BothDatabases::addRows(); }
    void keepsMicroseconds();
    void readsMicrosecondsThatTheServerWrote();
    void saysThatInfinityIsNoMoment();
    void formatsIso();
    void keepsJsonNumbers_data() { BothDatabases::addRows(); }
    void keepsJsonNumbers();
    void keepsTags_data() { BothDatabases::addRows(); }
    void keepsTags();
    void keepsUuids_data() { BothDatabases::addRows(); }
    void keepsUuids();
    void refusesWhatDoesNotFit_data() { BothDatabases::addRows(); }
    void refusesWhatDoesNotFit();
    void bindsInjectionsAsText_data() { BothDatabases::addRows(); }
    void bindsInjectionsAsText();
    void leavesCastsColonsAndOperatorsAlone();
    void searchesAlikeOnBoth_data() { BothDatabases::addRows(); }
    void searchesAlikeOnBoth();
    void bucketsTime_data() { BothDatabases::addRows(); }
    void bucketsTime();

private:
    std::unique_ptr<BothDatabases> m_databases;
    std::unique_ptr<Session> m_session;
};

void TstCodec::initTestCase()
{
    m_databases = std::make_unique<BothDatabases>();
    Session::open(m_databases->sqlite())->execute(QStringLiteral(
        "create table kinds (i integer, d real, n text, b integer, t text, x blob, at integer, j text, tags text, u text) strict"));
    Session::open(m_databases->postgresql())->execute(QStringLiteral(
        "create table kinds (i bigint, d double precision, n numeric(30,10), b boolean, t text, x bytea, at timestamptz, j jsonb, "
        "tags text[], u uuid)"));
}

void TstCodec::init()
{
    if (QTest::currentDataTag()) m_session = Session::open(m_databases->spec());
}

void TstCodec::keepsWholeNumbers()
{
    for (const qint64 value : {qint64(0), qint64(-1), qint64(1) << 53, (qint64(1) << 53) + 1, std::numeric_limits<qint64>::max(),
                               std::numeric_limits<qint64>::min()})
        QCOMPARE(roundTrip(*m_session, "i", ":v", "i", value), value);
    QCOMPARE(roundTrip(*m_session, "i", ":v", "i", std::numeric_limits<int>::min()), std::numeric_limits<int>::min());
}

void TstCodec::keepsDoubles()
{
    for (const double value : {0.0, 0.1, -1.5e-300, 1.7976931348623157e308, 1.0 / 3, 12345678901234567.0})
        QCOMPARE(roundTrip(*m_session, "d", ":v", "d", value), value);
    QVERIFY_EXCEPTION_THROWN(Codec::toVariant(qQNaN()), Exception);
    QVERIFY_EXCEPTION_THROWN(Codec::toVariant(qInf()), Exception);
}

void TstCodec::keepsExactNumbersAsText()
{
    const QString exact = QStringLiteral("12345678901234567890.1234567890");
    const char *write = m_session->dialect().isPostgresql() ? "cast(:v as numeric)" : ":v";
    QCOMPARE(roundTrip(*m_session, "n", write, "n", exact), exact);
}

void TstCodec::keepsTruthAndNull()
{
    QCOMPARE(roundTrip(*m_session, "b", ":v", "b", true), true);
    QCOMPARE(roundTrip(*m_session, "b", ":v", "b", false), false);
    m_session->execute(QStringLiteral("delete from kinds"));
    Query(*m_session, QStringLiteral("insert into kinds (i, t, b, x) values (:i, :t, :b, :x)"))
        .bind("i", std::optional<qint64>()).bind("t", std::optional<QString>()).bind("b", std::optional<bool>()).bindNull("x")
        .exec();
    Query query(*m_session, QStringLiteral("select i, t, b, x from kinds"));
    QVERIFY(query.first());
    for (int column = 0; column < 4; ++column) QVERIFY(query.isNull(column));
    QVERIFY(!query.getOptional<qint64>(0));
    QVERIFY(!query.getOptional<QString>(1));
    QCOMPARE(errorOf([&] { query.get<QString>(1); }).kind, ErrorKind::Integrity);
    QCOMPARE(errorOf([&] { query.get<bool>(2); }).kind, ErrorKind::Integrity);
}

void TstCodec::keepsText()
{
    for (const QString &value : {QString(), QStringLiteral(""), QStringLiteral("a\nb\tc\r"), QStringLiteral("é ß 漢字 😀 \u200f"),
                                 QStringLiteral("a\ufeffb \ufffd"), QStringLiteral("\u0001\u001f"), QString(100'000, u'x')}) {
        const QString read = roundTrip(*m_session, "t", ":v", "t", value);
        QCOMPARE(read, value);
        QVERIFY(!read.isNull());
    }
    QCOMPARE(ask(*m_session, QStringLiteral("select count(*) from kinds where t is null")), QStringLiteral("0"));
}

void TstCodec::refusesTextThatCannotBeStored()
{
    const auto kindOf = [](const auto &value) { return errorOf([&] { Codec::toVariant(value); }).kind; };
    const QString nul = QStringLiteral("a") + QChar(0) + QStringLiteral("b");
    const QString high = QStringLiteral("a") + QChar(0xd83d);
    const QString low = QChar(0xde00) + QStringLiteral("a");
    QCOMPARE(kindOf(QStringLiteral("\ufeffa")), ErrorKind::Invalid);
    for (const QString &text : {nul, high, low, QStringLiteral("a\ufffe"), QStringLiteral("a\uffff")}) {
        QCOMPARE(kindOf(text), ErrorKind::Invalid);
        QCOMPARE(kindOf(QStringList{text}), ErrorKind::Invalid);
        QCOMPARE(kindOf(QJsonObject{{QStringLiteral("k"), QJsonArray{text}}}), ErrorKind::Invalid);
        QCOMPARE(kindOf(QJsonObject{{text, 1}}), ErrorKind::Invalid);
    }
}

void TstCodec::keepsBytes()
{
    QByteArray all;
    for (int i = 0; i < 256; ++i) all.append(char(i));
    for (const QByteArray &value : {QByteArray(), QByteArray(""), all, QByteArray("\\x00'\\", 6)}) {
        const QByteArray read = roundTrip(*m_session, "x", ":v", "x", value);
        QCOMPARE(read, value);
    }
    QCOMPARE(ask(*m_session, QStringLiteral("select count(*) from kinds where x is null")), QStringLiteral("0"));
}

void TstCodec::keepsMicroseconds()
{
    // To the year 2255, where a double still counts single microseconds.
    for (const qint64 us : {qint64(0), qint64(1), qint64(-1), qint64(1'795'252'493'000'123), qint64(951'827'696'999'999),
                            qint64(-2'208'988'799'999'999), qint64(9'007'199'254'740'991)})
        QCOMPARE(roundTrip(*m_session, "at", "{ts:v}", "{us:at}", Timestamp{us}).us, us);
    m_session->execute(QStringLiteral("delete from kinds"));
    Query(*m_session, QStringLiteral("insert into kinds (at) values ({now})")).exec();
    const Timestamp now = Timestamp::now();
    Query query(*m_session, QStringLiteral("select {us:at} from kinds"));
    QVERIFY(query.first());
    QVERIFY(std::abs(query.get<Timestamp>(0).us - now.us) < 5'000'000);
}

void TstCodec::readsMicrosecondsThatTheServerWrote()
{
    const auto session = Session::open(m_databases->postgresql());
    QCOMPARE(ask(*session, QStringLiteral("select {us:timestamptz '2026-11-21 10:14:53.000123+01'}")), QStringLiteral("1795252493000123"));
    QCOMPARE(ask(*session, QStringLiteral("select {us:timestamptz '1969-12-31 23:59:59.999999+00'}")), QStringLiteral("-1"));
}

void TstCodec::saysThatInfinityIsNoMoment()
{
    const auto session = Session::open(m_databases->postgresql());
    for (const char *text : {"infinity", "-infinity"}) {
        const Error error = errorOf([&] { ask(*session, QStringLiteral("select {us:timestamptz '%1'}").arg(QLatin1String(text))); });
        QVERIFY2(error.evidence.contains(QLatin1String("infinity"), Qt::CaseInsensitive), qPrintable(error.text()));
    }
}

void TstCodec::formatsIso()
{
    QCOMPARE(Timestamp{1'795'252'493'000'123}.toIso(), QStringLiteral("2026-11-21T09:14:53.000123Z"));
    QCOMPARE(Timestamp{-1}.toIso(), QStringLiteral("1969-12-31T23:59:59.999999Z"));
    QCOMPARE(Timestamp{-1}.toDateTime().toMSecsSinceEpoch(), -1);
    for (const qint64 us : {qint64(0), qint64(-1), qint64(1'795'252'493'000'123)})
        QCOMPARE(Timestamp::fromIso(Timestamp{us}.toIso())->us, us);
    QCOMPARE(Timestamp::fromIso(QStringLiteral("2026-11-21T10:14:53.000123+01:00"))->us, 1'795'252'493'000'123);
    QCOMPARE(Timestamp::fromIso(QStringLiteral("2026-11-21T09:14:53"))->us, 1'795'252'493'000'000);
    QVERIFY(!Timestamp::fromIso(QStringLiteral("yesterday")));
}

void TstCodec::keepsJsonNumbers()
{
    const QJsonObject object{{QStringLiteral("big"), (qint64(1) << 53) + 1},
                             {QStringLiteral("tenth"), 0.1},
                             {QStringLiteral("tiny"), 5e-324},
                             {QStringLiteral("yes"), true},
                             {QStringLiteral("none"), QJsonValue()},
                             {QStringLiteral("quote ' \" \\ : {x} $$"), QStringLiteral("é😀 ' \" \\ :v ?")}};
    QCOMPARE(roundTrip(*m_session, "j", "{json_in:v}", "{json:j}", object), object);
    QCOMPARE(roundTrip(*m_session, "j", "{json_in:v}", "{json:j}", QJsonArray{1, QJsonArray{}}), (QJsonArray{1, QJsonArray{}}));
}

void TstCodec::keepsTags()
{
    const QStringList tags{QStringLiteral("a,b"), QStringLiteral("say \"hi\""), QStringLiteral("it's"), QStringLiteral("{x}"),
                           QStringLiteral("back\\slash"), QStringLiteral("漢字 😀"), QStringLiteral("NULL"), QStringLiteral(" ")};
    QCOMPARE(roundTrip(*m_session, "tags", "{tags_in:v}", "{tags:tags}", tags), tags);
    for (const QString &tag : tags) {
        Query query(*m_session, QStringLiteral("select 1 from kinds where {has_tag:tags,tag}"));
        QVERIFY2(query.bind("tag", tag).first(), qPrintable(tag));
    }
    Query none(*m_session, QStringLiteral("select 1 from kinds where {has_tag:tags,tag}"));
    QVERIFY(!none.bind("tag", QStringLiteral("a")).first());
    QCOMPARE(roundTrip(*m_session, "tags", "{tags_in:v}", "{tags:tags}", QStringList()), QStringList());
}

void TstCodec::keepsUuids()
{
    const QUuid id = QUuid::createUuid();
    QCOMPARE(roundTrip(*m_session, "u", "{uuid_in:v}", "{uuid:u}", id), id);
    Query query(*m_session, QStringLiteral("select 1 from kinds where u = {uuid_in:id}"));
    QVERIFY(query.bind("id", id).first());
}

void TstCodec::refusesWhatDoesNotFit()
{
    const auto read = [this](const char *sql, auto wanted) {
        return errorOf([&] {
                   Query query(*m_session, QLatin1String(sql));
                   query.first();
                   query.get<decltype(wanted)>(0);
               }).kind;
    };
    QCOMPARE(read("select 'a'", qint64()), ErrorKind::Integrity);
    QCOMPARE(read("select 2147483648", int()), ErrorKind::Integrity);
    QCOMPARE(read("select 2", bool()), ErrorKind::Integrity);
    QCOMPARE(read("select cast(1.5 as double precision)", qint64()), ErrorKind::Integrity);
    QCOMPARE(read("select 'x'", double()), ErrorKind::Integrity);
    QCOMPARE(read("select 'x'", QUuid()), ErrorKind::Integrity);
    QCOMPARE(read("select '[1'", QJsonArray()), ErrorKind::Integrity);
    QCOMPARE(read("select '[1]'", QJsonObject()), ErrorKind::Integrity);
    QCOMPARE(read("select 'x'", QByteArray()), ErrorKind::Integrity);
}

void TstCodec::bindsInjectionsAsText()
{
    const QStringList corpus{
        QStringLiteral("'; drop table kinds; --"),  QStringLiteral("\\'; drop table kinds; --"), QStringLiteral("\\"),
        QStringLiteral("\\\\"),                     QStringLiteral("a\\'b"),                     QStringLiteral("''"),
        QStringLiteral("\"; select 1; \""),         QStringLiteral("$$; drop table kinds; $$"),  QStringLiteral(":v :i ? $1 %1 {us:at}"),
        QStringLiteral("' || (select 'x') || '"),   QStringLiteral("E'\\x41'"),                  QStringLiteral("/* */ -- \n"),
        QStringLiteral("\u02bc\uff07\u2019"),       QStringLiteral("1' OR '1'='1"),              QStringLiteral("\\u0027; --")};
    for (const QString &text : corpus) {
        QCOMPARE(roundTrip(*m_session, "t", ":v", "t", text), text);
        QCOMPARE(Query(*m_session, QStringLiteral("select 1 from kinds where t = :v")).bind("v", text).first(), true);
        const QJsonObject object{{text, text}};
        QCOMPARE(roundTrip(*m_session, "j", "{json_in:v}", "{json:j}", object), object);
    }
    QCOMPARE(ask(*m_session, QStringLiteral("select count(*) from kinds")), QStringLiteral("1"));
}

void TstCodec::leavesCastsColonsAndOperatorsAlone()
{
    const auto session = Session::open(m_databases->postgresql());
    const QJsonObject object{{QStringLiteral("a"), QStringLiteral("y")}, {QStringLiteral("b"), QJsonObject{{QStringLiteral("c"), 5}}}};
    Query query(*session, QStringLiteral("select :v::text || '12:30 :v' || (cast(:j as jsonb) ->> 'a'), cast(:j as jsonb) #>> array['b','c'], "
                                         "cast(:j as jsonb) @> '[]', jsonb_exists(cast(:j as jsonb), 'a')"));
    QVERIFY(query.bind("v", QStringLiteral("x")).bind("j", object).first());
    QCOMPARE(query.get<QString>(0), QStringLiteral("x12:30 :vy"));
    QCOMPARE(query.get<QString>(1), QStringLiteral("5"));
    QCOMPARE(query.get<bool>(2), false);
    QCOMPARE(query.get<bool>(3), true);
    // The question mark of jsonb: the right answer or an error, never another meaning.
    bool found = true;
    const Error error = errorOf([&] {
        Query mark(*session, QStringLiteral("select jsonb_build_object('a', 1) ? 'a' and 'x' = :v"));
        found = mark.bind("v", QStringLiteral("x")).first() && mark.get<bool>(0);
    });
    QVERIFY(found || error.kind != ErrorKind::Internal || !error.evidence.isEmpty());
}

void TstCodec::searchesAlikeOnBoth()
{
    m_session->execute(QStringLiteral("delete from kinds"));
    for (const char *text : {"Orders 50% off", "orders_archive", "ÉTÉ", "été", "C:\\data"})
        Query(*m_session, QStringLiteral("insert into kinds (t) values (:t)")).bind("t", QString::fromUtf8(text)).exec();
    const auto count = [this](const char *needle) {
        Query query(*m_session, QStringLiteral("select count(*) from kinds where {contains:t,p}"));
        query.bind("p", Dialect::likePattern(QString::fromUtf8(needle))).first();
        return query.get<int>(0);
    };
    QCOMPARE(count("ORDERS"), 2);
    QCOMPARE(count("50%"), 1);
    QCOMPARE(count("%"), 1);
    QCOMPARE(count("_"), 1);
    QCOMPARE(count("c:\\"), 1);
    QCOMPARE(count("été"), 2);
    QCOMPARE(count("ÉTÉ"), 2);
}

void TstCodec::bucketsTime()
{
    m_session->execute(QStringLiteral("delete from kinds"));
    for (const qint64 us : {qint64(59'999'999), qint64(60'000'000), qint64(119'999'999)})
        Query(*m_session, QStringLiteral("insert into kinds (at) values ({ts:v})")).bind("v", Timestamp{us}).exec();
    Query query(*m_session, QStringLiteral("select {bucket:at,60}, count(*) from kinds group by 1 order by 1"));
    QVERIFY(query.first());
    QCOMPARE(query.get<qint64>(0), 0);
    QVERIFY(query.next());
    QCOMPARE(query.get<qint64>(0), 60'000'000);
    QCOMPARE(query.get<int>(1), 2);
}

HEADGATE_TEST(TstCodec);
#include "tst_codec.moc"
