// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/connections/connectiontest.h"

#include <QByteArray>
#include <functional>
#include <memory>

namespace headgate {

/// What a staged test needs. The password lives only here and is wiped by the probe when the test ends.
struct ProbeTarget {
    Connection connection;
    QByteArray password;
    bool hasPassword = false;
    int timeoutMs = 10'000;  ///< deadline of the whole test, resolve to round trip
};

/// Runs staged connection tests against other people's servers. PostgreSQL and MySQL/MariaDB tests run asynchronously
/// on one thread per protocol with deadlines of their own, so that any number of dead servers end at their deadline;
/// SQL Server tests do so too, with the ODBC driver in a bounded number of helper processes; SQLite tests run on a small
/// bounded pool. Thread-safe; callbacks come on a probe thread and must be quick.
/// Destroying it cancels what is running; every started test gets exactly one `done`.
class ConnectionProbe {
public:
    using StageCallback = std::function<void(const StageResult &)>;
    using DoneCallback = std::function<void(const ConnectionTest &)>;

    ConnectionProbe();
    ~ConnectionProbe();

    /// `onStage` (may be empty) is called as each stage ends, in order, skipped ones included at the end.
    /// `done` gets all eight stages; a cancelled test has status Cancelled. id, testedBy are left for the caller.
    /// Throws Exception(Invalid) for Kafka Connect; no `done` then.
    void start(const ProbeTarget &target, StageCallback onStage, DoneCallback done, const CancelToken &cancel = {});

private:
    class Private;
    std::unique_ptr<Private> d;
};

}  // namespace headgate
