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
    int pages = 0;
    std::vector<CancelToken> tokens;
    std::deque<std::function<void()>> waiting;

    ItemModel::Fetch fetch()
    {
        return [this](const ListQuery &query, const ListCursor &cursor, const CancelToken &token) {
            ++pages;
            tokens.push_back(token);
            return answer<ListPage<Item>>(failure ? Result<ListPage<Item>>(*failure) : Result(page(query, cursor)));
        };
    }
    ItemModel::Count count()
    {
        return [this](const ListQuery &query, const CancelToken &) { return answer<qint64>(qint64(matching(query).size())); };
    }
    QList<Item> matching(const ListQuery &query) const
    {
        QList<Item> found;
        std::ranges::copy_if(items, std::back_inserter(found), [&](const Item &item) { return item.name.contains(query.search); });
        std::ranges::sort(found, [&](const Item &a, const Item &b) {
            const auto left = std::pair(a.rank, a.id.value), right = std::pair(b.rank, b.id.value);
            return query.descending ? right < left : left < right;
        });
        return found;
    }
    ListPage<Item> page(const ListQuery &query, const ListCursor &cursor) const
    {
        ListPage<Item> page;
        for (const Item &item : matching(query)) {
            if (cursor.key) {
                const auto at = std::pair(item.rank, item.id.value);
                const auto key = std::pair(cursor.key->at(0).toInt(), cursor.key->at(1).toLongLong());
                if (query.descending ? at >= key : at <= key) continue;
            }
            if (page.rows.size() == cursor.limit) {
                page.atEnd = false;
                break;
            }
            page.rows << item;
        }
        if (!page.rows.isEmpty()) page.lastKey = {page.rows.last().rank, page.rows.last().id.value};
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
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    explicit Fixture(int rows = 0)
    {
        for (int i = 1; i <= rows; ++i) source.items << item(i, i * 10);
        model.setPageSize(10);
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
    void keepsSelectionAcrossRefresh();
    void resetsOnlyForANewQuery();
    void dropsALateAnswer();
    void keepsRowsOnFailure();
    void ignoresARowThatComesTwice();
    void sortAsksAgain();
    void randomRefreshes();
};

void TstRecordTableModel::pagesByKeyAndCountsLate()
{
    Fixture f(25);
    QSignalSpy counted(&f.model, &RecordTableModel::countChanged);
    f.load();
    QCOMPARE(f.model.rowCount(), 10);
    QVERIFY(!f.model.count());
    QVERIFY(counted.wait());
    QCOMPARE(f.model.count(), std::optional<qint64>(25));
    while (f.model.canFetchMore({})) {
        QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
        f.model.fetchMore({});
        QVERIFY(loaded.wait());
    }
    QCOMPARE(f.model.rowCount(), 25);
    QCOMPARE(f.source.pages, 3);
    QCOMPARE(f.model.rowOf(17), 16);
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
    QCOMPARE(f.model.rows(), f.source.matching({}));
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
    QCOMPARE(f.model.rowAt(0).name, QStringLiteral("wanted"));
}

void TstRecordTableModel::keepsRowsOnFailure()
{
    Fixture f(15);
    f.load();
    f.source.failure = Error{ErrorKind::Unreachable, QStringLiteral("The server went away."), {}, {}, {}};
    QSignalSpy failed(&f.model, &RecordTableModel::failed);
    f.model.fetchMore({});
    QVERIFY(failed.wait());
    QCOMPARE(f.model.rowCount(), 10);
    QVERIFY(f.model.error());
    QVERIFY(!f.model.canFetchMore({}));
    f.model.setQuery(searching(QStringLiteral("other")));
    QVERIFY(failed.wait());
    QCOMPARE(f.model.rowCount(), 10);
    f.source.failure.reset();
    f.refresh();  // the retry completes the new query
    QCOMPARE(f.model.rowCount(), 0);
    QVERIFY(!f.model.error());
}

void TstRecordTableModel::ignoresARowThatComesTwice()
{
    Fixture f(12);
    f.load();
    f.source.items[0].rank = 1000;  // seen on the first page already
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.model.fetchMore({});
    QVERIFY(loaded.wait());
    QCOMPARE(f.model.rowCount(), 12);
}

void TstRecordTableModel::sortAsksAgain()
{
    Fixture f(3);
    f.load();
    QSignalSpy loaded(&f.model, &RecordTableModel::loaded);
    f.model.sort(1, Qt::DescendingOrder);
    QVERIFY(loaded.wait());
    QCOMPARE(f.model.query().sortColumn, QStringLiteral("rank"));
    QCOMPARE(f.model.rowAt(0).id.value, 3);
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
        QCOMPARE(f.model.rows(), f.source.matching({}));
        for (auto it = marks.cbegin(); it != marks.cend(); ++it) {
            QCOMPARE(it.value().isValid(), f.model.rowOf(it.key()) >= 0);
            if (it.value().isValid()) QCOMPARE(it.value().row(), f.model.rowOf(it.key()));
        }
    }
    QCOMPARE(resets.size(), 0);
}

HEADGATE_TEST(TstRecordTableModel);
#include "tst_recordtablemodel.moc"
