// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace headgate {

class StagedChanges;
class Theme;

/// Below a list while it holds changes that are not saved: how many, and what can be done with them. GUI thread.
class StagedBar : public QFrame {
    Q_OBJECT
public:
    StagedBar(StagedChanges &staged, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    void reviewRequested();

private:
    void showState();

    StagedChanges &m_staged;
    QLabel *m_text;
    QPushButton *m_undo;
    QPushButton *m_redo;
    QPushButton *m_discard;
    QPushButton *m_review;
};

}  // namespace headgate
