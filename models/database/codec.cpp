// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/codec.h"

#include "models/base/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>
#include <chrono>
#include <cmath>

namespace headgate {

Timestamp Timestamp::now()
{
    using namespace std::chrono;
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

QDateTime Timestamp::toDateTime() const
{
    // Rounded down, so that a time before 1970 does not jump a millisecond.
    const qint64 ms = us >= 0 ? us / 1000 : (us - 999) / 1000;
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
}

namespace {

QString isoOfFarTime(qint64 us)
{
    qint64 seconds = us / 1'000'000;
    qint64 fraction = us % 1'000'000;
    if (fraction < 0) {
        fraction += 1'000'000;
        --seconds;
    }
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")) +
           QStringLiteral(".%1Z").arg(fraction, 6, 10, QLatin1Char('0'));
}

}  // namespace

QString Timestamp::toIso() const
{
    constexpr qint64 year1 = -62'135'596'800'000'000;
    constexpr qint64 year10000 = 253'402'300'800'000'000;
    if (us < year1 || us >= year10000) return isoOfFarTime(us);
    using namespace std::chrono;
    const sys_time<microseconds> moment{microseconds(us)};
    const auto day = floor<days>(moment);
    const year_month_day date(day);
    const hh_mm_ss time(moment - day);
    // By hand: each row of the trail is hashed with its time, and QDateTime takes longer than the hash.
    QString text = QStringLiteral("0000-00-00T00:00:00.000000Z");
    const auto write = [&text](qsizetype end, qint64 value) {
        for (; value > 0; value /= 10) text[--end] = QChar(u'0' + int(value % 10));
    };
    write(4, int(date.year()));
    write(7, unsigned(date.month()));
    write(10, unsigned(date.day()));
    write(13, time.hours().count());
    write(16, time.minutes().count());
    write(19, time.seconds().count());
    write(26, time.subseconds().count());
    return text;
}

std::optional<Timestamp> Timestamp::fromIso(const QString &text)
{
    QString whole = text;
    qint64 fraction = 0;
    const qsizetype dot = text.indexOf(QLatin1Char('.'));
    if (dot >= 0) {
        qsizetype end = dot + 1;
        while (end < text.size() && text.at(end).isDigit()) ++end;
        fraction = text.mid(dot + 1, end - dot - 1).leftJustified(6, QLatin1Char('0')).left(6).toLongLong();
        whole.remove(dot, end - dot);
    }
    QDateTime time = QDateTime::fromString(whole, Qt::ISODate);
    if (!time.isValid()) return std::nullopt;
    if (time.timeSpec() == Qt::LocalTime) time.setTimeSpec(Qt::UTC);
    return Timestamp{time.toSecsSinceEpoch() * 1'000'000 + fraction};
}

namespace Codec {

namespace {

[[noreturn]] void unfit(const QVariant &value, const char *wanted)
{
    throw Exception({ErrorKind::Integrity, QStringLiteral("A stored value is not %1").arg(QLatin1String(wanted)), {},
                     value.isNull() ? QStringLiteral("NULL") : QString::fromLatin1(value.typeName()), {}});
}

[[noreturn]] void refuse(const QString &text, qsizetype at)
{
    throw Exception({ErrorKind::Invalid, QStringLiteral("Text holds a character that cannot be stored"),
                     QStringLiteral("position %1").arg(at + 1),
                     QStringLiteral("U+%1").arg(text.at(at).unicode(), 4, 16, QLatin1Char('0')), QStringLiteral("Remove the character.")});
}

void checkText(const QString &text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        const bool pair = c.isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate();
        if (pair) {
            ++i;
        } else if (c.isNull() || c.isSurrogate() || c.unicode() >= 0xfffe) {
            refuse(text, i);  // SQLite would keep the last two as U+FFFD
        }
    }
}

/// jsonb refuses U+0000 in any string, and SQLite would cut the text there.
void checkJson(const QJsonValue &value)
{
    if (value.isString()) checkText(value.toString());
    if (value.isArray())
        for (const QJsonValue &item : value.toArray()) checkJson(item);
    if (!value.isObject()) return;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        checkText(it.key());
        checkJson(it.value());
    }
}

QVariant jsonVariant(const QJsonDocument &document)
{
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

QJsonDocument parse(const QVariant &value)
{
    const QString text = fromVariant<QString>(value);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &error);
    if (error.error != QJsonParseError::NoError) unfit(value, "JSON");
    return document;
}

}  // namespace

QVariant toVariant(bool value) { return value; }
QVariant toVariant(int value) { return qlonglong(value); }
QVariant toVariant(qint64 value) { return qlonglong(value); }

QVariant toVariant(double value)
{
    if (!std::isfinite(value))
        throw Exception({ErrorKind::Invalid, QStringLiteral("A number is not finite"), {}, QString::number(value), {}});
    return value;
}

QVariant toVariant(const QString &value)
{
    checkText(value);
    if (value.startsWith(QChar::ByteOrderMark)) refuse(value, 0);  // SQLite would drop it
    return value.isNull() ? QString(QLatin1String("")) : value;
}

QVariant toVariant(const QByteArray &value) { return value.isNull() ? QByteArray("", 0) : value; }
QVariant toVariant(const QStringList &value) { return toVariant(QJsonArray::fromStringList(value)); }

QVariant toVariant(const QJsonObject &value)
{
    checkJson(value);
    return jsonVariant(QJsonDocument(value));
}

QVariant toVariant(const QJsonArray &value)
{
    checkJson(value);
    return jsonVariant(QJsonDocument(value));
}

QVariant toVariant(const QUuid &value) { return value.toString(QUuid::WithoutBraces); }
QVariant toVariant(Timestamp value) { return qlonglong(value.us); }

bool isNull(const QVariant &value) { return !value.isValid() || value.isNull(); }

template <>
qint64 fromVariant<qint64>(const QVariant &value)
{
    bool ok = false;
    const qint64 number = value.toLongLong(&ok);
    if (isNull(value) || !ok || value.metaType().id() == QMetaType::Double) unfit(value, "a whole number");
    return number;
}

template <>
int fromVariant<int>(const QVariant &value)
{
    const qint64 number = fromVariant<qint64>(value);
    if (number < INT_MIN || number > INT_MAX) unfit(value, "a 32-bit number");
    return int(number);
}

template <>
bool fromVariant<bool>(const QVariant &value)
{
    if (value.metaType().id() == QMetaType::Bool && !isNull(value)) return value.toBool();
    const qint64 number = fromVariant<qint64>(value);
    if (number != 0 && number != 1) unfit(value, "a truth value");
    return number == 1;
}

template <>
double fromVariant<double>(const QVariant &value)
{
    bool ok = false;
    const double number = value.toDouble(&ok);
    if (isNull(value) || !ok) unfit(value, "a number");
    return number;
}

template <>
QString fromVariant<QString>(const QVariant &value)
{
    if (isNull(value) || !value.canConvert<QString>() || value.metaType().id() == QMetaType::QByteArray)
        unfit(value, "text");
    return value.toString();
}

template <>
QByteArray fromVariant<QByteArray>(const QVariant &value)
{
    if (value.metaType().id() != QMetaType::QByteArray) unfit(value, "bytes");
    return value.toByteArray();
}

template <>
QJsonObject fromVariant<QJsonObject>(const QVariant &value)
{
    const QJsonDocument document = parse(value);
    if (!document.isObject()) unfit(value, "a JSON object");
    return document.object();
}

template <>
QJsonArray fromVariant<QJsonArray>(const QVariant &value)
{
    const QJsonDocument document = parse(value);
    if (!document.isArray()) unfit(value, "a JSON array");
    return document.array();
}

template <>
QStringList fromVariant<QStringList>(const QVariant &value)
{
    QStringList list;
    for (const QJsonValue &item : fromVariant<QJsonArray>(value)) list << item.toString();
    return list;
}

template <>
QUuid fromVariant<QUuid>(const QVariant &value)
{
    const QUuid uuid(fromVariant<QString>(value));
    if (uuid.isNull()) unfit(value, "a UUID");
    return uuid;
}

template <>
Timestamp fromVariant<Timestamp>(const QVariant &value)
{
    return {fromVariant<qint64>(value)};
}

}  // namespace Codec
}  // namespace headgate
