// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listkeyset.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr int kRows = 300;

struct Row {
    qint64 id;
    std::optional<qint64> value;
};

qint64 readId(const Query &query) { return query.get<qint64>(0); }

}  // namespace

/// Each cursor answers what a cut from the whole list in memory does: both directions, NULLs, skips, on both databases.
class TstListKeyset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void initTestCase();
    void init();
    void everyCursor();
    void ranks();

private:
    ListSource source() const;
    QList<qint64> ids() const;
    QVariantList keyAt(int at) const;

    std::unique_ptr<BothDatabases> m_databases;
    std::unique_ptr<Session> m_session;
    QList<Row> m_rows;  ///< in the order of the list
    bool m_nullable = false;
    bool m_descending = false;
};

void TstListKeyset::initTestCase_data()
{
    QTest::addColumn<Dialect::Kind>("kind");
    QTest::addColumn<bool>("nullable");
    QTest::addColumn<bool>("descending");
    for (const auto kind : {Dialect::Kind::Sqlite, Dialect::Kind::Postgresql})
        for (const bool nullable : {false, true})
            for (const bool descending : {false, true})
                QTest::addRow("%s%s%s", kind == Dialect::Kind::Sqlite ? "sqlite" : "postgresql", nullable ? " nulls" : "", descending ? " descending" : "")
                    << kind << nullable << descending;
}

void TstListKeyset::initTestCase()
{
    m_databases = std::make_unique<BothDatabases>();
}

void TstListKeyset::init()
{
    QFETCH_GLOBAL(Dialect::Kind, kind);
    QFETCH_GLOBAL(bool, nullable);
    QFETCH_GLOBAL(bool, descending);
    m_nullable = nullable;
    m_descending = descending;
    m_session = Session::open(kind == Dialect::Kind::Sqlite ? m_databases->sqlite() : m_databases->postgresql());
    m_session->execute(QStringLiteral("drop table if exists thing"));
    m_session->execute(QStringLiteral("create table thing (id bigint primary key, happened %1)")
                           .arg(m_session->dialect().isSqlite() ? QStringLiteral("integer") : QStringLiteral("timestamptz")));
    m_rows.clear();
    QRandomGenerator random(7);
    Query insert(*m_session, QStringLiteral("insert into thing values (:id, {ts:at})"));
    for (int id = 1; id <= kRows; ++id) {
        Row row{id, random.bounded(40) * 1'000'003LL};
        if (nullable && random.bounded(4) == 0) row.value.reset();
        insert.bind("id", row.id).bind("at", row.value ? std::optional(Timestamp{*row.value}) : std::nullopt).exec();
        m_rows << row;
    }
    std::ranges::sort(m_rows, [](const Row &a, const Row &b) { return std::pair(a.value, a.id) < std::pair(b.value, b.id); });
    if (descending) std::ranges::reverse(m_rows);
}

ListSource TstListKeyset::source() const
{
    ListSource source{QStringLiteral("id"), QStringLiteral("thing"), {}, {}};
    source.order = {QStringLiteral("id"), QStringLiteral("happened"), ListColumn::Type::Time, m_nullable, m_descending};
    return source;
}

QList<qint64> TstListKeyset::ids() const
{
    QList<qint64> all;
    for (const Row &row : m_rows) all << row.id;
    return all;
}

QVariantList TstListKeyset::keyAt(int at) const
{
    const Row &row = m_rows.at(at);
    return {row.value ? QVariant(*row.value) : QVariant(), row.id};
}

void TstListKeyset::everyCursor()
{
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED") ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt()
                                                                         : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QList<qint64> all = ids();
    for (int round = 0; round < 400; ++round) {
        ListCursor cursor;
        const int at = random.bounded(kRows);
        if (random.bounded(5) > 0) cursor.key = keyAt(at);
        cursor.backward = random.bounded(2) == 0;
        cursor.inclusive = random.bounded(2) == 0;
        cursor.skip = random.bounded(3) == 0 ? random.bounded(kRows + 20) : 0;
        cursor.limit = 1 + random.bounded(50);
        // In memory: the rows in the direction of reading, from the cursor on.
        QList<qint64> ahead = all;
        int from = cursor.key ? at + 1 : 0;
        if (cursor.backward) {
            std::ranges::reverse(ahead);
            from = cursor.key ? kRows - at : 0;
        }
        if (cursor.key && cursor.inclusive) --from;
        from += int(cursor.skip);
        QList<qint64> expected = ahead.mid(from, cursor.limit);
        if (cursor.backward) std::ranges::reverse(expected);
        const auto page = ListKeyset::read<qint64>(*m_session, source(), cursor, readId);
        QCOMPARE(page.rows, expected);
        QCOMPARE(page.atEnd, from + cursor.limit >= kRows);
        if (expected.isEmpty()) continue;
        QCOMPARE(page.firstKey.last().toLongLong(), expected.first());
        QCOMPARE(page.lastKey.last().toLongLong(), expected.last());
    }
}

void TstListKeyset::ranks()
{
    QCOMPARE(ListKeyset::count(*m_session, source()), kRows);
    for (int at = 0; at < kRows; at += 7) QCOMPARE(ListKeyset::rank(*m_session, source(), keyAt(at)), at);
}

HEADGATE_TEST(TstListKeyset);
#include "tst_listkeyset.moc"
