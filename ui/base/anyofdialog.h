// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/filters/filtertext.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace headgate {

/// Conditions of which one must hold, each a column and what FilterText understands. Accepted only when all are right.
class AnyOfDialog : public QDialog {
    Q_OBJECT
public:
    /// A column with the words for it.
    struct Choice {
        FilterColumn column;
        QString title;
    };

    AnyOfDialog(const QList<Choice> &choices, const QList<ColumnFilter> &group, QWidget *parent);
    QList<ColumnFilter> group() const;

private:
    struct Line {
        QComboBox *column;
        QLineEdit *edit;
    };
    void addLine(const QString &column, const QString &text);
    FilterText::Parsed parsed(const Line &line) const;
    void check();

    QList<Choice> m_choices;
    QList<Line> m_lines;
    QVBoxLayout *m_box;
    QPushButton *m_more;
    QLabel *m_fault;
    QPushButton *m_accept;
};

}  // namespace headgate
