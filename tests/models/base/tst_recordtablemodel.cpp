// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/base/itemsource.h"
#include "tests/support/testregistry.h"

using namespace headgate;
using namespace headgate::test;

class TstRecordTableModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesByKeyAndCountsLate();
    void jumpsAnywhere();
    void cancelsWhatNobodyWaitsFor();
    void memoryIsBounded();
    void resetsOnlyForANewQuery();
    void dropsALateAnswer();
    void keepsRowsOnFailure();
    void ignoresARowThatComesTwice();
    void sortAsksAgain();
    void answersForATime();
};

void TstRecordTableModel::pagesByKeyAndCountsLate()
{
    ItemFixture f(25, false);
    QSignalSpy counted(&f.model, &RecordTableModel::countChanged);
    f.load();
    QCOMPARE(f.model.rowCount(), 11);  // one more is there at least
    QVERIFY(!f.model.count());
    QTRY_COMPARE(f.model.count(), std::optional<qint64>(25));
    QCOMPARE(f.model.rowCount(), 25);
    QVERIFY(!f.model.index(17, 0).data().isValid());
    QTRY_VERIFY(f.model.isLoaded(17));
    QCOMPARE(f.source.cursors.last().key->last().toLongLong(), 10);
    QCOMPARE(f.model.rowOf(17), 16);
    QVERIFY(!f.model.isLoaded(24));
}

void TstRecordTableModel::jumpsAnywhere()
{
    ItemFixture f(1000, false);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 1000);
    f.source.cursors.clear();
    f.model.setViewport(990, 1000);
    QTRY_VERIFY(f.model.isLoaded(999));
    const ListCursor toEnd = f.source.cursors.first();
    QVERIFY(!toEnd.key && toEnd.backward && toEnd.skip == 0);
    QCOMPARE(f.model.idAt(995), 996);
    f.source.cursors.clear();
    f.model.setViewport(900, 910);
    QTRY_VERIFY(f.model.isLoaded(909));
    QCOMPARE(f.model.idAt(905), 906);
    QVERIFY(f.source.cursors.first().key);
    QVERIFY(f.source.cursors.first().skip <= 90);
    f.model.setViewport(0, 10);
    QTRY_VERIFY(f.model.isLoaded(19));  // from the top only the way down is left
    QCOMPARE(f.model.idAt(19), 20);
}

void TstRecordTableModel::cancelsWhatNobodyWaitsFor()
{
    ItemFixture f(1000, false);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 1000);
    f.source.held = true;
    f.model.setViewport(500, 510);
    QTRY_COMPARE(f.source.waiting.size(), 1U);
    const CancelToken first = f.source.tokens.back();
    f.model.setViewport(200, 210);
    QTRY_COMPARE(f.source.waiting.size(), 2U);
    QVERIFY(first.isCancelled());
    f.source.release(0);  // too late
    QTest::qWait(10);
    QVERIFY(!f.model.isLoaded(500));
    f.source.held = false;
    f.source.release(0);
    QTRY_VERIFY(f.model.isLoaded(209));
}

