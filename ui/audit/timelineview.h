// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditreviewservice.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace headgate {

class Theme;

/// The life of a record: each of its events, newest first, by day, with what it changed in a line. Enter and a double
/// click open an event.
class TimelineView : public QWidget {
    Q_OBJECT
public:
    TimelineView(AuditReviewService &service, const Theme &theme, QWidget *parent = nullptr);

    /// Asks for the newest events of that record and marks that one.
    void setEntity(const EntityKey &entity, AuditId current);
    const EntityKey &entity() const { return m_entity; }
    QTreeWidget *tree() const { return m_tree; }

Q_SIGNALS:
    void eventRequested(headgate::AuditId id);
    void totalChanged(qint64 events);
    void failed(const headgate::Error &error);

private:
    void load();
    void add(const AuditRecord &record);
    QTreeWidgetItem *dayOf(const AuditRecord &record);

    AuditReviewService &m_service;
    const Theme &m_theme;
    EntityKey m_entity;
    AuditId m_current;
    AuditId m_oldest;
    quint64 m_generation = 0;
    QLabel *m_words;
    QTreeWidget *m_tree;
    QPushButton *m_older;
};

}  // namespace headgate
