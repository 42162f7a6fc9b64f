// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listpattern.h"

namespace headgate::ListPattern {

namespace {

constexpr qsizetype longest = 1000;
constexpr int mostRepeats = 255;  // PostgreSQL's limit (DUPMAX)
const QString eitherCase = QStringLiteral("(?i)");

/// Walks over a pattern token by token; finds what the two engines do not share, and spells out what they read apart.
class Walk {
public:
    explicit Walk(const QString &pattern) : m_pattern(pattern), m_at(pattern.startsWith(eitherCase) ? eitherCase.size() : 0)
    {
        m_out = pattern.left(m_at);
        while (m_at < m_pattern.size() && !m_fault) token();
    }
    const std::optional<Fault> &fault() const { return m_fault; }
    const QString &out() const { return m_out; }

private:
    QChar peek(qsizetype ahead = 0) const { return m_at + ahead < m_pattern.size() ? m_pattern.at(m_at + ahead) : QChar(); }
    void refuse(const QString &message) { m_fault = Fault{m_at, message}; }
    void keep(qsizetype characters)
    {
        m_out += QStringView(m_pattern).mid(m_at, characters);
        m_at += characters;
    }
    void replace(qsizetype characters, const char *with)
    {
        m_out += QLatin1String(with);
        m_at += characters;
    }

    void token()
    {
        const QChar c = peek();
        const bool afterQuantifier = std::exchange(m_quantified, false);
        if (c == u'\\') return escape(false);
        if (c == u'[') return characterClass();
        if (c == u'(') return group();
        if (c == u'$') return replace(1, "(?!.)");
        if (c == u'{') return repeat();
        if (c == u'*' || c == u'+' || c == u'?') {
            if (afterQuantifier && c != u'?') return refuse(QStringLiteral("one quantifier follows another"));
            m_quantified = !afterQuantifier;
        }
        keep(1);
    }

    void escape(bool inClass)
    {
        const QChar c = peek(1);
        if (c.isNull()) return refuse(QStringLiteral("the backslash escapes nothing"));
        if (!inClass && c == u'b') return replace(2, "(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))");
        if (!inClass && c == u'B') return replace(2, "(?:(?<=\\w)(?=\\w)|(?<!\\w)(?!\\w))");
        const bool letterOrDigit = c.isLetterOrNumber() || c == u'_';
        const QLatin1String known(inClass ? "dswtnrf" : "dDsSwWtnrf");
        if (letterOrDigit && !known.contains(c))
            return refuse(c.isDigit() ? QStringLiteral("back references are not offered") : QStringLiteral("\\%1 is not offered").arg(c));
        keep(2);
    }

    void characterClass()
    {
        keep(peek(1) == u'^' ? 2 : 1);
        if (peek() == u']') keep(1);
        while (m_at < m_pattern.size() && peek() != u']' && !m_fault) {
            if (peek() == u'\\') escape(true);
            else if (peek() == u'[' && peek(1) == u':') keep(std::max<qsizetype>(2, m_pattern.indexOf(QLatin1String(":]"), m_at) + 2 - m_at));
            else keep(1);
        }
        if (!m_fault && m_at < m_pattern.size()) keep(1);
    }

    void group()
    {
        if (peek(1) == u'*') return refuse(QStringLiteral("verbs are not offered"));
        if (peek(1) != u'?') return keep(1);
        for (const char *known : {"(?:", "(?=", "(?!", "(?<=", "(?<!"})
            if (QStringView(m_pattern).mid(m_at).startsWith(QLatin1String(known))) return keep(qsizetype(qstrlen(known)));
        refuse(QStringLiteral("this kind of group is not offered"));
    }

    void repeat()
    {
        static const QRegularExpression form(QStringLiteral("\\{(\\d{1,3})(?:,(\\d{0,3}))?\\}"));
        const auto match = form.match(m_pattern, m_at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch()) return refuse(QStringLiteral("{ begins a repetition like {2,5}; \\{ is the character"));
        if (match.capturedView(1).toInt() > mostRepeats || match.capturedView(2).toInt() > mostRepeats)
            return refuse(QStringLiteral("a repetition goes up to %1").arg(mostRepeats));
        m_quantified = true;
        keep(match.capturedLength());
    }

    const QString &m_pattern;
    qsizetype m_at;
    QString m_out;
    bool m_quantified = false;
    std::optional<Fault> m_fault;
};

constexpr auto options = QRegularExpression::DotMatchesEverythingOption | QRegularExpression::UseUnicodePropertiesOption;

}  // namespace

std::optional<Fault> fault(const QString &pattern)
{
    if (pattern.size() > longest) return Fault{longest, QStringLiteral("the pattern is longer than %1 characters").arg(longest)};
    if (const QRegularExpression plain(pattern, options); !plain.isValid()) return Fault{plain.patternErrorOffset(), plain.errorString()};
    return Walk(pattern).fault();
}

QString canonical(const QString &pattern) { return Walk(pattern).out(); }

QRegularExpression compiled(const QString &canonical)
{
    // PCRE's own limit is ten million steps, a second or more for one cell.
    return QRegularExpression(QStringLiteral("(*LIMIT_MATCH=50000)(*LIMIT_DEPTH=5000)") + canonical, options | QRegularExpression::DontCaptureOption);
}

std::optional<bool> matches(const QRegularExpression &compiled, const QString &text)
{
    const QRegularExpressionMatch match = compiled.match(text);
    return match.isValid() ? std::optional(match.hasMatch()) : std::nullopt;
}

}  // namespace headgate::ListPattern
