// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinessquestion.h"

namespace headgate {

/// What each table of a PostgreSQL database needs: its old rows in the log, a right to read it, a place in a
/// publication.
namespace PostgresqlTables {

std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts);
/// What the connector will look for: the connection's publication_name, else its usual name.
QString publicationName(const ReadinessFacts &facts);

}  // namespace PostgresqlTables
}  // namespace headgate
