// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urltext.h"

#include "models/base/error.h"

#include <QRegularExpression>
#include <QUrl>

namespace headgate::UrlText {

using namespace Qt::StringLiterals;

void refuse(const QString &what, qsizetype offset, const QString &hint)
{
    throw Exception({ErrorKind::Invalid, what, u"at character %1"_s.arg(offset + 1), {}, hint});
}

std::vector<Piece> split(const Piece &piece, QChar separator)
{
    std::vector<Piece> parts;
    qsizetype from = 0;
    while (true) {
        const qsizetype to = piece.text.indexOf(separator, from);
        parts.push_back(piece.mid(from, to < 0 ? -1 : to - from));
        if (to < 0) return parts;
        from = to + 1;
    }
}

QString decode(const Piece &piece, bool plusIsBlank)
{
    static const QRegularExpression broken(u"%(?![0-9A-Fa-f]{2})"_s);
    if (const auto match = broken.match(piece.text); match.hasMatch())
        refuse(u"A percent sign without two hexadecimal digits."_s, piece.offset + match.capturedStart(), u"Write %25 for a percent sign."_s);
    QByteArray raw = piece.text.toUtf8();
    if (plusIsBlank) raw.replace('+', ' ');
    const QByteArray bytes = QByteArray::fromPercentEncoding(raw);
    if (bytes.contains('\0')) refuse(u"A zero character."_s, piece.offset, u"Leave %00 out."_s);
    return QString::fromUtf8(bytes);
}

QString encode(const QString &text, const QByteArray &keep)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, keep));
}

int number(const Piece &piece, int least, int most, const QString &name)
{
    bool ok = false;
    const int value = piece.text.toInt(&ok);
    if (!ok || value < least || value > most)
        refuse(u"%1 is not a number from %2 to %3."_s.arg(name).arg(least).arg(most), piece.offset, u"Correct the number."_s);
    return value;
}

bool isSecretName(const QString &name)
{
    static const QRegularExpression pattern(u"passw|passphrase|pwd|secret|token"_s, QRegularExpression::CaseInsensitiveOption);
    return pattern.match(name).hasMatch();
}

QString hostText(const QString &host, std::optional<int> port)
{
    const QString text = host.contains(u':') && !host.startsWith(u'/') ? u'[' + encode(host, ":") + u']' : encode(host);
    return port ? text + u':' + QString::number(*port) : text;
}

qsizetype userinfoEnd(const QString &text, qsizetype authority)
{
    static const QRegularExpression stop(u"[/?#\\s]"_s);
    static const QRegularExpression port(u"^[^:]*(:\\d*)?$"_s);
    qsizetype end = text.indexOf(stop, authority);
    if (end < 0) end = text.size();
    const qsizetype at = end > authority ? text.lastIndexOf(u'@', end - 1) : -1;
    if (at >= authority) return at;
    const QString host = text.mid(authority, end - authority);
    if (host.startsWith(u'[') || host.contains(u',') || port.match(host).hasMatch()) return -1;
    const qsizetype later = text.lastIndexOf(u'@');
    return later >= authority ? later : -1;
}

}  // namespace headgate::UrlText
