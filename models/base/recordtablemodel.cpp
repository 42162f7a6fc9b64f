// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/recordtablemodel.h"

#include "models/database/codec.h"

#include <algorithm>

namespace headgate {

RecordTableModel::RecordTableModel(QList<RecordColumn> columns, QObject *parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

RecordTableModel::~RecordTableModel()
{
    m_cancel.cancel();
}

int RecordTableModel::columnIndex(const QString &id) const
{
    const auto it = std::ranges::find(m_columns, id, &RecordColumn::id);
    return it == m_columns.end() ? -1 : int(it - m_columns.begin());
}

void RecordTableModel::setQuery(const ListQuery &query)
{
    if (query == m_query && (m_hasLoaded || m_loading) && !m_error) return;
    m_query = query;
    m_resetPending = true;
    begin(Load::Reset);
}

void RecordTableModel::refresh()
{
    begin(m_resetPending ? Load::Reset : Load::Refresh);
}

void RecordTableModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent)) begin(Load::Append);
}

bool RecordTableModel::canFetchMore(const QModelIndex &parent) const
{
    // After a failure the view would ask again with every scroll step; a person retries with refresh().
    return !parent.isValid() && !m_atEnd && !m_loading && !m_resetPending && !m_error;
}

void RecordTableModel::begin(Load load)
{
    m_cancel.cancel();
    m_cancel = CancelToken();
    ++m_generation;
    m_load = load;
    m_target = load == Load::Refresh ? std::max(rowCount(), m_pageSize) : m_pageSize;
    clearIncoming();
    setLoading(true);
    ask(load == Load::Append ? std::optional(m_lastKey) : std::nullopt, m_target);
}

void RecordTableModel::ask(const std::optional<QVariantList> &key, int limit)
{
    startPage(ListCursor{key, limit}, m_cancel, m_generation);
}

void RecordTableModel::pageArrived(int collected, const QVariantList &lastKey, bool atEnd)
{
    // A store may answer with fewer rows than asked for.
    if (!atEnd && collected < m_target)
        ask(lastKey, m_target - collected);
    else
        finish(lastKey, atEnd);
}

void RecordTableModel::finish(const QVariantList &lastKey, bool atEnd)
{
    m_lastKey = lastKey;
    m_atEnd = atEnd;
    m_hasLoaded = true;
    m_error.reset();
    if (m_load == Load::Append) {
        applyAppend();
    } else {
        m_resetPending = false;
        if (m_load == Load::Reset) {
            m_count.reset();
            applyReset();
        } else {
            applyRefresh();
        }
    }
    clearIncoming();
    setLoading(false);
    if (m_atEnd)
        countArrived(rowCount());
    else if (m_load != Load::Append)
        startCount(m_cancel, m_generation);
    Q_EMIT loaded();
}

void RecordTableModel::requestFailed(const Error &error)
{
    clearIncoming();
    m_error = error;
    setLoading(false);
    Q_EMIT failed(error);
}

void RecordTableModel::countArrived(qint64 count)
{
    m_count = count;
    Q_EMIT countChanged();
}

void RecordTableModel::setLoading(bool loading)
{
    if (m_loading == loading) return;
    m_loading = loading;
    Q_EMIT loadingChanged(loading);
}

int RecordTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant RecordTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    switch (role) {
    case Qt::DisplayRole: return plainText(rawValue(index.row(), index.column()));
    case RawRole: return rawValue(index.row(), index.column());
    case KindRole: return int(m_columns[index.column()].kind);
    case IdRole: return rowId(index.row());
    case TintRole: return m_tint ? m_tint(index.row()) : QString();
    case Qt::TextAlignmentRole: return headerData(index.column(), Qt::Horizontal, role);
    default: return {};
    }
}

QVariant RecordTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size()) return {};
    const RecordColumn &column = m_columns[section];
    if (role == Qt::DisplayRole) return m_filtered.contains(column.id) ? column.title + QStringLiteral(" •") : column.title;
    if (role == Qt::ToolTipRole && m_filtered.contains(column.id)) return tr("%1: filtered").arg(column.title);
    if (role == Qt::TextAlignmentRole)
        return int((column.kind == ColumnKind::Number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

void RecordTableModel::setTint(TintOf tint)
{
    if (!m_tint && !tint) return;
    m_tint = std::move(tint);
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {TintRole});
}

void RecordTableModel::markFiltered(const QStringList &columns)
{
    if (m_filtered == columns) return;
    m_filtered = columns;
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

void RecordTableModel::sort(int column, Qt::SortOrder order)
{
    ListQuery query = m_query;
    query.descending = order == Qt::DescendingOrder;
    if (column < 0)
        query.sortColumn.clear();
    else if (column < m_columns.size() && m_columns[column].sortable)
        query.sortColumn = m_columns[column].id;
    else
        return;
    setQuery(query);
}

QString RecordTableModel::plainText(const QVariant &raw)
{
    if (!raw.isValid()) return {};
    if (raw.metaType() == QMetaType::fromType<Timestamp>()) return raw.value<Timestamp>().toIso();
    if (raw.metaType() == QMetaType::fromType<QStringList>()) return raw.toStringList().join(QLatin1String(", "));
    return raw.toString();
}

}  // namespace headgate
