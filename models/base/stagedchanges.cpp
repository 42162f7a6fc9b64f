// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/stagedchanges.h"

#include <utility>

namespace headgate {

void StagedChanges::stage(const Cell &cell, int version, const QVariant &before, const QVariant &after)
{
    const Change *now = find(cell);
    const Change wanted{cell, now ? now->version : version, now ? now->before : before, after};
    if ((now ? now->after : before) == after) return;
    m_redo.clear();
    perform({{cell, wanted.before == after ? std::nullopt : std::optional(wanted)}}, m_undo);
}

void StagedChanges::revert(const Cell &cell)
{
    if (!find(cell)) return;
    m_redo.clear();
    perform({{cell, std::nullopt}}, m_undo);
}

void StagedChanges::discardAll()
{
    if (isEmpty()) return;
    Step step;
    for (const Cell &cell : m_changes.keys()) step << Swap{cell, std::nullopt};
    m_redo.clear();
    perform(step, m_undo);
}

void StagedChanges::forget(qint64 row)
{
    for (QList<Step> *history : {&m_undo, &m_redo}) {
        for (Step &step : *history) step.removeIf([row](const Swap &swap) { return swap.cell.row == row; });
        history->removeIf([](const Step &step) { return step.isEmpty(); });
    }
    const QList<Change> gone = ofRow(row);
    for (const Change &change : gone) put(change.cell, std::nullopt);
    Q_EMIT changed();
}

const StagedChanges::Change *StagedChanges::find(const Cell &cell) const
{
    const auto found = m_changes.constFind(cell);
    return found == m_changes.constEnd() ? nullptr : &*found;
}

QList<StagedChanges::Change> StagedChanges::ofRow(qint64 row) const
{
    QList<Change> changes;
    for (auto it = m_changes.lowerBound({row, {}}); it != m_changes.end() && it.key().row == row; ++it) changes << *it;
    return changes;
}

QList<qint64> StagedChanges::rows() const
{
    QList<qint64> ids;
    for (const Change &change : m_changes)
        if (ids.isEmpty() || ids.last() != change.cell.row) ids << change.cell.row;
    return ids;
}

void StagedChanges::put(const Cell &cell, const std::optional<Change> &change)
{
    if (change) m_changes.insert(cell, *change);
    else m_changes.remove(cell);
    Q_EMIT cellChanged(cell.row, cell.column);
}

void StagedChanges::perform(Step step, QList<Step> &history)
{
    for (Swap &swap : step) {
        const Change *now = find(swap.cell);
        const std::optional<Change> was = now ? std::optional(*now) : std::nullopt;
        put(swap.cell, std::exchange(swap.other, was));
    }
    history << step;
    Q_EMIT changed();
}

void StagedChanges::move(QList<Step> &from, QList<Step> &to)
{
    if (!from.isEmpty()) perform(from.takeLast(), to);
}

}  // namespace headgate
