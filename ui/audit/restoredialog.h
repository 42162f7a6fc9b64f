// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditreviewservice.h"

#include <QDialog>

class QPushButton;

namespace headgate {

class MessageBar;
class PlainTable;
class Theme;

/// Shows what putting a record back would change, lets a person choose the fields, and does it through the record's own
/// service. When somebody else changed the record meanwhile it says so and makes the plan anew. Not blocking: open() it.
class RestoreDialog : public QDialog {
    Q_OBJECT
public:
    /// `fields`: those chosen at first; empty = all that differ.
    RestoreDialog(AuditReviewService &service, const RestorePlan &plan, const QStringList &fields, const Theme &theme, QWidget *parent = nullptr);

    QStringList chosen() const;
    QPushButton *actButton() const { return m_act; }

Q_SIGNALS:
    void restored(const QString &id);

private:
    /// Without fields all of them are chosen.
    void show(const RestorePlan &plan, const std::optional<QStringList> &fields);
    void onChosen();
    void restore();
    void planAgain();

    AuditReviewService &m_service;
    const Theme &m_theme;
    RestorePlan m_plan;
    MessageBar *m_message;
    PlainTable *m_table;
    QLabel *m_notes;
    QPushButton *m_act;
};

}  // namespace headgate
