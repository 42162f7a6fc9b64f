// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QThreadPool>
#include <QVariant>

namespace headgate {

/// A connection as it was read, and as a person wants it.
struct ConnectionEdit {
    Connection base;
    Connection wanted;

    /// Changed cells put on top of what was read; see ConnectionCells. Values that do not fit are left out of `wanted`.
    static ConnectionEdit of(const Connection &base, const QList<QPair<QString, QVariant>> &cells);
    /// Why cells cannot be saved: column and message; "" as the column when the fault stands in no cell.
    static QList<FieldError> problems(const Connection &base, const QList<QPair<QString, QVariant>> &cells);
};

/// How saving one ended. With a conflict `now` is what somebody else saved: base, wanted and now are the three versions.
struct ConnectionEditOutcome {
    ConnectionEdit edit;
    Result<Connection> stored;
    std::optional<Connection> now;
};

/// Saves edits of many connections, each in a transaction of its own with its own audit event, so that one conflict holds
/// up no other. Nothing is overwritten that was not read. Any thread; destroying it waits.
class ConnectionEdits {
public:
    explicit ConnectionEdits(ConnectionService &service) : m_service(service) { m_threads.setMaxThreadCount(1); }
    ~ConnectionEdits() { m_threads.waitForDone(); }

    QFuture<Result<QList<ConnectionEditOutcome>>> save(const QList<ConnectionEdit> &edits);

private:
    ConnectionService &m_service;
    QThreadPool m_threads;
};

}  // namespace headgate
