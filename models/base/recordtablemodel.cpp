// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/recordtablemodel.h"

#include "models/base/stagedchanges.h"
#include "models/database/codec.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace headgate {

namespace {

/// Lists of more pages than this get marks: every 5,000th key, or a thousand in all.
constexpr int kPagesWithoutMarks = 20;
constexpr int kMarkRows = 5000;
constexpr int kMarks = 1000;
/// At most so many pages are read again as one, and so many stretches in all.
constexpr int kRefreshedPages = 5;
constexpr int kRefreshedWindows = 8;

}  // namespace

RecordTableModel::RecordTableModel(QList<RecordColumn> columns, QObject *parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
    m_countDeadline.setSingleShot(true);
    connect(&m_countDeadline, &QTimer::timeout, this, [this] { m_countCancel.cancel(); });
}

RecordTableModel::~RecordTableModel()
{
    m_cancel.cancel();
    m_countCancel.cancel();
    m_rankAtCancel.cancel();
}

int RecordTableModel::columnIndex(const QString &id) const
{
    const auto it = std::ranges::find(m_columns, id, &RecordColumn::id);
    return it == m_columns.end() ? -1 : int(it - m_columns.begin());
}

QList<RankRange> RecordTableModel::loadedRanges() const
{
    QList<RankRange> ranges;
    for (const RankPage &page : m_pages.pages()) ranges << RankRange{page.first, page.end()};
    return ranges;
}

void RecordTableModel::setQuery(const ListQuery &query)
{
    if (query == m_query && (m_hasLoaded || m_loading) && !m_error) return;
    m_query = query;
    m_resetPending = true;
    begin();
}

void RecordTableModel::refresh()
{
    // Who asks faster than the server answers would never see an answer: what runs is finished first.
    if (m_isRefreshing || (m_request && m_request->kind == Request::Reset)) m_refreshAgain = true;
    else begin();
}

/// What was under way is of no use any more: the rows it would have brought are read again.
void RecordTableModel::begin()
{
    giveUp();
    m_countCancel.cancel();
    ++m_countSerial;
    m_refreshAgain = false;
    if (m_resetPending) {  // a time is looked for in the rows of one query
        m_rankAtCancel.cancel();
        ++m_rankAtSerial;
    }
    m_stale = m_resetPending ? QList<RankRange>() : windowsToRefresh();
    m_isRefreshing = !m_resetPending;
    send(m_resetPending ? Request{Request::Reset, {}, {{}, m_pageSize}} : refreshRequest());
}

void RecordTableModel::cancelQuery()
{
    if (!m_resetPending || !m_hasLoaded) return;
    giveUp();
    m_query = m_shownQuery;
    m_resetPending = false;
    m_refreshAgain = false;
    setLoading(false);
    if (!m_isExact) countLate();  // begin() gave up the count of these rows
    schedule();
}

void RecordTableModel::giveUp()
{
    m_cancel.cancel();
    ++m_serial;
    m_request.reset();
}

void RecordTableModel::send(const Request &request)
{
    m_request = request;
    m_cancel = CancelToken();
    ++m_serial;
    setLoading(request.kind != Request::Mark && !request.isAhead);
    startPage(request.cursor, m_cancel, m_serial);
}

void RecordTableModel::setViewport(int first, int end)
{
    const RankRange seen{std::max(0, first), std::max(0, end)};
    if (seen == m_viewport) return;
    m_movesUp = seen.first < m_viewport.first;
    m_viewport = seen;
    m_pages.touch(seen);
    schedule();
}

void RecordTableModel::want(int row) const
{
    constexpr int most = 4;  // who asks for many rows at once looks at the last of them
    m_wanted.removeOne(row);
    m_wanted.prepend(row);
    if (m_wanted.size() > most) m_wanted.removeLast();
    const_cast<RecordTableModel *>(this)->schedule();
}

void RecordTableModel::schedule()
{
    if (m_isScheduled) return;
    m_isScheduled = true;
    QMetaObject::invokeMethod(this, &RecordTableModel::pump, Qt::QueuedConnection);
}

void RecordTableModel::pump()
{
    m_isScheduled = false;
    if (m_request && isNeeded(*m_request)) return;
    if (m_request) giveUp();
    const std::optional<Request> next = m_error || m_resetPending ? std::nullopt : nextRequest();
    if (next) send(*next);
    else setLoading(false);
}

bool RecordTableModel::isNeeded(const Request &request) const
{
    if (request.kind == Request::Reset || request.kind == Request::Refresh) return true;
    const int missing = missingRow();
    if (request.kind == Request::Mark) return missing < 0;
    return missing < 0 || (missing >= request.range.first && missing < request.range.end);
}

