// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QWidget>

class QGridLayout;
class QPlainTextEdit;

namespace headgate {

class Theme;

/// Everything that an event says, with what may be copied, and the text that was hashed.
class EventView : public QWidget {
    Q_OBJECT
public:
    explicit EventView(const Theme &theme, QWidget *parent = nullptr);
    void setRecord(const AuditRecord &record);
    /// "9f3c…04a1": enough to compare by eye.
    static QString shortForm(const QString &text);

private:
    void addFact(const QString &label, const QString &value);
    /// Shown short, copied whole.
    void addCode(const QString &label, const QString &value);

    const Theme &m_theme;
    QWidget *m_facts = nullptr;
    QGridLayout *m_grid = nullptr;
    QPlainTextEdit *m_raw;
};

}  // namespace headgate
