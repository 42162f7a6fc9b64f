// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QList>

namespace headgate {

/// One way to hand a connection to another program. Never holds a password.
struct ConnectionCopy {
    QString id;     ///< for a command line: url, keywords, jdbc, sqlalchemy, odbc, go, file, psql, debezium
    QString label;  ///< a name that is not translated
    QString text;
};

/// What can be copied of a connection of that type, in the order of a menu: its dialects, then commands and configurations.
QList<ConnectionCopy> connectionCopies(const Connection &connection);

}  // namespace headgate
