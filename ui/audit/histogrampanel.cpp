// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/histogrampanel.h"

#include "app/audit/auditreviewservice.h"
#include "app/base/attach.h"
#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

constexpr qint64 kHour = 3'600'000'000;
constexpr qint64 kDay = 24 * kHour;
constexpr qsizetype kMostParts = 6;
/// A slice is counted in about this time: short enough to be stopped at once, long enough not to ask all the time.
constexpr qint64 kShortSliceMs = 60;
constexpr qint64 kLongSliceMs = 250;

/// Microseconds that the zone that is shown is ahead at that moment.
qint64 offsetAt(Timestamp at)
{
    return qint64(at.toDateTime().toLocalTime().offsetFromUtc()) * 1'000'000;
}

QPixmap swatch(const QColor &color)
{
    QPixmap pixmap(10, 10);
    pixmap.fill(color);
    return pixmap;
}

QString widthText(qint64 us)
{
    const qint64 minutes = us / 60'000'000;
    if (minutes < 60) return HistogramPanel::tr("%1 min a bar").arg(minutes);
    if (minutes < 1440) return HistogramPanel::tr("%1 h a bar").arg(minutes / 60);
    return minutes == 1440 ? HistogramPanel::tr("a day a bar") : HistogramPanel::tr("%1 days a bar").arg(minutes / 1440);
}

}  // namespace

HistogramPanel::HistogramPanel(AuditReviewService &service, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_service(service), m_theme(theme), m_words(new QLabel), m_legend(new QHBoxLayout), m_stack(new QComboBox),
      m_stop(new QPushButton(tr("Stop counting"))), m_zoomIn(new QPushButton(tr("Zoom in"))), m_all(new QPushButton(tr("Show all"))), m_view(new HistogramView(theme))
{
    setProperty("card", true);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::Gap, Theme::Tight, Theme::Tight, Theme::Tight);
    box->setSpacing(0);
    box->addWidget(headRow());
    box->addWidget(m_view, 1);
    connect(m_view, &HistogramView::brushChanged, this, &HistogramPanel::choose);
    connect(m_view, &HistogramView::zoomRequested, this, &HistogramPanel::zoomTo);
    connect(m_view, &HistogramView::resetRequested, this, &HistogramPanel::reset);
    connect(m_view, &HistogramView::placesChanged, this, &HistogramPanel::begin);
    connect(m_stack, &QComboBox::currentIndexChanged, this, &HistogramPanel::begin);
    connect(m_stop, &QPushButton::clicked, this, &HistogramPanel::stop);
    connect(m_zoomIn, &QPushButton::clicked, this, [this] {
        if (m_view->brush()) zoomTo(*m_view->brush());
    });
    connect(m_all, &QPushButton::clicked, this, &HistogramPanel::reset);
    connect(&theme, &Theme::changed, this, &HistogramPanel::showParts);
    count();
}

QWidget *HistogramPanel::headRow()
{
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins(Theme::Tight, 0, 0, 0);
    box->setSpacing(Theme::Gap);
    m_words->setProperty("muted", true);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_words->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_legend->setSpacing(0);
    m_stack->addItem(tr("by result"), int(HistogramStack::Status));
    m_stack->addItem(tr("by action"), int(HistogramStack::Action));
    m_stack->setAccessibleName(tr("What the bars are divided by"));
    for (QPushButton *button : {m_stop, m_zoomIn, m_all}) {
        button->setProperty("kind", QStringLiteral("link"));
        button->hide();
    }
    m_zoomIn->setToolTip(tr("Only the chosen range (Enter, or the wheel)"));
    m_all->setToolTip(tr("No range, all times (double click)"));
    box->addWidget(m_words, 1);
    for (QPushButton *button : {m_stop, m_zoomIn, m_all}) box->addWidget(button);
    box->addLayout(m_legend);
    box->addWidget(m_stack);
    return row;
}

void HistogramPanel::setQuery(const ListQuery &query)
{
    if (query == m_query) return;
    m_query = query;
    begin();
}

