// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/chips.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

namespace headgate {

namespace {

QFont smaller(QFont font)
{
    font.setPointSizeF(font.pointSizeF() - 1);
    return font;
}

}  // namespace

EnvironmentTag::EnvironmentTag(const Theme &theme, QWidget *parent) : QLabel(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(smaller(font()));
    setAlignment(Qt::AlignCenter);
    connect(&theme, &Theme::changed, this, &EnvironmentTag::paintColors);
}

void EnvironmentTag::setEnvironment(Environment environment)
{
    m_environment = environment;
    const QString name = environments.name(environment);
    setText(CellDelegate::environmentTag(name));
    setAccessibleName(tr("Environment: %1").arg(name));
    setToolTip(name);
    paintColors();
}

void EnvironmentTag::paintColors()
{
    // The outline carries the colour; the word keeps the contrast of text.
    setStyleSheet(QStringLiteral("QLabel { border: 1px solid %1; border-radius: 4px; padding: 0 5px; }")
                      .arg(m_theme.environmentColor(environments.name(m_environment)).name()));
}

StatusChip::StatusChip(const Theme &theme, QWidget *parent) : QLabel(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(smaller(font()));
    setAlignment(Qt::AlignCenter);
    connect(&theme, &Theme::changed, this, &StatusChip::paintColors);
}

void StatusChip::setStatus(const QString &status, const QString &text)
{
    m_status = status;
    setText(CellDelegate::statusMark(status) + QLatin1Char(' ') + text);
    setAccessibleName(text);
    paintColors();
}

void StatusChip::paintColors()
{
    const Theme::Role role = Theme::statusRole(m_status);
    setStyleSheet(QStringLiteral("QLabel { background: %1; color: %2; border-radius: 8px; padding: 2px 8px; }")
                      .arg(m_theme.ground(role).name(), m_theme.color(role).name()));
}

}  // namespace headgate
