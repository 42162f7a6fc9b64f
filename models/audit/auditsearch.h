// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

#include <QJsonArray>
#include <optional>

namespace headgate {

/// Substring search of the trail through the dictionary of names, which is much smaller than the log and has a trigram
/// index: the names that hold the text, then their events by the index on the entity. Throws DbError.
namespace AuditSearch {

/// Beyond this many events a search walks along the log from its newest row instead: it soon meets enough of them.
constexpr int mostHits = 10'000;

/// The ids of all events whose entity's name holds the text, whatever the case; none when there are too many, or the
/// text is too short for trigrams: then only looking at the rows themselves tells.
std::optional<QJsonArray> hits(Session &session, const QString &text);

}  // namespace AuditSearch
}  // namespace headgate