std::optional<RecordTableModel::Request> RecordTableModel::nextRequest() const
{
    if (!m_stale.isEmpty()) return refreshRequest();
    if (const int row = missingRow(); row >= 0) return fillRequest(row);
    if (const int row = rowAhead(); row >= 0) {
        Request request = fillRequest(row);
        request.isAhead = true;
        return request;
    }
    return markRequest();
}

/// The row that is waited for most: on the screen, then asked for by name.
int RecordTableModel::missingRow() const
{
    for (int row = m_viewport.first; row < std::min(m_viewport.end, m_total); ++row)
        if (!m_pages.isLoaded(row)) return row;
    m_wanted.removeIf([this](int row) { return row >= m_total || m_pages.isLoaded(row); });
    return m_wanted.isEmpty() ? -1 : m_wanted.constFirst();
}

int RecordTableModel::rowAhead() const
{
    if (m_viewport.isEmpty()) return -1;
    const int up = std::max(0, m_viewport.first - m_pageSize / 2);
    const int down = std::min(m_total - 1, m_viewport.end + m_pageSize / 2);
    // At either end only one way is left.
    const int ahead = (m_movesUp ? up > 0 : down == m_total - 1) ? up : down;
    return ahead >= 0 && ahead < m_total && !m_pages.isLoaded(ahead) ? ahead : -1;
}

RecordTableModel::Request RecordTableModel::fillRequest(int row) const
{
    const RankRange gap = m_pages.gapAround(row, m_total);
    const int block = row - row % m_pageSize;
    const RankRange range{std::max(block, gap.first), std::min(block + m_pageSize, gap.end)};
    Request request{Request::Fill, range, nearest(range)};
    const RankPage *far = request.cursor.backward ? m_pages.endingAt(range.first) : m_pages.beginningAt(range.end);
    request.isOverlapping = far;
    request.cursor.limit = range.size() + (far ? 1 : 0);
    return request;
}

/// From the page beside it where there is one, else from the key that is least rows away: a skip costs what it skips.
ListCursor RecordTableModel::nearest(const RankRange &range) const
{
    ListCursor best;
    qint64 distance = std::numeric_limits<qint64>::max();
    const auto offer = [&](const std::optional<QVariantList> &key, bool backward, qint64 skip) {
        if (skip < 0 || skip >= distance) return;
        distance = skip;
        best.key = key;
        best.backward = backward;
        best.skip = skip;
    };
    for (const RankPage &page : m_pages.pages()) {
        offer(page.lastKey, false, range.first - page.end());
        offer(page.firstKey, true, page.first - range.end);
    }
    // Where ranks are known, only a page tells by how much the list has moved since.
    if (m_isRanked && !m_pages.pages().isEmpty()) return best;
    offer({}, false, range.first);
    // The last rows stand at the end, wherever that is.
    if (m_isExact || range.end == m_total) offer({}, true, m_total - range.end);
    for (const RankPages::Mark &mark : m_pages.marks()) offer(mark.key, false, range.first - mark.rank - 1);
    return best;
}

std::optional<RecordTableModel::Request> RecordTableModel::markRequest() const
{
    if (m_isRanked || m_marksComplete || m_total <= kPagesWithoutMarks * m_pageSize || m_viewport.isEmpty()) return std::nullopt;
    // Without an index each mark would sort all rows once more.
    if (const int sorted = columnIndex(m_query.sortColumn); sorted >= 0 && !m_columns.at(sorted).sortIndexed) return std::nullopt;
    const int step = std::max(kMarkRows, m_total / kMarks);
    const QList<RankPages::Mark> &marks = m_pages.marks();
    Request request{Request::Mark, {}, {{}, 1, false, step - 1}};
    request.range.first = marks.isEmpty() ? step - 1 : marks.constLast().rank + step;
    if (request.range.first >= m_total) return std::nullopt;
    if (!marks.isEmpty()) request.cursor.key = marks.constLast().key;
    return request;
}

RecordTableModel::Request RecordTableModel::refreshRequest() const
{
    const RankRange window = m_stale.constFirst();
    const int following = window.end < m_total ? m_pages.gapAround(window.end, m_total).size() : m_pageSize;
    // What is read becomes part of the page, and the next refresh reads all of it: without a bound it would grow each time.
    const int spare = std::clamp(kRefreshedPages * m_pageSize - window.size(), 0, m_pageSize);
    Request request{Request::Refresh, window, {}};
    request.cursor.limit = std::max(1, window.size() + (m_pages.isLoaded(window.end) ? 0 : std::min(following, spare)));
    if (const RankPage *page = m_pages.beginningAt(window.first); page && window.first > 0) {
        request.cursor.key = page->firstKey;
        request.cursor.inclusive = true;
    }
    return request;
}

