// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"
#include "models/database/codec.h"
#include "models/database/session.h"

#include <optional>

namespace headgate {

/// What the bars of the histogram are divided by.
enum class HistogramStack { Status, Action };

/// A stretch of time, `to` excluded.
struct AuditSpan {
    Timestamp from;
    Timestamp to;
    bool operator==(const AuditSpan &) const = default;
    qint64 us() const { return to.us - from.us; }
    bool isEmpty() const { return to <= from; }
    bool contains(Timestamp at) const { return from <= at && at < to; }
};

/// Events per bucket of time. Buckets begin at multiples of `bucketUs` of the local time that is `offsetUs` ahead of UTC.
struct HistogramSpec {
    ListQuery query;  ///< its conditions on the time count as well
    AuditSpan span;
    qint64 bucketUs = 3'600'000'000;
    qint64 offsetUs = 0;
    HistogramStack stack = HistogramStack::Status;
    bool operator==(const HistogramSpec &) const = default;

    Timestamp bucketOf(Timestamp at) const;
};

struct HistogramCount {
    Timestamp bucket;  ///< its begin
    QString part;      ///< the status or the action
    qint64 events = 0;
    bool operator==(const HistogramCount &) const = default;
};

/// The SQL of the histogram. Throws DbError.
namespace AuditHistogram {

/// From the hour of the first event to after the last one; none when the trail is empty.
std::optional<AuditSpan> extent(Session &session);
/// The narrowest usual width (1 min to 30 days) with which `span` has at most `places` buckets.
qint64 bucketFor(const AuditSpan &span, int places);
/// The rollups know hours, actions and statuses, no more.
bool isFromRollups(const HistogramSpec &spec);
/// In order of time. From the rollups where they can answer, else by counting the rows of the span.
QList<HistogramCount> counts(Session &session, const HistogramSpec &spec);

}  // namespace AuditHistogram
}  // namespace headgate
