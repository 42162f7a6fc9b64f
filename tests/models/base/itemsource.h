// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"
#include "models/base/recordlistmodel.h"

#include <QAbstractItemModelTester>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>
#include <deque>

namespace headgate::test {

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

inline Item item(int id, int rank, const QString &name = QStringLiteral("item"))
{
    return {{id}, name, rank};
}

inline ListQuery searching(const QString &text)
{
    ListQuery query;
    query.search = text;
    return query;
}

/// A list over such a table.
struct ItemFixture {
    Source source;
    ItemModel model{source.fetch(), source.count()};
    /// The tester looks at each row after each change: where it matters which rows were asked for, it must not.
    std::optional<QAbstractItemModelTester> tester;

    explicit ItemFixture(int rows = 0, bool isTested = true)
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

}  // namespace headgate::test
