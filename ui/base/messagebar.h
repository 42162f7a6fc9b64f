// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace headgate {

class Theme;

/// A banner inside a page or dialog: what happened, the evidence, what to do, and at most one button. Hidden when empty.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(const Theme &theme, QWidget *parent = nullptr);

    void showError(const Error &error, const QString &action = {});
    void showWarning(const QString &text, const QString &action = {});
    void clear();

Q_SIGNALS:
    void actionRequested();

private:
    void show(bool isError, const QString &text, const QString &detail, const QString &action);
    void paintGround();

    const Theme &m_theme;
    QLabel *m_mark;
    QLabel *m_text;
    QLabel *m_detail;
    QPushButton *m_action;
    bool m_isError = false;
};

}  // namespace headgate
