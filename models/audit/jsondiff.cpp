// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/jsondiff.h"

#include <QJsonArray>
#include <QStringList>
#include <algorithm>
#include <optional>
#include <vector>

namespace headgate {

namespace {

using Kind = JsonStep::Kind;

bool isScalar(const QJsonValue &value) { return value.isString() || value.isDouble() || value.isBool(); }

/// Undefined: this element has no identity.
QJsonValue identityOf(const QJsonValue &element, const QString &name)
{
    const QJsonValue value = name.isEmpty() ? element : element.toObject().value(name);
    return isScalar(value) ? value : QJsonValue(QJsonValue::Undefined);
}

QJsonArray identities(const QJsonArray &array, const QString &name)
{
    QJsonArray result;
    for (const QJsonValue &element : array) result << identityOf(element, name);
    return result;
}

bool identifies(const QString &name, const QJsonArray &array)
{
    QJsonArray seen;
    for (const QJsonValue &element : array) {
        const QJsonValue identity = identityOf(element, name);
        if (identity.isUndefined() || seen.contains(identity)) return false;
        seen << identity;
    }
    return true;
}

/// The name of the key that tells the elements of both apart; none when there is no such key.
std::optional<QString> commonKey(const QJsonArray &before, const QJsonArray &after)
{
    static const QStringList names{QString(), QStringLiteral("id"), QStringLiteral("name"), QStringLiteral("key"), QStringLiteral("field")};
    for (const QString &name : names)
        if (identifies(name, before) && identifies(name, after)) return name;
    return std::nullopt;
}

qsizetype find(const QJsonArray &array, const QString &name, const QJsonValue &identity)
{
    for (qsizetype i = 0; i < array.size(); ++i)
        if (identityOf(array.at(i), name) == identity) return i;
    return -1;
}

QJsonValue at(const QJsonArray &array, qsizetype index) { return index < 0 ? QJsonValue(QJsonValue::Undefined) : array.at(index); }

class Differ {
public:
    void compare(const QJsonValue &before, const QJsonValue &after, const QList<JsonStep> &path)
    {
        if (before == after) return;
        if (before.isObject() && after.isObject()) return compareObjects(before.toObject(), after.toObject(), path);
        if (before.isArray() && after.isArray())
            if (const auto key = commonKey(before.toArray(), after.toArray())) return compareArrays(before.toArray(), after.toArray(), *key, path);
        found << JsonChange{path, before, after};
    }

    void compareObjects(const QJsonObject &before, const QJsonObject &after, const QList<JsonStep> &path)
    {
        QStringList keys = before.keys() + after.keys();
        keys.sort();
        keys.removeDuplicates();
        for (const QString &key : std::as_const(keys)) compare(before.value(key), after.value(key), path + QList{JsonStep{Kind::Field, key, {}}});
    }

    QList<JsonChange> found;

private:
    void compareArrays(const QJsonArray &before, const QJsonArray &after, const QString &key, const QList<JsonStep> &path)
    {
        const QJsonArray old = identities(before, key);
        const QJsonArray current = identities(after, key);
        QJsonArray reached;  // the order that the changes below lead to
        const auto compareElement = [&](const QJsonValue &identity) {
            compare(at(before, find(before, key, identity)), at(after, find(after, key, identity)), path + QList{JsonStep{Kind::Element, key, identity}});
        };
        for (const QJsonValue &identity : old) {
            compareElement(identity);
            if (current.contains(identity)) reached << identity;
        }
        for (const QJsonValue &identity : current) {
            if (old.contains(identity)) continue;
            compareElement(identity);
            reached << identity;
        }
        if (reached != current) found << JsonChange{path + QList{JsonStep{Kind::Order, key, {}}}, reached, current};
    }
};

QJsonArray ordered(const QJsonArray &array, const QString &key, const QJsonArray &order)
{
    QJsonArray result;
    for (const QJsonValue &identity : order) result << array.at(find(array, key, identity));
    return result;
}

QJsonValue appliedTo(const QJsonValue &value, const QList<JsonStep> &path, const QJsonValue &after)
{
    if (path.isEmpty()) return after;
    const JsonStep &step = path.first();
    if (step.kind == Kind::Order) return ordered(value.toArray(), step.name, after.toArray());
    if (step.kind == Kind::Field) {
        QJsonObject object = value.toObject();
        object.insert(step.name, appliedTo(object.value(step.name), path.mid(1), after));  // undefined removes
        return object;
    }
    QJsonArray array = value.toArray();
    const qsizetype index = find(array, step.name, step.identity);
    const QJsonValue child = appliedTo(at(array, index), path.mid(1), after);
    if (index < 0) array << child;
    else if (child.isUndefined()) array.removeAt(index);
    else array.replace(index, child);
    return array;
}

}  // namespace

namespace JsonDiff {

QList<JsonChange> changes(const QJsonObject &before, const QJsonObject &after)
{
    Differ differ;
    differ.compareObjects(before, after, {});
    return differ.found;
}

QJsonObject applied(QJsonObject before, const QList<JsonChange> &changes)
{
    for (const JsonChange &change : changes) before = appliedTo(before, change.path, change.after).toObject();
    return before;
}

QString pathText(const QList<JsonStep> &path)
{
    QString text;
    for (const JsonStep &step : path) {
        if (step.kind == Kind::Field) text += (text.isEmpty() ? QString() : QStringLiteral(".")) + step.name;
        else if (step.kind == Kind::Element && !step.name.isEmpty()) text += QLatin1Char('[') + step.identity.toVariant().toString() + QLatin1Char(']');
    }
    return text;
}

}  // namespace JsonDiff

QList<TextLine> diffLines(const QString &before, const QString &after)
{
    constexpr size_t most = 2000;
    const QStringList a = before.split(u'\n');
    const QStringList b = after.split(u'\n');
    qsizetype head = 0;
    while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
    qsizetype tail = 0;
    while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
    const size_t rows = size_t(a.size() - head - tail);
    const size_t columns = size_t(b.size() - head - tail);
    // The longest common subsequence of what stands between: [i][j] for what begins at line i and j.
    const bool isHuge = rows > most || columns > most;
    std::vector<std::vector<int>> common(isHuge ? 0 : rows + 1, std::vector<int>(columns + 1));
    for (size_t i = common.empty() ? 0 : rows; i-- > 0;)
        for (size_t j = columns; j-- > 0;)
            common[i][j] = a[head + qsizetype(i)] == b[head + qsizetype(j)] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    QList<TextLine> lines;
    for (qsizetype i = 0; i < head; ++i) lines << TextLine{' ', a[i]};
    for (size_t i = 0, j = 0; i < rows || j < columns;) {
        const bool same = i < rows && j < columns && !isHuge && a[head + qsizetype(i)] == b[head + qsizetype(j)];
        if (same) lines << TextLine{' ', a[head + qsizetype(i++)]}, ++j;
        else if (i < rows && (j == columns || isHuge || common[i + 1][j] >= common[i][j + 1])) lines << TextLine{'-', a[head + qsizetype(i++)]};
        else lines << TextLine{'+', b[head + qsizetype(j++)]};
    }
    for (qsizetype i = a.size() - tail; i < a.size(); ++i) lines << TextLine{' ', a[i]};
    return lines;
}

}  // namespace headgate
