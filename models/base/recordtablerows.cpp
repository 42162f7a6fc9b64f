// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/recordtablemodel.h"

#include <algorithm>
#include <limits>

namespace headgate {

/// How an answer becomes rows. Loaded pages are facts; the width of a gap between them is what was last heard, so each
/// page that meets another is checked for joining it: the gap gives way, both ways.

void RecordTableModel::applyReset(const Incoming &page)
{
    beginResetModel();
    forget(m_pages.drop({0, std::numeric_limits<int>::max()}));
    m_pages.clear();
    takeIncoming(page.ids);
    m_wanted.clear();
    m_stale.clear();
    m_resetPending = false;
    m_hasLoaded = true;
    m_shownQuery = m_query;
    m_marksComplete = false;
    m_pages.add({0, page.ids, page.firstKey, page.lastKey});
    m_isExact = page.atEnd || page.total;
    m_total = int(page.atEnd ? page.ids.size() : std::max(page.total.value_or(0), qint64(page.ids.size()) + 1));
    m_count = m_isExact ? std::optional<qint64>(m_total) : std::nullopt;
    endResetModel();
    Q_EMIT countChanged();
}

void RecordTableModel::applyFill(const Incoming &page, const Request &request)
{
    RankRange range = request.range;
    const bool backward = request.cursor.backward;
    // Where pages join, that says more than ranks do: a trail with rows cut out has ids that count for nothing.
    const RankPage *far = !request.isOverlapping ? nullptr : backward ? m_pages.endingAt(range.first) : m_pages.beginningAt(range.end);
    const bool joins = far && page.ids.contains(backward ? far->ids.constLast() : far->ids.constFirst());
    const int shift = joins ? 0 : shiftTo(page, backward ? range.end - int(page.ids.size()) : range.first);
    range = {range.first + shift, range.end + shift};
    if (backward) fillBackward(page, range, request.isOverlapping);
    else fillForward(page, range, request.isOverlapping);
    if (page.total && !page.atEnd) setRows(*page.total, true);
}

/// Ranks that come with an answer say by how much the rows have moved since they were asked for.
int RecordTableModel::shiftTo(const Incoming &page, int expectedFirst)
{
    if (!page.firstRank || page.ids.isEmpty()) return 0;
    const int shift = int(*page.firstRank) - expectedFirst;
    if (shift > 0) insertRanks(0, shift);
    if (shift < 0) removeRanks(0, -shift);
    return shift;
}

void RecordTableModel::fillForward(const Incoming &page, RankRange range, bool isOverlapping)
{
    QList<qint64> ids = page.ids;
    QVariantList lastKey = page.lastKey;
    const RankPage *next = isOverlapping ? m_pages.beginningAt(range.end) : nullptr;
    const int met = next ? int(ids.indexOf(next->ids.constFirst())) : -1;
    if (met >= 0) {
        ids.resize(met);
        lastKey = {};
        removeRanks(range.first + met, range.size() - met);
    } else if (next && !page.atEnd) {
        insertRanks(range.end, int(ids.size()) - range.size() + m_pageSize);
    }
    dropDuplicates(ids, {range.first, range.first});
    const RankRange filled{range.first, range.first + int(ids.size())};
    if (met >= 0 && !m_pages.beginningAt(filled.end)) return;  // what it met was older than it: read again without
    const QSet<qint64> changed = takeIncoming(ids);
    m_pages.add({filled.first, ids, page.firstKey, lastKey});
    if (met >= 0) m_pages.join({filled.first, filled.end + 1});
    announce(changed);
    if (!filled.isEmpty()) Q_EMIT dataChanged(index(filled.first, 0), index(filled.end - 1, columnCount() - 1));
    if (met >= 0) return;
    if (page.atEnd) endAt(filled.end, !ids.isEmpty() || filled.first == 0 || m_pages.endingAt(filled.first));
    else if (filled.end >= m_total) growTo(filled.end + 1);
}

void RecordTableModel::fillBackward(const Incoming &page, RankRange range, bool isOverlapping)
{
    QList<qint64> ids = page.ids;
    QVariantList firstKey = page.firstKey;
    const RankPage *previous = isOverlapping ? m_pages.endingAt(range.first) : nullptr;
    const int met = previous ? int(ids.indexOf(previous->ids.constLast())) : -1;
    const int before = range.end - int(ids.size());
    int shift = 0;
    if (met >= 0) {
        ids.remove(0, met + 1);
        firstKey = {};
        shift = int(ids.size()) - range.size();
        removeRanks(range.first, -shift);
    } else if (page.atEnd) {
        // Nothing precedes these rows: what was thought to is not there.
        shift = -before;
        removeRanks(0, before);
    } else if (previous || before <= 0) {
        shift = int(ids.size()) - range.size() + m_pageSize;
        insertRanks(range.first, shift);
    }
    const int end = range.end + shift;
    const RankRange filled{end - int(ids.size()), end};
    dropDuplicates(ids, {filled.first, filled.first});
    if (met >= 0 && !m_pages.endingAt(filled.first)) return;
    const QSet<qint64> changed = takeIncoming(ids);
    m_pages.add({filled.first, ids, firstKey, page.lastKey});
    if (met >= 0) m_pages.join({filled.first - 1, filled.end});
    announce(changed);
    if (!filled.isEmpty()) Q_EMIT dataChanged(index(filled.first, 0), index(filled.end - 1, columnCount() - 1));
}

void RecordTableModel::applyMark(const Incoming &page, int rank)
{
    if (page.ids.isEmpty()) m_marksComplete = true;
    else m_pages.addMark(rank, page.firstKey);
    schedule();
}

/// The window is read anew: `page` begins with the row that stood first, or with those that came before it.
void RecordTableModel::applyRefresh(const Incoming &page, RankRange window)
{
    m_stale.removeFirst();
    const int shift = window.first == 0 ? 0 : shiftTo(page, window.first);
    const int first = window.first + shift;
    const int at = m_pages.join({first, window.end + shift});
    const QList<qint64> old = at < 0 ? QList<qint64>() : m_pages.pages().at(at).ids;
    dropDuplicates(page.ids, {first, first + int(old.size())});
    const QSet<qint64> changed = takeIncoming(page.ids);
    QHash<qint64, int> wanted;
    for (int i = 0; i < page.ids.size(); ++i) wanted.insert(page.ids.at(i), i);

    // Rows behind the last one that is still here went, or were only pushed out of the window by new ones.
    int tail = int(old.size()), lastKept = -1;
    while (tail > 0 && !wanted.contains(old.at(tail - 1))) --tail;
    QSet<qint64> staying;
    for (const qint64 id : old)
        if (wanted.contains(id)) {
            staying.insert(id);
            lastKept = std::max(lastKept, wanted.value(id));
        }
    const bool hasMoreBehind = lastKept + 1 < page.ids.size() && !staying.isEmpty();
    const bool isPushing = tail < old.size() && !page.atEnd && !hasMoreBehind;
    removeGone(first, staying, isPushing ? tail : int(old.size()));
    if (isPushing) {
        const int kept = int(staying.size());
        const int now = m_pages.pageAt(first);
        const QList<qint64> ids = m_pages.pages().at(now).ids;
        forget(ids.mid(kept));
        if (kept > 0) m_pages.replaceIds(now, ids.mid(0, kept));
        else m_pages.drop({first, first + 1});
    }
    if (!staying.isEmpty()) reorder(first, wanted);
    insertNew(page, first, isPushing);
    announce(changed);

    const int end = first + int(page.ids.size());
    if (page.atEnd) endAt(end, true);
    else if (page.total) setRows(*page.total, true);
    else if (end >= m_total) growTo(end + 1);
    else if (m_isExact) m_isExact = false;  // counted anew behind the refresh
}

/// Takes out the rows of the page at `first` that do not stay, up to `removableEnd` rows into it.
void RecordTableModel::removeGone(int first, const QSet<qint64> &staying, int removableEnd)
{
    for (int end = removableEnd; end > 0;) {
        const int at = m_pages.pageAt(first);
        const QList<qint64> ids = m_pages.pages().at(at).ids;
        if (staying.contains(ids.at(end - 1))) {
            --end;
            continue;
        }
        int begin = end - 1;
        while (begin > 0 && !staying.contains(ids.at(begin - 1))) --begin;
        beginRemoveRows({}, first + begin, first + end - 1);
        forget(ids.mid(begin, end - begin));
        m_pages.removeIds(at, begin, end - begin);
        m_total -= end - begin;
        for (RankRange &stale : m_stale)
            if (stale.first >= first + end) stale = {stale.first - end + begin, stale.end - end + begin};
        endRemoveRows();
        end = begin;
    }
}

void RecordTableModel::reorder(int first, const QHash<qint64, int> &wanted)
{
    const int at = m_pages.pageAt(first);
    QList<qint64> ids = m_pages.pages().at(at).ids;
    const auto position = [&wanted](qint64 id) { return wanted.value(id); };
    if (std::ranges::is_sorted(ids, {}, position)) return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    const QList<qint64> old = ids;
    std::ranges::sort(ids, {}, position);
    m_pages.replaceIds(at, ids);
    QModelIndexList after;
    for (const QModelIndex &each : before) {
        const int offset = each.row() - first;
        const bool isHere = offset >= 0 && offset < old.size();
        after << (isHere ? createIndex(rowOf(old.at(offset)), each.column()) : each);
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

/// What is here is an ordered subset of the page. New rows between them are inserted; those behind them fill the ranks
/// that follow, as far as those are free and not the places of rows that were pushed out.
void RecordTableModel::insertNew(const Incoming &page, int first, bool isPushing)
{
    int at = m_pages.pageAt(first);
    const int all = int(page.ids.size());
    for (int begin = 0; begin < all; ++begin) {
        const QList<qint64> here = at < 0 ? QList<qint64>() : m_pages.pages().at(at).ids;
        if (begin < here.size() && here.at(begin) == page.ids.at(begin)) continue;
        if (begin >= here.size()) {
            const int row = first + begin;
            const RankRange gap = row < m_total ? m_pages.gapAround(row, m_total) : RankRange{row, row};
            const int free = isPushing || m_pages.isLoaded(row) ? 0 : std::max(0, gap.end - row);
            if (all - begin > free) insertRanks(row + free, all - begin - free);
            if (at < 0) m_pages.add({first, page.ids, page.firstKey, page.lastKey});
            else m_pages.replaceIds(at, here + page.ids.mid(begin));
            Q_EMIT dataChanged(index(row, 0), index(first + all - 1, columnCount() - 1));
            break;
        }
        int end = begin;
        while (page.ids.at(end) != here.at(begin)) ++end;
        beginInsertRows({}, first + begin, first + end - 1);
        m_pages.insertIds(at, begin, page.ids.mid(begin, end - begin));
        m_total += end - begin;
        for (RankRange &stale : m_stale)
            if (stale.first > first + begin) stale = {stale.first + end - begin, stale.end + end - begin};
        endInsertRows();
        begin = end;
    }
    at = m_pages.pageAt(first);
    if (at >= 0 && all > 0) m_pages.setKeys(at, page.firstKey, page.lastKey);
}

void RecordTableModel::announce(const QSet<qint64> &changed)
{
    for (const qint64 id : changed)
        if (const int row = rowOf(id); row >= 0) Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
}

/// A row is in one place: a page that still shows it elsewhere is older and is read again when it is looked at.
void RecordTableModel::dropDuplicates(const QList<qint64> &ids, RankRange own)
{
    for (const qint64 id : ids) {
        const int row = rowOf(id);
        if (row >= 0 && (row < own.first || row >= own.end)) dropPages({row, row + 1});
    }
}

void RecordTableModel::dropPages(const RankRange &range)
{
    forget(m_pages.drop(range));
}

void RecordTableModel::insertRanks(int row, int count)
{
    if (count <= 0) return;
    beginInsertRows({}, row, row + count - 1);
    m_pages.insertRanks(row, count);
    m_total += count;
    for (RankRange &stale : m_stale)
        if (stale.first >= row) stale = {stale.first + count, stale.end + count};
    endInsertRows();
}

void RecordTableModel::removeRanks(int row, int count)
{
    if (count <= 0) return;
    dropPages({row, row + count});
    m_stale.removeIf([=](const RankRange &stale) { return stale.touches({row, row + count}); });
    beginRemoveRows({}, row, row + count - 1);
    m_pages.removeRanks(row, count);
    m_total -= count;
    for (RankRange &stale : m_stale)
        if (stale.first >= row) stale = {stale.first - count, stale.end - count};
    endRemoveRows();
}

/// The list has no rows from this rank on.
void RecordTableModel::endAt(int rows, bool isExact)
{
    removeRanks(rows, m_total - rows);
    m_isExact = isExact;
    if (isExact) m_count = m_total;
    Q_EMIT countChanged();
}

/// The last rows have been read, and more follow them: the list grows behind those, not before.
void RecordTableModel::growTo(int rows)
{
    insertRanks(m_total, rows - m_total);
    m_isExact = m_isRanked;
    if (m_isExact || m_count) m_count = m_total;
    Q_EMIT countChanged();
}

/// More or fewer rows than thought: what is not loaded gives way, at the end, or before the last rows when those are here.
void RecordTableModel::setRows(qint64 rows, bool isExact)
{
    constexpr qint64 most = 2'000'000'000;
    const int wanted = int(std::min(rows, most));
    const RankPage *last = m_pages.pages().isEmpty() ? nullptr : &m_pages.pages().constLast();
    const bool isEndHere = last && last->end() == m_total && !m_isRanked;  // ranks tell that it is the end that grows
    const int gapEnd = isEndHere && m_pages.pages().size() + (m_pages.pages().constFirst().first > 0) > 1 ? last->first : m_total;
    const int gapFirst = gapEnd > 0 && !m_pages.isLoaded(gapEnd - 1) ? m_pages.gapAround(gapEnd - 1, m_total).first : gapEnd;
    if (wanted > m_total) insertRanks(gapEnd, wanted - m_total);
    if (wanted < m_total) removeRanks(std::max(gapFirst, gapEnd - (m_total - wanted)), std::min(m_total - wanted, gapEnd - gapFirst));
    m_isExact = isExact && m_total == wanted;
    m_count = isExact || m_count ? std::optional<qint64>(isExact ? rows : m_total) : m_count;
    Q_EMIT countChanged();
}

/// Ranks move: what is being read for a gap would land in the wrong place.
void RecordTableModel::giveUpForShift()
{
    if (m_request && m_request->kind != Request::Reset && m_request->kind != Request::Refresh) giveUp();
}

}  // namespace headgate
