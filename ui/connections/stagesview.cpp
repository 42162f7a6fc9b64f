// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/stagesview.h"

#include "ui/base/theme.h"
#include "ui/base/wrappedlabel.h"

#include <QClipboard>
#include <QFrame>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace headgate {

namespace {

constexpr int stageCount = 8;

QString verdict(StageStatus status)
{
    switch (status) {
    case StageStatus::Pass: return StagesView::tr("passed");
    case StageStatus::Warn: return StagesView::tr("warning");
    case StageStatus::Fail: return StagesView::tr("failed");
    case StageStatus::Skipped: break;
    }
    return StagesView::tr("skipped");
}

QString sign(StageStatus status)
{
    switch (status) {
    case StageStatus::Pass: return QStringLiteral("✓");
    case StageStatus::Warn: return QStringLiteral("!");
    case StageStatus::Fail: return QStringLiteral("✕");
    case StageStatus::Skipped: break;
    }
    return QStringLiteral("○");
}

QLabel *plain(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    return label;
}

void tint(QLabel *label, const QColor &color)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

void setWeight(QLabel *label, QFont::Weight weight)
{
    QFont font = label->font();
    font.setWeight(weight);
    label->setFont(font);
}

QString milliseconds(const StageResult &stage)
{
    return stage.status == StageStatus::Skipped ? StagesView::tr("–") : StagesView::tr("%1 ms").arg(stage.ms, 0, 'f', 1);
}

}  // namespace

StagesView::StagesView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_rows(new QVBoxLayout), m_fixes(new QVBoxLayout)
{
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    m_rows->setSpacing(0);
    m_fixes->setSpacing(0);
    box->addLayout(m_rows);
    box->addLayout(m_fixes);
    box->addStretch();
    connect(&m_theme, &Theme::changed, this, [this] { setStages(std::exchange(m_stages, {})); });
}

void StagesView::clear()
{
    m_stages.clear();
    m_running = nullptr;
    for (QVBoxLayout *layout : {m_rows, m_fixes}) {
        while (QLayoutItem *item = layout->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }
}

void StagesView::begin()
{
    clear();
    showRunning();
}

void StagesView::end()
{
    delete std::exchange(m_running, nullptr);
}

void StagesView::addStage(const StageResult &stage)
{
    end();
    m_stages.push_back(stage);
    addRow(makeRow(stage));
    if (!stage.hint.isEmpty() || !stage.fixSql.isEmpty()) m_fixes->addWidget(makeFix(stage));
    if (std::ranges::none_of(m_stages, [](const StageResult &each) { return each.status == StageStatus::Fail; })) showRunning();
}

void StagesView::setStages(const std::vector<StageResult> &stages)
{
    clear();
    for (const StageResult &stage : stages) addStage(stage);
    end();
}

void StagesView::showRunning()
{
    if (m_stages.size() >= stageCount) return;
    m_running = makeRunningRow(TestStage(m_stages.size()));
    addRow(m_running);
}

void StagesView::showError(const QString &text)
{
    end();
    QLabel *label = new WrappedLabel(text);
    label->setMargin(12);
    tint(label, m_theme.color(Theme::Error));
    m_fixes->addWidget(label);
}

void StagesView::addRow(QWidget *row)
{
    m_rows->addWidget(row);
}

QWidget *StagesView::makeRow(const StageResult &stage) const
{
    const bool failed = stage.status == StageStatus::Fail;
    const QColor color = m_theme.statusColor(stageStatuses.name(stage.status));
    QLabel *verdictSign = plain(sign(stage.status));
    tint(verdictSign, color);
    verdictSign->setAccessibleName(verdict(stage.status));
    verdictSign->setToolTip(verdict(stage.status));
    QLabel *ms = plain(milliseconds(stage));
    tint(ms, m_theme.color(Theme::Muted));
    QString text = stage.message;
    if (text.isEmpty() && stage.status == StageStatus::Skipped) text = verdict(stage.status);
    QLabel *message = new WrappedLabel(text);
    if (failed) setWeight(message, QFont::DemiBold);
    if (stage.status == StageStatus::Skipped) tint(message, m_theme.color(Theme::Muted));

    QWidget *row = makeFrame(verdictSign, plain(stageLabel(stage.stage)), ms, message);
    if (!stage.errorCode.isEmpty()) {
        QLabel *code = new WrappedLabel(stage.errorCode);
        tint(code, m_theme.color(Theme::Muted));
        static_cast<QGridLayout *>(row->layout())->addWidget(code, 1, 3);
    }
    row->setAccessibleName(tr("%1: %2, %3").arg(stageLabel(stage.stage), verdict(stage.status), stage.message));
    return row;
}

QWidget *StagesView::makeRunningRow(TestStage stage) const
{
    QLabel *waiting = plain(QStringLiteral("…"));
    QLabel *text = plain(tr("running"));
    QLabel *name = plain(stageLabel(stage));
    for (QLabel *label : {waiting, text, name}) tint(label, m_theme.color(Theme::Muted));
    return makeFrame(waiting, name, plain({}), text);
}

QWidget *StagesView::makeFrame(QLabel *verdictSign, QLabel *name, QLabel *ms, QLabel *message) const
{
    auto *row = new QFrame;
    row->setObjectName(QStringLiteral("stage"));
    row->setStyleSheet(QStringLiteral("QFrame#stage { border: none; border-bottom: 1px solid palette(mid); }"));
    auto *grid = new QGridLayout(row);
    grid->setContentsMargins(12, 6, 12, 6);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    verdictSign->setFixedWidth(fontMetrics().horizontalAdvance(QLatin1Char('M')) + 4);
    name->setFixedWidth(fontMetrics().horizontalAdvance(tr("Authenticate")) + 8);
    ms->setFixedWidth(fontMetrics().horizontalAdvance(tr("%1 ms").arg(QStringLiteral("10000.0"))));
    ms->setAlignment(Qt::AlignRight | Qt::AlignTop);
    QLabel *const cells[]{verdictSign, name, ms, message};
    for (int column = 0; column < 4; ++column) grid->addWidget(cells[column], 0, column, Qt::AlignTop);
    grid->setAlignment(message, {});
    grid->setColumnStretch(3, 1);
    return row;
}

QWidget *StagesView::makeFix(const StageResult &stage) const
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(12, 12, 12, 4);
    column->setSpacing(8);
    QLabel *title = plain(tr("How to fix: %1").arg(stageLabel(stage.stage)));
    setWeight(title, QFont::DemiBold);
    column->addWidget(title);
    if (!stage.hint.isEmpty()) column->addWidget(new WrappedLabel(stage.hint));
    if (stage.fixSql.isEmpty()) return box;

    QLabel *statement = new WrappedLabel(stage.fixSql);
    statement->setObjectName(QStringLiteral("fixStatement"));
    statement->setFont(m_theme.fixedFont());
    statement->setProperty("code", true);
    column->addWidget(statement);
    auto *copy = new QPushButton(stage.fixKind == FixKind::Sql ? tr("Copy SQL") : tr("Copy line"));
    connect(copy, &QPushButton::clicked, copy, [text = stage.fixSql] { QGuiApplication::clipboard()->setText(text); });
    column->addWidget(copy, 0, Qt::AlignLeft);
    return box;
}

}  // namespace headgate
