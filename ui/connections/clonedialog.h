// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace headgate {

class MessageBar;
class Theme;

/// Asks for the name of a copy, and whether the stored password goes with it. Not blocking: open() it.
class CloneDialog : public QDialog {
    Q_OBJECT
public:
    CloneDialog(ConnectionService &service, const Connection &original, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    void cloned(const headgate::Connection &copy);

private:
    void clone();

    ConnectionService &m_service;
    Connection m_original;
    MessageBar *m_message;
    QLineEdit *m_name;
    QCheckBox *m_password;
    QPushButton *m_act;
};

}  // namespace headgate