/// What is on the screen or held by somebody (a selection, the current row) is read again, the rest when it is looked at.
QList<RankRange> RecordTableModel::windowsToRefresh()
{
    QSet<int> held;
    const QModelIndexList persistent = persistentIndexList();
    for (const QModelIndex &index : persistent) held.insert(m_pages.pageAt(index.row()));
    QList<RankRange> windows, dropped;
    for (int i = 0; i < m_pages.pages().size(); ++i) {
        const RankPage &page = m_pages.pages().at(i);
        const RankRange range{page.first, page.end()};
        if (!m_viewport.isEmpty() && !m_viewport.touches(range) && !held.contains(i)) dropped << range;
        else if (!windows.isEmpty() && windows.constLast().end == range.first && windows.constLast().size() + range.size() <= kRefreshedPages * m_pageSize)
            windows.last().end = range.end;
        else if (windows.size() < kRefreshedWindows) windows << range;
        else dropped << range;
    }
    for (const RankRange &range : dropped) dropPages(range);
    if (windows.isEmpty()) windows << RankRange{0, 0};
    return windows;
}

void RecordTableModel::pageArrived(const Incoming &page)
{
    const Request request = *m_request;
    m_request.reset();
    m_error.reset();
    if (request.kind != Request::Mark) m_isRanked = page.firstRank.has_value() || (m_isRanked && page.ids.isEmpty());
    switch (request.kind) {
    case Request::Reset: applyReset(page); break;
    case Request::Refresh: applyRefresh(page, request.range); break;
    case Request::Fill: applyFill(page, request); break;
    case Request::Mark: return applyMark(page, request.range.first);
    }
    if (!m_request) {
        forget(m_pages.evict(KeptRows, m_viewport));
        // A window whose rows turned up elsewhere has nothing to begin with: it is read when it is looked at.
        m_stale.removeIf([this](const RankRange &stale) { return stale.first > 0 && !m_pages.beginningAt(stale.first); });
        const bool isDone = m_stale.isEmpty();
        if (isDone && request.kind != Request::Fill) {
            m_isRefreshing = false;
            setLoading(false);
            if (!page.total && !m_isExact) countLate();
            Q_EMIT loaded();
            if (std::exchange(m_refreshAgain, false)) return begin();
        }
        schedule();
    }
}

void RecordTableModel::requestFailed(const Error &error)
{
    m_request.reset();
    m_stale.clear();
    m_wanted.clear();
    m_isRefreshing = false;
    m_refreshAgain = false;
    m_error = error;
    setLoading(false);
    Q_EMIT failed(error);
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
    if (role == KindRole) return int(m_columns[index.column()].kind);
    if (role == Qt::TextAlignmentRole) return headerData(index.column(), Qt::Horizontal, role);
    const bool isHere = isLoaded(index.row());
    if (role == LoadedRole) return isHere;
    if (!isHere) {
        if (role == Qt::DisplayRole || role == RawRole) want(index.row());
        return {};
    }
    const QVariant *staged = stagedValue(index);
    switch (role) {
    case Qt::DisplayRole: return plainText(staged ? *staged : rawValue(index.row(), index.column()));
    case RawRole: return staged ? *staged : rawValue(index.row(), index.column());
    case StagedRole: return staged != nullptr;
    case IdRole: return idAt(index.row());
    case TintRole: return m_tint ? m_tint(index.row()) : QString();
    default: return {};
    }
}

Qt::ItemFlags RecordTableModel::flags(const QModelIndex &index) const
{
    const bool isEditable = m_overlay && index.isValid() && m_columns[index.column()].editable;
    return QAbstractTableModel::flags(index) | (isEditable ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

void RecordTableModel::setOverlay(const StagedChanges *staged)
{
    m_overlay = staged;
    // The whole row: a cell may be made of several values.
    connect(staged, &StagedChanges::cellChanged, this, [this](qint64 id) {
        if (const int row = rowOf(id); row >= 0) Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
    });
}

const QVariant *RecordTableModel::stagedValue(const QModelIndex &index) const
{
    if (!m_overlay || m_overlay->isEmpty()) return nullptr;
    const StagedChanges::Change *change = m_overlay->find({idAt(index.row()), m_columns[index.column()].id});
    return change ? &change->after : nullptr;
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
