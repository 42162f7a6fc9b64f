// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QThreadPool>

namespace headgate {

/// One thing done to many connections.
struct BulkAction {
    enum class Kind { Activate, Deactivate, AddTag, RemoveTag, SetEnvironment, Remove, Test };
    Kind kind = Kind::Test;
    QString tag = {};
    Environment environment = Environment::Development;
};

/// What would happen to one of them.
struct BulkItem {
    enum class Fate { Acts, Unchanged, Refused };
    Connection connection;
    Fate fate = Fate::Acts;
    QString what;  ///< what happens, or why nothing does
};

struct BulkResult {
    enum class Outcome { Done, Unchanged, Refused, Failed, Cancelled };
    Connection connection;
    Outcome outcome = Outcome::Done;
    QString message;
};

inline constexpr auto bulkFates = makeEnumTable<BulkItem::Fate>(
    {{BulkItem::Fate::Acts, "acts"}, {BulkItem::Fate::Unchanged, "unchanged"}, {BulkItem::Fate::Refused, "refused"}});
inline constexpr auto bulkOutcomes = makeEnumTable<BulkResult::Outcome>({{BulkResult::Outcome::Done, "done"},
                                                                         {BulkResult::Outcome::Unchanged, "unchanged"},
                                                                         {BulkResult::Outcome::Refused, "refused"},
                                                                         {BulkResult::Outcome::Failed, "failed"},
                                                                         {BulkResult::Outcome::Cancelled, "cancelled"}});

/// Plans an act on many connections and carries the plan out, each in its own transaction with its own audit row: one that
/// fails stops no other. What changed since the plan is not overwritten but fails. Any thread; destroying it waits.
class ConnectionBulk {
public:
    using Progress = std::function<void(int done, int total)>;

    explicit ConnectionBulk(ConnectionService &service) : m_service(service) { m_threads.setMaxThreadCount(1); }
    ~ConnectionBulk() { m_threads.waitForDone(); }

    QFuture<Result<QList<BulkItem>>> plan(const QList<ConnectionId> &ids, const BulkAction &action);
    /// A result per item, in its order. `progress` comes on a thread of its own.
    QFuture<Result<QList<BulkResult>>> run(const QList<BulkItem> &plan, const BulkAction &action, const CancelToken &cancel = {}, Progress progress = {});

private:
    BulkItem planned(const Connection &connection, const BulkAction &action);
    BulkItem plannedRemoval(const Connection &connection);
    BulkResult done(const BulkItem &item, const BulkAction &action, const CancelToken &cancel);
    QList<BulkResult> tested(const QList<BulkItem> &plan, const CancelToken &cancel, const Progress &progress);

    ConnectionService &m_service;
    QThreadPool m_threads;
};

}  // namespace headgate
