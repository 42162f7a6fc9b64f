// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/faults/privateservers.h"

#include "models/base/error.h"
#include "tests/support/servers.h"

#include <QFile>
#include <QThread>
#include <unistd.h>

namespace headgate::test {

using namespace Qt::StringLiterals;

PrivateServers::PrivateServers(const QStringList &options)
{
    m_holder.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const QString hold = u"env | grep ^HEADGATE_TEST_; echo READY; cat >/dev/null"_s;
    m_holder.start(QStringLiteral(HEADGATE_TEST_SUPPORT "/with-servers"), options + QStringList{u"--"_s, u"sh"_s, u"-c"_s, hold});
    for (;;) {
        if (!m_holder.canReadLine() && !m_holder.waitForReadyRead(60'000)) qFatal("the private servers did not start");
        while (m_holder.canReadLine()) {
            const QString line = QString::fromUtf8(m_holder.readLine()).trimmed();
            if (line == u"READY") return;
            m_environment.insert(line.section(u'=', 0, 0), line.section(u'=', 1));
        }
    }
}

PrivateServers::~PrivateServers()
{
    m_holder.closeWriteChannel();
    m_holder.waitForFinished(30'000);
    if (m_postgresql) m_postgresql->waitForFinished(10'000);
    if (m_mariadb) m_mariadb->waitForFinished(10'000);
}

qint64 PrivateServers::postgresqlPid() const
{
    QFile file(variable("HEADGATE_TEST_PGDATA") + u"/postmaster.pid"_s);
    return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toLongLong() : 0;
}

void PrivateServers::stopPostgresql(int signal)
{
    const qint64 pid = postgresqlPid();
    if (pid <= 0) qFatal("PostgreSQL is not running");
    ::kill(pid_t(pid), signal);
    if (m_postgresql) m_postgresql->waitForFinished(10'000);
    // The first one is the holder's child; it is gone when its pid file is, or when a killed one answers no signal.
    for (int i = 0; i < 500 && ::kill(pid_t(pid), 0) == 0 && postgresqlPid() == pid; ++i) QThread::msleep(20);
}

void PrivateServers::startPostgresql()
{
    const ConnectSpec spec = specFromUrl(variable("HEADGATE_TEST_PG_SUPERUSER_URL"));
    QStringList command{u"setpriv"_s, u"--pdeathsig"_s, u"INT"_s, u"--"_s, variable("HEADGATE_TEST_PGBIN") + u"/postgres"_s, u"-D"_s,
                        variable("HEADGATE_TEST_PGDATA"), u"-p"_s, spec.port};
    if (::geteuid() == 0)
        command = QStringList{u"setpriv"_s, u"--reuid=postgres"_s, u"--regid=postgres"_s, u"--init-groups"_s, u"--reset-env"_s, u"--"_s} + command;
    m_postgresql = std::make_unique<QProcess>();
    m_postgresql->setWorkingDirectory(u"/"_s);
    m_postgresql->setStandardErrorFile(QProcess::nullDevice());
    m_postgresql->setStandardOutputFile(QProcess::nullDevice());
    m_postgresql->start(command.takeFirst(), command);
    for (int i = 0; i < 300; ++i) {
        try {
            if (Session::open(spec)->ping()) return;
        } catch (const Exception &) {
            QThread::msleep(50);  // still in recovery
        }
    }
    qFatal("PostgreSQL did not come back");
}

void PrivateServers::stopMariadb()
{
    const pid_t pid = variable("HEADGATE_TEST_MARIADB_PID").toInt();
    ::kill(pid, SIGTERM);
    for (int i = 0; i < 500 && ::kill(pid, 0) == 0; ++i) QThread::msleep(20);
}

void PrivateServers::startMariadb(const QStringList &configuration)
{
    const QString folder = variable("HEADGATE_TEST_DIR");
    const ConnectSpec spec = specFromUrl(variable("HEADGATE_TEST_MARIADB_URL"));
    QFile file(folder + u"/mariadb.cnf"_s);
    const QByteArray lines = "[mariadbd]\n" + configuration.join(u'\n').toUtf8() + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size()) qFatal("the configuration was not written");
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
    file.close();
    QStringList command{u"setpriv"_s, u"--pdeathsig"_s, u"TERM"_s, u"--"_s, u"/usr/sbin/mariadbd"_s, u"--defaults-file="_s + file.fileName(),
                        u"--datadir="_s + variable("HEADGATE_TEST_MARIADB_DATA"), u"--port="_s + spec.port, u"--bind-address=127.0.0.1"_s,
                        u"--socket="_s + folder + u"/run/mariadb.sock"_s, u"--pid-file="_s + folder + u"/run/mariadb.pid"_s};
    if (::geteuid() == 0)
        command = QStringList{u"setpriv"_s, u"--reuid=mysql"_s, u"--regid=mysql"_s, u"--init-groups"_s, u"--reset-env"_s, u"--"_s} + command;
    m_mariadb = std::make_unique<QProcess>();
    m_mariadb->setWorkingDirectory(u"/"_s);
    m_mariadb->setStandardErrorFile(QProcess::nullDevice());
    m_mariadb->setStandardOutputFile(QProcess::nullDevice());
    m_mariadb->start(command.takeFirst(), command);
    for (int i = 0; i < 300; ++i) {
        try {
            if (Session::open(spec)->ping()) return;
        } catch (const Exception &) {
            QThread::msleep(50);
        }
    }
    qFatal("MariaDB did not come back");
}

}  // namespace headgate::test
