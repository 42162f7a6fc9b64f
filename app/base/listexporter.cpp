// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/listexporter.h"

#include "models/filters/savedfilter.h"

#include <QJsonArray>
#include <QSaveFile>

namespace headgate {

namespace {

/// Held at a time, with what one row of the audit trail may carry.
constexpr int kPageRows = 1000;

/// What an auditor asks: how many, in which form, by which filter.
QJsonObject factsOf(const ExportSource &source, const ListQuery &query, ListFormat format, qint64 rows)
{
    QJsonArray columns;
    for (const ColumnFilter &filter : query.filters) columns << filter.column;
    return {{QStringLiteral("list"), source.name},
            {QStringLiteral("rows"), rows},
            {QStringLiteral("format"), listFormats.name(format)},
            {QStringLiteral("search"), query.search},
            {QStringLiteral("filtered_by"), columns},
            {QStringLiteral("filter"), listQueryToJson(query)}};
}

void throwIf(const CancelToken &cancel)
{
    if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("The export was cancelled"), {}, {}, {}});
}

/// The number of rows once it is known; nobody waits for it.
class LateCount {
public:
    LateCount(const ExportSource &source, const ListQuery &query) : m_count(source.count(query, m_cancel)) {}
    ~LateCount() { m_cancel.cancel(); }
    qint64 value() const
    {
        if (!m_count.isFinished()) return 0;
        const Result<qint64> count = m_count.result();
        return count.ok() ? *count : 0;
    }

private:
    CancelToken m_cancel;
    QFuture<Result<qint64>> m_count;
};

}  // namespace

qint64 ListExporter::write(QIODevice &device, const ExportSource &source, const ListQuery &query, const Options &options, const CancelToken &cancel,
                           const Progress &progress)
{
    if (options.recordFirst) (void)valueOf(source.record(factsOf(source, query, options.format, valueOf(source.count(query, cancel)))));
    const LateCount total(source, query);
    ListWriter writer(device, {source.name, source.columns, options.format, options.guardFormulas});
    writer.begin();
    qint64 rows = 0;
    ListCursor cursor;
    cursor.limit = kPageRows;
    for (bool atEnd = false; !atEnd;) {
        throwIf(cancel);
        const ListPage<QJsonObject> page = source.page(query, cursor, cancel);
        for (const QJsonObject &row : page.rows) writer.add(row);
        rows += page.rows.size();
        if (progress) progress(rows, std::max(total.value(), page.atEnd ? rows : 0));
        atEnd = page.atEnd || page.rows.isEmpty();
        cursor.key = page.lastKey;
    }
    throwIf(cancel);
    writer.end();
    // Before the file appears: what the trail cannot hold is not given out.
    if (!options.recordFirst) (void)valueOf(source.record(factsOf(source, query, options.format, rows)));
    return rows;
}

QFuture<Result<qint64>> ListExporter::toFile(const ExportSource &source, const ListQuery &query, const Options &options, const QString &path,
                                             const CancelToken &cancel, Progress progress)
{
    return runTask(m_threads, [=, progress = std::move(progress)] {
        QSaveFile file(path);
        const auto refuse = [&file, &path] {
            throw Exception({ErrorKind::Invalid, QStringLiteral("The file cannot be written"), path, file.errorString(), QStringLiteral("Choose a folder that you may write to.")});
        };
        if (!file.open(QIODevice::WriteOnly)) refuse();
        const qint64 rows = write(file, source, query, options, cancel, progress);
        if (!file.commit()) refuse();
        return rows;
    });
}

}  // namespace headgate
