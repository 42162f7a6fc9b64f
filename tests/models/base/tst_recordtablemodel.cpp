// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/id.h"
#include "models/base/recordlistmodel.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QPromise>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <deque>

using namespace headgate;

namespace {

struct Item {
    Id<struct ItemTag> id;
    QString name;
    int rank = 0;
    bool operator==(const Item &) const = default;
};

class ItemModel : public RecordListModel<Item> {
public:
    ItemModel(Fetch fetch, Count count)
        : RecordListModel({{QStringLiteral("name"), QStringLiteral("Name")},
                           {QStringLiteral("rank"), QStringLiteral("Rank"), ColumnKind::Number}},
                          std::move(fetch), std::move(count))
    {
    }

protected:
    QVariant value(const Item &item, int column) const override { return column == 0 ? QVariant(item.name) : QVariant(item.rank); }
};

/// A table in memory that answers in the order of (rank, id); answers wait until release() when `held`.
struct Source {
    QList<Item> items;
    bool held = false;
    std::optional<Error> failure;
    QList<ListCursor> cursors;
    std::vector<CancelToken> tokens;
    std::vector<CancelToken> countTokens;
    std::deque<std::function<void()>> waiting;
    /// The last answer of matching(): whoever changes `items` parts them from `of`.
    mutable struct {
        QList<Item> of;
        ListQuery query;
        QList<Item> found;
    } sorted;

    ItemModel::Fetch fetch()
    {
        return [this](const ListQuery &query, const ListCursor &cursor, const CancelToken &token) {
            cursors << cursor;
            tokens.push_back(token);
            return answer<ListPage<Item>>(failure ? Result<ListPage<Item>>(*failure) : Result(page(query, cursor)));
        };
    }
    ItemModel::Count count()
    {
        return [this](const ListQuery &query, const CancelToken &token) {
            countTokens.push_back(token);
            return answer<qint64>(qint64(matching(query).size()));
        };
    }
    QList<Item> matching(const ListQuery &query) const
    {
        if (sorted.of.isSharedWith(items) && sorted.query == query) return sorted.found;
        QList<Item> found;
        std::ranges::copy_if(items, std::back_inserter(found), [&](const Item &item) { return item.name.contains(query.search); });
        std::ranges::sort(found, [&](const Item &a, const Item &b) {
            const auto left = std::pair(a.rank, a.id.value), right = std::pair(b.rank, b.id.value);
            return query.descending ? right < left : left < right;
        });
        sorted = {items, query, found};
        return found;
    }
    ItemModel::Rank rank()
    {
        return [this](const ListQuery &query, const QVariantList &key, const CancelToken &) { return answer<qint64>(placeOf(matching(query), query, key)); };
    }
    /// How many rows stand before the key.
    static qint64 placeOf(const QList<Item> &rows, const ListQuery &query, const QVariantList &key)
    {
        const auto wanted = std::pair(key.at(0).toInt(), key.at(1).toLongLong());
        return std::ranges::count_if(rows, [&](const Item &each) {
            const auto at = std::pair(each.rank, each.id.value);
            return query.descending ? at > wanted : at < wanted;
        });
    }
    ListPage<Item> page(const ListQuery &query, const ListCursor &cursor) const
    {
        const QList<Item> all = matching(query);
        qint64 from = cursor.backward ? all.size() : 0;
        if (cursor.key) {
            from = placeOf(all, query, *cursor.key);
            const bool isThere = from < all.size() && all[from].id.value == cursor.key->at(1).toLongLong() && all[from].rank == cursor.key->at(0).toInt();
            if (isThere && cursor.backward == cursor.inclusive) ++from;
        }
        from = std::clamp<qint64>(cursor.backward ? from - cursor.skip : from + cursor.skip, 0, all.size());
        const qint64 first = cursor.backward ? std::max<qint64>(0, from - cursor.limit) : from;
        const qint64 end = cursor.backward ? from : std::min<qint64>(all.size(), from + cursor.limit);
        ListPage<Item> page;
        page.rows = all.mid(first, end - first);
        page.atEnd = cursor.backward ? first == 0 : end == all.size();
        const auto key = [](const Item &each) { return QVariantList{each.rank, each.id.value}; };
        if (!page.rows.isEmpty()) page.firstKey = key(page.rows.first()), page.lastKey = key(page.rows.last());
        return page;
    }
    void release(size_t at = 0)
    {
        const auto run = waiting[at];
        waiting.erase(waiting.begin() + long(at));
        run();
    }

private:
    template <typename T>
    QFuture<Result<T>> answer(const Result<T> &result)
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        waiting.push_back([promise, result] {
            promise->addResult(result);
            promise->finish();
        });
        if (!held) release(waiting.size() - 1);
        return promise->future();
    }
};

