// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/overviewpage.h"

#include "app/base/attach.h"
#include "ui/base/celldelegate.h"
#include "ui/base/chips.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace headgate {

namespace {

constexpr int lineCount = 16;
constexpr int markWidth = 64;
constexpr int twoColumnsFrom = 760;

void clearLines(QVBoxLayout *card)
{
    while (card->count() > 1) {
        QLayoutItem *item = card->takeAt(1);
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
}

ListQuery failingConnections()
{
    ListQuery query;
    query.filters << ColumnFilter{QStringLiteral("last_test_status"), ColumnFilter::Op::Equal, {QStringLiteral("failure")}};
    query.sortColumn = QStringLiteral("last_tested_at");
    query.descending = true;
    return query;
}

StatusChip *chip(const Theme &theme, const QString &status, const QString &text)
{
    auto *mark = new StatusChip(theme);
    mark->setStatus(status, text);
    return mark;
}

QString ago(Timestamp time)
{
    return CellDelegate::relativeTime(time, Timestamp::now());
}

}  // namespace

OverviewPage::OverviewPage(ConnectionService &connections, AuditService &audit, HealthSource health, const Theme &theme, QWidget *parent)
    : Page(parent), m_connections(connections), m_audit(audit), m_health(std::move(health)), m_theme(theme),
      m_banner(new MessageBar(theme)), m_grid(new QGridLayout)
{
    auto *title = new QLabel(this->title());
    title->setFont(theme.titleFont());
    auto *content = new QWidget;
    auto *contentBox = new QVBoxLayout(content);
    contentBox->setContentsMargins({});
    contentBox->addLayout(m_grid);
    contentBox->addStretch();
    m_grid->setSpacing(Theme::PageMargin);
    auto *scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(title);
    box->addWidget(m_banner);
    box->addWidget(scroll, 1);
    m_summary = addCard(tr("Connections"));
    m_failing = addCard(tr("Failing connections"));
    m_events = addCard(tr("Last events"));
    m_workspace = addCard(tr("Workspace"));
    connect(m_banner, &MessageBar::actionRequested, this, &OverviewPage::refresh);
    arrangeCards();
    refresh();
}

QVBoxLayout *OverviewPage::addCard(const QString &title)
{
    auto *card = new QFrame;
    card->setProperty("card", true);
    card->setAccessibleName(title);
    auto *box = new QVBoxLayout(card);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::Tight);
    box->setAlignment(Qt::AlignTop);
    auto *heading = new QLabel(title);
    heading->setFont(m_theme.sectionFont());
    box->addWidget(heading);
    m_cards << card;
    return box;
}

void OverviewPage::arrangeCards()
{
    const int columns = width() >= twoColumnsFrom ? 2 : 1;
    if (columns == m_columns) return;
    m_columns = columns;
    for (int i = 0; i < m_cards.size(); ++i) m_grid->addWidget(m_cards[i], i / columns, i % columns);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, columns - 1);
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrangeCards();
}

QList<Command> OverviewPage::commands() const
{
    auto *self = const_cast<OverviewPage *>(this);
    return {{QStringLiteral("overview.refresh"), tr("Refresh"), QStringLiteral("view-refresh"), QKeySequence::Refresh, [self] { self->refresh(); }, {}}};
}

template <typename T, typename F>
void OverviewPage::load(const QFuture<Result<T>> &future, F show)
{
    attach(this, future, [this, show](const Result<T> &result) {
        if (result.ok()) {
            show(*result);
            Q_EMIT refreshed();
        } else {
            m_banner->showError(result.error(), tr("Retry"));
        }
    });
}

void OverviewPage::refresh()
{
    m_banner->clear();
    load(m_connections.summary(), [this](const ConnectionSummary &summary) { showSummary(summary); });
    load(m_connections.page(failingConnections(), {std::nullopt, lineCount}),
         [this](const ListPage<Connection> &page) { showFailing(page.rows); });
    load(m_audit.page({}, {std::nullopt, lineCount}), [this](const ListPage<AuditRecord> &page) { showEvents(page.rows); });
    load(m_health(), [this](const OverviewHealth &health) { showHealth(health); });
}

