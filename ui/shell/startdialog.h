// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <QDialog>

namespace headgate {

class Theme;

/// Shown when the workspace cannot be opened at the start: why, and what can be done.
class StartDialog : public QDialog {
    Q_OBJECT
public:
    StartDialog(const Error &error, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    void retryRequested();
    void embeddedRequested();
    void otherRequested();
};

}  // namespace headgate
