// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/rowwriter.h"
#include "models/database/dberror.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

using Type = RowWriter::Type;

constexpr char kUuid[] = "2d6c9a5e-7a3f-4b52-9d6a-6f6f6f6f6f6f";

std::unique_ptr<RowWriter> writer(Session &session)
{
    return RowWriter::open(session, "everything",
                           {{"id", Type::Number}, {"at", Type::Time}, {"name", Type::Text}, {"detail", Type::Json}, {"op", Type::Uuid}, {"raw", Type::Bytes}});
}

void writeRow(RowWriter &rows, qint64 id, QByteArrayView name = "x")
{
    rows.number(id);
    rows.number(1'795'252'493'000'123);
    rows.bytes(name);
    rows.bytes(R"({"a":"ä\u0001\\"})");
    rows.bytes(kUuid);
    rows.bytes(QByteArrayView("\0\xff\n\\.", 5));
    rows.endRow();
}

}  // namespace

class TstRowWriter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { BothDatabases::addRows(); }
    void init();
    void keepsEveryValue();
    void keepsManyRows();
    void saysWhatTheDatabaseSaid();
    void leavesNothingWithoutFinish();
    void isStopped();
    void runsIntoItsDeadline();

private:
    qint64 count() { return ask(*m_session, u"select count(*) from everything"_s).toLongLong(); }

    std::unique_ptr<BothDatabases> m_databases = std::make_unique<BothDatabases>();
    std::unique_ptr<Session> m_session;
};

void TstRowWriter::init()
{
    QFETCH_GLOBAL(Dialect::Kind, kind);
    m_session = Session::open(kind == Dialect::Kind::Sqlite ? m_databases->sqlite() : m_databases->postgresql());
    const bool pg = m_session->dialect().isPostgresql();
    m_session->execute(u"drop table if exists everything"_s);
    m_session->execute(pg ? u"create table everything (id bigint primary key, at timestamptz, name text, detail jsonb, op uuid, raw bytea)"_s
                          : u"create table everything (id integer primary key, at integer, name text, detail text check (detail is null or json_valid(detail)), op text, raw blob) strict"_s);
}

void TstRowWriter::keepsEveryValue()
{
    const QByteArray name = u"tab\t nl\n cr\r quote' back\\slash \\N \\. ä 🐘"_s.toUtf8();
    const auto rows = writer(*m_session);
    writeRow(*rows, 1, name);
    rows->number(-2);
    for (int i = 0; i < 5; ++i) rows->null();
    rows->endRow();
    rows->number(3);
    rows->number(-1);
    for (int i = 0; i < 1; ++i) rows->bytes("");
    rows->bytes("{}");
    rows->null();
    rows->bytes("");
    rows->endRow();
    QCOMPARE(rows->finish(), 3);

    Query query(*m_session, u"select id, {us:at}, name, {json:detail}, {uuid:op}, raw from everything order by id"_s);
    query.exec();
    QVERIFY(query.next());
    QCOMPARE(query.get<qint64>(0), -2);
    for (int column = 1; column < 6; ++column) QVERIFY(query.isNull(column));
    QVERIFY(query.next());
    QCOMPARE(query.get<Timestamp>(1).us, 1'795'252'493'000'123);
    QCOMPARE(query.get<QString>(2).toUtf8(), name);
    QCOMPARE(query.get<QJsonObject>(3), (QJsonObject{{u"a"_s, u"ä\x01\\"_s}}));
    QCOMPARE(query.get<QUuid>(4), QUuid(QLatin1String(kUuid)));
    QCOMPARE(query.get<QByteArray>(5), QByteArray("\0\xff\n\\.", 5));
    QVERIFY(query.next());
    QCOMPARE(query.get<Timestamp>(1).us, -1);
    QVERIFY(!query.isNull(2) && query.get<QString>(2).isEmpty());
    QVERIFY(!query.isNull(5) && query.get<QByteArray>(5).isEmpty());
}

void TstRowWriter::keepsManyRows()
{
    Transaction transaction(*m_session);
    const auto rows = writer(*m_session);
    for (qint64 i = 0; i < 5'000; ++i) writeRow(*rows, i);
    QCOMPARE(rows->finish(), 5'000);
    transaction.commit();
    QCOMPARE(count(), 5'000);
}

void TstRowWriter::saysWhatTheDatabaseSaid()
{
    const auto twice = [this] {
        const auto rows = writer(*m_session);
        writeRow(*rows, 7);
        writeRow(*rows, 7);
        rows->finish();
    };
    try {
        Transaction transaction(*m_session);
        twice();
        QFAIL("the key was taken twice");
    } catch (const DbError &error) {
        QVERIFY2(error.isUniqueViolation(), qPrintable(error.error().text()));
        QVERIFY(!error.error().evidence.isEmpty());
    }
    const Error missing = errorOf([this] { RowWriter::open(*m_session, "nowhere", {{"id", Type::Number}}); });
    QVERIFY2(missing.evidence.contains(u"nowhere"_s), qPrintable(missing.text()));
    QCOMPARE(count(), 0);
}

void TstRowWriter::leavesNothingWithoutFinish()
{
    {
        Transaction transaction(*m_session);
        const auto rows = writer(*m_session);
        for (qint64 i = 0; i < 2'000; ++i) writeRow(*rows, i);
    }
    QCOMPARE(count(), 0);  // and the session is of use
}

void TstRowWriter::isStopped()
{
    const CancelToken token;
    m_session->setCancelToken(token);
    const Error stopped = errorOf([&] {
        Transaction transaction(*m_session);
        const auto rows = writer(*m_session);
        for (qint64 i = 0; i < 100'000'000; ++i) {
            writeRow(*rows, i);
            if (i == 20'000) token.cancel();
        }
    });
    QCOMPARE(stopped.kind, ErrorKind::Cancelled);
    m_session->setCancelToken({});
    QCOMPARE(count(), 0);
}

void TstRowWriter::runsIntoItsDeadline()
{
    m_session->setStatementTimeout(300);
    const Error late = errorOf([&] {
        Transaction transaction(*m_session);
        const auto rows = writer(*m_session);
        // SQLite's deadline is that of a thousand rows.
        for (qint64 i = 0; i < 100'000'000; ++i) {
            writeRow(*rows, i);
            if (i == 500) QTest::qSleep(3'000);
        }
    });
    QCOMPARE(late.kind, ErrorKind::Timeout);
    m_session->setStatementTimeout(30'000);
    QCOMPARE(count(), 0);
}

HEADGATE_TEST(TstRowWriter);
#include "tst_rowwriter.moc"
