// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditreviewservice.h"

#include <QWidget>

class QDateTimeEdit;
class QLabel;
class QPushButton;
class QSlider;
class QTimer;

namespace headgate {

class PlainTable;
class Theme;
class WrappedLabel;

/// A record as it was: a slider over the events that tell of its fields, a date for any time between them, the fields
/// then (and now, where the record's service can put them back), and what the trail does not know.
class StateView : public QWidget {
    Q_OBJECT
public:
    StateView(AuditReviewService &service, const Theme &theme, QWidget *parent = nullptr);

    /// The state after that event.
    void setEntity(const EntityKey &entity, AuditId event);
    PlainTable *table() const { return m_table; }
    QSlider *slider() const { return m_slider; }

Q_SIGNALS:
    void restoreRequested(const headgate::EntityKey &entity, const headgate::EntityMoment &moment);
    void failed(const headgate::Error &error);

private:
    QWidget *chooser();
    void takeMoments(const QList<EntityTrail::Moment> &moments, AuditId event);
    void onSlider(int position);
    void onTime();
    void ask();
    void take(const EntityState &state, const std::optional<RestorePlan> &plan);
    void showMoment(const EntityState &state);

    AuditReviewService &m_service;
    const Theme &m_theme;
    EntityKey m_entity;
    EntityMoment m_moment;
    QList<EntityTrail::Moment> m_moments;
    quint64 m_generation = 0;
    QTimer *m_moved;
    QSlider *m_slider;
    QDateTimeEdit *m_time;
    QLabel *m_words;
    PlainTable *m_table;
    WrappedLabel *m_notes;
    QPushButton *m_restore;
};

}  // namespace headgate
