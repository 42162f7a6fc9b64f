// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QTimer;

namespace headgate {

class ListView;
class MessageBar;
class RecordTableModel;
class Theme;

/// A list with its states: a thin line while loading (the old rows stay), a banner with Retry when it failed (the old
/// rows stay), one sentence and one action when it is empty, a bar with Cancel while many rows are sorted without an index;
/// Ctrl+G opens a field to go to a row or a time. GUI thread.
class ListPanel : public QWidget {
    Q_OBJECT
public:
    ListPanel(RecordTableModel *model, const Theme &theme, QWidget *parent = nullptr);

    ListView *view() const { return m_view; }
    /// Between the banner and the list, inside its frame.
    void addAboveList(QWidget *widget);
    /// Shown when there are no rows; `filtered` is for a query that matches nothing.
    void setEmptyText(const QString &sentence, const QString &action, const QString &filtered);

Q_SIGNALS:
    void emptyActionRequested();
    void clearFilterRequested();

private:
    void showState();
    void showSorting();

    RecordTableModel *m_model;
    ListView *m_view;
    MessageBar *m_banner;
    MessageBar *m_notice;  ///< a sorting that takes long, a copy in part
    QTimer *m_sortingSoon;
    QWidget *m_progress;
    QWidget *m_empty;
    QLabel *m_sentence;
    QPushButton *m_action;
    QString m_emptySentence;
    QString m_emptyAction;
    QString m_filteredSentence;
};

}  // namespace headgate
