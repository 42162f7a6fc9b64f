// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/result.h"
#include "models/filters/savedfilter.h"

#include <QFuture>
#include <functional>

namespace headgate {

class Database;
class Session;

/// The filters that a user keeps for each list. Every change writes its audit row. Any thread.
class SavedFilterService {
public:
    SavedFilterService(Database &database, std::function<Actor()> actor) : m_database(database), m_actor(std::move(actor)) {}

    QFuture<Result<QList<SavedFilter>>> list(const QString &page);
    /// A name that the page has already gets the new filter.
    QFuture<Result<SavedFilter>> save(const QString &page, const QString &name, const ListQuery &query);
    /// ErrorKind::Invalid for a name that is taken.
    QFuture<Result<SavedFilter>> rename(SavedFilterId id, const QString &name);
    /// One of rowTints(), or empty.
    QFuture<Result<SavedFilter>> setTint(SavedFilterId id, const QString &tint);
    QFuture<Result<Done>> remove(SavedFilterId id);

private:
    QFuture<Result<SavedFilter>> change(SavedFilterId id, std::function<void(Session &, SavedFilter &)> edit);

    Database &m_database;
    std::function<Actor()> m_actor;
};

}  // namespace headgate
