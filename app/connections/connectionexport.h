// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QThreadPool>

class QIODevice;

namespace headgate {

enum class ExportFormat { Csv, Json, Markdown };
inline constexpr auto exportFormats =
    makeEnumTable<ExportFormat>({{ExportFormat::Csv, "csv"}, {ExportFormat::Json, "json"}, {ExportFormat::Markdown, "markdown"}});

/// Writes the connections that a query shows, page by page, so that the list may be longer than memory. Never a secret.
/// Each is an EXPORT event of the trail.
/// Any thread; destroying it waits.
class ConnectionExport {
public:
    using Progress = std::function<void(qint64 done, qint64 total)>;

    explicit ConnectionExport(ConnectionService &service) : m_service(service) { m_threads.setMaxThreadCount(1); }
    ~ConnectionExport() { m_threads.waitForDone(); }

    /// The rows written. The file appears when it is whole; cancelled or failed, the one before stays.
    QFuture<Result<qint64>> toFile(const ListQuery &query, ExportFormat format, const QString &path, const CancelToken &cancel = {}, Progress progress = {});
    /// The same on this thread, which may block. Throws Exception.
    qint64 write(QIODevice &device, const ListQuery &query, ExportFormat format, const CancelToken &cancel = {}, const Progress &progress = {});

private:
    ConnectionService &m_service;
    QThreadPool m_threads;
};

}  // namespace headgate
