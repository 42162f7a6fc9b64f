// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/retentionservice.h"

#include <QDialog>

class QDateEdit;
class QLabel;
class QLineEdit;
class QPushButton;

namespace headgate {

class MessageBar;
class Messages;
class PlainTable;
class Theme;
class WorkProgress;

/// Legal holds, and the plan by which old months leave the trail into archives. Not blocking: open() it.
class RetentionDialog : public QDialog {
    Q_OBJECT
public:
    RetentionDialog(RetentionService &service, Messages &messages, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    /// Events have left the trail, or a hold came or went: each is an event.
    void trailChanged();

private:
    QWidget *holdsTab();
    QWidget *retireTab();
    void loadHolds();
    void offerRelease();
    void showHolds(const QList<AuditHold> &holds);
    void addHold();
    void releaseHold();
    void loadPlan();
    void showPlan(const RetentionPlan &plan);
    void askToRetire();
    void setRetiring(bool retiring);
    void retire();
    Timestamp before() const;

    RetentionService &m_service;
    Messages &m_messages;
    const Theme &m_theme;
    MessageBar *m_message;
    QList<AuditHold> m_held;
    PlainTable *m_holds;
    QLineEdit *m_name;
    QLineEdit *m_reason;
    QLineEdit *m_entityType;
    QLineEdit *m_entityId;
    QLineEdit *m_actor;
    QPushButton *m_add;
    QPushButton *m_release;
    RetentionPlan m_plan;
    QDateEdit *m_before;
    QLabel *m_counts;
    PlainTable *m_months;
    QLineEdit *m_folder;
    WorkProgress *m_progress;
    QPushButton *m_retire;
    quint64 m_generation = 0;
};

}  // namespace headgate
