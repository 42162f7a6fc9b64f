// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordtablemodel.h"
#include "models/base/result.h"

#include <QFutureWatcher>
#include <QHash>
#include <QSet>
#include <algorithm>
#include <functional>

namespace headgate {

/// The typed layer of RecordTableModel: holds the rows. `Row` has `id.value` (unique in the list) and `==`.
/// A concrete model is a column table and value(). The functions are called on the model's thread and must not block.
template <typename Row>
class RecordListModel : public RecordTableModel {
public:
    using Fetch = std::function<QFuture<Result<ListPage<Row>>>(const ListQuery &, const ListCursor &, const CancelToken &)>;
    using Count = std::function<QFuture<Result<qint64>>(const ListQuery &, const CancelToken &)>;

    RecordListModel(QList<RecordColumn> columns, Fetch fetch, Count count, QObject *parent = nullptr)
        : RecordTableModel(std::move(columns), parent), m_fetch(std::move(fetch)), m_countRows(std::move(count))
    {
    }

    const Row &rowAt(int row) const { return m_rows[row]; }
    const QList<Row> &rows() const { return m_rows; }
    int rowOf(qint64 id) const final { return m_positions.value(id, -1); }
    int rowCount(const QModelIndex &parent = {}) const final { return parent.isValid() ? 0 : int(m_rows.size()); }

    QVariant filterValue(int row, const QString &column) const final { return filterValueOf(m_rows[row], column); }

protected:
    virtual QVariant value(const Row &row, int column) const = 0;
    virtual QVariant filterValueOf(const Row &row, const QString &column) const { return value(row, columnIndex(column)); }

private:
    QVariant rawValue(int row, int column) const final { return value(m_rows[row], column); }
    qint64 rowId(int row) const final { return m_rows[row].id.value; }

    template <typename T, typename F>
    void watch(const QFuture<Result<T>> &future, quint64 generation, F done)
    {
        auto *watcher = new QFutureWatcher<Result<T>>(this);
        connect(watcher, &QFutureWatcher<Result<T>>::finished, this, [this, watcher, generation, done] {
            watcher->deleteLater();
            if (isCurrent(generation) && watcher->future().resultCount() > 0) done(watcher->future().result());
        });
        watcher->setFuture(future);
    }

    void startPage(const ListCursor &cursor, const CancelToken &cancel, quint64 generation) final
    {
        watch(m_fetch(query(), cursor, cancel), generation, [this](const Result<ListPage<Row>> &page) {
            if (!page.ok()) return requestFailed(page.error());
            m_incoming += page->rows;
            pageArrived(int(m_incoming.size()), page->lastKey, page->atEnd || page->rows.isEmpty());
        });
    }

    void startCount(const CancelToken &cancel, quint64 generation) final
    {
        // A count that fails leaves the list without one; the rows themselves are there.
        watch(m_countRows(query(), cancel), generation, [this](const Result<qint64> &count) {
            if (count.ok()) countArrived(*count);
        });
    }

    void clearIncoming() final { m_incoming.clear(); }

    void applyReset() final
    {
        beginResetModel();
        m_rows = unique(m_incoming, {});
        indexRows();
        endResetModel();
    }

    void applyAppend() final
    {
        // A row whose key grew while we paged comes a second time.
        const QList<Row> fresh = unique(m_incoming, QSet<qint64>(m_positions.keyBegin(), m_positions.keyEnd()));
        if (fresh.isEmpty()) return;
        beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + fresh.size()) - 1);
        m_rows += fresh;
        indexRows();
        endInsertRows();
    }

    void applyRefresh() final
    {
        const QList<Row> target = unique(m_incoming, {});
        QHash<qint64, int> wanted;
        for (int i = 0; i < target.size(); ++i) wanted.insert(target[i].id.value, i);
        removeMissing(wanted);
        reorder(wanted);
        insertNew(target);
        updateChanged(target);
    }

    void removeMissing(const QHash<qint64, int> &wanted)
    {
        for (int last = int(m_rows.size()) - 1; last >= 0; --last) {
            if (wanted.contains(m_rows[last].id.value)) continue;
            int first = last;
            while (first > 0 && !wanted.contains(m_rows[first - 1].id.value)) --first;
            beginRemoveRows({}, first, last);
            m_rows.remove(first, last - first + 1);
            indexRows();
            endRemoveRows();
            last = first;
        }
    }

    void reorder(const QHash<qint64, int> &wanted)
    {
        const auto position = [&wanted](const Row &row) { return wanted.value(row.id.value); };
        if (std::ranges::is_sorted(m_rows, {}, position)) return;
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        const QModelIndexList before = persistentIndexList();
        QList<qint64> ids;
        for (const QModelIndex &each : before) ids << m_rows[each.row()].id.value;
        std::ranges::sort(m_rows, {}, position);
        indexRows();
        QModelIndexList after;
        for (int i = 0; i < before.size(); ++i) after << createIndex(rowOf(ids[i]), before[i].column());
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    }

    /// What is here is an ordered subset of `target`.
    void insertNew(const QList<Row> &target)
    {
        const auto isHere = [&](int at) { return at < m_rows.size() && m_rows[at].id == target[at].id; };
        for (int first = 0; first < target.size(); ++first) {
            if (isHere(first)) continue;
            int end = first;
            while (end < target.size() && !m_positions.contains(target[end].id.value)) ++end;
            beginInsertRows({}, first, end - 1);
            m_rows = m_rows.mid(0, first) + target.mid(first, end - first) + m_rows.mid(first);
            indexRows();
            endInsertRows();
            first = end - 1;
        }
    }

    void updateChanged(const QList<Row> &target)
    {
        for (int first = 0; first < target.size(); ++first) {
            int end = first;
            for (; end < target.size() && !(m_rows[end] == target[end]); ++end) m_rows[end] = target[end];
            if (end == first) continue;
            Q_EMIT dataChanged(index(first, 0), index(end - 1, columnCount() - 1));
            first = end;
        }
    }

    static QList<Row> unique(const QList<Row> &rows, QSet<qint64> seen)
    {
        QList<Row> kept;
        for (const Row &row : rows) {
            if (seen.contains(row.id.value)) continue;
            seen.insert(row.id.value);
            kept << row;
        }
        return kept;
    }

    void indexRows()
    {
        m_positions.clear();
        for (int i = 0; i < m_rows.size(); ++i) m_positions.insert(m_rows[i].id.value, i);
    }

    Fetch m_fetch;
    Count m_countRows;
    QList<Row> m_rows;
    QList<Row> m_incoming;
    QHash<qint64, int> m_positions;
};

}  // namespace headgate
