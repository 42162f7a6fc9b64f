// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/compactjson.h"

#include <QJsonArray>
#include <QLocale>
#include <QVariant>
#include <cmath>

namespace headgate::CompactJson {

namespace {

/// The longest that one code unit becomes: \u0000.
constexpr qsizetype kLongest = 6;

char *appendEscape(char *to, char16_t unit)
{
    constexpr char digits[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) *to++ = digits[(unit >> shift) & 0xf];
    return to;
}

char *appendAscii(char *to, char16_t unit)
{
    if (unit >= 0x20 && unit != u'"' && unit != u'\\') {
        *to++ = char(unit);
        return to;
    }
    char letter = 0;
    switch (unit) {
    case u'"': letter = '"'; break;
    case u'\\': letter = '\\'; break;
    case u'\b': letter = 'b'; break;
    case u'\f': letter = 'f'; break;
    case u'\n': letter = 'n'; break;
    case u'\r': letter = 'r'; break;
    case u'\t': letter = 't'; break;
    default: return appendEscape(to, unit);
    }
    *to++ = '\\';
    *to++ = letter;
    return to;
}

/// A code point above U+007F; `bytes` follow the first.
char *appendUtf8(char *to, char32_t point)
{
    const int bytes = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr unsigned char marks[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = char(marks[bytes] | (point >> (6 * bytes)));
    for (int shift = 6 * (bytes - 1); shift >= 0; shift -= 6) *to++ = char(0x80 | ((point >> shift) & 0x3f));
    return to;
}

void appendNumber(QByteArray &out, const QJsonValue &value)
{
    // Only the variant tells a whole number from a double that happens to be one, which is written with an exponent.
    const QVariant number = value.toVariant();
    if (number.typeId() == QMetaType::LongLong) out += QByteArray::number(number.toLongLong());
    else out += std::isfinite(number.toDouble()) ? QByteArray::number(number.toDouble(), 'g', QLocale::FloatingPointShortest) : QByteArrayLiteral("null");
}

void appendArray(QByteArray &out, const QJsonArray &array)
{
    out += '[';
    for (auto it = array.begin(); it != array.end(); ++it) {
        if (it != array.begin()) out += ',';
        append(out, QJsonValue(*it));
    }
    out += ']';
}

}  // namespace

void append(QByteArray &out, QStringView text)
{
    const qsizetype begin = out.size();
    out.resize(begin + 2 + text.size() * kLongest);
    char *to = out.data() + begin;
    *to++ = '"';
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        if (unit < 0x80) {
            to = appendAscii(to, unit);
        } else if (!QChar::isSurrogate(unit)) {
            to = appendUtf8(to, unit);
        } else if (QChar::isHighSurrogate(unit) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            to = appendUtf8(to, QChar::surrogateToUcs4(unit, text[++i].unicode()));
        } else {
            to = appendEscape(to, unit);
        }
    }
    *to++ = '"';
    out.resize(to - out.constData());
}

void append(QByteArray &out, const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool: out += value.toBool() ? "true" : "false"; break;
    case QJsonValue::Double: appendNumber(out, value); break;
    case QJsonValue::String: append(out, QStringView(value.toString())); break;
    case QJsonValue::Array: appendArray(out, value.toArray()); break;
    case QJsonValue::Object: append(out, value.toObject()); break;
    case QJsonValue::Null:
    case QJsonValue::Undefined: out += "null"; break;
    }
}

void append(QByteArray &out, const QJsonObject &object)
{
    out += '{';
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it != object.begin()) out += ',';
        append(out, QStringView(it.key()));
        out += ':';
        append(out, it.value());
    }
    out += '}';
}

QByteArray of(const QJsonObject &object)
{
    QByteArray out;
    out.reserve(256);
    append(out, object);
    return out;
}

}  // namespace headgate::CompactJson
