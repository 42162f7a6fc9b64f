// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/anomaly.h"
#include "models/audit/entitystate.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTabWidget;

namespace headgate {

class AuditReviewService;
class ChangesTable;
class EventView;
class StateView;
class StatusChip;
class Theme;
class TimelineView;
class WrappedLabel;
struct Error;

/// One event of the audit trail: what it changed and what is unusual about it, the life of its record, the record as it
/// was, and the event itself with its place in the chain. The record's views are read when their tab is shown.
class AuditDetail : public QWidget {
    Q_OBJECT
public:
    AuditDetail(AuditReviewService &service, const Theme &theme, QWidget *parent = nullptr);

    void setRecord(const AuditRecord &record);
    void setAnomalies(const QList<Anomaly> &anomalies);
    const AuditRecord &record() const { return m_record; }
    EntityKey entity() const;
    /// Shows the life of the event's record.
    void follow();
    /// Shows the life of that record, whatever event is chosen.
    void follow(const EntityKey &entity);
    void showChanges();

Q_SIGNALS:
    void eventRequested(headgate::AuditId id);
    /// `fields`: those to choose at first; empty = all.
    void restoreRequested(const headgate::EntityKey &entity, const headgate::EntityMoment &moment, const QStringList &fields);
    void failed(const headgate::Error &error);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *head();
    QWidget *changesTab();
    void showAct();
    void showChangesOf(const AuditRecord &record);
    void showFooter();
    void readTab();

    AuditReviewService &m_service;
    const Theme &m_theme;
    AuditRecord m_record;
    EntityKey m_entity;
    QLabel *m_name;
    StatusChip *m_result;
    QLabel *m_act;
    QTabWidget *m_tabs;
    WrappedLabel *m_notices;
    QLabel *m_summary;
    QLabel *m_note;
    ChangesTable *m_changes;
    QPushButton *m_restore;
    QPushButton *m_follow;
    TimelineView *m_life;
    StateView *m_state;
    EventView *m_event;
    QLabel *m_footer;
    bool m_lifeIsRead = false;
    bool m_stateIsRead = false;
};

}  // namespace headgate
