// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"
#include "models/connections/url/urlparameters.h"
#include "models/connections/url/urlsyntax.h"

#include <QJsonArray>
#include <QRegularExpression>

namespace headgate::UrlSyntax {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

/// One value, quotes and backslashes undone; moves `at` behind it.
QString readValue(const Piece &text, qsizetype *at)
{
    QString value;
    const bool isQuoted = *at < text.size() && text.text[*at] == u'\'';
    const qsizetype start = *at;
    if (isQuoted) ++*at;
    while (*at < text.size()) {
        const QChar character = text.text[*at];
        if (isQuoted ? character == u'\'' : character.isSpace()) break;
        if (character == u'\\' && *at + 1 < text.size()) ++*at;
        value += text.text[(*at)++];
    }
    if (isQuoted && *at == text.size()) refuse(u"A quoted value without its closing quote."_s, text.offset + start, u"Write \\' for a quote inside."_s);
    if (isQuoted) ++*at;
    return value;
}

QString hostName(const QString &other) { return decode({other.startsWith(u'[') ? other.mid(1, other.indexOf(u']') - 1) : other.section(u':', 0, 0), 0}); }
QString hostPort(const QString &other) { return other.mid(other.startsWith(u'[') ? other.indexOf(u']') + 1 : 0).section(u':', 1, 1); }

}  // namespace

ParsedUrl readKeywords(const Piece &text)
{
    static const QRegularExpression keyword(u"\\G\\s*([A-Za-z_]+)\\s*=\\s*"_s);
    UrlBuilder builder(DatabaseType::Postgresql);
    qsizetype at = 0;
    while (at < text.size()) {
        const auto match = keyword.match(text.text, at);
        if (!match.hasMatch()) refuse(u"A keyword and = are expected here."_s, text.offset + at, u"Write host=… port=… dbname=… user=…"_s);
        at = match.capturedEnd();
        const qsizetype start = at;
        const QString value = readValue(text, &at);
        builder.parameter(match.captured(1), value, {value, text.offset + start});
        while (at < text.size() && text.text[at].isSpace()) ++at;
    }
    return builder.finish();
}

QString keywordValue(const QString &text)
{
    static const QRegularExpression plain(u"^[^\\s'\\\\]+$"_s);
    if (plain.match(text).hasMatch()) return text;
    QString quoted = text;
    return u'\'' + quoted.replace(u'\\', "\\\\"_L1).replace(u'\'', "\\'"_L1) + u'\'';
}

QString writeKeywords(const Connection &c)
{
    QStringList hosts{c.host};
    QStringList ports{c.port ? QString::number(*c.port) : QString()};
    for (const auto &other : c.config.value("other_hosts"_L1).toArray()) {
        hosts << hostName(other.toString());
        ports << hostPort(other.toString());
    }
    QStringList words{"host="_L1 + keywordValue(hosts.join(u','))};
    if (!ports.join(QString()).isEmpty()) words << "port="_L1 + ports.join(u',');
    if (!c.databaseName.isEmpty()) words << "dbname="_L1 + keywordValue(c.databaseName);
    if (!c.username.isEmpty()) words << "user="_L1 + keywordValue(c.username);
    for (const auto &[name, value] : urlParameters(c, UrlDialect::Keywords)) words << name + u'=' + keywordValue(value);
    return words.join(u' ');
}

}  // namespace headgate::UrlSyntax
