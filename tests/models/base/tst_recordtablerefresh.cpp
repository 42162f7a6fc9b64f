// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/base/itemsource.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

using namespace headgate;
using namespace headgate::test;

class TstRecordTableRefresh : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsAboveShiftTheRest();
    void keepsSelectionAcrossRefresh();
    void randomRefreshes();
    void refreshesReadNoMoreEachTime();
    void finishesARefreshBeforeTheNext();
    void countsPatientlyWithoutAnEstimate();
    void countsAgainWhenAQueryIsGivenUp();
};

void TstRecordTableRefresh::rowsAboveShiftTheRest()
{
    ItemFixture f(1000, false);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 1000);
    f.model.setViewport(500, 520);
    QTRY_VERIFY(f.model.isLoaded(519));
    const QPersistentModelIndex seen = f.model.index(505, 0);
    QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
    for (int i = 0; i < 30; ++i) f.source.items << item(2000 + i, -i);
    f.refresh();
    QTRY_COMPARE(f.model.rowCount(), 1030);
    QTRY_COMPARE(seen.row(), 535);
    QCOMPARE(f.model.idAt(535), 506);
    QCOMPARE(resets.size(), 0);
}

void TstRecordTableRefresh::keepsSelectionAcrossRefresh()
{
    ItemFixture f(8);
    f.load();
    const QPersistentModelIndex selected = f.model.index(f.model.rowOf(5), 1);
    QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
    f.source.items[4].rank = 1;  // moves to the top
    f.source.items.removeAt(0);
    f.source.items << item(9, 15);
    f.refresh();
    QCOMPARE(resets.size(), 0);
    QVERIFY(selected.isValid());
    QCOMPARE(selected.row(), 0);
    QCOMPARE(selected.data(RecordTableModel::IdRole).toLongLong(), 5);
    QCOMPARE(f.rows(), f.source.matching({}));
}

void TstRecordTableRefresh::randomRefreshes()
{
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED")
                             ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt()
                             : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    ItemFixture f(30);
    f.model.setPageSize(1000);
    f.load();
    QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
    int nextId = 31;
    for (int round = 0; round < 200; ++round) {
        QHash<qint64, QPersistentModelIndex> marks;
        for (int row = 0; row < f.model.rowCount(); ++row) marks.insert(f.model.idAt(row), f.model.index(row, 0));
        for (int change = random.bounded(12); change > 0; --change) {
            QList<Item> &items = f.source.items;
            const int at = items.isEmpty() ? 0 : random.bounded(int(items.size()));
            const int act = items.isEmpty() ? 0 : random.bounded(3);
            if (act == 0) items << item(nextId++, random.bounded(400));
            if (act == 1) items.removeAt(at);
            if (act == 2) items[at].rank = random.bounded(400);
        }
        f.refresh();
        QCOMPARE(f.rows(), f.source.matching({}));
        for (auto it = marks.cbegin(); it != marks.cend(); ++it) {
            QCOMPARE(it.value().isValid(), f.model.rowOf(it.key()) >= 0);
            if (it.value().isValid()) QCOMPARE(it.value().row(), f.model.rowOf(it.key()));
        }
    }
    QCOMPARE(resets.size(), 0);
}

void TstRecordTableRefresh::refreshesReadNoMoreEachTime()
{
    ItemFixture f(30'000, false);
    f.model.setPageSize(200);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 30'000);
    f.model.setViewport(0, 40);
    const QPersistentModelIndex selected = f.model.index(150, 0);
    for (int i = 0; i < 20; ++i) {
        f.source.cursors.clear();
        f.source.items << item(100'000 + i, -i);
        f.refresh();
        for (const ListCursor &cursor : std::as_const(f.source.cursors)) QVERIFY(cursor.limit <= 1000);
        QVERIFY(f.model.loadedRows() <= 1400);
        QCOMPARE(f.model.idAt(selected.row()), 151);
    }
}

void TstRecordTableRefresh::finishesARefreshBeforeTheNext()
{
    ItemFixture f(8);
    f.load();
    f.source.held = true;
    f.source.tokens.clear();
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.model.refresh();
    f.source.items << item(9, 15);
    f.model.refresh();
    f.model.refresh();
    QCOMPARE(f.source.tokens.size(), 1U);
    QVERIFY(!f.source.tokens.front().isCancelled());
    f.source.release();
    QTRY_COMPARE(loaded.size(), 1);
    QTRY_COMPARE(f.source.waiting.size(), 1U);
    f.source.release();
    QTRY_COMPARE(loaded.size(), 2);
    QCOMPARE(f.model.rowCount(), 9);
    QTest::qWait(10);
    QVERIFY(f.source.waiting.empty());
    // The same while the first page of a query is under way, unless it failed or is given up.
    f.source.tokens.clear();
    f.model.setQuery(searching(QStringLiteral("item")));
    f.model.refresh();
    QVERIFY(!f.source.tokens.front().isCancelled());
    f.model.cancelQuery();
    f.source.release();
    QTest::qWait(10);
    QVERIFY(f.source.waiting.empty());
    QCOMPARE(loaded.size(), 2);
}

void TstRecordTableRefresh::countsPatientlyWithoutAnEstimate()
{
    ItemFixture f(1000, false);
    f.source.held = true;
    f.model.setQuery({});
    f.source.release();
    QTRY_COMPARE(f.source.countTokens.size(), 1U);
    QTest::qWait(400);
    QVERIFY(!f.source.countTokens.back().isCancelled());
    f.source.release();
    QTRY_COMPARE(f.model.rowCount(), 1000);

    ItemFixture estimating(1000, false);
    estimating.model.setEstimate([&estimating](const ListQuery &, const CancelToken &) {
        QPromise<Result<qint64>> promise;
        promise.start();
        promise.addResult(Result<qint64>(900));
        promise.finish();
        return promise.future();
    });
    estimating.source.held = true;
    estimating.model.setQuery({});
    estimating.source.release();
    QTRY_COMPARE(estimating.source.countTokens.size(), 1U);
    QTRY_VERIFY(estimating.source.countTokens.back().isCancelled());
    QCOMPARE(estimating.model.countText(), QStringLiteral("≈ 900"));
    // Asked for by name it takes its time, however often it is asked for.
    estimating.model.countExactly();
    estimating.model.countExactly();
    QCOMPARE(estimating.source.countTokens.size(), 2U);
    QTest::qWait(400);
    QVERIFY(!estimating.source.countTokens.back().isCancelled());
}

void TstRecordTableRefresh::countsAgainWhenAQueryIsGivenUp()
{
    ItemFixture f(25, false);
    f.source.held = true;
    f.model.setQuery({});
    f.source.release();
    QTRY_COMPARE(f.source.countTokens.size(), 1U);
    f.model.sort(1, Qt::DescendingOrder);
    QVERIFY(f.source.countTokens.back().isCancelled());
    f.source.held = false;
    f.model.cancelQuery();
    QTRY_COMPARE(f.model.count(), std::optional<qint64>(25));
}

HEADGATE_TEST(TstRecordTableRefresh);
#include "tst_recordtablerefresh.moc"
