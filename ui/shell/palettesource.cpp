// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/palettesource.h"

#include <QStringList>

namespace headgate {

namespace {

constexpr int inside = 1;
constexpr int wordBegins = 4;
constexpr int textBegins = 6;
constexpr int nameBegins = 10'000;
constexpr int nameIsIt = 20'000;

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

int paletteScore(const QString &name, const QString &more, const QString &words)
{
    const int score = paletteScore(name + QLatin1Char(' ') + more, words);
    if (score == 0) return 0;
    if (name.compare(words, Qt::CaseInsensitive) == 0) return score + nameIsIt;
    // Among those that begin alike, the one with the least behind it.
    return name.startsWith(words, Qt::CaseInsensitive) ? score + nameBegins - 10 * int(std::min<qsizetype>(name.size(), 255)) : score;
}

}  // namespace headgate
