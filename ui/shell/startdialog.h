// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <QDialog>

class QPushButton;

namespace headgate {

class MessageBar;
class Theme;

/// Shown when the workspace cannot be opened at the start: why, and what can be done. It stays while what was chosen is
/// tried, so that the program always has a window; whoever opens one closes it.
class StartDialog : public QDialog {
    Q_OBJECT
public:
    StartDialog(const Error &error, const Theme &theme, QWidget *parent = nullptr);
    /// Shows why the last try failed, and offers the choices again.
    void setError(const Error &error);

Q_SIGNALS:
    void retryRequested();
    void embeddedRequested();
    void otherRequested();

private:
    void tryAgain(void (StartDialog::*requested)());

    MessageBar *m_message;
    QWidget *m_choices;
    QPushButton *m_retry;
};

}  // namespace headgate
