// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/odbc/odbcprotocol.h"

#include "models/base/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QtEndian>
#include <algorithm>

namespace headgate::odbc {

using namespace Qt::StringLiterals;

QByteArray header(quint32 length)
{
    QByteArray bytes(headerSize, Qt::Uninitialized);
    qToBigEndian(length, bytes.data());
    return bytes;
}

std::optional<quint32> lengthFrom(const QByteArray &bytes)
{
    if (bytes.size() < headerSize) return std::nullopt;
    return qFromBigEndian<quint32>(bytes.constData());
}

QByteArray frame(const QJsonObject &message)
{
    const QByteArray text = QJsonDocument(message).toJson(QJsonDocument::Compact);
    return header(quint32(text.size())) + text;
}

bool isKeyword(const QString &text)
{
    static const QRegularExpression keyword(u"\\A[A-Za-z][A-Za-z0-9_ ]*\\z"_s);
    return keyword.match(text).hasMatch();
}

QString quoted(const QString &value, Braces braces)
{
    static const QRegularExpression harmless(u"\\A[\\p{L}\\p{N}_.:,/\\\\#$~&-]+\\z"_s, QRegularExpression::UseUnicodePropertiesOption);
    if (value.isEmpty() || harmless.match(value).hasMatch()) return value;
    if (braces == Braces::Doubled) return u'{' + QString(value).replace(u'}', u"}}"_s) + u'}';
    if (!value.contains(u'}')) return u'{' + value + u'}';
    if (!value.contains(u';') && !value.startsWith(u'{')) return value;
    throw Exception({ErrorKind::Invalid, u"The driver would misread a value that holds both } and ; or that begins with { and holds }"_s, {}, {}, {}});
}

QString connectionString(const Parameters &parameters, Braces braces)
{
    QString text;
    for (const auto &[keyword, value] : parameters) {
        if (!isKeyword(keyword)) throw Exception({ErrorKind::Invalid, u"\"%1\" is no keyword of a connection string"_s.arg(keyword), keyword, {}, {}});
        if (std::ranges::any_of(value, [](QChar c) { return c.category() == QChar::Other_Control; }))
            throw Exception({ErrorKind::Invalid, u"The value of %1 holds a control character"_s.arg(keyword), keyword, {}, {}});
        text += keyword + u'=' + quoted(value, braces) + u';';
    }
    return text;
}

QJsonObject toJson(const Message &message)
{
    return {{u"state"_s, message.state}, {u"native"_s, message.native}, {u"text"_s, message.text}};
}

QList<Message> messagesFrom(const QJsonObject &reply, const char *key)
{
    QList<Message> messages;
    for (const QJsonValue &value : reply.value(QLatin1String(key)).toArray()) {
        const QJsonObject object = value.toObject();
        messages.append({object.value("state"_L1).toString(), object.value("native"_L1).toInt(), object.value("text"_L1).toString()});
    }
    return messages;
}

}  // namespace headgate::odbc
