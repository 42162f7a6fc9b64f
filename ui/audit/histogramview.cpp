// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/histogramview.h"

#include "ui/audit/timeticks.h"
#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QTimer>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace headgate {

namespace {

constexpr int kScaleWidth = 44;
constexpr int kTimesHeight = 20;
constexpr int kBarPixels = 9;      ///< a bar with its gap, at least
constexpr double kGripPixels = 5;
constexpr double kDragPixels = 4;  ///< less is a click
constexpr qint64 kNarrowest = 10 * 60'000'000LL;

QDateTime local(Timestamp at) { return at.toDateTime().toLocalTime(); }

qint64 sum(const QMap<QString, qint64> &parts, const QSet<QString> &hidden)
{
    qint64 sum = 0;
    for (auto it = parts.begin(); it != parts.end(); ++it)
        if (!hidden.contains(it.key())) sum += it.value();
    return sum;
}

/// 1, 2, 4, 6 or 8 times a power of ten, at least `value`.
qint64 niceTop(qint64 value)
{
    qint64 power = 1;
    while (power * 10 <= value) power *= 10;
    for (const qint64 factor : {1, 2, 4, 6, 8, 10})
        if (factor * power >= value) return std::max<qint64>(2, factor * power);
    return value;
}

}  // namespace

qint64 HistogramData::total() const
{
    return std::accumulate(buckets.begin(), buckets.end(), qint64(0), [](qint64 all, const auto &parts) { return all + sum(parts, {}); });
}

QString auditSpanText(const AuditSpan &span)
{
    const QLocale locale;
    const QDateTime from = local(span.from);
    const QDateTime to = local(span.to);
    const QString day = QStringLiteral("d MMM yyyy");
    const QString moment = QStringLiteral("d MMM yyyy, HH:mm");
    const bool wholeDays = from.time() == QTime(0, 0) && to.time() == QTime(0, 0);
    if (wholeDays && from.date().addDays(1) == to.date()) return locale.toString(from, day);
    if (wholeDays) return HistogramView::tr("%1 – %2").arg(locale.toString(from, day), locale.toString(to.addDays(-1), day));
    const bool oneDay = from.date() == to.addMSecs(-1).date();
    return HistogramView::tr("%1 – %2").arg(locale.toString(from, moment), locale.toString(to, oneDay ? QStringLiteral("HH:mm") : moment));
}

