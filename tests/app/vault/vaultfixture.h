// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/vault.h"
#include "models/database/database.h"
#include "tests/support/servers.h"

#include <QTemporaryDir>
#include <memory>
#include <optional>

namespace headgate::test {

/// A workspace with the whole schema on SQLite or PostgreSQL, and a folder for keys.
class VaultFixture {
public:
    explicit VaultFixture(Dialect::Kind kind);
    ~VaultFixture();

    Database &database() { return *m_database; }
    const ConnectSpec &spec() const { return m_spec; }
    QString keyFolder() const { return m_folder.filePath(QStringLiteral("keys")); }
    QString folder() const { return m_folder.path(); }
    std::unique_ptr<Vault> vault(const QString &holder = QStringLiteral("alice"), std::chrono::milliseconds autoLock = {});

    /// Forgets every secret, slot and key file.
    void clear();
    /// Runs statements in one transaction of the console's login.
    void execute(const QStringList &statements);
    QString text(const QString &sql);
    QByteArray blob(const QString &sql);
    /// A connection whose sealed secret this is; its id.
    ConnectionId addConnection(const QString &name);
    void setSecret(ConnectionId id, const QByteArray &sealed);
    QByteArray secret(ConnectionId id);

private:
    QTemporaryDir m_folder;
    std::optional<PgDatabase> m_pg;
    ConnectSpec m_spec;
    std::unique_ptr<Database> m_database;
};

}  // namespace headgate::test
