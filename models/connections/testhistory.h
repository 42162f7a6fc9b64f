// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/flapping.h"

#include <vector>

namespace headgate {

/// A row of the list of past tests: without its stages, so that a page of many stays light.
struct TestRecord {
    ConnectionTestId id;
    ConnectionId connectionId;
    QString connectionName;
    TestStatus status = TestStatus::Failure;
    double responseTimeMs = 0;
    Timestamp testedAt;
    QString serverVersion;
    QString errorCode;
    QString errorMessage;
    bool operator==(const TestRecord &) const = default;
};

/// The tests of a stretch of time in numbers. Percentiles by nearest rank, of the tests that answered; 0 when none did.
struct HistoryColumn {
    Timestamp first;  ///< of the tests in it
    Timestamp last;
    int tests = 0;
    int answered = 0;
    int failed = 0;
    int warned = 0;
    double p50 = 0;
    double p95 = 0;
    bool operator==(const HistoryColumn &) const = default;
};

/// Which tests a chart shows: of these connections, one series each unless merged; of all, in one, when none is named.
/// `from` ≤ tested_at < `to`; `columns` is as many as the chart has places for: what lies in one is one HistoryColumn.
struct HistoryScope {
    QList<ConnectionId> connections;
    Timestamp from;
    Timestamp to;
    int columns = 100;
    bool isMerged = false;  ///< the named connections in one series too
};

struct HistorySeries {
    ConnectionId connectionId;           ///< not valid: all connections together
    std::vector<HistoryColumn> columns;  ///< those that hold tests, oldest first
    HistoryColumn total;
    std::optional<TestStatus> lastStatus;  ///< of the connection, whatever the range; none for all together
    Flapping flapping;                     ///< likewise
};

struct HistoryChartData {
    Timestamp from;
    Timestamp to;
    std::vector<HistorySeries> series;  ///< in the order of the scope's connections
};

}  // namespace headgate
