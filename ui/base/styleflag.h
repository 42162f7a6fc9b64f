// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyle>
#include <QVariant>
#include <QWidget>

namespace headgate {

/// Sets a property that the style sheet looks at, and has the widget drawn by it. GUI thread.
inline void setStyleFlag(QWidget *widget, const char *name, bool value)
{
    if (widget->property(name).toBool() == value) return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

}  // namespace headgate
