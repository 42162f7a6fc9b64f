// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinesscheck.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace headgate {

class Theme;

/// One line of a report in full: what was found, what to do, the statement or configuration line to copy, and the way to
/// check this line again.
class ReadinessFixView : public QWidget {
    Q_OBJECT
public:
    explicit ReadinessFixView(const Theme &theme, QWidget *parent = nullptr);

    /// Null: nothing is chosen.
    void setCheck(const ReadinessCheck *check);
    void setBusy(bool busy);

Q_SIGNALS:
    void recheckRequested(const QString &check, const QString &table);

private:
    void copy();

    const Theme &m_theme;
    ReadinessCheck m_check;
    QLabel *m_title;
    QLabel *m_evidence;
    QLabel *m_hint;
    QLabel *m_statement;
    QPushButton *m_copy;
    QPushButton *m_recheck;
};

}  // namespace headgate
