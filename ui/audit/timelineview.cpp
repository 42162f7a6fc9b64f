// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/timelineview.h"

#include "app/base/attach.h"
#include "ui/audit/auditchanges.h"
#include "ui/base/celldelegate.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum Column { Time, What };
constexpr int idRole = Qt::UserRole;

QDateTime local(const AuditRecord &record) { return record.occurredAt.toDateTime().toLocalTime(); }

}  // namespace

TimelineView::TimelineView(AuditReviewService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_theme(theme), m_words(new QLabel), m_tree(new QTreeWidget), m_older(new QPushButton(tr("Older events")))
{
    m_words->setProperty("muted", true);
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    m_tree->setColumnCount(2);
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setItemsExpandable(false);
    m_tree->setIndentation(Theme::Gap);
    m_tree->setWordWrap(true);
    m_tree->setUniformRowHeights(false);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setMinimumHeight(40);
    m_tree->setStyleSheet(QStringLiteral("QTreeView::item { padding: 3px 0; }"));
    m_tree->setAccessibleName(tr("Life of the record"));
    m_tree->setObjectName(QStringLiteral("timeline"));
    m_tree->header()->setSectionResizeMode(Time, QHeaderView::ResizeToContents);
    m_tree->header()->setStretchLastSection(true);
    m_older->setProperty("kind", QStringLiteral("link"));
    m_older->hide();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_words);
    box->addWidget(m_tree, 1);
    box->addWidget(m_older);
    connect(m_older, &QPushButton::clicked, this, &TimelineView::load);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem *item) {
        if (const qint64 id = item->data(Time, idRole).toLongLong(); id > 0) Q_EMIT eventRequested({id});
    });
}

void TimelineView::setEntity(const EntityKey &entity, AuditId current)
{
    m_entity = entity;
    m_current = current;
    m_oldest = {};
    load();
}

void TimelineView::load()
{
    attach(this, m_service.life(m_entity, m_oldest), [this, generation = ++m_generation, isFirst = !m_oldest.isValid()](const Result<EntityLife> &life) {
        if (generation != m_generation) return;
        if (!life.ok()) return Q_EMIT failed(life.error());
        if (isFirst) m_tree->clear();
        for (const AuditRecord &record : life->events) add(record);
        if (!life->events.isEmpty()) m_oldest = life->events.last().id;
        m_older->setVisible(!life->atEnd);
        m_words->setText(tr("%1 events of this %2, newest first. Enter opens one.").arg(CellDelegate::groupedNumber(life->total), m_entity.types().first()));
        Q_EMIT totalChanged(life->total);
    });
}

/// The days are headings: the events stand under the last one.
QTreeWidgetItem *TimelineView::dayOf(const AuditRecord &record)
{
    const QString text = QLocale().toString(local(record).date(), QStringLiteral("dddd, d MMM yyyy"));
    if (QTreeWidgetItem *last = m_tree->topLevelItem(m_tree->topLevelItemCount() - 1); last && last->text(Time) == text) return last;
    auto *day = new QTreeWidgetItem(m_tree, {text});
    day->setFirstColumnSpanned(true);
    day->setFlags(Qt::ItemIsEnabled);
    day->setFont(Time, m_theme.semibold());
    day->setForeground(Time, m_theme.color(Theme::Muted));
    day->setExpanded(true);
    return day;
}

void TimelineView::add(const AuditRecord &record)
{
    QTreeWidgetItem *day = dayOf(record);
    const QString mark = record.action == u"EXTERNAL" ? QStringLiteral("! ") : record.success ? QString() : QStringLiteral("✕ ");
    const QString summary = changeSummary(record);
    QString what = tr("%1%2 by %3").arg(mark, record.action, record.actor);
    if (!summary.isEmpty()) what += QLatin1Char('\n') + summary;
    auto *item = new QTreeWidgetItem(day, {QLocale().toString(local(record), QStringLiteral("HH:mm:ss")), what});
    item->setData(Time, idRole, record.id.value);
    item->setTextAlignment(Time, Qt::AlignTop);
    item->setForeground(Time, m_theme.color(Theme::Muted));
    if (!record.success) item->setForeground(What, m_theme.color(Theme::Error));
    item->setToolTip(What, asPlain(what));
    item->setToolTip(Time, record.occurredAt.toIso());
    day->setExpanded(true);
    if (record.id == m_current) m_tree->setCurrentItem(item);
}

}  // namespace headgate
