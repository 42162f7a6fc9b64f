// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"

#include <QJsonObject>
#include <QStringList>

class QIODevice;

namespace headgate {

class RecordTableModel;

enum class ListFormat { Csv, Json, Sql, Markdown };
inline constexpr auto listFormats =
    makeEnumTable<ListFormat>({{ListFormat::Csv, "csv"}, {ListFormat::Json, "json"}, {ListFormat::Sql, "sql"}, {ListFormat::Markdown, "markdown"}});
/// "csv", "json", "sql", "md".
QString fileSuffix(ListFormat format);

/// What a list is written as. `name` is its plural noun: the key of the JSON array (none: the array alone) and the table
/// of the INSERT statements. With `guardFormulas` a text cell of CSV that a spreadsheet would compute begins with an apostrophe.
struct ListShape {
    QString name;
    QStringList columns;
    ListFormat format = ListFormat::Csv;
    bool guardFormulas = false;
};

/// Writes rows one by one: CSV after RFC 4180 (NULL is nothing, an empty text is ""), {"name": [rows]} as JSON, one INSERT
/// a row, or a Markdown table. A row is a JSON object; what stands under no column is left out, a column without a value is
/// NULL. Throws Exception(Internal) when the device refuses. Not thread-safe.
class ListWriter {
public:
    ListWriter(QIODevice &device, const ListShape &shape) : m_device(device), m_shape(shape) {}
    void begin();
    void add(const QJsonObject &row);
    void end();

private:
    void put(const QByteArray &bytes);
    QByteArray line(const QJsonObject &row) const;

    QIODevice &m_device;
    ListShape m_shape;
    QString m_insert;  ///< the beginning of each INSERT
    bool m_isFirst = true;
};

/// A row as a list shows it, under its column ids: times in ISO 8601, tags as an array.
QJsonObject rowAsJson(const RecordTableModel &model, int row);

}  // namespace headgate
