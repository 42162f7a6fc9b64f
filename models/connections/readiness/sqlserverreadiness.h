// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinessquestion.h"

namespace headgate {

/// SQL Server's side of a readiness run: the capture of database and tables, its agent, jobs and log window.
/// The judges are pure: rows in, verdicts out.
namespace SqlServerReadiness {

/// Throws what the session throws.
ReadinessFacts facts(TargetSession &session);
std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts);

}  // namespace SqlServerReadiness
}  // namespace headgate
