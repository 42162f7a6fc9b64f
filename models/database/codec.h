// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>
#include <QUuid>
#include <QVariant>
#include <optional>

namespace headgate {

/// A moment in microseconds since 1970-01-01 00:00 UTC: what both databases keep and QDateTime (milliseconds) cannot.
struct Timestamp {
    qint64 us = 0;
    auto operator<=>(const Timestamp &) const = default;

    static Timestamp now();
    static Timestamp fromDateTime(const QDateTime &time) { return {time.toMSecsSinceEpoch() * 1000}; }
    QDateTime toDateTime() const;
    /// ISO 8601, UTC, six digits: 2026-11-21T09:14:53.000123Z.
    QString toIso() const;
    static std::optional<Timestamp> fromIso(const QString &text);
};

/// The one place where a QVariant becomes a value and back. Both drivers differ on NULL, bool, numbers and text;
/// nothing else in the program reads a QVariant that came from a database. Throws Exception(Integrity) on a value that
/// does not fit, Exception(Invalid) on text that cannot be stored (NUL characters, unpaired surrogates,
/// U+FFFE, U+FFFF, a byte order mark in front). Any thread.
namespace Codec {

QVariant toVariant(bool value);
QVariant toVariant(int value);
QVariant toVariant(qint64 value);
QVariant toVariant(double value);
QVariant toVariant(const QString &value);        ///< text; an empty string is not NULL
QVariant toVariant(const QByteArray &value);     ///< blob; an empty one is not NULL
QVariant toVariant(const QStringList &value);    ///< tags, through {tags_in:}
QVariant toVariant(const QJsonObject &value);    ///< json, through {json_in:}
QVariant toVariant(const QJsonArray &value);
QVariant toVariant(const QUuid &value);          ///< through {uuid_in:}
QVariant toVariant(Timestamp value);             ///< through {ts:}
template <typename Tag>
QVariant toVariant(Id<Tag> value) { return toVariant(value.value); }
template <typename T>
QVariant toVariant(const std::optional<T> &value) { return value ? toVariant(*value) : QVariant(); }

bool isNull(const QVariant &value);
template <typename T>
T fromVariant(const QVariant &value);
template <> bool fromVariant<bool>(const QVariant &value);
template <> int fromVariant<int>(const QVariant &value);
template <> qint64 fromVariant<qint64>(const QVariant &value);
template <> double fromVariant<double>(const QVariant &value);
template <> QString fromVariant<QString>(const QVariant &value);
template <> QByteArray fromVariant<QByteArray>(const QVariant &value);
template <> QStringList fromVariant<QStringList>(const QVariant &value);
template <> QJsonObject fromVariant<QJsonObject>(const QVariant &value);
template <> QJsonArray fromVariant<QJsonArray>(const QVariant &value);
template <> QUuid fromVariant<QUuid>(const QVariant &value);
template <> Timestamp fromVariant<Timestamp>(const QVariant &value);

}  // namespace Codec
}  // namespace headgate
