// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QStringView>

/// JSON on one line of UTF-8, byte for byte as QJsonDocument::Compact writes it, but appended to a text that is being
/// built and several times as fast: what is hashed row by row is written with it. Pure functions, any thread.
namespace headgate::CompactJson {

/// In quotes.
void append(QByteArray &out, QStringView text);
void append(QByteArray &out, const QJsonValue &value);
void append(QByteArray &out, const QJsonObject &object);
QByteArray of(const QJsonObject &object);

}  // namespace headgate::CompactJson
