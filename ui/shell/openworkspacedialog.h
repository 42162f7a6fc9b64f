// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspacelocator.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace headgate {

class FileDialogs;
class FormField;
class MessageBar;
class Theme;

/// Asks for another workspace: a file or a PostgreSQL URL, and a password that is kept nowhere.
class OpenWorkspaceDialog : public QDialog {
    Q_OBJECT
public:
    OpenWorkspaceDialog(const Theme &theme, FileDialogs &files, QWidget *parent = nullptr);
    /// Shows why the last try failed; what was typed stays.
    void setError(const Error &error);

Q_SIGNALS:
    void chosen(const headgate::WorkspaceAddress &address);

private:
    void choose();

    FileDialogs &m_files;
    MessageBar *m_message;
    QLineEdit *m_address;
    QLineEdit *m_password;
    QPushButton *m_open;
};

}  // namespace headgate
