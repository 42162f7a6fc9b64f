// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/database/session.h"

#include <optional>

namespace headgate {

/// Where the chain begins, ends, and what stands at a place in it. Session's thread; throws DbError.
namespace TrailPoints {

/// What the chain of the rows that are left goes on from: the last retired event, else before the first.
TrailPoint start(Session &session);
/// Exception(Integrity) when the head is missing.
TrailPoint head(Session &session);
/// The hash of an event: of its row, or of the seal that ends with it when it was retired.
std::optional<QByteArray> hashAt(Session &session, qint64 id);

}  // namespace TrailPoints
}  // namespace headgate