void HistogramPanel::refresh()
{
    count();
}

void HistogramPanel::setRange(const std::optional<AuditSpan> &range)
{
    m_view->setBrush(range);
    showWords();
}

void HistogramPanel::choose()
{
    showWords();
    Q_EMIT rangeChanged();
}

void HistogramPanel::reset()
{
    m_view->setBrush(std::nullopt);
    m_zoom.reset();
    begin();
    Q_EMIT rangeChanged();
}

void HistogramPanel::zoomTo(const AuditSpan &span)
{
    const AuditSpan within{std::max(span.from, m_extent.from), std::min(span.to, m_extent.to)};
    if (within.isEmpty()) return;
    m_zoom = within == m_extent ? std::nullopt : std::optional(within);
    begin();
}

/// The extent first: the trail grows.
void HistogramPanel::count()
{
    attach(this, m_service.extent(), [this](const Result<std::optional<AuditSpan>> &extent) {
        if (!extent.ok()) return Q_EMIT failed(extent.error());
        m_extent = extent->value_or(AuditSpan());
        begin();
    });
}

HistogramSpec HistogramPanel::specFor(const AuditSpan &span) const
{
    HistogramSpec spec{m_query, span, AuditHistogram::bucketFor(span, m_view->places()), offsetAt(span.to), HistogramStack(m_stack->currentData().toInt())};
    // The rollups know whole hours of UTC; bars of weeks begin on Mondays (1970 began on a Thursday).
    if (spec.bucketUs >= kHour) spec.offsetUs = spec.offsetUs / kHour * kHour;
    if (spec.bucketUs % (7 * kDay) == 0) spec.offsetUs += 3 * kDay;
    spec.span = {spec.bucketOf(span.from), {spec.bucketOf({span.to.us - 1}).us + spec.bucketUs}};
    return spec;
}

void HistogramPanel::begin()
{
    stop();
    ++m_generation;
    const AuditSpan span = m_zoom.value_or(m_extent);
    m_data = {};
    if (span.isEmpty()) return present();
    m_spec = specFor(span);
    m_data.span = m_spec.span;
    m_data.bucketUs = m_spec.bucketUs;
    m_data.offsetUs = m_spec.offsetUs;
    m_data.countedFrom = m_spec.span.to;
    m_isCounting = true;
    m_cancel = CancelToken();
    if (AuditHistogram::isFromRollups(m_spec)) return askWhole(m_spec);
    m_sliceUs = std::max<qint64>(1, m_spec.span.us() / m_spec.bucketUs / 16) * m_spec.bucketUs;
    present();
    askSlice();
}

/// The old bars stay until the new ones are there.
void HistogramPanel::askWhole(const HistogramSpec &spec)
{
    attach(this, m_service.histogram(spec, m_cancel), [this, generation = m_generation](const Result<QList<HistogramCount>> &counts) {
        if (generation != m_generation) return;
        m_isCounting = false;
        if (!counts.ok()) return Q_EMIT failed(counts.error());
        m_data.countedFrom = m_data.span.from;
        take(*counts);
    });
}

void HistogramPanel::askSlice()
{
    HistogramSpec slice = m_spec;
    slice.span.to = m_data.countedFrom;
    slice.span.from = std::max(m_data.span.from, Timestamp{slice.span.to.us - m_sliceUs});
    m_sliceTime.start();
    attach(this, m_service.histogram(slice, m_cancel), [this, generation = m_generation, from = slice.span.from](const Result<QList<HistogramCount>> &counts) {
        if (generation != m_generation) return;
        if (!counts.ok()) {
            stop();
            return Q_EMIT failed(counts.error());
        }
        if (m_sliceTime.elapsed() < kShortSliceMs) m_sliceUs *= 2;
        if (m_sliceTime.elapsed() > kLongSliceMs) m_sliceUs = std::max(m_spec.bucketUs, m_sliceUs / 2 / m_spec.bucketUs * m_spec.bucketUs);
        m_data.countedFrom = from;
        m_isCounting = from > m_data.span.from;
        take(*counts);
        if (m_isCounting) askSlice();
    });
}

