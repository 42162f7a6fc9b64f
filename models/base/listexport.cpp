// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listexport.h"

#include "models/base/error.h"
#include "models/base/recordtablemodel.h"
#include "models/database/boundstatement.h"

#include <QIODevice>
#include <QJsonArray>
#include <QJsonDocument>

namespace headgate {

namespace {

QString plain(const QJsonValue &value)
{
    if (value.isArray()) return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject()) return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

bool isMissing(const QJsonValue &value) { return value.isNull() || value.isUndefined(); }

QString csvCell(const QJsonValue &value, bool guardFormulas)
{
    if (isMissing(value)) return {};
    QString text = plain(value);
    static const QString starts = QStringLiteral("=+-@\t\r");
    if (guardFormulas && value.isString() && !text.isEmpty() && starts.contains(text.at(0))) text.prepend(QLatin1Char('\''));
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString sqlCell(const QJsonValue &value)
{
    return sqlLiteral(isMissing(value) ? QVariant() : value.isArray() || value.isObject() ? plain(value) : value.toVariant());
}

QString markdownCell(const QJsonValue &value)
{
    QString text = isMissing(value) ? QString() : plain(value);
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('|'), QLatin1String("\\|"));
    return text.replace(QLatin1Char('\n'), QLatin1Char(' ')).replace(QLatin1Char('\r'), QLatin1Char(' '));
}

QString quotedName(QString name)
{
    return QLatin1Char('"') + name.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString insertHead(const ListShape &shape)
{
    QStringList columns;
    for (const QString &column : shape.columns) columns << quotedName(column);
    return QStringLiteral("insert into %1 (%2) values (").arg(quotedName(shape.name), columns.join(QStringLiteral(", ")));
}

QJsonValue jsonOf(const QVariant &raw, ColumnKind kind)
{
    if (!raw.isValid()) return {};
    if (kind == ColumnKind::Tags) return QJsonArray::fromStringList(raw.toStringList());
    if (kind == ColumnKind::Number || raw.typeId() == QMetaType::Bool) return QJsonValue::fromVariant(raw);
    return RecordTableModel::plainText(raw);
}

}  // namespace

QString fileSuffix(ListFormat format)
{
    return format == ListFormat::Markdown ? QStringLiteral("md") : listFormats.name(format);
}

void ListWriter::begin()
{
    const QByteArray columns = m_shape.columns.join(QLatin1Char(',')).toUtf8();
    switch (m_shape.format) {
    case ListFormat::Csv: return put(columns + "\r\n");
    case ListFormat::Json: return put(m_shape.name.isEmpty() ? QByteArrayLiteral("[\n") : "{\"" + m_shape.name.toUtf8() + "\": [\n");
    case ListFormat::Markdown:
        return put("| " + QByteArray(columns).replace(',', " | ") + " |\n|" + QByteArray(" --- |").repeated(m_shape.columns.size()) + '\n');
    case ListFormat::Sql: m_insert = insertHead(m_shape);
    }
}

void ListWriter::add(const QJsonObject &row)
{
    const bool isSeparated = m_shape.format == ListFormat::Json && !m_isFirst;
    m_isFirst = false;
    put((isSeparated ? ",\n" : "") + line(row));
}

void ListWriter::end()
{
    if (m_shape.format == ListFormat::Json) put(QByteArray(m_isFirst ? "]" : "\n]") + (m_shape.name.isEmpty() ? "\n" : "}\n"));
}

QByteArray ListWriter::line(const QJsonObject &row) const
{
    QStringList cells;
    QJsonObject object;
    for (const QString &column : m_shape.columns) {
        const QJsonValue value = row.value(column);
        switch (m_shape.format) {
        case ListFormat::Csv: cells << csvCell(value, m_shape.guardFormulas); break;
        case ListFormat::Json: object.insert(column, isMissing(value) ? QJsonValue() : value); break;
        case ListFormat::Sql: cells << sqlCell(value); break;
        case ListFormat::Markdown: cells << markdownCell(value); break;
        }
    }
    switch (m_shape.format) {
    case ListFormat::Json: return QJsonDocument(object).toJson(QJsonDocument::Compact);
    case ListFormat::Sql: return (m_insert + cells.join(QStringLiteral(", ")) + QStringLiteral(");\n")).toUtf8();
    case ListFormat::Markdown: return (QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n")).toUtf8();
    case ListFormat::Csv: break;
    }
    return (cells.join(QLatin1Char(',')) + QStringLiteral("\r\n")).toUtf8();
}

void ListWriter::put(const QByteArray &bytes)
{
    if (m_device.write(bytes) != bytes.size())
        throw Exception({ErrorKind::Internal, QStringLiteral("The list cannot be written"), {}, m_device.errorString(),
                         QStringLiteral("See that there is room and that you may write there.")});
}

QJsonObject rowAsJson(const RecordTableModel &model, int row)
{
    QJsonObject object;
    const QList<RecordColumn> &columns = model.columns();
    for (int i = 0; i < columns.size(); ++i)
        object.insert(columns[i].id, jsonOf(model.index(row, i).data(RecordTableModel::RawRole), columns[i].kind));
    return object;
}

}  // namespace headgate
