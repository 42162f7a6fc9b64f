// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/error.h"
#include "ui/audit/histogramview.h"

#include <QElapsedTimer>
#include <QFrame>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;

namespace headgate {

class AuditReviewService;

/// The histogram of what the list shows, over all times, with the range that a person chooses in it. Where the rollups
/// cannot answer it fills in from the newest backwards, a slice of bars at a time, until it is whole or told to stop.
/// The list's conditions on the time are not the histogram's: they are its brush.
class HistogramPanel : public QFrame {
    Q_OBJECT
public:
    HistogramPanel(AuditReviewService &service, const Theme &theme, QWidget *parent = nullptr);
    ~HistogramPanel() override { m_cancel.cancel(); }

    /// Without its conditions on the time. Counts again if it is another.
    void setQuery(const ListQuery &query);
    /// Counts again: new events may have come.
    void refresh();
    const std::optional<AuditSpan> &range() const { return m_view->brush(); }
    void setRange(const std::optional<AuditSpan> &range);
    /// What is seen: the whole trail, or what was zoomed into.
    const AuditSpan &span() const { return m_view->data().span; }
    bool isCounting() const { return m_isCounting; }
    HistogramView *view() const { return m_view; }

Q_SIGNALS:
    /// A person chose another range, or none.
    void rangeChanged();
    void failed(const headgate::Error &error);

private:
    QWidget *headRow();
    void choose();
    void reset();
    void zoomTo(const AuditSpan &span);
    void count();
    void begin();
    HistogramSpec specFor(const AuditSpan &span) const;
    void askWhole(const HistogramSpec &spec);
    void askSlice();
    void stop();
    void take(const QList<HistogramCount> &counts);
    void present();
    void showParts();
    void showWords();

    AuditReviewService &m_service;
    const Theme &m_theme;
    ListQuery m_query;
    AuditSpan m_extent;
    std::optional<AuditSpan> m_zoom;
    HistogramSpec m_spec;
    HistogramData m_data;
    CancelToken m_cancel;
    quint64 m_generation = 0;
    bool m_isCounting = false;
    qint64 m_sliceUs = 0;
    QElapsedTimer m_sliceTime;
    QLabel *m_words;
    QHBoxLayout *m_legend;
    QComboBox *m_stack;
    QPushButton *m_stop;
    QPushButton *m_zoomIn;
    QPushButton *m_all;
    HistogramView *m_view;
};

}  // namespace headgate
