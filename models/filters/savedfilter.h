// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"
#include "models/base/listquery.h"

#include <QJsonObject>

namespace headgate {

class Session;
class Transaction;

using SavedFilterId = Id<struct SavedFilterTag>;

/// A row of `saved_filters`: the filter of a list under a name of its owner. Value type.
struct SavedFilter {
    SavedFilterId id;
    QString page;  ///< the id of the page whose list it belongs to
    QString name;
    ListQuery query;
    QString tint = {};  ///< rows that match are shown in this colour, whatever the list is filtered by; empty: as usual
    bool operator==(const SavedFilter &) const = default;
};

/// Search, conditions and order as JSON and back; what is not understood is left out, but for a
/// condition: it becomes one without a value, which every list refuses.
QJsonObject listQueryToJson(const ListQuery &query);
ListQuery listQueryFromJson(const QJsonObject &json);
/// The query and the colour, as the column `filter` has them.
QJsonObject savedFilterToJson(const SavedFilter &filter);
/// amber, red, green, blue.
QStringList rowTints();

/// The SQL of `saved_filters`. Each user has a set of their own; no user: those of everybody. Throws DbError.
namespace SavedFilterStore {

QList<SavedFilter> all(Session &session, const std::optional<UserId> &user, const QString &page);
std::optional<SavedFilter> get(Session &session, const std::optional<UserId> &user, SavedFilterId id);
SavedFilterId insert(Transaction &transaction, const std::optional<UserId> &user, const SavedFilter &filter);
/// Name and filter; false when it is gone.
bool update(Transaction &transaction, const SavedFilter &filter);
bool remove(Transaction &transaction, SavedFilterId id);

}  // namespace SavedFilterStore
}  // namespace headgate
