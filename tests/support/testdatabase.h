// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/database.h"
#include "tests/support/servers.h"

#include <QTemporaryDir>
#include <optional>

namespace headgate::test {

/// A management database with the whole schema and nothing in it: a file, or a database of the private server, gone with
/// the object. The schema is made by the migration login; what is tested works as the console's login.
class TestDatabase {
public:
    explicit TestDatabase(Dialect::Kind kind);

    const ConnectSpec &spec() const { return m_spec; }
    /// What a superuser, or the owner of the file with another program, can do.
    ConnectSpec ownerSpec() const;
    std::unique_ptr<Session> open() const { return Session::open(m_spec); }
    std::unique_ptr<Session> openAsOwner() const;
    /// As --workspace takes it (no password in it), and the variables that go with it.
    QString argument() const;
    QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    std::optional<PgDatabase> m_pg;
    ConnectSpec m_spec;
};

/// Rows "sqlite" and "postgresql" of the column `kind`, for initTestCase_data().
void addDatabaseRows();

/// Runs statements one by one in one transaction.
void execute(Session &session, const QStringList &statements, const QUuid &operation = {});
qint64 number(Session &session, const QString &sql);
/// A transaction of Headgate's own.
template <typename F>
auto write(Session &session, F work)
{
    Transaction transaction(session, Transaction::Mode::Write, QUuid::createUuid());
    auto value = work(transaction);
    transaction.commit();
    return value;
}

}  // namespace headgate::test