HistogramView::HistogramView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_settle(new QTimer(this)), m_resized(new QTimer(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(70);
    setAccessibleName(tr("Events over time"));
    m_settle->setSingleShot(true);
    m_settle->setInterval(200);
    m_resized->setSingleShot(true);
    m_resized->setInterval(200);
    connect(m_settle, &QTimer::timeout, this, &HistogramView::brushChanged);
    connect(m_resized, &QTimer::timeout, this, &HistogramView::placesChanged);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QColor HistogramView::color(const Theme &theme, const QString &part, int index)
{
    if (part == u"success") return theme.chartColor(4);
    if (part == u"failure") return theme.chartColor(5);
    return theme.chartColor(std::min(index, 7));
}

void HistogramView::setData(const HistogramData &data)
{
    m_data = data;
    setAccessibleDescription(tr("%1, %2 events").arg(auditSpanText(data.span)).arg(data.total()));
    update();
}

void HistogramView::setPartShown(const QString &part, bool shown)
{
    shown ? (void)m_hidden.remove(part) : (void)m_hidden.insert(part);
    update();
}

void HistogramView::setBrush(const std::optional<AuditSpan> &brush)
{
    m_settle->stop();
    m_brush = brush;
    update();
}

int HistogramView::places() const
{
    return std::max(1, int(plot().width()) / kBarPixels);
}

QRectF HistogramView::plot() const
{
    return QRectF(rect()).adjusted(kScaleWidth, 6, -8, -kTimesHeight);
}

double HistogramView::xOf(Timestamp at) const
{
    const QRectF area = plot();
    return area.left() + area.width() * double(at.us - m_data.span.from.us) / double(std::max<qint64>(1, m_data.span.us()));
}

Timestamp HistogramView::timeAt(double x) const
{
    const QRectF area = plot();
    const double share = std::clamp((x - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
    return {m_data.span.from.us + qint64(share * double(m_data.span.us()))};
}

qint64 HistogramView::highest() const
{
    qint64 most = 0;
    for (const auto &parts : m_data.buckets) most = std::max(most, sum(parts, m_hidden));
    return most;
}

QString HistogramView::textAt(Timestamp at) const
{
    if (!m_data.span.contains(at)) return {};
    const Timestamp bucket = HistogramSpec{{}, m_data.span, m_data.bucketUs, m_data.offsetUs}.bucketOf(at);
    QStringList lines{auditSpanText({bucket, {bucket.us + m_data.bucketUs}})};
    if (bucket < m_data.countedFrom) return lines.first() + QLatin1Char('\n') + tr("not counted yet");
    const auto parts = m_data.buckets.value(bucket);
    for (auto part = m_data.parts.crbegin(); part != m_data.parts.crend(); ++part)
        if (parts.contains(*part)) lines << tr("%1: %2").arg(*part, CellDelegate::groupedNumber(parts.value(*part)));
    lines << tr("%1 events").arg(CellDelegate::groupedNumber(sum(parts, {})));
    return lines.join(QLatin1Char('\n'));
}

void HistogramView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const qint64 top = niceTop(highest());
    paintScale(painter, top);
    if (m_data.span.isEmpty()) return;
    paintTimes(painter);
    paintUncounted(painter);
    paintBars(painter, top);
    paintBrush(painter);
}

void HistogramView::paintScale(QPainter &painter, qint64 top) const
{
    const QRectF area = plot();
    for (const qint64 value : {qint64(0), top / 2, top}) {
        const double y = area.bottom() - area.height() * double(value) / double(top);
        painter.setPen(m_theme.color(Theme::Border));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        if (value == 0) continue;
        painter.setPen(m_theme.color(Theme::Muted));
        painter.drawText(QRectF(0, y - 8, kScaleWidth - 6, 16), Qt::AlignRight | Qt::AlignVCenter, shortNumber(value));
    }
}

void HistogramView::paintTimes(QPainter &painter) const
{
    const QRectF area = plot();
    double free = area.left() - 1;
    for (const TimeTick &tick : timeTicks(m_data.span.from, m_data.span.to, int(area.width()) / 90)) {
        const double x = xOf(tick.at);
        painter.setPen(m_theme.color(Theme::Border));
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4));
        const double width = painter.fontMetrics().horizontalAdvance(tick.text);
        const double left = std::clamp(x - width / 2, area.left(), area.right() - width);
        if (left < free) continue;
        painter.setPen(m_theme.color(Theme::Muted));
        painter.drawText(QRectF(left, area.bottom() + 4, width + 2, kTimesHeight - 4), Qt::AlignLeft | Qt::AlignVCenter, tick.text);
        free = left + width + 8;
    }
}

void HistogramView::paintUncounted(QPainter &painter) const
{
    if (m_data.countedFrom <= m_data.span.from) return;
    const QRectF area = plot();
    QColor hatch = m_theme.color(Theme::Border);
    painter.fillRect(QRectF(area.left(), area.top(), xOf(m_data.countedFrom) - area.left(), area.height()), QBrush(hatch, Qt::BDiagPattern));
}

void HistogramView::paintBars(QPainter &painter, qint64 top) const
{
    const QRectF area = plot();
    for (auto bucket = m_data.buckets.begin(); bucket != m_data.buckets.end(); ++bucket) {
        const double left = std::round(xOf(bucket.key()));
        const double right = std::round(xOf({bucket.key().us + m_data.bucketUs}));
        double y = area.bottom();
        for (int i = 0; i < m_data.parts.size(); ++i) {
            const qint64 events = m_hidden.contains(m_data.parts.at(i)) ? 0 : bucket->value(m_data.parts.at(i));
            if (events == 0) continue;
            // One event among thousands is still seen.
            const double height = std::max(1.0, std::round(area.height() * double(events) / double(top)));
            painter.fillRect(QRectF(left, y - height, std::max(1.0, right - left - 2), height), color(m_theme, m_data.parts.at(i), i));
            y -= height;
        }
    }
}

void HistogramView::paintBrush(QPainter &painter) const
{
    if (hasFocus()) {
        painter.setPen(m_theme.color(Theme::Accent));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    if (!m_brush) return;
    const QRectF area = plot();
    const double left = std::clamp(xOf(m_brush->from), area.left(), area.right());
    const double right = std::clamp(xOf(m_brush->to), area.left(), area.right());
    QColor ground = m_theme.color(Theme::Accent);
    ground.setAlphaF(0.16F);
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), ground);
    painter.setPen(QPen(m_theme.color(Theme::Accent), 1));
    painter.drawRect(QRectF(left, area.top(), right - left, area.height()));
    for (const double x : {left, right}) painter.fillRect(QRectF(x - 2, area.center().y() - 10, 4, 20), m_theme.color(Theme::Accent));
}

HistogramView::Grip HistogramView::gripAt(double x) const
{
    if (!m_brush) return Grip::New;
    if (std::abs(x - xOf(m_brush->from)) <= kGripPixels) return Grip::Begin;
    if (std::abs(x - xOf(m_brush->to)) <= kGripPixels) return Grip::End;
    return m_brush->contains(timeAt(x)) ? Grip::Middle : Grip::New;
}

AuditSpan HistogramView::snapped(Timestamp a, Timestamp b) const
{
    const HistogramSpec spec{{}, m_data.span, m_data.bucketUs, m_data.offsetUs};
    const Timestamp first = std::max(std::min(a, b), m_data.span.from);
    const Timestamp last = std::min(std::max(a, b), Timestamp{m_data.span.to.us - 1});
    return {spec.bucketOf(first), {spec.bucketOf(last).us + m_data.bucketUs}};
}

