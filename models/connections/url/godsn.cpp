// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"
#include "models/connections/url/urlparameters.h"
#include "models/connections/url/urlsyntax.h"

#include <QRegularExpression>

/// As go-sql-driver/mysql reads it: the last slash ends the address, the last @ before it the password, the first colon
/// the user; only what follows the slash is percent-encoded.
namespace headgate::UrlSyntax {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

qsizetype slashOf(const QString &text) { return text.lastIndexOf(u'/'); }

void readAddress(UrlBuilder &builder, const Piece &address)
{
    const qsizetype open = address.text.indexOf(u'(');
    if (open < 0) return;
    if (!address.text.endsWith(u')')) refuse(u"An address without its closing parenthesis."_s, address.offset + open, u"Write tcp(host:port)."_s);
    const Piece inside = address.mid(open + 1, address.size() - open - 2);
    if (address.text.startsWith("unix"_L1)) builder.setHost(inside.text);
    else builder.addHosts({QString(inside.text).replace(u'%', "%25"_L1), inside.offset});
}

}  // namespace

bool isGoDsn(const QString &text)
{
    static const QRegularExpression shape(u"(?:^|@)\\s*(?:tcp[46]?|unix)\\([^()]*\\)/[^/]*$"_s);
    return shape.match(text).hasMatch();
}

ParsedUrl readGoDsn(const Piece &text)
{
    UrlBuilder builder(DatabaseType::Mysql);
    const qsizetype slash = slashOf(text.text);
    const Piece left = text.left(slash);
    const Piece right = text.mid(slash + 1);
    const qsizetype at = left.text.lastIndexOf(u'@');
    if (at >= 0) {
        const Piece user = left.left(at);
        const qsizetype colon = user.text.indexOf(u':');
        builder.connection().username = user.left(colon < 0 ? user.size() : colon).text;
        if (colon >= 0) builder.setPassword(user.mid(colon + 1).text);
    }
    readAddress(builder, left.mid(at + 1));
    const qsizetype question = right.text.indexOf(u'?');
    builder.connection().databaseName = decode(question < 0 ? right : right.left(question));
    if (question < 0) return builder.finish();
    for (const Piece &pair : split(right.mid(question + 1), u'&')) {
        if (pair.text.isEmpty()) continue;
        const qsizetype equals = pair.text.indexOf(u'=');
        if (equals <= 0) refuse(u"A parameter without a name and a value."_s, pair.offset, u"Write name=value, joined by &."_s);
        const Piece value = pair.mid(equals + 1);
        builder.parameter(pair.left(equals).text, decode(value, true), value);
    }
    return builder.finish();
}

QString writeGoDsn(const Connection &c)
{
    const QString host = c.host.contains(u':') ? u'[' + c.host + u']' : c.host;
    const QString address = c.host.startsWith(u'/') ? u"unix(%1)"_s.arg(c.host) : "tcp("_L1 + host + (c.port ? u':' + QString::number(*c.port) : QString()) + u')';
    QStringList pairs;
    static const QRegularExpression word(u"^[A-Za-z][A-Za-z0-9_]*$"_s);
    for (const auto &[name, value] : urlParameters(c, UrlDialect::GoDsn))
        if (word.match(name).hasMatch()) pairs << name + u'=' + encode(value);
    const QString query = pairs.isEmpty() ? QString() : u'?' + pairs.join(u'&');
    const QString user = c.username.isEmpty() ? QString() : c.username + u'@';
    return user + address + u'/' + encode(c.databaseName) + query;
}

}  // namespace headgate::UrlSyntax
