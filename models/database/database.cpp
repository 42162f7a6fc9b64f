// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/database.h"

#include "models/database/pool.h"

#include <QMutex>
#include <QSqlDatabase>

namespace headgate {

namespace {

/// Opening the first connections of a driver from several threads at once hangs at exit (QTBUG-112961): each driver is
/// loaded once, on the thread that makes the first Database of that kind.
void loadDriver(const Dialect &dialect)
{
    static QMutex mutex;
    const QMutexLocker lock(&mutex);
    const QString name = QStringLiteral("headgate-load-") + dialect.driver();
    {
        const QSqlDatabase loaded = QSqlDatabase::addDatabase(dialect.driver(), name);
        if (!loaded.isValid())
            throw Exception({ErrorKind::Unreachable, QStringLiteral("The database driver %1 is missing").arg(dialect.driver()), {}, {},
                             QStringLiteral("Install the package libqt6sql6-%1.").arg(dialect.isPostgresql() ? QStringLiteral("psql") : dialect.name())});
    }
    QSqlDatabase::removeDatabase(name);
}

}  // namespace

Database::Database(ConnectSpec spec, PoolSettings settings)
{
    loadDriver(Dialect::of(spec.kind));
    m_pool = std::make_unique<Pool>(std::move(spec), settings);
}

Database::~Database() = default;

const Dialect &Database::dialect() const { return Dialect::of(m_pool->spec().kind); }
const ConnectSpec &Database::spec() const { return m_pool->spec(); }
PoolSettings Database::settings() const { return m_pool->settings(); }
PoolStats Database::stats() const { return m_pool->stats(); }

void Database::enqueue(bool writer, const CancelToken &cancel, Job job, Fail fail)
{
    m_pool->add({writer, cancel, [job = std::move(job)](Worker &worker) { worker.read(job); }, std::move(fail)});
}

void Database::enqueueWrite(const QUuid &operation, const CancelToken &cancel, std::function<void(Transaction &)> work,
                            std::function<void()> done, Fail fail)
{
    m_pool->add({true, cancel,
                 [operation, cancel, work = std::move(work), done = std::move(done)](Worker &worker) {
                     worker.write(operation, cancel, work);
                     done();
                 },
                 std::move(fail)});
}

}  // namespace headgate
