// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/listexporter.h"
#include "models/connections/connection.h"
#include "models/connections/testhistory.h"

namespace headgate {

class ConnectionService;

/// A connection in full as it may leave the workspace: without its password, its settings redacted.
QJsonObject connectionRow(const Connection &connection);
QJsonObject connectionTestRow(const TestRecord &test);
/// The list of connections, for export. The service must outlive it.
ExportSource connectionExport(ConnectionService &service);
/// The tests of all connections.
ExportSource connectionTestExport(ConnectionService &service);

}  // namespace headgate
