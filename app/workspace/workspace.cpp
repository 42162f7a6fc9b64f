// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspace.h"

#include "app/audit/auditreviewservice.h"
#include "app/audit/auditservice.h"
#include "app/audit/retentionservice.h"
#include "app/connections/connectionrestorer.h"
#include "app/base/tasks.h"
#include "app/catalog/discoveryservice.h"
#include "app/connections/connectionservice.h"
#include "app/connections/readinessservice.h"
#include "app/filters/savedfilterservice.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionprobe.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QSysInfo>
#include <headgate_version.h>
#include <pwd.h>
#include <unistd.h>

namespace headgate {

namespace {

QString osUser()
{
    const passwd *entry = ::getpwuid(::geteuid());
    return entry ? QString::fromLocal8Bit(entry->pw_name) : QString::number(::geteuid());
}

QString userAgent(Front front)
{
    const QString name = front == Front::Window ? QStringLiteral("window") : front == Front::Agent ? QStringLiteral("agent") : QStringLiteral("command line");
    return QStringLiteral("headgate %1 (%2; %3@%4)").arg(QStringLiteral(HEADGATE_VERSION), name, osUser(), QSysInfo::machineHostName());
}

QString defaultName(const ConnectSpec &spec)
{
    if (spec.kind == Dialect::Kind::Sqlite) return QFileInfo(spec.path).completeBaseName();
    return spec.database;
}

/// What a person is told when the database is there but is not a workspace that this console can use.
Error refusal(const Migrator::Report &report, const ConnectSpec &spec)
{
    if (!report.error.what.isEmpty()) {
        Error error = report.error;
        if (error.kind == ErrorKind::Internal || error.kind == ErrorKind::Full) error.kind = ErrorKind::Unreachable;
        return error;
    }
    const bool empty = report.outcome == Migrator::Outcome::Empty;
    return {ErrorKind::Unreachable,
            empty ? QStringLiteral("This database holds no workspace yet") : QStringLiteral("The workspace cannot be used as it is"),
            spec.display(), outcomeName(report.outcome),
            empty ? QStringLiteral("Make one with `headgate init --workspace URL`, as a role that may create the schema.")
                  : QStringLiteral("`headgate schema current` and `headgate schema pending` show what is missing.")};
}

}  // namespace

Workspace::Workspace(WorkspaceOptions options) : m_options(std::move(options)) {}

Workspace::~Workspace()
{
    if (m_connections) m_connections->stopTests();
}

Result<std::unique_ptr<Workspace>> Workspace::open(const WorkspaceOptions &options)
{
    try {
        std::unique_ptr<Workspace> workspace(new Workspace(options));
        workspace->prepareSchema();
        workspace->identify();
        return workspace;
    } catch (const Exception &exception) {
        Error error = exception.error();
        if (error.kind == ErrorKind::Unreachable && error.hint.isEmpty())
            error.hint = QStringLiteral("See that the server runs and that address, database, user and password are right. They come from "
                                        "--workspace, from DATABASE_URL, or from DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD.");
        return error;
    }
}

void Workspace::prepareSchema()
{
    ConnectSpec &spec = m_options.address.spec;
    const bool mayCreate = m_options.create || m_options.address.origin == WorkspaceAddress::Origin::Embedded;
    spec.createFile = mayCreate;
    m_database = std::make_unique<Database>(spec, m_options.address.pool);  // loads the driver on this thread; connects later
    Migrator::Report report;
    bool unborn = false;
    {
        // Somebody else's file is looked at, not touched: the rules of a workspace (WAL) come after the check.
        ConnectSpec look = spec;
        look.management = false;
        const std::unique_ptr<Session> session = Session::open(look);
        report = Migrator(*session).check();
        if (report.outcome == Migrator::Outcome::Behind && mayCreate) {
            // Another console is between two steps of making it, or was killed there: nobody lives in it yet.
            unborn = !WorkspaceStore::info(*session);
            if (!unborn) report = Migrator(*session).check();  // it got its inhabitants, so its steps, since the first look
        }
    }
    if ((report.outcome == Migrator::Outcome::Empty || unborn) && mayCreate) {
        const std::unique_ptr<Session> session = Session::open(spec);
        report = Migrator(*session).upgrade();
        m_isNew = report.outcome == Migrator::Outcome::Created || (unborn && report.outcome == Migrator::Outcome::Upgraded);
    }
    if (!report.usable()) throw Exception(refusal(report, spec));
    m_schemaVersion = report.to;
    spec.createFile = false;
    // A migration login has no rights of its own on the tables: it works as their owner while it makes the workspace.
    if (m_isNew && spec.kind == Dialect::Kind::Postgresql) {
        const std::unique_ptr<Session> session = Session::open(spec);
        const QString role = WorkspaceStore::roleToAssume(*session);
        if (!role.isEmpty()) spec.options[QStringLiteral("options")] += QStringLiteral(" -c role=") + role;
    }
    m_database = std::make_unique<Database>(spec, m_options.address.pool);
}

void Workspace::identify()
{
    struct Found {
        std::optional<WorkspaceInfo> info;
        QString login;
        QString address;
        std::optional<User> user;
    };
    const Found found = valueOf(m_database->read([](Session &session) {
        const QString role = WorkspaceStore::loginRole(session);
        const QString login = role.isEmpty() ? osUser() : role;
        return Found{WorkspaceStore::info(session), login, WorkspaceStore::clientAddress(session), WorkspaceStore::user(session, login)};
    }));
    if (found.user && !found.user->isActive)
        throw Exception({ErrorKind::Denied, QStringLiteral("The user %1 is not active in this workspace").arg(found.login),
                         m_options.address.spec.display(), {}, QStringLiteral("An administrator can make the user active again.")});
    m_actor.name = found.login;
    m_actor.ipAddress = found.address;
    m_actor.userAgent = userAgent(m_options.front);
    if (found.user) m_actor.userId = found.user->id;
    if (!found.info || !found.user) introduce();
    makePartitionsAhead();
    m_info = valueOf(m_database->read([](Session &session) { return WorkspaceStore::info(session).value_or(WorkspaceInfo{}); }));

    const auto actor = [this] { return m_actor; };
    VaultOptions vault;
    vault.holder = osUser();
    vault.keychain = m_options.keychain;
    vault.actor = actor;
    m_vault = std::make_unique<Vault>(*m_database, WorkspaceLocator::keyFolder(), vault);
    m_probe = std::make_unique<ConnectionProbe>();
    m_connections = std::make_unique<ConnectionService>(*m_database, *m_vault, *m_probe, actor);
    m_readiness = std::make_unique<ReadinessService>(*m_connections, *m_database, actor);
    m_discovery = std::make_unique<DiscoveryService>(*m_connections);
    m_audit = std::make_unique<AuditService>(*m_database, actor);
    m_integrity = std::make_unique<IntegrityService>(
        *m_database, *m_audit, IntegrityOptions{m_info.uuid, m_info.name, osUser(), WorkspaceLocator::keyFolder(), WorkspaceLocator::stateFolder(), m_options.keychain}, actor);
    m_retention = std::make_unique<RetentionService>(*m_database, *m_integrity);
    std::vector<std::unique_ptr<EntityRestorer>> restorers;
    restorers.push_back(std::make_unique<ConnectionRestorer>(*m_connections));
    m_auditReview = std::make_unique<AuditReviewService>(*m_database, std::move(restorers));
    m_savedFilters = std::make_unique<SavedFilterService>(*m_database, actor);
}

/// Once rows of a month stand in the default partition they stay there, so the months to come are made in time. A standby
/// and a login without the right go without; nobody waits for a lock.
void Workspace::makePartitionsAhead()
{
    constexpr qint64 dayUs = 86'400'000'000;
    const Timestamp now = Timestamp::now();
    const auto isMade = m_database->read([now](Session &session) { return WorkspaceStore::hasPartition(session, {now.us + 62 * dayUs}); }).result();
    if (!isMade.ok() || *isMade) return;
    m_database
        ->write([now](Transaction &transaction) {
            transaction.session().execute(QStringLiteral("SET LOCAL lock_timeout = '2s'"));
            WorkspaceStore::ensurePartitions(transaction, now, {now.us + 93 * dayUs});
            return Done{};
        })
        .waitForFinished();
}

/// The first acts in a workspace, and of a person in it, stand in its trail. Many consoles may come first at once, and
/// one may have been stopped between the schema and this: only what the transaction itself finds missing is made.
void Workspace::introduce()
{
    WorkspaceInfo info{QUuid::createUuid(), m_options.name.isEmpty() ? defaultName(m_options.address.spec) : m_options.name, m_options.environment};
    const int version = m_schemaVersion;
    const Actor actor = m_actor;
    const std::optional<Timestamp> madeAt = m_options.madeAt;
    const auto entry = [actor, madeAt](const char *action, const char *type, const QString &id, const QString &name, const QJsonObject &values) {
        AuditEntry e;
        e.actor = actor;
        e.action = QLatin1String(action);
        e.entityType = QLatin1String(type);
        e.entityId = id;
        e.entityName = name;
        e.newValues = values;
        e.occurredAt = madeAt;
        return e;
    };
    m_actor.userId = valueOf(m_database->write([=](Transaction &transaction) {
        if (madeAt) WorkspaceStore::ensurePartitions(transaction, *madeAt, std::max(*madeAt, Timestamp::now()));
        Session &session = transaction.session();
        const bool untold = AuditStore::count(session, {}) == 0;
        if (WorkspaceStore::insert(transaction, info)) {
            if (untold)
                AuditStore::record(transaction, entry("MIGRATE", "schema", QString::number(version), QStringLiteral("initial"), {{QStringLiteral("to"), version}}));
            AuditStore::record(transaction, entry("CREATE", "workspace", info.uuid.toString(QUuid::WithoutBraces), info.name,
                                                  {{QStringLiteral("name"), info.name}, {QStringLiteral("environment"), environments.name(info.environment)}}));
        }
        const QString role = WorkspaceStore::userCount(session) == 0 ? QStringLiteral("admin") : QStringLiteral("operator");
        const std::optional<UserId> id = WorkspaceStore::insertUser(transaction, {{}, actor.name, role, true, {}, {}}, madeAt);
        if (!id) return WorkspaceStore::user(session, actor.name).value().id;
        AuditStore::record(transaction, entry("CREATE", "user", QString::number(id->value), actor.name, {{QStringLiteral("role"), role}}));
        return *id;
    }));
}

QFuture<Result<WorkspaceHealth>> Workspace::health()
{
    return m_database->read([database = m_database.get()](Session &session) {
        WorkspaceHealth health;
        QElapsedTimer timer;
        timer.start();
        session.ping();
        health.pingMs = double(timer.nsecsElapsed()) / 1e6;
        health.server = WorkspaceStore::serverDescription(session);
        health.pool = database->stats();
        return health;
    });
}

}  // namespace headgate
