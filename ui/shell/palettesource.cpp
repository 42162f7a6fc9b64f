// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/palettesource.h"

#include <QStringList>

namespace headgate {

namespace {

constexpr int inside = 1;
constexpr int wordBegins = 4;
constexpr int textBegins = 6;

int partScore(const QString &text, const QString &part)
{
    int best = 0;
    for (qsizetype at = text.indexOf(part, 0, Qt::CaseInsensitive); at >= 0; at = text.indexOf(part, at + 1, Qt::CaseInsensitive)) {
        if (at == 0) return textBegins;
        best = std::max(best, text.at(at - 1).isLetterOrNumber() ? inside : wordBegins);
    }
    return best;
}

}  // namespace

int paletteScore(const QString &text, const QString &words)
{
    int sum = 0;
    for (const QString &part : words.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const int score = partScore(text, part);
        if (score == 0) return 0;
        sum += score * 100;
    }
    // Of two that fit alike, the shorter is the more exact.
    return sum > 0 ? sum - int(std::min<qsizetype>(text.size(), 90)) : 0;
}

}  // namespace headgate