void HistogramPanel::stop()
{
    ++m_generation;
    m_cancel.cancel();
    m_isCounting = false;
    showWords();
}

void HistogramPanel::take(const QList<HistogramCount> &counts)
{
    for (const HistogramCount &count : counts) m_data.buckets[count.bucket][count.part] += count.events;
    present();
}

/// Of many actions the rarest are one part.
void HistogramPanel::present()
{
    HistogramData shown = m_data;
    QMap<QString, qint64> totals;
    for (const auto &bucket : std::as_const(shown.buckets))
        for (auto part = bucket.begin(); part != bucket.end(); ++part) totals[part.key()] += part.value();
    shown.parts = totals.keys();
    std::ranges::stable_sort(shown.parts, std::greater(), [&totals](const QString &part) { return totals.value(part); });
    if (m_spec.stack == HistogramStack::Status) shown.parts = {QStringLiteral("failure"), QStringLiteral("success")};
    if (shown.parts.size() > kMostParts) {
        const QStringList rare = shown.parts.mid(kMostParts - 1);
        shown.parts = shown.parts.mid(0, kMostParts - 1) << tr("other");
        for (auto &bucket : shown.buckets)
            for (const QString &part : rare)
                if (const qint64 events = bucket.take(part); events > 0) bucket[tr("other")] += events;
    }
    const bool sameParts = shown.parts == m_view->data().parts;
    m_view->setData(shown);
    if (!sameParts) showParts();
    showWords();
}

void HistogramPanel::showParts()
{
    while (QLayoutItem *item = m_legend->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const QStringList parts = m_view->data().parts;
    for (int i = 0; i < parts.size(); ++i) {
        auto *entry = new QToolButton;
        entry->setText(parts.at(i));
        entry->setIcon(swatch(HistogramView::color(m_theme, parts.at(i), i)));
        entry->setIconSize({10, 10});
        entry->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        entry->setCheckable(true);
        entry->setChecked(true);
        entry->setAccessibleName(tr("Show %1").arg(parts.at(i)));
        m_view->setPartShown(parts.at(i), true);
        connect(entry, &QToolButton::toggled, m_view, [this, entry, part = parts.at(i)](bool shown) {
            m_view->setPartShown(part, shown);
            entry->setText(shown ? part : tr("%1 (hidden)").arg(part));
        });
        m_legend->addWidget(entry);
    }
}

void HistogramPanel::showWords()
{
    const std::optional<AuditSpan> &brush = m_view->brush();
    m_stop->setVisible(m_isCounting && !AuditHistogram::isFromRollups(m_spec));
    m_zoomIn->setVisible(brush.has_value() && *brush != m_view->data().span);
    m_all->setVisible(brush.has_value() || m_zoom.has_value());
    if (m_data.span.isEmpty()) return m_words->setText(tr("No events yet"));
    QStringList words;
    if (brush) {
        qint64 events = 0;
        for (auto bucket = m_data.buckets.lowerBound(brush->from); bucket != m_data.buckets.end() && bucket.key() < brush->to; ++bucket)
            for (const qint64 part : *bucket) events += part;
        words << auditSpanText(*brush) << tr("%1 events").arg(CellDelegate::groupedNumber(events));
    } else {
        words << auditSpanText(m_zoom.value_or(m_extent)) << tr("%1 events").arg(CellDelegate::groupedNumber(m_data.total()));
    }
    words << widthText(m_data.bucketUs);
    if (m_isCounting && m_data.countedFrom < m_data.span.to)
        words << tr("counted back to %1").arg(auditSpanText({m_data.countedFrom, {m_data.countedFrom.us + m_data.bucketUs}}));
    else if (m_data.countedFrom > m_data.span.from && !m_isCounting)
        words << tr("stopped: what is hatched is not counted");
    m_words->setText(words.join(QStringLiteral(" · ")));
    m_words->setToolTip(m_words->text());
}

}  // namespace headgate
