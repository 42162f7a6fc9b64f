// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/dialect.h"

#include <QStringList>

namespace headgate {
class Session;
}

/// The schema as sorted lines ("column connections.name character varying(255) not null"), so that two of them compare
/// by difference.
namespace headgate::test {

/// What tests/migrations/schema.json promises, in the words of a dialect.
QStringList promisedCatalogue(Dialect::Kind kind);
/// What the database has.
QStringList actualCatalogue(Session &session);
/// "- promised but missing", "+ there but not promised"; empty when equal.
QString difference(const QStringList &promised, const QStringList &actual);

}  // namespace headgate::test
