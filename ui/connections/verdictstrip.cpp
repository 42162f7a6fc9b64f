// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/verdictstrip.h"

#include "ui/base/theme.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace headgate {

namespace {

constexpr int heldFor = 24;  ///< the part of the range that a verdict holds for
constexpr double leastWidth = 2;
constexpr double leastHeight = 3;

}  // namespace

QString worstStatus(const HistoryColumn &column)
{
    if (column.failed > 0) return QStringLiteral("failure");
    if (column.warned > 0) return QStringLiteral("warning");
    return column.answered > 0 ? QStringLiteral("success") : QStringLiteral("cancelled");
}

QString columnText(const HistoryColumn &column)
{
    const QLocale locale;
    const auto time = [&locale](Timestamp at) { return locale.toString(at.toDateTime().toLocalTime(), QStringLiteral("d MMM HH:mm")); };
    const QString when = column.first == column.last ? time(column.first) : VerdictStrip::tr("%1 to %2").arg(time(column.first), time(column.last));
    QStringList parts{column.tests == 1 ? VerdictStrip::tr("1 test") : VerdictStrip::tr("%1 tests").arg(column.tests)};
    if (column.failed > 0) parts << VerdictStrip::tr("%1 failed").arg(column.failed);
    if (column.warned > 0) parts << VerdictStrip::tr("%1 with a warning").arg(column.warned);
    if (column.answered > 0)
        parts << VerdictStrip::tr("p50 %1 ms, p95 %2 ms").arg(locale.toString(column.p50, 'f', 1), locale.toString(column.p95, 'f', 1));
    return VerdictStrip::tr("%1: %2").arg(when, parts.join(QStringLiteral(", ")));
}

VerdictStrip::VerdictStrip(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setFixedHeight(12);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void VerdictStrip::setColumns(const std::vector<HistoryColumn> &columns, Timestamp from, Timestamp to)
{
    m_columns = columns;
    m_from = from;
    m_to = to;
    int tests = 0;
    int failed = 0;
    for (const HistoryColumn &column : columns) tests += column.tests, failed += column.failed;
    setAccessibleName(tr("Verdicts of %1 tests, %2 failed").arg(tests).arg(failed));
    update();
}

void VerdictStrip::setPlot(double left, double right)
{
    m_left = left;
    m_right = right;
    update();
}

double VerdictStrip::xOf(qint64 us) const
{
    return m_left + (m_right - m_left) * double(us - m_from.us) / double(std::max<qint64>(1, m_to.us - m_from.us));
}

QRectF VerdictStrip::segment(size_t index) const
{
    const HistoryColumn &column = m_columns[index];
    const qint64 next = index + 1 < m_columns.size() ? m_columns[index + 1].first.us : m_to.us;
    const double left = xOf(column.first.us);
    const double right = xOf(std::min(next, column.last.us + (m_to.us - m_from.us) / heldFor));
    return QRectF(left, 0, std::max(leastWidth, right - left), height());
}

void VerdictStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRectF(m_left, 0, m_right - m_left, height()), m_theme.color(Theme::Alternate));
    painter.setClipRect(QRectF(m_left, 0, m_right - m_left, height()));
    // Failures last, so that a short one is not painted over.
    for (const bool failures : {false, true})
        for (size_t i = 0; i < m_columns.size(); ++i)
            if ((m_columns[i].failed > 0) == failures) paintColumn(painter, i);
}

/// As high as its share is what failed or warned, and always to be seen; below stands what answered.
void VerdictStrip::paintColumn(QPainter &painter, size_t index) const
{
    const HistoryColumn &column = m_columns[index];
    const int wrong = column.failed + column.warned;
    QRectF bar = segment(index);
    painter.fillRect(bar, m_theme.statusColor(column.answered > 0 ? QStringLiteral("success") : QStringLiteral("cancelled")));
    if (wrong == 0) return;
    bar.setHeight(std::max(leastHeight, height() * double(wrong) / std::max(1, column.tests)));
    painter.fillRect(bar, m_theme.statusColor(worstStatus(column)));
}

bool VerdictStrip::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const QPoint at = static_cast<QHelpEvent *>(event)->pos();
    for (size_t i = 0; i < m_columns.size(); ++i)
        if (segment(i).contains(at)) QToolTip::showText(mapToGlobal(at), columnText(m_columns[i]), this);
    return true;
}

}  // namespace headgate
