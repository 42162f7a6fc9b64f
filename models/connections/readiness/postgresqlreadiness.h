// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinessquestion.h"

namespace headgate {

/// PostgreSQL's side of a readiness run: settings, role, publications, slots, tables.
/// The judges are pure: rows in, verdicts out.
namespace PostgresqlReadiness {

/// Throws what the session throws.
ReadinessFacts facts(TargetSession &session);
std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts);

}  // namespace PostgresqlReadiness
}  // namespace headgate
