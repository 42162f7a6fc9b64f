// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/filters/filtertext.h"

#include <QWidget>
#include <map>

class QHeaderView;
class QLabel;
class QLineEdit;

namespace headgate {

/// A field above each column of a list for what FilterText understands, as wide as the column and moving with it. What is
/// wrong is said below, as one types; until it is right the condition before it holds. Enter applies at once, Esc clears
/// or leaves, Down goes to the list. GUI thread.
class FilterRow : public QWidget {
    Q_OBJECT
public:
    struct Field {
        int section = 0;  ///< logical index in the header
        QString title;
        FilterColumn column;
    };

    FilterRow(QHeaderView *header, const QList<Field> &fields, QWidget *parent = nullptr);

    void addTo(ListQuery &query) const;
    /// Takes out of the query what the fields can say, and shows it; the rest is left there.
    void takeFrom(ListQuery &query);
    void clear();

    /// A field that filters: its title and what was typed.
    struct Active {
        QString column;
        QString text;
    };
    QList<Active> active() const;
    void clear(const QString &column);
    /// The field of that section, or the first one that is shown.
    void focusSection(int section);
    QLineEdit *edit(const QString &column) const;

Q_SIGNALS:
    void changed();
    /// Enter: do not wait for more typing.
    void committed();
    void left();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Entry {
        Field field;
        QLineEdit *edit;
        FilterText::Parsed good;  ///< what holds: the last that was understood
        QString goodText;
        std::optional<FilterText::Fault> fault;
    };
    void add(const Field &field);
    void parse(Entry &entry);
    void setText(Entry &entry, const QString &text);
    void showFaults();
    void layOut();

    QHeaderView *m_header;
    QLabel *m_fault;
    std::vector<std::unique_ptr<Entry>> m_entries;
};

}  // namespace headgate
