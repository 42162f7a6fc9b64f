// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/numbertext.h"
#include "models/base/recordtablemodel.h"
#include "models/database/codec.h"

#include <algorithm>

namespace headgate {

/// How many rows there are, and where one stands: what is asked for beside the rows, and moves them when it comes.

namespace {

/// A count that takes longer is left at the estimate.
constexpr int kCountMs = 300;
/// The same where there is no estimate: without a number there is no end to go to.
constexpr int kPatientCountMs = 20'000;

}  // namespace

void RecordTableModel::countLate()
{
    countWithin(knowsEstimate() ? kCountMs : kPatientCountMs);
}

void RecordTableModel::countWithin(int deadlineMs)
{
    m_countCancel.cancel();
    m_countCancel = CancelToken();
    ++m_countSerial;
    if (deadlineMs > 0) m_countDeadline.start(deadlineMs);
    else m_countDeadline.stop();
    if (deadlineMs > 0 && !m_count) startEstimate(CancelToken(), m_countSerial);
    startCount(m_countCancel, m_countSerial);
    // The row at the top of the screen tells how many came or went above it.
    const int top = m_pages.pageAt(std::max(m_viewport.first, 0));
    m_rankedId = 0;
    if (top < 0 || m_pages.pages().at(top).first == 0) return;
    const RankPage &page = m_pages.pages().at(top);
    if (startRank(page.firstKey, m_countCancel, m_countSerial)) m_rankedId = page.ids.constFirst();
}

void RecordTableModel::countExactly()
{
    if (m_isExact || !m_hasLoaded || m_isRefreshing || m_exactSerial == m_countSerial) return;
    countWithin(0);
    m_exactSerial = m_countSerial;
}

QString RecordTableModel::countText() const
{
    if (!m_count) return {};
    const QString number = withThinSpaces(QString::number(*m_count));
    return m_isExact ? number : QStringLiteral("≈ ") + number;
}

void RecordTableModel::goToTime(Timestamp time)
{
    m_rankAtCancel.cancel();
    m_rankAtCancel = CancelToken();
    startRankAt(time, m_rankAtCancel, ++m_rankAtSerial);
}

void RecordTableModel::rankAtArrived(const std::optional<qint64> &rank)
{
    if (rank && m_total > 0) Q_EMIT rowFound(int(std::clamp<qint64>(*rank, 0, m_total - 1)));
    else Q_EMIT rowMissed(std::nullopt);
}

void RecordTableModel::countArrived(qint64 count)
{
    m_countDeadline.stop();
    giveUpForShift();
    setRows(count, true);
    schedule();
}

void RecordTableModel::estimateArrived(qint64 count)
{
    if (m_isExact) return;
    giveUpForShift();
    m_count = std::max<qint64>(count, m_total);
    setRows(*m_count, false);
    schedule();
}

/// The row at the top of the screen has this many before it.
void RecordTableModel::rankArrived(qint64 rank)
{
    const int row = rowOf(m_rankedId);
    if (row < 0) return;
    const int gapFirst = row > 0 && !m_pages.isLoaded(row - 1) ? m_pages.gapAround(row - 1, m_total).first : row;
    const int shift = int(rank) - row;
    if (shift == 0 || gapFirst == row) return;
    giveUpForShift();
    if (shift > 0) insertRanks(row, shift);
    else removeRanks(std::max(gapFirst, row + shift), std::min(-shift, row - gapFirst));
    if (m_isExact && m_count) setRows(*m_count, true);  // more above is less below
    schedule();
}

}  // namespace headgate
