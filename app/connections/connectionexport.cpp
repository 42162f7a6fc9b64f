// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionexport.h"

#include "app/base/tasks.h"
#include "models/audit/redaction.h"
#include "models/connections/connectionjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace headgate {

namespace {

constexpr int kPageRows = 500;

const QStringList &columns()
{
    static const QStringList names{QStringLiteral("name"),         QStringLiteral("environment"),   QStringLiteral("database_type"),  QStringLiteral("connection_type"),
                                   QStringLiteral("host"),         QStringLiteral("port"),          QStringLiteral("database_name"),  QStringLiteral("username"),
                                   QStringLiteral("is_active"),    QStringLiteral("is_read_only"),  QStringLiteral("tags"),           QStringLiteral("description"),
                                   QStringLiteral("config"),       QStringLiteral("last_test_status"), QStringLiteral("last_tested_at"), QStringLiteral("last_response_ms"),
                                   QStringLiteral("created_at"),   QStringLiteral("updated_at"),    QStringLiteral("version")};
    return names;
}

QJsonObject rowOf(const Connection &c)
{
    QJsonObject all = ConnectionJson::toJson(c);
    all.insert(QStringLiteral("config"), Redaction::redact(c.config));
    all.insert(QStringLiteral("last_test_status"), c.lastTestStatus ? QJsonValue(testStatuses.name(*c.lastTestStatus)) : QJsonValue());
    all.insert(QStringLiteral("last_tested_at"), c.lastTestedAt ? QJsonValue(c.lastTestedAt->toIso()) : QJsonValue());
    all.insert(QStringLiteral("last_response_ms"), c.lastResponseMs ? QJsonValue(*c.lastResponseMs) : QJsonValue());
    all.insert(QStringLiteral("created_at"), c.createdAt.toIso());
    all.insert(QStringLiteral("updated_at"), c.updatedAt.toIso());
    QJsonObject row;
    for (const QString &column : columns()) row.insert(column, all.value(column));
    return row;
}

QString cell(const QJsonValue &value) { return value.isNull() ? QString() : ConnectionJson::display(value); }

QString csvCell(const QJsonValue &value)
{
    QString text = cell(value);
    return value.isNull() ? QString() : QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString markdownCell(const QJsonValue &value)
{
    QString text = cell(value);
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('|'), QLatin1String("\\|"));
    return text.replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QByteArray line(const QJsonObject &row, ExportFormat format)
{
    if (format == ExportFormat::Json) return QJsonDocument(row).toJson(QJsonDocument::Compact);
    QStringList cells;
    for (const QString &column : columns()) cells << (format == ExportFormat::Csv ? csvCell(row.value(column)) : markdownCell(row.value(column)));
    return (format == ExportFormat::Csv ? cells.join(QLatin1Char(',')) : QStringLiteral("| %1 |").arg(cells.join(QStringLiteral(" | ")))).toUtf8();
}

QByteArray head(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Csv: return columns().join(QLatin1Char(',')).toUtf8() + '\n';
    case ExportFormat::Json: return "{\"connections\": [\n";
    case ExportFormat::Markdown: break;
    }
    return "| " + columns().join(QStringLiteral(" | ")).toUtf8() + " |\n|" + QByteArray(" --- |").repeated(columns().size()) + '\n';
}

/// What an auditor asks: how many, in which form, by which filter.
QJsonObject factsOf(const ListQuery &query, ExportFormat format, qint64 rows)
{
    QJsonArray columns;
    for (const ColumnFilter &filter : query.filters) columns << filter.column;
    return {{QStringLiteral("rows"), rows}, {QStringLiteral("format"), exportFormats.name(format)}, {QStringLiteral("search"), query.search}, {QStringLiteral("filtered_by"), columns}};
}

void put(QIODevice &device, const QByteArray &bytes)
{
    if (device.write(bytes) != bytes.size())
        throw Exception({ErrorKind::Internal, QStringLiteral("The export cannot be written"), {}, device.errorString(), QStringLiteral("See that there is room and that you may write there.")});
}

}  // namespace

qint64 ConnectionExport::write(QIODevice &device, const ListQuery &query, ExportFormat format, const CancelToken &cancel, const Progress &progress)
{
    const qint64 total = valueOf(m_service.count(query, cancel));
    put(device, head(format));
    qint64 rows = 0;
    ListCursor cursor{std::nullopt, kPageRows};
    for (bool atEnd = false; !atEnd;) {
        const ListPage<Connection> page = valueOf(m_service.page(query, cursor, cancel));
        for (const Connection &each : page.rows) {
            const QByteArray separator = rows == 0 ? "" : format == ExportFormat::Json ? ",\n" : "\n";
            put(device, separator + line(rowOf(each), format));
            ++rows;
        }
        if (progress) progress(rows, std::max(rows, total));
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("The export was cancelled"), {}, {}, {}});
        atEnd = page.atEnd;
        cursor.key = page.lastKey;
    }
    put(device, format == ExportFormat::Json ? "\n]}\n" : rows > 0 ? "\n" : "");
    // Before the file appears: what the trail cannot hold is not given out.
    (void)valueOf(m_service.recordExport(factsOf(query, format, rows)));
    return rows;
}

QFuture<Result<qint64>> ConnectionExport::toFile(const ListQuery &query, ExportFormat format, const QString &path, const CancelToken &cancel, Progress progress)
{
    return runTask(m_threads, [this, query, format, path, cancel, progress = std::move(progress)] {
        QSaveFile file(path);
        const auto refuse = [&file, &path] {
            throw Exception({ErrorKind::Invalid, QStringLiteral("The file cannot be written"), path, file.errorString(), QStringLiteral("Choose a folder that you may write to.")});
        };
        if (!file.open(QIODevice::WriteOnly)) refuse();
        const qint64 rows = write(file, query, format, cancel, progress);
        if (!file.commit()) refuse();
        return rows;
    });
}

}  // namespace headgate
