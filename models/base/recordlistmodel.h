// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordtablemodel.h"
#include "models/base/result.h"
#include "models/database/codec.h"

#include <QFutureWatcher>
#include <QHash>
#include <functional>

namespace headgate {

/// The typed layer of RecordTableModel: holds the rows that are loaded. `Row` has `id.value` (unique in the list) and
/// `==`. A concrete model is a column table and value(). The functions are called on the model's thread and must not block.
template <typename Row>
class RecordListModel : public RecordTableModel {
public:
    using Fetch = std::function<QFuture<Result<ListPage<Row>>>(const ListQuery &, const ListCursor &, const CancelToken &)>;
    using Count = std::function<QFuture<Result<qint64>>(const ListQuery &, const CancelToken &)>;
    using Rank = std::function<QFuture<Result<qint64>>(const ListQuery &, const QVariantList &, const CancelToken &)>;
    using RankAt = std::function<QFuture<Result<std::optional<qint64>>>(const ListQuery &, Timestamp, const CancelToken &)>;

    RecordListModel(QList<RecordColumn> columns, Fetch fetch, Count count, QObject *parent = nullptr)
        : RecordTableModel(std::move(columns), parent), m_fetch(std::move(fetch)), m_countRows(std::move(count))
    {
    }

    /// Optional: a count in no time, and where a key or a time stands in the list.
    void setEstimate(Count estimate) { m_estimate = std::move(estimate); }
    void setRank(Rank rank) { m_rank = std::move(rank); }
    void setRankAt(RankAt rankAt) { m_rankAt = std::move(rankAt); }

    /// nullptr when the row is not loaded; valid until control returns to the event loop.
    const Row *find(int row) const { return findId(idAt(row)); }
    const Row *findId(qint64 id) const
    {
        const auto found = m_rows.constFind(id);
        return found == m_rows.constEnd() ? nullptr : &*found;
    }
    bool knowsTimes() const final { return bool(m_rankAt); }
    bool knowsEstimate() const final { return bool(m_estimate); }

    QVariant filterValue(int row, const QString &column) const final
    {
        const Row *found = find(row);
        return found ? filterValueOf(*found, column) : QVariant();
    }

protected:
    virtual QVariant value(const Row &row, int column) const = 0;
    virtual QVariant filterValueOf(const Row &row, const QString &column) const { return value(row, columnIndex(column)); }

private:
    QVariant rawValue(int row, int column) const final
    {
        const Row *found = find(row);
        return found ? value(*found, column) : QVariant();
    }

    /// Calls `done` with the answer unless `isWanted` says that nobody waits for it any more.
    template <typename T, typename Wanted, typename F>
    void watch(const QFuture<Result<T>> &future, Wanted isWanted, F done)
    {
        auto *watcher = new QFutureWatcher<Result<T>>(this);
        connect(watcher, &QFutureWatcher<Result<T>>::finished, this, [watcher, isWanted, done] {
            watcher->deleteLater();
            if (isWanted() && watcher->future().resultCount() > 0) done(watcher->future().result());
        });
        watcher->setFuture(future);
    }

    void startPage(const ListCursor &cursor, const CancelToken &cancel, quint64 serial) final
    {
        watch(m_fetch(query(), cursor, cancel), [this, serial] { return isCurrent(serial); }, [this](const Result<ListPage<Row>> &page) {
            if (!page.ok()) return requestFailed(page.error());
            m_incoming = page->rows;
            Incoming incoming{{}, page->firstKey, page->lastKey, page->atEnd, page->firstRank, page->total};
            for (const Row &row : page->rows) incoming.ids << row.id.value;
            pageArrived(incoming);
            m_incoming.clear();
        });
    }

    /// A count that fails leaves the list without one; the rows themselves are there.
    template <typename T>
    void watchCount(const QFuture<Result<T>> &future, quint64 serial, std::function<void(const T &)> done)
    {
        watch(future, [this, serial] { return isCountCurrent(serial); }, [done](const Result<T> &result) {
            if (result.ok()) done(*result);
        });
    }
    void startCount(const CancelToken &cancel, quint64 serial) final
    {
        watch(m_countRows(query(), cancel), [this, serial] { return isCountCurrent(serial); }, [this](const Result<qint64> &count) {
            if (count.ok()) countArrived(*count);
            else countFailed();
        });
    }
    void startEstimate(const CancelToken &cancel, quint64 serial) final
    {
        if (m_estimate) watchCount<qint64>(m_estimate(query(), cancel), serial, [this](qint64 count) { estimateArrived(count); });
    }
    bool startRank(const QVariantList &key, const CancelToken &cancel, quint64 serial) final
    {
        if (m_rank) watchCount<qint64>(m_rank(query(), key, cancel), serial, [this](qint64 rank) { rankArrived(rank); });
        return bool(m_rank);
    }
    void startRankAt(Timestamp time, const CancelToken &cancel, quint64 serial) final
    {
        if (!m_rankAt) return;
        watch(m_rankAt(query(), time, cancel), [this, serial] { return isRankAtCurrent(serial); }, [this](const Result<std::optional<qint64>> &rank) {
            if (rank.ok()) rankAtArrived(*rank);
            else Q_EMIT rowMissed(rank.error());
        });
    }

    QSet<qint64> takeIncoming(const QList<qint64> &ids) final
    {
        const QSet<qint64> wanted(ids.cbegin(), ids.cend());
        QSet<qint64> changed;
        for (const Row &row : std::as_const(m_incoming)) {
            if (!wanted.contains(row.id.value)) continue;
            const auto held = m_rows.find(row.id.value);
            if (held != m_rows.end() && *held == row) continue;
            if (held != m_rows.end()) changed.insert(row.id.value);
            m_rows.insert(row.id.value, row);
        }
        return changed;
    }

    void forget(const QList<qint64> &ids) final
    {
        for (const qint64 id : ids) m_rows.remove(id);
    }

    Fetch m_fetch;
    Count m_countRows;
    Count m_estimate;
    Rank m_rank;
    RankAt m_rankAt;
    QHash<qint64, Row> m_rows;
    QList<Row> m_incoming;
};

}  // namespace headgate
