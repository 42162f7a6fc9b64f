// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/servers.h"

#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

namespace headgate::test {

/// What a run of the program left behind.
struct Answer {
    int exitCode = -1;  ///< -1 when it crashed or did not end within a minute
    QByteArray out;
    QByteArray err;
    qint64 ms = 0;

    /// The one object of --json; empty when standard output is anything else.
    QJsonObject json() const;
    /// "code" of the error object; empty when there is none.
    QString errorCode() const { return json()[u"error"][u"code"].toString(); }
    /// For the message of a failed check.
    QByteArray text() const;
};

/// The headgate program with a home and a workspace of its own: the embedded one, or a PostgreSQL database, which it
/// finds in DATABASE_URL. Without a keychain. Gone with the object.
class Console {
public:
    enum class Make { Now, Later };
    /// Later: nothing is there yet; on PostgreSQL the address is the console's, who may not make anything.
    explicit Console(Dialect::Kind kind, Make make = Make::Now);
    /// A PostgreSQL workspace somewhere else; the second URL may make it.
    Console(const QString &url, const QString &adminUrl);

    Answer run(const QStringList &arguments, const QByteArray &input = {}) const;
    std::unique_ptr<QProcess> start(const QStringList &arguments) const;
    static Answer finish(QProcess &process);

    /// What every run gets; a test may change it.
    QProcessEnvironment &environment() { return m_environment; }
    const QProcessEnvironment &environment() const { return m_environment; }
    QString home() const { return m_home.path(); }
    Dialect::Kind kind() const { return m_kind; }
    /// The workspace, as the console's login.
    ConnectSpec spec() const;
    /// The workspace for somebody who may do anything.
    ConnectSpec superuser() const;

private:
    void prepareHome();
    void make(const QString &url, const QString &adminUrl);

    Dialect::Kind m_kind;
    QTemporaryDir m_home;
    std::unique_ptr<PgDatabase> m_pg;
    QProcessEnvironment m_environment;
};

/// HEADGATE_TEST_SEED, else a new one; printed, so that a person can repeat the run.
quint32 announcedSeed();
/// HEADGATE_TEST_ROUNDS, else `normal`: the label fault asks for more.
int roundsOr(int normal);

}  // namespace headgate::test
