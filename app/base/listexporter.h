// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/tasks.h"
#include "models/base/canceltoken.h"
#include "models/base/listexport.h"
#include "models/base/listquery.h"

#include <functional>

namespace headgate {

/// Where the rows of an export come from, and who is told that they left. The functions are called on the exporter's
/// thread, may block there and throw Exception. No row holds a secret.
struct ExportSource {
    QString name;         ///< see ListShape
    QStringList columns;
    std::function<ListPage<QJsonObject>(const ListQuery &, const ListCursor &, const CancelToken &)> page;
    std::function<QFuture<Result<qint64>>(const ListQuery &, const CancelToken &)> count;
    /// Writes the EXPORT event with these facts.
    std::function<QFuture<Result<Done>>(const QJsonObject &facts)> record;
};

/// The pages of a service as JSON rows.
template <typename Fetch, typename ToJson>
auto jsonPages(Fetch fetch, ToJson toJson)
{
    return [fetch = std::move(fetch), toJson](const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel) {
        const auto page = valueOf(fetch(query, cursor, cancel));
        ListPage<QJsonObject> json;
        for (const auto &row : page.rows) json.rows << toJson(row);
        json.lastKey = page.lastKey;
        json.atEnd = page.atEnd;
        return json;
    };
}

/// Writes the rows that a query shows, page by page, so that the list may be longer than memory. Each export is an EXPORT
/// event of the trail. Any thread; destroying it waits.
class ListExporter {
public:
    /// `total` is 0 while the rows are being counted.
    using Progress = std::function<void(qint64 done, qint64 total)>;
    struct Options {
        ListFormat format = ListFormat::Csv;
        bool guardFormulas = false;
        bool recordFirst = false;  ///< a stream's rows are gone as soon as they are written, so their number is counted before
    };

    ListExporter() { m_threads.setMaxThreadCount(1); }
    ~ListExporter() { m_threads.waitForDone(); }

    /// The rows written. The file appears when it is whole; cancelled or failed, the one before stays.
    QFuture<Result<qint64>> toFile(const ExportSource &source, const ListQuery &query, const Options &options, const QString &path,
                                   const CancelToken &cancel = {}, Progress progress = {});
    /// The same on this thread, which may block. Throws Exception.
    static qint64 write(QIODevice &device, const ExportSource &source, const ListQuery &query, const Options &options, const CancelToken &cancel = {},
                        const Progress &progress = {});

private:
    QThreadPool m_threads;
};

}  // namespace headgate
