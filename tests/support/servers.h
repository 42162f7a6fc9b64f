// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

#include <QByteArray>
#include <QString>

/// The private servers that tests/support/with-servers starts, as its environment variables describe them.
/// A missing variable ends the test program with a message: a test that needs a server never passes without one.
namespace headgate::test {

/// An environment variable of with-servers, e.g. serverVariable("HEADGATE_TEST_CA").
QByteArray serverVariable(const char *name);

/// A postgresql:// or mysql:// URL as a specification; keywords of its query become options.
ConnectSpec specFromUrl(const QString &url);

/// Any of the server URLs, naming another database when one is given.
QString serverUrl(const char *variable, const QString &database = {});

/// The MariaDB server, its database headgate_test.
ConnectSpec mariadbSpec();

/// A PostgreSQL database of one's own with the roles laid and no table in it; dropped with the object, whoever is
/// still connected. One per test class. Any thread.
class PgDatabase {
public:
    PgDatabase();
    ~PgDatabase();
    PgDatabase(const PgDatabase &) = delete;
    PgDatabase &operator=(const PgDatabase &) = delete;

    QString name() const { return m_name; }
    /// The login role of the console: no DDL, owns nothing.
    ConnectSpec console() const { return spec("HEADGATE_TEST_PG_URL"); }
    /// The login that may SET ROLE headgate_owner.
    ConnectSpec admin() const { return spec("HEADGATE_TEST_PG_ADMIN_URL"); }
    ConnectSpec superuser() const { return spec("HEADGATE_TEST_PG_SUPERUSER_URL"); }
    /// The same as URLs, for the command line and for DATABASE_URL.
    QString consoleUrl() const { return serverUrl("HEADGATE_TEST_PG_URL", m_name); }
    QString adminUrl() const { return serverUrl("HEADGATE_TEST_PG_ADMIN_URL", m_name); }
    QString superuserUrl() const { return serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL", m_name); }

private:
    ConnectSpec spec(const char *variable) const { return specFromUrl(serverUrl(variable, m_name)); }

    QString m_name;
};

}  // namespace headgate::test
