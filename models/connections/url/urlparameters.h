// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionurl.h"

#include <QList>
#include <QPair>

namespace headgate {

/// What stands beside address, user and database in a text of that dialect: names and values as its driver spells them,
/// not yet escaped. Secrets are left out, and so is what the driver cannot be told (see the table in the .cpp).
QList<QPair<QString, QString>> urlParameters(const Connection &connection, UrlDialect dialect);

/// The ODBC driver to name: the one that was chosen, or a usual one of the type.
QString writtenOdbcDriver(const Connection &connection);

}  // namespace headgate
