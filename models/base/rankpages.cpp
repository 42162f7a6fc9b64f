// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/rankpages.h"

#include <algorithm>
#include <numeric>

namespace headgate {

void RankPages::clear()
{
    m_pages.clear();
    m_marks.clear();
    m_rows.clear();
}

int RankPages::rows() const
{
    return std::accumulate(m_pages.begin(), m_pages.end(), 0, [](int sum, const RankPage &page) { return sum + int(page.ids.size()); });
}

int RankPages::pageAt(int row) const
{
    const auto behind = std::ranges::upper_bound(m_pages, row, {}, &RankPage::first);
    if (behind == m_pages.begin() || !(behind - 1)->holds(row)) return -1;
    return int(behind - m_pages.begin()) - 1;
}

qint64 RankPages::idAt(int row) const
{
    const int at = pageAt(row);
    return at < 0 ? 0 : m_pages.at(at).ids.at(row - m_pages.at(at).first);
}

int RankPages::rowOf(qint64 id) const
{
    if (m_rows.isEmpty())
        for (const RankPage &page : m_pages)
            for (int i = 0; i < page.ids.size(); ++i) m_rows.insert(page.ids.at(i), page.first + i);
    return m_rows.value(id, -1);
}

RankRange RankPages::gapAround(int row, int total) const
{
    RankRange gap{0, total};
    for (const RankPage &page : m_pages) {
        if (page.end() <= row) gap.first = page.end();
        if (page.first > row) {
            gap.end = page.first;
            break;
        }
    }
    return gap;
}

const RankPage *RankPages::endingAt(int rank) const
{
    const auto found = std::ranges::find(m_pages, rank, &RankPage::end);
    return found == m_pages.end() ? nullptr : &*found;
}

const RankPage *RankPages::beginningAt(int rank) const
{
    const auto found = std::ranges::find(m_pages, rank, &RankPage::first);
    return found == m_pages.end() ? nullptr : &*found;
}

void RankPages::add(RankPage page)
{
    if (page.ids.isEmpty()) return;
    page.used = ++m_clock;
    m_rows.clear();
    m_pages.insert(std::ranges::upper_bound(m_pages, page.first, {}, &RankPage::first), page);
}

QList<qint64> RankPages::drop(const RankRange &range)
{
    QList<qint64> gone;
    m_rows.clear();
    m_pages.removeIf([&](const RankPage &page) {
        const bool goes = range.touches({page.first, page.end()});
        if (goes) gone += page.ids;
        return goes;
    });
    return gone;
}

int RankPages::join(const RankRange &range)
{
    int first = -1;
    for (int i = 0; i < m_pages.size(); ++i) {
        if (!range.touches({m_pages.at(i).first, m_pages.at(i).end()})) continue;
        if (first < 0) {
            first = i;
            continue;
        }
        if (m_pages.at(first).end() != m_pages.at(i).first) break;
        m_pages[first].ids += m_pages.at(i).ids;
        m_pages[first].lastKey = m_pages.at(i).lastKey;
        m_pages.removeAt(i--);
    }
    return first;
}

void RankPages::moveFrom(int row, int by)
{
    m_rows.clear();
    for (RankPage &page : m_pages)
        if (page.first >= row) page.first += by;
    for (Mark &mark : m_marks)
        if (mark.rank >= row) mark.rank += by;
}

void RankPages::insertRanks(int row, int count)
{
    moveFrom(row, count);
}

void RankPages::removeRanks(int row, int count)
{
    m_marks.removeIf([=](const Mark &mark) { return mark.rank >= row && mark.rank < row + count; });
    moveFrom(row + count, -count);
}

void RankPages::insertIds(int page, int at, const QList<qint64> &ids)
{
    moveFrom(m_pages.at(page).end(), int(ids.size()));
    QList<qint64> &all = m_pages[page].ids;
    all = all.mid(0, at) + ids + all.mid(at);
}

void RankPages::removeIds(int page, int at, int count)
{
    moveFrom(m_pages.at(page).end(), -count);
    m_pages[page].ids.remove(at, count);
    if (m_pages.at(page).ids.isEmpty()) m_pages.removeAt(page);
}

void RankPages::replaceIds(int page, const QList<qint64> &ids)
{
    m_rows.clear();
    m_pages[page].ids = ids;
}

void RankPages::setKeys(int page, const QVariantList &first, const QVariantList &last)
{
    m_pages[page].firstKey = first;
    m_pages[page].lastKey = last;
}

void RankPages::touch(const RankRange &range)
{
    for (RankPage &page : m_pages)
        if (range.touches({page.first, page.end()})) page.used = ++m_clock;
}

QList<qint64> RankPages::evict(int rows, const RankRange &kept)
{
    QList<qint64> gone;
    for (int loaded = this->rows(); loaded > rows;) {
        auto oldest = m_pages.end();
        for (auto it = m_pages.begin(); it != m_pages.end(); ++it)
            if (!kept.touches({it->first, it->end()}) && (oldest == m_pages.end() || it->used < oldest->used)) oldest = it;
        if (oldest == m_pages.end()) break;
        loaded -= int(oldest->ids.size());
        gone += oldest->ids;
        m_pages.erase(oldest);
        m_rows.clear();
    }
    return gone;
}

}  // namespace headgate
