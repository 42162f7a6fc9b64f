// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTabWidget;

namespace headgate {

class ChangesTable;
class Theme;

/// One event of the audit trail: what changed, the text that was hashed, and where it stands in the chain.
class AuditDetail : public QWidget {
    Q_OBJECT
public:
    explicit AuditDetail(const Theme &theme, QWidget *parent = nullptr);
    void setRecord(const AuditRecord &record);

private:
    void showFooter(const AuditRecord &record);

    QLabel *m_name;
    QLabel *m_act;
    QTabWidget *m_tabs;
    QLabel *m_note;
    ChangesTable *m_changes;
    QPlainTextEdit *m_raw;
    QLabel *m_footer;
};

}  // namespace headgate
