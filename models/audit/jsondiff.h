// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>

namespace headgate {

/// One step down a JSON document.
struct JsonStep {
    enum class Kind {
        Field,    ///< `name` of an object
        Element,  ///< the element of an array whose `name` is `identity`; an empty name: the element itself
        Order,    ///< not an element but the order of the array: before and after are arrays of identities
    };
    Kind kind = Kind::Field;
    QString name;
    QJsonValue identity;
    bool operator==(const JsonStep &) const = default;
};

/// One difference of two documents. Undefined: it was not there, or is not there any more.
struct JsonChange {
    QList<JsonStep> path;
    QJsonValue before;
    QJsonValue after;
    bool isAdded() const { return before.isUndefined(); }
    bool isRemoved() const { return after.isUndefined(); }
    bool operator==(const JsonChange &) const = default;
};

/// What turns one JSON document into another, field by field. Pure functions, any thread.
///
/// Objects are compared key by key at any depth. Arrays are matched by a key where every element of both has one and no
/// two have the same: `id`, `name`, `key` or `field` of objects, the value itself of texts, numbers and truth values. Any
/// other array is one value. Changes come in the order of the keys; of an array: gone, changed and new elements, order.
namespace JsonDiff {

QList<JsonChange> changes(const QJsonObject &before, const QJsonObject &after);
/// changes(a, b) applied to a is b.
QJsonObject applied(QJsonObject before, const QList<JsonChange> &changes);
/// "config.sslmode", "tables[orders].mode", "tags".
QString pathText(const QList<JsonStep> &path);

}  // namespace JsonDiff

/// A line of two texts put side by side: ' ' in both, '-' only in the first, '+' only in the second.
struct TextLine {
    char sign = ' ';
    QString text;
    bool operator==(const TextLine &) const = default;
};
/// The shortest such list; texts with more than 2 000 differing lines each are told as gone and come as a whole.
QList<TextLine> diffLines(const QString &before, const QString &after);

}  // namespace headgate
