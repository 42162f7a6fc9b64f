// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/environmentband.h"

#include "ui/base/theme.h"

#include <QPainter>

namespace headgate {

EnvironmentBand::EnvironmentBand(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setFixedHeight(3);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void EnvironmentBand::setEnvironment(Environment environment)
{
    m_environment = environment;
    setAccessibleName(tr("Environment: %1").arg(environments.name(environment)));
    update();
}

void EnvironmentBand::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.environmentColor(environments.name(m_environment)));
}

}  // namespace headgate
