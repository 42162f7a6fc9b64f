// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTextDocument>

namespace headgate {

/// A text as it is, for what takes some texts for HTML: tooltips, the small print of message boxes.
inline QString asPlain(const QString &text)
{
    return Qt::mightBeRichText(text) ? Qt::convertFromPlainText(text) : text;
}

}  // namespace headgate
