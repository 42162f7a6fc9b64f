// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionprobe.h"

#include "models/base/error.h"
#include "models/connections/mysqlprobe.h"
#include "models/connections/odbcprobe.h"
#include "models/connections/postgresqlprobe.h"
#include "models/connections/sqliteprobe.h"

#include <QThread>
#include <csignal>
#include <mutex>
#include <unordered_set>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

std::unique_ptr<ProbeRun> makeRun(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done)
{
    switch (target.connection.databaseType) {
    case DatabaseType::Postgresql: return std::make_unique<PostgresqlProbe>(target, std::move(onStage), std::move(done));
    case DatabaseType::Mysql: return std::make_unique<MysqlProbe>(target, std::move(onStage), std::move(done));
    case DatabaseType::Sqlite: return std::make_unique<SqliteProbe>(target, std::move(onStage), std::move(done));
    case DatabaseType::Sqlserver: return std::make_unique<OdbcProbe>(target, std::move(onStage), std::move(done));
    case DatabaseType::KafkaConnect: break;
    }
    throw Exception({ErrorKind::Invalid, u"No staged test for %1."_s.arg(databaseTypeLabel(target.connection.databaseType)), {}, {}, {}});
}

/// A thread with an event loop and the runs that live on it.
class ProbeThread {
public:
    explicit ProbeThread(const QString &name)
    {
        m_thread.setObjectName(name);
        m_context.moveToThread(&m_thread);
    }
    ~ProbeThread()
    {
        if (!m_thread.isRunning()) return;
        QMetaObject::invokeMethod(&m_context, [this] { cancelAll(); }, Qt::QueuedConnection);
        m_thread.wait();
    }
    ProbeThread(const ProbeThread &) = delete;
    ProbeThread &operator=(const ProbeThread &) = delete;

    void start(std::unique_ptr<ProbeRun> run, const CancelToken &cancel)
    {
        startThread();
        run->moveToThread(&m_thread);
        QMetaObject::invokeMethod(&m_context, [this, run = run.release(), cancel] { adopt(run, cancel); }, Qt::QueuedConnection);
    }

private:
    void startThread()
    {
        const std::lock_guard lock(m_mutex);
        if (m_thread.isRunning()) return;
        m_thread.start();
        // OpenSSL writes to sockets that a server may have closed; the signal would end the program.
        QMetaObject::invokeMethod(&m_context, &ProbeThread::blockBrokenPipe, Qt::QueuedConnection);
    }
    static void blockBrokenPipe()
    {
        sigset_t signal;
        sigemptyset(&signal);
        sigaddset(&signal, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &signal, nullptr);
    }
    void adopt(ProbeRun *run, const CancelToken &cancel)
    {
        m_runs.insert(run);
        run->begin(cancel, [this](ProbeRun *finished) { m_runs.erase(finished); });
    }
    // What was started before is adopted by now, so nobody is forgotten; deleteLater() is served as the loop ends.
    void cancelAll()
    {
        const std::unordered_set<ProbeRun *> runs = m_runs;
        for (ProbeRun *run : runs) run->cancel();
        m_thread.quit();
    }

    std::mutex m_mutex;
    QThread m_thread;
    QObject m_context;
    std::unordered_set<ProbeRun *> m_runs;
};

}  // namespace

class ConnectionProbe::Private {
public:
    ProbeThread &threadFor(DatabaseType type)
    {
        if (type == DatabaseType::Postgresql) return m_postgresql;
        if (type == DatabaseType::Sqlserver) return m_odbc;
        return type == DatabaseType::Mysql ? m_mysql : m_files;
    }

private:
    ProbeThread m_postgresql{u"probe-postgresql"_s};
    ProbeThread m_mysql{u"probe-mysql"_s};
    ProbeThread m_odbc{u"probe-odbc"_s};
    ProbeThread m_files{u"probe-files"_s};
};

ConnectionProbe::ConnectionProbe() : d(std::make_unique<Private>()) {}
ConnectionProbe::~ConnectionProbe() = default;

void ConnectionProbe::start(const ProbeTarget &target, StageCallback onStage, DoneCallback done, const CancelToken &cancel)
{
    d->threadFor(target.connection.databaseType).start(makeRun(target, std::move(onStage), std::move(done)), cancel);
}

}  // namespace headgate