AuditSpan HistogramView::moved(const AuditSpan &span, qint64 us) const
{
    us = std::clamp(us, m_data.span.from.us - span.from.us, m_data.span.to.us - span.to.us);
    return {{span.from.us + us}, {span.to.us + us}};
}

void HistogramView::dragTo(double x)
{
    const Timestamp at = timeAt(x);
    switch (m_grip) {
    case Grip::New: m_brush = snapped(timeAt(m_pressX), at); break;
    case Grip::Begin: m_brush = snapped(at, {m_pressed.to.us - 1}); break;
    case Grip::End: m_brush = snapped(m_pressed.from, at); break;
    case Grip::Middle: {
        const qint64 buckets = std::llround(double(at.us - timeAt(m_pressX).us) / double(m_data.bucketUs));
        m_brush = moved(m_pressed, buckets * m_data.bucketUs);
        break;
    }
    case Grip::None: return;
    }
    QToolTip::showText(mapToGlobal(QPoint(int(x), 0)), auditSpanText(*m_brush), this);
    update();
}

void HistogramView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_data.span.isEmpty()) return;
    m_pressX = event->position().x();
    m_grip = gripAt(m_pressX);
    m_pressed = m_brush.value_or(AuditSpan());
    m_isDragged = false;
}

void HistogramView::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (m_grip == Grip::None) {
        const Grip grip = gripAt(x);
        setCursor(grip == Grip::Begin || grip == Grip::End ? Qt::SizeHorCursor : grip == Grip::Middle ? Qt::OpenHandCursor : Qt::CrossCursor);
        return;
    }
    m_isDragged = m_isDragged || std::abs(x - m_pressX) >= kDragPixels;
    if (m_isDragged) dragTo(x);
}

void HistogramView::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_grip == Grip::None || event->button() != Qt::LeftButton) return;
    if (!m_isDragged) m_brush = snapped(timeAt(m_pressX), timeAt(m_pressX));
    m_grip = Grip::None;
    update();
    // A click may be the first of a double click.
    m_isDragged ? Q_EMIT brushChanged() : m_settle->start();
}

void HistogramView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) return;
    m_grip = Grip::None;
    setBrush(std::nullopt);
    Q_EMIT resetRequested();
}

void HistogramView::zoom(double factor, Timestamp about)
{
    const double share = double(about.us - m_data.span.from.us) / double(std::max<qint64>(1, m_data.span.us()));
    const qint64 us = std::max(kNarrowest, qint64(double(m_data.span.us()) * factor));
    const Timestamp from{about.us - qint64(share * double(us))};
    Q_EMIT zoomRequested({from, {from.us + us}});
}

void HistogramView::wheelEvent(QWheelEvent *event)
{
    const int steps = event->angleDelta().y();
    if (steps == 0 || m_data.span.isEmpty()) return event->ignore();
    zoom(std::pow(0.8, steps / 120.0), timeAt(event->position().x()));
    event->accept();
}

void HistogramView::change(const AuditSpan &brush)
{
    m_brush = brush;
    update();
    m_settle->start();
}

/// The arrows: the range, its end or its begin by one bar.
bool HistogramView::moveByKey(const QKeyEvent &event)
{
    const bool left = event.key() == Qt::Key_Left;
    if (!left && event.key() != Qt::Key_Right) return false;
    const qint64 step = left ? -m_data.bucketUs : m_data.bucketUs;
    if (!m_brush) {
        const Timestamp last{m_data.span.to.us - 1};
        change(snapped(last, last));
        return true;
    }
    AuditSpan brush = *m_brush;
    if (event.modifiers().testFlag(Qt::ShiftModifier)) brush.to.us = std::clamp(brush.to.us + step, brush.from.us + m_data.bucketUs, m_data.span.to.us);
    else if (event.modifiers().testFlag(Qt::ControlModifier)) brush.from.us = std::clamp(brush.from.us + step, m_data.span.from.us, brush.to.us - m_data.bucketUs);
    else brush = moved(brush, step);
    change(brush);
    return true;
}

void HistogramView::keyPressEvent(QKeyEvent *event)
{
    if (m_data.span.isEmpty()) return QWidget::keyPressEvent(event);
    if (moveByKey(*event)) return;
    const AuditSpan &span = m_brush ? *m_brush : m_data.span;
    const Timestamp middle{span.from.us + span.us() / 2};
    switch (event->key()) {
    case Qt::Key_Plus: return zoom(0.5, middle);
    case Qt::Key_Minus: return zoom(2, middle);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_brush) Q_EMIT zoomRequested(*m_brush);
        return;
    case Qt::Key_Escape:
        if (!m_brush) break;
        setBrush(std::nullopt);
        return Q_EMIT brushChanged();
    default: break;
    }
    QWidget::keyPressEvent(event);
}

void HistogramView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != width()) m_resized->start();
}

void HistogramView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void HistogramView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool HistogramView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    if (plot().contains(help->pos())) QToolTip::showText(help->globalPos(), textAt(timeAt(help->pos().x())), this);
    return true;
}

}  // namespace headgate
