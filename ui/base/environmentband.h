// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QWidget>

namespace headgate {

class Theme;

/// Three pixels in the colour of an environment: under the title bar, and across the top of each dialog that writes there.
class EnvironmentBand : public QWidget {
    Q_OBJECT
public:
    explicit EnvironmentBand(const Theme &theme, QWidget *parent = nullptr);
    void setEnvironment(Environment environment);
    Environment environment() const { return m_environment; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    Environment m_environment = Environment::Development;
};

}  // namespace headgate
