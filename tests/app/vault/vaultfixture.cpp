// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/vault/vaultfixture.h"

#include "app/base/tasks.h"
#include "migrations/engine/migrator.h"
#include "models/connections/connectionstore.h"
#include "models/workspace/workspacestore.h"

#include <QDir>

namespace headgate::test {

namespace {

void makeSchema(const ConnectSpec &spec)
{
    const auto session = Session::open(spec);
    const auto report = Migrator(*session).upgrade();
    if (!report.usable()) throw Exception(report.error);
}

}  // namespace

VaultFixture::VaultFixture(Dialect::Kind kind)
{
    if (kind == Dialect::Kind::Postgresql) {
        m_pg.emplace();
        makeSchema(m_pg->admin());
        m_spec = m_pg->console();
    } else {
        m_spec.path = m_folder.filePath(QStringLiteral("workspace.db"));
        m_spec.createFile = true;
        makeSchema(m_spec);
    }
    m_database = std::make_unique<Database>(m_spec);
    valueOf(m_database->write([](Transaction &transaction) {
        WorkspaceStore::insert(transaction, {QUuid::createUuid(), QStringLiteral("Vault test"), Environment::Test});
        return Done{};
    }));
}

VaultFixture::~VaultFixture() = default;

std::unique_ptr<Vault> VaultFixture::vault(const QString &holder, std::chrono::milliseconds autoLock)
{
    VaultOptions options;
    options.holder = holder;
    options.keychain = false;
    options.autoLock = autoLock;
    return std::make_unique<Vault>(*m_database, keyFolder(), options);
}

void VaultFixture::clear()
{
    QStringList statements;
    for (const char *table : {"key_slots", "alert_rules", "pipelines", "connector_profiles", "connections"})
        statements << QStringLiteral("delete from ") + QLatin1String(table);
    execute(statements);
    QDir(keyFolder()).removeRecursively();
}

void VaultFixture::execute(const QStringList &statements)
{
    valueOf(m_database->write([statements](Transaction &transaction) {
        for (const QString &statement : statements) transaction.session().execute(statement);
        return Done{};
    }));
}

QString VaultFixture::text(const QString &sql)
{
    return valueOf(m_database->read([sql](Session &session) {
        Query query(session, sql);
        return query.first() ? query.raw(0).toString() : QString();
    }));
}

QByteArray VaultFixture::blob(const QString &sql)
{
    return valueOf(m_database->read([sql](Session &session) {
        Query query(session, sql);
        return query.first() ? query.get<QByteArray>(0) : QByteArray();
    }));
}

ConnectionId VaultFixture::addConnection(const QString &name)
{
    return valueOf(m_database->write([name](Transaction &transaction) {
        Connection connection;
        connection.name = name;
        connection.host = QStringLiteral("db.example");
        return ConnectionStore::insert(transaction, connection);
    }));
}

void VaultFixture::setSecret(ConnectionId id, const QByteArray &sealed)
{
    valueOf(m_database->write([id, sealed](Transaction &transaction) {
        ConnectionStore::setSecret(transaction, id, sealed);
        return Done{};
    }));
}

QByteArray VaultFixture::secret(ConnectionId id)
{
    return valueOf(m_database->read([id](Session &session) { return ConnectionStore::secret(session, id).value_or(QByteArray()); }));
}

}  // namespace headgate::test
