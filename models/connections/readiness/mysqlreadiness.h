// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinessquestion.h"

namespace headgate {

/// MySQL's and MariaDB's side of a readiness run: binary log, retention, grants, keys.
/// The judges are pure: rows in, verdicts out.
namespace MysqlReadiness {

/// Throws what the session throws.
ReadinessFacts facts(TargetSession &session);
std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts);

}  // namespace MysqlReadiness
}  // namespace headgate
