// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/differenceview.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/base/wrappedlabel.h"

#include <QGridLayout>
#include <QVBoxLayout>

namespace headgate {

namespace {

QString sign(StageStatus status)
{
    return CellDelegate::statusMark(stageStatuses.name(status));
}

QString milliseconds(const StageResult &stage)
{
    return stage.status == StageStatus::Skipped ? QStringLiteral("–") : CellDelegate::groupedNumber(double(stage.ms));
}

void paint(QLabel *label, const QColor &color)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

}  // namespace

DifferenceView::DifferenceView(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    connect(&theme, &Theme::changed, this, &DifferenceView::rebuild);
}

void DifferenceView::setDifference(const std::optional<TestDifference> &difference)
{
    m_difference = difference;
    rebuild();
}

void DifferenceView::rebuild()
{
    delete m_content;
    m_content = new QWidget;
    m_grid = new QGridLayout(m_content);
    m_grid->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    m_grid->setHorizontalSpacing(Theme::Gap);
    m_grid->setVerticalSpacing(Theme::Tight);
    m_grid->setColumnStretch(3, 1);
    layout()->addWidget(m_content);
    if (!m_difference) {
        addLine(tr("No test before this one was good: there is nothing to compare with."), true);
    } else {
        addLine(tr("Last good test: %1").arg(CellDelegate::relativeTime(m_difference->goodAt, Timestamp::now())), true);
        for (const StageDifference &stage : m_difference->stages) addStage(stage);
        if (!m_difference->identity.isEmpty()) addLine(tr("The server"), false, true);
        for (const IdentityChange &change : m_difference->identity) addLine(tr("%1: %2 → %3").arg(change.label, change.before, change.after), false);
    }
    m_grid->setRowStretch(m_grid->rowCount(), 1);
}

QLabel *DifferenceView::cell(const QString &text, const QColor &color, int column)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    paint(label, color);
    m_grid->addWidget(label, m_grid->rowCount() - (column > 0 ? 1 : 0), column, Qt::AlignTop);
    return label;
}

void DifferenceView::addStage(const StageDifference &stage)
{
    const auto colorOf = [this](const StageResult &result) { return m_theme.statusColor(stageStatuses.name(result.status)); };
    const bool changed = stage.statusChanged();
    QLabel *name = cell(stageLabel(stage.after.stage), m_theme.color(changed ? Theme::Text : Theme::Muted), 0);
    if (changed) name->setFont(m_theme.semibold());
    cell(changed ? sign(stage.before.status) + QStringLiteral(" → ") + sign(stage.after.status) : sign(stage.after.status), colorOf(stage.after), 1)
        ->setAccessibleName(tr("%1, before %2").arg(stageStatuses.name(stage.after.status), stageStatuses.name(stage.before.status)));
    cell(tr("%1 → %2 ms").arg(milliseconds(stage.before), milliseconds(stage.after)), m_theme.color(Theme::Muted), 2);
    const bool skipped = stage.after.status == StageStatus::Skipped;
    if (!stage.messageChanged() || (skipped && !changed)) return;
    addLine(tr("before: %1").arg(stage.before.message), true);
    if (!skipped) addLine(tr("now: %1").arg(stage.after.message), false);
}

void DifferenceView::addLine(const QString &text, bool muted, bool strong)
{
    auto *label = new WrappedLabel(text);
    if (muted) paint(label, m_theme.color(Theme::Muted));
    if (strong) label->setFont(m_theme.semibold());
    m_grid->addWidget(label, m_grid->rowCount(), 0, 1, 4);
}

}  // namespace headgate
