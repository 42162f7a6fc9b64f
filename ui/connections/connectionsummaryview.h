// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace headgate {

class Theme;

/// The list in numbers: how many connections there are by the result of their last test. Each line filters the list.
class ConnectionSummaryView : public QWidget {
    Q_OBJECT
public:
    explicit ConnectionSummaryView(const Theme &theme, QWidget *parent = nullptr);
    void setSummary(const ConnectionSummary &summary);

Q_SIGNALS:
    /// A name of testStatuses; empty for those never tested.
    void statusRequested(const QString &status);
    void inactiveRequested();

private:
    QPushButton *addLine(QVBoxLayout *box, const QString &status, const QString &word);
    void addInactive(QVBoxLayout *box);

    const Theme &m_theme;
    QPushButton *m_success;
    QPushButton *m_warning;
    QPushButton *m_failure;
    QPushButton *m_untested;
    QPushButton *m_inactive;
    QWidget *m_inactiveLine;
};

}  // namespace headgate
