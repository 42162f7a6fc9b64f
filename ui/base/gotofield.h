// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace headgate {

class ListView;
class RecordTableModel;
struct Timestamp;

/// A line under a list that takes one to a row by its number, or to a time where the list is in the order of time. Hidden
/// until open(); Enter goes, Esc closes. GUI thread.
class GoToField : public QWidget {
    Q_OBJECT
public:
    GoToField(RecordTableModel *model, ListView *view, QWidget *parent = nullptr);

    void open();
    /// "2026-11-21", "2026-11-21 09:30", with seconds, ISO 8601 with a zone; local time where none is given.
    static std::optional<Timestamp> timeOf(const QString &text);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void go();
    void close();

    RecordTableModel *m_model;
    ListView *m_view;
    QLineEdit *m_where;
    QLabel *m_answer;
    bool m_isWaiting = false;  ///< for the number of rows
};

}  // namespace headgate
