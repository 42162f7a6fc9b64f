// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/audithistogram.h"

#include <QMap>
#include <QSet>
#include <QWidget>

class QTimer;

namespace headgate {

class Theme;

/// What the bars show.
struct HistogramData {
    AuditSpan span;  ///< whole buckets
    qint64 bucketUs = 3'600'000'000;
    qint64 offsetUs = 0;
    Timestamp countedFrom;  ///< what is older has not been counted yet
    QStringList parts;      ///< from the bottom up
    QMap<Timestamp, QMap<QString, qint64>> buckets;

    qint64 total() const;
};

/// "20 Nov 2026, 09:40 – 14:35", in the zone that is shown.
QString auditSpanText(const AuditSpan &span);

/// Stacked bars over time with a brush of whole buckets. Drag to choose a range, its edges and its middle can be dragged
/// on; a click takes one bar, a double click all. The wheel zooms. By keys: arrows move the range, with Shift its end, with
/// Ctrl its begin; Return zooms into it, + and − zoom, Escape takes it away.
/// Painted by itself: the bars of QtCharts stand on categories, these on a time axis.
class HistogramView : public QWidget {
    Q_OBJECT
public:
    explicit HistogramView(const Theme &theme, QWidget *parent = nullptr);

    void setData(const HistogramData &data);
    const HistogramData &data() const { return m_data; }
    void setPartShown(const QString &part, bool shown);
    /// Of a part: a result has its own colour, an action that of its place.
    static QColor color(const Theme &theme, const QString &part, int index);

    const std::optional<AuditSpan> &brush() const { return m_brush; }
    void setBrush(const std::optional<AuditSpan> &brush);
    /// How many bars there is room for; at least 1.
    int places() const;
    /// Where a moment stands, and which moment stands there.
    double xOf(Timestamp at) const;
    Timestamp timeAt(double x) const;
    QString textAt(Timestamp at) const;

Q_SIGNALS:
    /// By a person, when the mouse was let go or the keys rest.
    void brushChanged();
    void zoomRequested(const headgate::AuditSpan &span);
    void resetRequested();
    void placesChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    enum class Grip { None, New, Begin, End, Middle };

    QRectF plot() const;
    qint64 highest() const;
    Grip gripAt(double x) const;
    AuditSpan snapped(Timestamp a, Timestamp b) const;
    AuditSpan moved(const AuditSpan &span, qint64 us) const;
    void dragTo(double x);
    void zoom(double factor, Timestamp about);
    void change(const AuditSpan &brush);
    bool moveByKey(const QKeyEvent &event);
    void paintScale(QPainter &painter, qint64 top) const;
    void paintTimes(QPainter &painter) const;
    void paintBars(QPainter &painter, qint64 top) const;
    void paintUncounted(QPainter &painter) const;
    void paintBrush(QPainter &painter) const;

    const Theme &m_theme;
    HistogramData m_data;
    QSet<QString> m_hidden;
    std::optional<AuditSpan> m_brush;
    Grip m_grip = Grip::None;
    double m_pressX = 0;
    AuditSpan m_pressed;  ///< the brush when the drag began
    bool m_isDragged = false;
    QTimer *m_settle;
    QTimer *m_resized;
};

}  // namespace headgate
