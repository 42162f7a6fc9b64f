// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace headgate {

class EnvironmentBand;
class HealthEditor;
class Theme;

/// Gives several connections the same health rule: each for itself, with a result for each. Not blocking: open() it.
class HealthDialog : public QDialog {
    Q_OBJECT
public:
    HealthDialog(ConnectionService &service, const QList<Connection> &connections, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    /// The rules of some were changed.
    void saved();

private:
    void save();
    void onSaved(const Connection &connection, const Result<Connection> &result);

    ConnectionService &m_service;
    QList<Connection> m_connections;
    HealthEditor *m_editor;
    QLabel *m_result;
    QPushButton *m_save;
    int m_waiting = 0;
    QStringList m_faults;
};

}  // namespace headgate
