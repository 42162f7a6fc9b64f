// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinesscheck.h"

namespace headgate {

/// A readiness report for other people. Pure; whatever comes from a server is escaped for the format.
namespace ReadinessExport {

/// {connection, server_version, checked_at, verdict, status, counts {fail, warn, skipped, pass}, checks: […]}
QJsonObject toJson(const ReadinessReport &report);
QString toMarkdown(const ReadinessReport &report);
/// A page of its own, without scripts and without anything to load.
QString toHtml(const ReadinessReport &report);

}  // namespace ReadinessExport
}  // namespace headgate
