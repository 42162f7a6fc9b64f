// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QLabel>

namespace headgate {

class Theme;

/// The small outlined tag beside a connection: PROD, STAGE, TEST, DEV.
class EnvironmentTag : public QLabel {
    Q_OBJECT
public:
    explicit EnvironmentTag(const Theme &theme, QWidget *parent = nullptr);
    void setEnvironment(Environment environment);

private:
    void paintColors();

    const Theme &m_theme;
    Environment m_environment = Environment::Development;
};

/// A verdict outside a list, as mark, words and colour of a status: success, warning, failure; else neutral.
class StatusChip : public QLabel {
    Q_OBJECT
public:
    explicit StatusChip(const Theme &theme, QWidget *parent = nullptr);
    void setStatus(const QString &status, const QString &text);

private:
    void paintColors();

    const Theme &m_theme;
    QString m_status;
};

}  // namespace headgate