void TstRecordTableModel::memoryIsBounded()
{
    ItemFixture f(30'000, false);
    f.model.setPageSize(200);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 30'000);
    QSignalSpy changed(&f.model, &QAbstractItemModel::dataChanged);
    for (int row = 0; row < 30'000; row += 150) {
        f.model.setViewport(row, std::min(row + 40, 30'000));
        while (!f.model.isLoaded(std::min(row + 39, 29'999))) QVERIFY(changed.wait());
        QCOMPARE(f.model.idAt(row), row + 1);
        QVERIFY(f.model.loadedRows() <= RecordTableModel::KeptRows + 400);
    }
}

void TstRecordTableModel::resetsOnlyForANewQuery()
{
    ItemFixture f(5);
    f.load();
    QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
    f.refresh();
    f.model.setQuery({});  // the same one: nothing to do
    QVERIFY(!f.model.isLoading());
    QCOMPARE(resets.size(), 0);
    f.load(searching(QStringLiteral("none of them")));
    QCOMPARE(resets.size(), 1);
    QCOMPARE(f.model.rowCount(), 0);
    QCOMPARE(f.model.count(), std::optional<qint64>(0));
}

void TstRecordTableModel::dropsALateAnswer()
{
    ItemFixture f(3);
    f.source.items << item(4, 40, QStringLiteral("wanted"));
    f.source.held = true;
    f.model.setQuery(searching(QStringLiteral("item")));
    f.model.setQuery(searching(QStringLiteral("wanted")));
    QVERIFY(f.source.tokens[0].isCancelled());
    QVERIFY(!f.source.tokens[1].isCancelled());
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.source.release(1);
    QVERIFY(loaded.wait());
    f.source.release(0);
    QTest::qWait(20);
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(f.model.rowCount(), 1);
    QCOMPARE(f.model.find(0)->name, QStringLiteral("wanted"));
}

void TstRecordTableModel::keepsRowsOnFailure()
{
    ItemFixture f(15, false);
    f.load();
    f.source.failure = Error{ErrorKind::Unreachable, QStringLiteral("The server went away."), {}, {}, {}};
    QSignalSpy failed(&f.model, &RecordTableModel::failed);
    QTRY_COMPARE(f.model.rowCount(), 15);
    f.model.index(12, 0).data();
    QVERIFY(failed.wait());
    QCOMPARE(f.model.rowCount(), 15);
    QVERIFY(f.model.isLoaded(9));
    QVERIFY(f.model.error());
    f.model.setQuery(searching(QStringLiteral("other")));
    QVERIFY(failed.wait());
    QCOMPARE(f.model.rowCount(), 15);
    f.source.failure.reset();
    f.refresh();  // the retry completes the new query
    QCOMPARE(f.model.rowCount(), 0);
    QVERIFY(!f.model.error());
}

void TstRecordTableModel::ignoresARowThatComesTwice()
{
    ItemFixture f(12, false);
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 12);
    f.source.items[0].rank = 1000;
    f.model.index(11, 0).data();
    QTRY_COMPARE(f.model.rowCount(), 13);  // it came into view where it stands now
    f.model.index(12, 0).data();
    QTRY_COMPARE(f.model.rowOf(1), 12);
    QCOMPARE(f.rows().size(), 12);
}

void TstRecordTableModel::sortAsksAgain()
{
    ItemFixture f(3);
    f.load();
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.model.sort(1, Qt::DescendingOrder);
    QVERIFY(loaded.wait());
    QCOMPARE(f.model.query().sortColumn, QStringLiteral("rank"));
    QCOMPARE(f.model.find(0)->id.value, 3);
}

void TstRecordTableModel::answersForATime()
{
    ItemFixture f(25, false);
    std::vector<CancelToken> tokens;
    std::deque<std::shared_ptr<QPromise<Result<std::optional<qint64>>>>> asked;
    f.model.setRankAt([&](const ListQuery &, Timestamp, const CancelToken &token) {
        tokens.push_back(token);
        asked.push_back(std::make_shared<QPromise<Result<std::optional<qint64>>>>());
        asked.back()->start();
        return asked.back()->future();
    });
    const auto answerWith = [&asked](const Result<std::optional<qint64>> &result) {
        asked.back()->addResult(result);
        asked.back()->finish();
    };
    QList<int> found;
    QList<std::optional<Error>> missed;
    connect(&f.model, &RecordTableModel::rowFound, this, [&found](int row) { found << row; });
    connect(&f.model, &RecordTableModel::rowMissed, this, [&missed](const std::optional<Error> &error) { missed << error; });
    f.load();
    QTRY_COMPARE(f.model.rowCount(), 25);
    f.model.goToTime({});
    f.refresh();  // is no reason to forget what was asked
    answerWith(std::optional<qint64>(7));
    QTRY_COMPARE(found, QList{7});
    f.model.goToTime({});
    answerWith(std::optional<qint64>());
    QTRY_COMPARE(missed.size(), 1);
    QVERIFY(!missed.last());
    f.model.goToTime({});
    answerWith(Error{ErrorKind::Timeout, QStringLiteral("It took too long"), {}, {}, {}});
    QTRY_COMPARE(missed.size(), 2);
    QVERIFY(missed.last());
    QCOMPARE(missed.last()->what, QStringLiteral("It took too long"));
    f.model.goToTime({});
    f.load(searching(QStringLiteral("item")));
    QVERIFY(tokens.back().isCancelled());
    answerWith(std::optional<qint64>(3));
    QTest::qWait(10);
    QCOMPARE(found.size(), 1);
    QCOMPARE(missed.size(), 2);
}

HEADGATE_TEST(TstRecordTableModel);
#include "tst_recordtablemodel.moc"
