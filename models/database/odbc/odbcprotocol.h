// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QPair>
#include <QString>
#include <optional>

/// What the console and its ODBC helper process say to each other: frames of four bytes length (big endian) and that
/// many bytes, JSON in UTF-8. A request has "do": "drivers", "open", "read" or "cancel"; the frame after "open" is the
/// password, raw, so that it stands in no JSON text. Each but "cancel" gets one reply, in order. Pure functions, any thread.
namespace headgate::odbc {

/// No frame is longer; the helper answers with an error instead.
inline constexpr quint32 maxFrame = 64 * 1024 * 1024;
inline constexpr qsizetype headerSize = 4;

/// The length as it goes over the line.
QByteArray header(quint32 length);
/// None while `bytes` is shorter than a header.
std::optional<quint32> lengthFrom(const QByteArray &bytes);
QByteArray frame(const QJsonObject &message);

/// Keyword and value, in the order of the connection string.
using Parameters = QList<QPair<QString, QString>>;

/// Letters, digits, blanks and underscores, a letter first: what can stand before the equals sign.
bool isKeyword(const QString &text);
/// How a driver reads a value in braces. The rule of ODBC is that } is doubled. FreeTDS before 1.4 ends the value at the
/// first "};" and doubles nothing; without braces every version reads up to the semicolon.
enum class Braces { Doubled, UpToSemicolon };
/// A value as a connection string takes it, in braces unless it is harmless without. Throws Exception(Invalid) for what
/// the driver would read as more than one value, whatever is done.
QString quoted(const QString &value, Braces braces);
/// Throws Exception(Invalid) too for what is no keyword and for a value that holds a control character.
QString connectionString(const Parameters &parameters, Braces braces);

/// What the driver manager or a driver says: SQLSTATE, native number, text.
struct Message {
    QString state;
    int native = 0;
    QString text;

    bool operator==(const Message &) const = default;
};
QJsonObject toJson(const Message &message);
/// The messages under `key` of a reply.
QList<Message> messagesFrom(const QJsonObject &reply, const char *key);

}  // namespace headgate::odbc
