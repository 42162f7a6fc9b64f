// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/timerangebutton.h"

#include "models/base/timetext.h"
#include "ui/base/styleflag.h"
#include "ui/base/timerangedialog.h"

#include <QActionGroup>
#include <QLocale>
#include <QMenu>

namespace headgate {

namespace {

using Op = ColumnFilter::Op;

struct Quick {
    const char *title;
    const char *time;
};

constexpr Quick quickRanges[] = {{QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Last hour"), "last 1 h"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Last 24 hours"), "last 24 h"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Last 7 days"), "last 7 d"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Last 30 days"), "last 30 d"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Today"), "today"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Yesterday"), "yesterday"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "This month"), "this month"},
                                 {QT_TRANSLATE_NOOP("headgate::TimeRangeButton", "Last month"), "last month"}};

QString shown(const QVariant &value, const QTimeZone &zone)
{
    if (value.typeId() == QMetaType::QString) return value.toString();
    return QLocale().toString(Timestamp{value.toLongLong()}.toDateTime().toTimeZone(zone), QStringLiteral("d MMM yyyy HH:mm:ss"));
}

}  // namespace

TimeRangeButton::TimeRangeButton(const QString &column, const QString &title, QWidget *parent)
    : QToolButton(parent), m_column(column), m_title(title), m_group(new QActionGroup(this))
{
    setObjectName(QStringLiteral("timeRange"));
    setProperty("chip", true);
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(InstantPopup);
    setMenu(new QMenu(this));
    fillMenu();
    showText();
}

void TimeRangeButton::fillMenu()
{
    const auto add = [this](const QString &title, const std::optional<ColumnFilter> &filter) {
        QAction *action = menu()->addAction(title, this, [this, filter] { setFilter(filter, m_timeZone); });
        action->setCheckable(true);
        action->setActionGroup(m_group);
        action->setData(filter ? filter->values : QVariantList());
    };
    add(tr("Any time"), std::nullopt);
    menu()->addSeparator();
    for (const Quick &each : quickRanges) add(tr(each.title), ColumnFilter{m_column, Op::Equal, {QString::fromLatin1(each.time)}});
    menu()->addSeparator();
    menu()->addAction(tr("&Between…"), this, &TimeRangeButton::askRange);
}

bool TimeRangeButton::fits(const ColumnFilter &filter) const
{
    const bool isOne = filter.values.size() == 1 && (filter.op == Op::Equal || filter.op == Op::AtLeast || filter.op == Op::AtMost);
    return filter.column == m_column && (isOne || (filter.op == Op::Between && filter.values.size() == 2)) && !filter.values.contains(QVariant());
}

void TimeRangeButton::setFilter(const std::optional<ColumnFilter> &filter, const QString &timeZone)
{
    const bool isAnother = m_filter != filter || m_timeZone != timeZone;
    m_filter = filter;
    m_timeZone = timeZone;
    showText();
    if (isAnother) Q_EMIT changed();
}

void TimeRangeButton::askRange()
{
    auto *dialog = new TimeRangeDialog(m_column, m_filter, m_timeZone, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { setFilter(dialog->filter(), dialog->timeZone()); });
    connect(dialog, &QDialog::finished, this, &TimeRangeButton::showText);
    dialog->open();
}

void TimeRangeButton::showText()
{
    const QTimeZone zone = TimeText::Clock::of(m_timeZone).zone;
    QString words = m_title;
    QAction *chosen = nullptr;
    for (QAction *action : m_group->actions())
        if (action->data().toList() == (m_filter ? m_filter->values : QVariantList()) && (!m_filter || m_filter->op == Op::Equal)) chosen = action;
    if (chosen) chosen->setChecked(true);
    else if (QAction *before = m_group->checkedAction()) before->setChecked(false);
    if (m_filter && chosen) words = chosen->text();
    else if (m_filter && m_filter->op == Op::AtLeast) words = tr("since %1").arg(shown(m_filter->values.first(), zone));
    else if (m_filter && m_filter->op == Op::AtMost) words = tr("until %1").arg(shown(m_filter->values.first(), zone));
    else if (m_filter && m_filter->op == Op::Between) words = tr("%1 – %2").arg(shown(m_filter->values.first(), zone), shown(m_filter->values.last(), zone));
    else if (m_filter) words = shown(m_filter->values.first(), zone);
    if (m_filter && !m_timeZone.isEmpty()) words += QStringLiteral(" (%1)").arg(m_timeZone);
    setText(words + QStringLiteral(" ▾"));
    setAccessibleName(m_filter ? tr("Time: %1").arg(words) : tr("Filter by time"));
    setStyleFlag(this, "filtering", m_filter.has_value());
}

}  // namespace headgate
