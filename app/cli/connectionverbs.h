// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

namespace headgate {

/// What the files with verbs of `connection` share. Blocks; throws Exception.
QList<Connection> allConnections(ConnectionService &service, const ListQuery &query);

}  // namespace headgate