Item item(int id, int rank, const QString &name = QStringLiteral("item"))
{
    return {{id}, name, rank};
}

ListQuery searching(const QString &text)
{
    ListQuery query;
    query.search = text;
    return query;
}

struct Fixture {
    Source source;
    ItemModel model{source.fetch(), source.count()};
    /// The tester looks at each row after each change: where it matters which rows were asked for, it must not.
    std::optional<QAbstractItemModelTester> tester;

    explicit Fixture(int rows = 0, bool isTested = true)
    {
        if (isTested) tester.emplace(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 1; i <= rows; ++i) source.items << item(i, i * 10);
        model.setRank(source.rank());
        model.setPageSize(10);
    }
    /// All rows, each page looked at.
    QList<Item> rows()
    {
        QList<Item> all;
        for (int row = 0; row < model.rowCount(); ++row) {
            model.index(row, 0).data();
            const bool isHere = QTest::qWaitFor([&] { return row >= model.rowCount() || model.isLoaded(row); });
            if (!isHere || row >= model.rowCount()) break;
            all << *model.find(row);
        }
        return all;
    }
    void load(const ListQuery &query = {})
    {
        QSignalSpy loaded(&model, &RecordTableModel::loaded);
        model.setQuery(query);
        QVERIFY(loaded.wait());
    }
    void refresh()
    {
        QSignalSpy loaded(&model, &RecordTableModel::loaded);
        model.refresh();
        QVERIFY(loaded.wait());
    }
};

}  // namespace

class TstRecordTableModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesByKeyAndCountsLate();
    void jumpsAnywhere();
    void rowsAboveShiftTheRest();
    void cancelsWhatNobodyWaitsFor();
    void memoryIsBounded();
    void keepsSelectionAcrossRefresh();
    void resetsOnlyForANewQuery();
    void dropsALateAnswer();
    void keepsRowsOnFailure();
    void ignoresARowThatComesTwice();
    void sortAsksAgain();
    void randomRefreshes();
    void refreshesReadNoMoreEachTime();
    void finishesARefreshBeforeTheNext();
    void countsPatientlyWithoutAnEstimate();
    void countsAgainWhenAQueryIsGivenUp();
    void answersForATime();
};

void TstRecordTableModel::pagesByKeyAndCountsLate()
{
    Fixture f(25, false);
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

/// The end, the middle and back: each from the nearest key, with no more rows skipped than lie between.
void TstRecordTableModel::jumpsAnywhere()
{
    Fixture f(1000, false);
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

/// Rows come at the top while a person looks at the middle: what they see keeps its ids and moves down.
void TstRecordTableModel::rowsAboveShiftTheRest()
{
    Fixture f(1000, false);
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

void TstRecordTableModel::cancelsWhatNobodyWaitsFor()
{
    Fixture f(1000, false);
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
    Fixture f(30'000, false);
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

void TstRecordTableModel::keepsSelectionAcrossRefresh()
{
    Fixture f(8);
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

void TstRecordTableModel::resetsOnlyForANewQuery()
{
    Fixture f(5);
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
    Fixture f(3);
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
    Fixture f(15, false);
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

/// A row that has moved since it was read turns up again on a later page: it is shown there, once.
void TstRecordTableModel::ignoresARowThatComesTwice()
{
    Fixture f(12, false);
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
    Fixture f(3);
    f.load();
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.model.sort(1, Qt::DescendingOrder);
    QVERIFY(loaded.wait());
    QCOMPARE(f.model.query().sortColumn, QStringLiteral("rank"));
    QCOMPARE(f.model.find(0)->id.value, 3);
}

void TstRecordTableModel::randomRefreshes()
{
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED")
                             ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt()
                             : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    Fixture f(30);
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

/// What a refresh reads stays; what it reads next time must not be more for that.
void TstRecordTableModel::refreshesReadNoMoreEachTime()
{
    Fixture f(30'000, false);
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

/// Asked for faster than answered: what runs comes to its end, and then once more.
void TstRecordTableModel::finishesARefreshBeforeTheNext()
{
    Fixture f(8);
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

void TstRecordTableModel::countsPatientlyWithoutAnEstimate()
{
    Fixture f(1000, false);
    f.source.held = true;
    f.model.setQuery({});
    f.source.release();
    QTRY_COMPARE(f.source.countTokens.size(), 1U);
    QTest::qWait(400);
    QVERIFY(!f.source.countTokens.back().isCancelled());
    f.source.release();
    QTRY_COMPARE(f.model.rowCount(), 1000);

    Fixture estimating(1000, false);
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

void TstRecordTableModel::countsAgainWhenAQueryIsGivenUp()
{
    Fixture f(25, false);
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

void TstRecordTableModel::answersForATime()
{
    Fixture f(25, false);
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
