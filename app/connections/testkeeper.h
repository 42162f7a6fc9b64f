// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/result.h"
#include "models/connections/connectiontest.h"

#include <QFuture>
#include <QPromise>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace headgate {

class Database;
class Transaction;

/// Who asked for a test.
enum class TestOrigin { Person, HealthRule };

/// Keeps finished tests: the row, the verdict on the connection and the audit row in one transaction. What arrives while
/// one transaction runs goes into the next one together, so that 300 results do not wait for 300 commits; an answer comes
/// only after its own commit. A test that cannot be kept does not take the others along.
/// Audit: a person's test always has its row; a health rule's has one only when the state of the connection changes (up,
/// down), because a rule of a minute would otherwise write 1440 rows a day for each connection and bury the acts of people.
/// Its row in connection_tests is always kept. Thread-safe; its destructor waits until everything is written.
class TestKeeper {
public:
    static constexpr int BatchTests = 100;  ///< a transaction holds the lock on the end of the audit chain

    TestKeeper(Database &database, std::function<Actor()> actor);
    ~TestKeeper();
    TestKeeper(const TestKeeper &) = delete;
    TestKeeper &operator=(const TestKeeper &) = delete;

    /// The test as it was kept: with its id, and its identity stage compared with the known server.
    QFuture<Result<ConnectionTest>> keep(const Connection &connection, ConnectionTest test, TestOrigin origin);

private:
    struct Waiting {
        Connection connection;
        ConnectionTest test;
        TestOrigin origin;
        Actor actor;
        std::shared_ptr<QPromise<Result<ConnectionTest>>> promise;
        bool isAlone = false;  ///< a batch with it failed: it is tried by itself
    };
    using Batch = std::vector<Waiting>;
    static ConnectionTest write(Transaction &transaction, const Waiting &waiting);
    Batch takeBatch();
    void writeNext();
    void settle(Batch batch, const Result<std::vector<ConnectionTest>> &kept);

    Database &m_database;
    std::function<Actor()> m_actor;
    std::mutex m_mutex;
    std::condition_variable m_idle;
    std::deque<Waiting> m_queue;
    bool m_isWriting = false;
};

}  // namespace headgate
