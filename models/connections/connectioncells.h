// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QVariant>

namespace headgate {

/// The fields of a connection that a list shows and changes one by one, under their column ids: name, environment, host,
/// port, database_name, username, tags, is_active, is_read_only, read_only_reason, description, config. Texts that may be
/// missing are an invalid value then, tags a QStringList, the port a qint64, config the JSON text.
namespace ConnectionCells {

QStringList columns();
QVariant value(const Connection &connection, const QString &column);
/// Empty when the value fits; else why it does not, and the connection is as it was.
QString put(Connection &connection, const QString &column, const QVariant &value);

/// What a person types for a value, and back. A port that is no number stays text, for put() to complain about.
QString toText(const QVariant &value);
QVariant fromText(const QString &column, const QString &text);
/// Whether the column may hold NULL.
bool isNullable(const QString &column);

}  // namespace ConnectionCells
}  // namespace headgate
