// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "models/connections/url/urltext.h"

#include <QList>
#include <QRegularExpression>
#include <algorithm>
#include <utility>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

QString mask() { return u"••••"_s; }

using Spans = QList<std::pair<qsizetype, qsizetype>>;

QRegularExpression pattern(const QString &text) { return QRegularExpression(text, QRegularExpression::CaseInsensitiveOption); }

void collectUserinfo(const QString &text, Spans &found)
{
    static const QRegularExpression scheme = pattern(u"[A-Za-z][A-Za-z0-9+.-]*://"_s);
    for (auto match : scheme.globalMatch(text)) {
        const qsizetype at = UrlText::userinfoEnd(text, match.capturedEnd());
        const qsizetype colon = text.indexOf(u':', match.capturedEnd());
        if (at > 0 && colon >= 0 && colon + 1 < at) found.append({colon + 1, at - colon - 1});
    }
}

/// Where the passwords stand: begin and length of each. When in doubt too much.
Spans passwordsIn(const QString &text)
{
    // Inside a URL a parameter ends at the next &; between semicolons and elsewhere & may be part of the password.
    static const QRegularExpression inQuery = pattern(u"(?<=[?&])(?:ssl)?(?:passw(?:or)?d|pwd)=([^&\\s]+)"_s);
    static const QRegularExpression keyword =
        pattern(u"(?<![?&])(?:passw(?:or)?d|pwd)\\s*=\\s*('(?:\\\\.|[^'\\\\])*'?|\\{(?:[^}]|\\}\\})*\\}?|(?:\\\\.|[^\\s\\\\])+\\\\?)"_s);
    static const QRegularExpression semicolon = pattern(u"(?:^|;)\\s*(?:passw(?:or)?d|pwd)\\s*=\\s*(\\{(?:[^}]|\\}\\})*\\}?|[^;]+)"_s);
    static const QRegularExpression goDsn = pattern(u"(?:^|[\\s\"'=])[^\\s:/@\"'=]*:(.+)@(?:tcp[46]?|unix)\\("_s);
    static const QRegularExpression encoded = pattern(u"odbc_connect=([^&]*pwd(?:%20|[+\\s])*(?:%3D|=)[^&]*)"_s);
    Spans found;
    collectUserinfo(text, found);
    QList<QRegularExpression> patterns{inQuery, keyword, goDsn, encoded};
    if (text.contains(u';')) patterns << semicolon;
    for (const QRegularExpression &each : patterns)
        for (const auto &match : each.globalMatch(text)) found.append({match.capturedStart(1), match.capturedLength(1)});
    std::sort(found.begin(), found.end());
    return found;
}

/// What a reader takes for the password is hidden in the text: there is none, or only the mask.
bool isHidden(const QString &redacted)
{
    const Result<ParsedUrl> parsed = parseConnectionUrl(redacted);
    return !parsed.ok() || parsed->password.value_or(QString()).isEmpty() || parsed->password == mask();
}

}  // namespace

QString redactUrl(const QString &text)
{
    QString redacted;
    qsizetype copied = 0;
    for (const auto &[start, length] : passwordsIn(text)) {
        if (start >= copied) redacted += text.mid(copied, start - copied) + mask();
        copied = std::max(copied, start + length);
    }
    redacted += text.mid(copied);
    // A spelling that only a reader recognises: then nothing is shown.
    return isHidden(redacted) ? redacted : mask();
}

bool urlHasPassword(const QString &text)
{
    return redactUrl(text) != text;
}

}  // namespace headgate