void OverviewPage::addLine(QVBoxLayout *card, QWidget *mark, const QString &text, const QString &detail, const EntityRef &target)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins({});
    row->setSpacing(Theme::Gap);
    line->setMinimumHeight(Theme::RowHeight);
    if (mark) {
        mark->setMinimumWidth(markWidth);
        row->addWidget(mark);
    }
    if (target.page.isEmpty()) {
        row->addWidget(new QLabel(text));
    } else {
        auto *link = new QPushButton(text);
        link->setProperty("kind", QStringLiteral("link"));
        link->setAccessibleName(detail.isEmpty() ? text : tr("%1, %2").arg(text, detail));
        connect(link, &QPushButton::clicked, this, [this, target] { Q_EMIT openRequested(target); });
        row->addWidget(link);
    }
    auto *more = new QLabel(detail);
    more->setProperty("muted", true);
    more->setTextFormat(Qt::PlainText);
    row->addStretch();
    row->addWidget(more);
    card->addWidget(line);
}

void OverviewPage::showSummary(const ConnectionSummary &summary)
{
    clearLines(m_summary);
    const auto line = [this](const QString &status, const QString &word, int count, const QString &detail) {
        addLine(m_summary, chip(m_theme, status, word), CellDelegate::groupedNumber(count), detail,
                {QStringLiteral("connections"), QStringLiteral("status=") + status});
    };
    line(QStringLiteral("failure"), tr("Failure"), summary.failure, {});
    line(QStringLiteral("warning"), tr("Warning"), summary.warning, {});
    line(QStringLiteral("success"), tr("Success"), summary.success, {});
    line({}, tr("Not tested"), summary.untested, tr("%1 of %2 active").arg(summary.active).arg(summary.total));
}

void OverviewPage::showFailing(const QList<Connection> &failing)
{
    clearLines(m_failing);
    for (const Connection &connection : failing) {
        auto *tag = new EnvironmentTag(m_theme);
        tag->setEnvironment(connection.environment);
        const QString when = connection.lastTestedAt ? ago(*connection.lastTestedAt) : QString();
        addLine(m_failing, tag, connection.name, when, {QStringLiteral("connections"), QString::number(connection.id.value)});
    }
    if (failing.isEmpty()) addLine(m_failing, chip(m_theme, QStringLiteral("success"), tr("No connection fails its last test")), {}, {}, {});
}

void OverviewPage::showEvents(const QList<AuditRecord> &events)
{
    clearLines(m_events);
    for (const AuditRecord &record : events) {
        const QString name = record.entityName.isEmpty() ? record.entityType : record.entityName;
        addLine(m_events, chip(m_theme, record.success ? QStringLiteral("success") : QStringLiteral("failure"), record.action), name,
                tr("%1 · %2").arg(record.actor, ago(record.occurredAt)), {QStringLiteral("audit"), QString::number(record.id.value)});
    }
    if (events.isEmpty()) addLine(m_events, nullptr, tr("Nothing has been changed here yet."), {}, {});
}

void OverviewPage::showHealth(const OverviewHealth &health)
{
    clearLines(m_workspace);
    const QLocale locale;
    addLine(m_workspace, nullptr, tr("Database"), health.server, {});
    const QString ping = health.pingMs < 0.1 ? tr("under 0.1 ms") : tr("%1 ms").arg(locale.toString(health.pingMs, 'f', 1));
    addLine(m_workspace, nullptr, tr("Response time"), ping, {});
    addLine(m_workspace, nullptr, tr("Pool"), tr("%1 of %2 in use").arg(health.poolInUse).arg(health.poolCapacity), {});
    addLine(m_workspace, nullptr, tr("Schema version"), QString::number(health.schemaVersion), {});
}

}  // namespace headgate
