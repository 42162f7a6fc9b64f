// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

namespace headgate {

/// Where a JSON text cannot be read: line and column from 1, offset in characters, the value it stands in as a JSON Pointer
/// (RFC 6901), and why.
struct JsonFault {
    int line = 1;
    int column = 1;
    qsizetype offset = 0;
    QString pointer;
    QString message;
    bool operator==(const JsonFault &) const = default;
};

/// The first fault of a JSON text after RFC 8259, or none. A name that an object has twice is one, since the first value
/// would be lost; so are more than 500 levels.
std::optional<JsonFault> findJsonFault(const QString &text);
/// With indents of four, for a text without a fault.
QString formattedJson(const QString &text);

}  // namespace headgate
