// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

namespace headgate::UrlText {

/// A piece of the text that knows where it stands in it.
struct Piece {
    QString text;
    qsizetype offset = 0;

    Piece mid(qsizetype from, qsizetype length = -1) const { return {text.mid(from, length), offset + from}; }
    Piece left(qsizetype length) const { return {text.left(length), offset}; }
    qsizetype size() const { return text.size(); }
};

/// Throws Exception(Invalid); neither sentence may repeat what was read.
[[noreturn]] void refuse(const QString &what, qsizetype offset, const QString &hint);

std::vector<Piece> split(const Piece &piece, QChar separator);
/// Undoes percent-encoding; `plusIsBlank` as in forms, which Java, Python and Go use in queries and libpq does not.
QString decode(const Piece &piece, bool plusIsBlank = false);
QString encode(const QString &text, const QByteArray &keep = {});
int number(const Piece &piece, int least, int most, const QString &name);
/// A name whose value is left out of what is kept and copied.
bool isSecretName(const QString &name);
/// host:port, an IPv6 address in brackets, everything else percent-encoded.
QString hostText(const QString &host, std::optional<int> port);
/// Where the user's part ends, at its '@'; -1 without one. A password with unescaped slashes is still recognised.
qsizetype userinfoEnd(const QString &text, qsizetype authority);

}  // namespace headgate::UrlText
