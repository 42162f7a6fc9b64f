// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/vault.h"

#include "app/base/tasks.h"
#include "app/vault/sealing.h"
#include "models/audit/auditstore.h"
#include "models/database/database.h"
#include "models/vault/keyslotstore.h"
#include "models/workspace/workspacestore.h"

#include <algorithm>

namespace headgate {

namespace {

const QString kUnlockHint = QStringLiteral("Unlock the vault: `headgate vault unlock`, or Secrets in the window.");

Error lockedError(const QString &reason)
{
    return {ErrorKind::Locked, QStringLiteral("The vault is locked"), QStringLiteral("secrets of this workspace"), reason, kUnlockHint};
}

Error replacedError()
{
    return {ErrorKind::Conflict, QStringLiteral("The workspace has a new data key"), QStringLiteral("key_slots"), {},
            QStringLiteral("Try again: the vault is unlocked anew first.")};
}

/// What the blocking members do, with its exceptions as an Error.
template <typename F>
auto guarded(F work) -> decltype(work())
{
    try {
        return work();
    } catch (const Exception &exception) {
        return exception.error();
    }
}

bool same(const QList<KeySlot> &a, const QList<KeySlot> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const KeySlot &x, const KeySlot &y) { return x.id == y.id && x.version == y.version; });
}

}  // namespace

/// What an unlocked vault holds. Shared, so that locking does not pull it from under a seal() in progress.
struct Vault::Keys {
    QUuid workspace;
    SecureKey dataKey;
    SecureKey slotKey;
    KeySlot slot;
    QByteArray fingerprint;
};

struct Vault::Snapshot {
    QUuid workspace;
    QList<KeySlot> keySlots;
    bool anySecret = false;
};

Vault::Vault(Database &database, QString keyFolder, VaultOptions options)
    : m_database(database), m_options(std::move(options)),
      m_slotKeys(std::move(keyFolder), m_options.keychain, m_options.keychainDeadlineMs)
{
    m_state.reason = QStringLiteral("It has not been unlocked yet.");
    if (m_options.autoLock.count() > 0) m_idle = std::jthread([this](std::stop_token stop) { watchIdle(stop); });
}

Vault::~Vault() = default;

// State ---------------------------------------------------------------------------------------------------------------

VaultState Vault::state() const
{
    const std::lock_guard guard(m_mutex);
    return m_state;
}

std::shared_ptr<const Vault::Keys> Vault::keys() const
{
    const std::lock_guard guard(m_mutex);
    m_lastUse = std::chrono::steady_clock::now();
    return m_keys;
}

std::shared_ptr<const Vault::Keys> Vault::requireKeys() const
{
    if (auto held = keys()) return held;
    throw Exception(lockedError(state().reason));
}

void Vault::hold(std::shared_ptr<const Keys> keys)
{
    const std::lock_guard guard(m_mutex);
    m_state = {VaultState::Kind::Unlocked, {}, keys->slot.kind};
    m_keys = std::move(keys);
    m_lastUse = std::chrono::steady_clock::now();
    m_wake.notify_all();
}

void Vault::setState(VaultState::Kind kind, const QString &reason)
{
    const std::lock_guard guard(m_mutex);
    m_keys.reset();
    m_state = {kind, reason, {}};
}

void Vault::lock(const QString &reason)
{
    setState(VaultState::Kind::Locked, reason.isEmpty() ? QStringLiteral("It was locked by hand.") : reason);
}

void Vault::watchIdle(std::stop_token stop)
{
    std::unique_lock guard(m_mutex);
    while (!stop.stop_requested()) {
        if (!m_keys) {
            m_wake.wait(guard, stop, [this] { return m_keys != nullptr; });
        } else if (std::chrono::steady_clock::now() - m_lastUse >= m_options.autoLock) {
            m_keys.reset();
            m_state = {VaultState::Kind::Locked, QStringLiteral("It was not used for a while."), {}};
        } else {
            m_wake.wait_until(guard, stop, m_lastUse + m_options.autoLock, [] { return false; });
        }
    }
}

// Secrets -------------------------------------------------------------------------------------------------------------

Result<QByteArray> Vault::seal(const QByteArray &plain, const QByteArray &context) const
{
    return guarded([&]() -> Result<QByteArray> { return Sealing::seal(requireKeys()->dataKey, plain, context); });
}

Result<QByteArray> Vault::open(const QByteArray &blob, const QByteArray &context) const
{
    return guarded([&]() -> Result<QByteArray> { return Sealing::open(requireKeys()->dataKey, blob, context); });
}

void Vault::confirm(Transaction &transaction) const
{
    if (!KeySlotStore::holdCurrent(transaction, requireKeys()->fingerprint)) throw Exception(replacedError());
}

// Unlocking -----------------------------------------------------------------------------------------------------------

Vault::Snapshot Vault::load() const
{
    return valueOf(m_database.read([](Session &session) {
        const auto info = WorkspaceStore::info(session);
        if (!info)
            throw Exception({ErrorKind::Integrity, QStringLiteral("The workspace has no identity"), session.spec().display(), {},
                             QStringLiteral("Run `headgate init` on it.")});
        return Snapshot{info->uuid, KeySlotStore::all(session), KeySlotStore::anySecret(session)};
    }));
}

Result<Done> Vault::prepare() { return unlockOrCreate(true); }
Result<Done> Vault::unlock() { return unlockOrCreate(false); }

Result<Done> Vault::unlockOrCreate(bool create)
{
    const std::lock_guard working(m_working);
    return guarded([&]() -> Result<Done> {
        Snapshot snapshot = load();
        if (snapshot.keySlots.isEmpty() && create) {
            createFirst(snapshot);
            snapshot = load();  // another process may have been first
        }
        if (const auto held = keys(); held && held->workspace == snapshot.workspace) {
            const auto current = [&](const KeySlot &slot) { return slot.keyCheck == held->fingerprint; };
            if (std::any_of(snapshot.keySlots.begin(), snapshot.keySlots.end(), current)) return Done{};
        }
        return unlockWith(snapshot, false, {});
    });
}

Result<Done> Vault::unlockWithPassphrase(const QString &passphrase)
{
    const std::lock_guard working(m_working);
    return guarded([&] { return unlockWith(load(), true, passphrase); });
}

Result<Done> Vault::unlockWith(const Snapshot &snapshot, bool passphrase, const QString &text)
{
    if (snapshot.keySlots.isEmpty() && !snapshot.anySecret) {
        setState(VaultState::Kind::NoSecretsYet, {});
        return Done{};
    }
    QStringList reasons;
    Error last = lockedError({});
    bool hasPassphrase = false;
    for (const KeySlot &slot : snapshot.keySlots) {
        if (slot.holder != m_options.holder) continue;
        hasPassphrase = hasPassphrase || slot.kind == KeySlotKind::Passphrase;
        if ((slot.kind == KeySlotKind::Passphrase) != passphrase) continue;
        auto slotKey = m_slotKeys.find(slot, snapshot.workspace, text);
        auto dataKey = slotKey ? SlotKeys::unwrap(slot, snapshot.workspace, *slotKey) : Result<SecureKey>(slotKey.error());
        if (dataKey) {
            const QByteArray fingerprint = Sealing::fingerprint(*dataKey);
            hold(std::make_shared<Keys>(Keys{snapshot.workspace, std::move(dataKey.value()), std::move(slotKey.value()), slot, fingerprint}));
            return Done{};
        }
        last = dataKey.error();
        reasons << QStringLiteral("%1: %2").arg(keySlotKinds.name(slot.kind), last.text());
    }
    return refuse(reasons, last, hasPassphrase, passphrase);
}

Result<Done> Vault::refuse(const QStringList &reasons, const Error &last, bool hasPassphrase, bool passphrase)
{
    if (passphrase && !hasPassphrase)
        return Error{ErrorKind::NotFound, QStringLiteral("%1 has no passphrase for this workspace").arg(m_options.holder), QStringLiteral("key_slots"), {},
                     QStringLiteral("Unlock with the keychain or key file.")};
    if (passphrase && last.kind == ErrorKind::Locked)
        return Error{ErrorKind::Denied, QStringLiteral("The passphrase is wrong"), {}, {}, QStringLiteral("Type it again; mind the keyboard layout.")};
    if (passphrase) return last;
    QString reason = reasons.join(u'\n');
    if (hasPassphrase) reason += QStringLiteral("\nA passphrase opens it.");
    else if (reasons.isEmpty()) reason = QStringLiteral("%1 has no key slot here: somebody who has one must add it.").arg(m_options.holder);
    setState(VaultState::Kind::Locked, reason.trimmed());
    return lockedError(reason.trimmed());
}

// Slots ---------------------------------------------------------------------------------------------------------------

void Vault::record(Transaction &transaction, const char *action, const KeySlot &slot, const QJsonObject &metadata) const
{
    AuditEntry entry;
    entry.actor = m_options.actor ? m_options.actor() : Actor{{}, m_options.holder, {}, {}};
    entry.action = QLatin1String(action);
    entry.entityType = QStringLiteral("key_slot");
    entry.entityId = QString::number(slot.id.value);
    entry.entityName = slot.holder;
    const QJsonObject values{{QStringLiteral("holder"), slot.holder}, {QStringLiteral("kind"), keySlotKinds.name(slot.kind)},
                             {QStringLiteral("label"), slot.label()}};
    (entry.action == u"DELETE" ? entry.oldValues : entry.newValues) = values;
    entry.metadata = metadata;
    AuditStore::record(transaction, entry);
}

void Vault::createFirst(const Snapshot &snapshot)
{
    if (snapshot.anySecret)
        throw Exception({ErrorKind::Integrity, QStringLiteral("There are secrets, but no key slot is left to open them"), QStringLiteral("key_slots"), {},
                         QStringLiteral("Restore the workspace from a backup, or remove the passwords and enter them again.")});
    auto made = m_slotKeys.make(KeySlotKind::Keychain, snapshot.workspace, m_options.holder, {});
    if (!made) made = m_slotKeys.make(KeySlotKind::KeyFile, snapshot.workspace, m_options.holder, {});
    if (!made) throw Exception(made.error());
    KeySlot slot = made->slot;
    SlotKeys::wrap(slot, snapshot.workspace, made->key, SecureKey::random());
    const bool first = valueOf(m_database.write([this, slot](Transaction &transaction) {
        KeySlotStore::lock(transaction);
        if (!KeySlotStore::all(transaction.session()).isEmpty()) return false;
        KeySlot stored = slot;
        stored.id = KeySlotStore::insert(transaction, slot);
        record(transaction, "CREATE", stored);
        return true;
    }));
    // A key file may be the winner's own by now, so only a keychain entry, which has a name of its own, is taken back.
    if (!first && slot.kind == KeySlotKind::Keychain) m_slotKeys.discard(slot, snapshot.workspace);
}

Result<QList<KeySlot>> Vault::slots() const
{
    return m_database.read([](Session &session) { return KeySlotStore::all(session); }).result();
}

SlotKeys::Made Vault::makeSlot(const Keys &held, KeySlotKind kind, const QString &holder, const QString &label, const QString &passphrase) const
{
    if (holder.isEmpty() || holder.size() > 255)
        throw Exception({ErrorKind::Invalid, QStringLiteral("A slot needs a holder of 1 to 255 characters"), QStringLiteral("holder"), {}, {}});
    if (kind == KeySlotKind::Passphrase && passphrase.size() < kMinimumPassphrase)
        throw Exception({ErrorKind::Invalid, QStringLiteral("A passphrase has at least %1 characters").arg(kMinimumPassphrase),
                         QStringLiteral("passphrase"), {}, QStringLiteral("Several unrelated words are easy to keep in mind.")});
    auto made = m_slotKeys.make(kind, held.workspace, holder, label, passphrase);
    if (!made) throw Exception(made.error());
    SlotKeys::wrap(made.value().slot, held.workspace, made->key, held.dataKey);
    return std::move(made.value());
}

KeySlot Vault::storeSlot(const Keys &held, const SlotKeys::Made &made)
{
    return valueOf(m_database.write([&](Transaction &transaction) {
        KeySlotStore::lock(transaction);
        if (!KeySlotStore::holdCurrent(transaction, held.fingerprint)) throw Exception(replacedError());
        for (const KeySlot &other : KeySlotStore::all(transaction.session()))
            if (other.kind == KeySlotKind::KeyFile && SlotKeys::unwrap(other, held.workspace, made.key))
                throw Exception({ErrorKind::Conflict, QStringLiteral("This key file opens a slot already"), QStringLiteral("key_slots %1").arg(other.id.value),
                                 made.slot.parameters.value(QLatin1String("file")).toString(), {}});
        const KeySlotId id = KeySlotStore::insert(transaction, made.slot);
        const QList<KeySlot> now = KeySlotStore::all(transaction.session());
        const auto stored = std::find_if(now.begin(), now.end(), [id](const KeySlot &slot) { return slot.id == id; });
        record(transaction, "CREATE", *stored);
        return *stored;
    }));
}

Result<KeySlot> Vault::addSlot(KeySlotKind kind, const QString &holder, const QString &label, const QString &passphrase)
{
    const std::lock_guard working(m_working);
    return guarded([&]() -> Result<KeySlot> {
        const auto held = requireKeys();
        const SlotKeys::Made made = makeSlot(*held, kind, holder, label, passphrase);
        try {
            return storeSlot(*held, made);
        } catch (const Exception &) {
            if (kind == KeySlotKind::Keychain) m_slotKeys.discard(made.slot, held->workspace);
            throw;
        }
    });
}

Result<Done> Vault::removeSlot(KeySlotId id)
{
    const std::lock_guard working(m_working);
    return guarded([&]() -> Result<Done> {
        const auto held = requireKeys();
        const KeySlot removed = valueOf(m_database.write([&](Transaction &transaction) {
            KeySlotStore::lock(transaction);
            const QList<KeySlot> all = KeySlotStore::all(transaction.session());
            const auto slot = std::find_if(all.begin(), all.end(), [id](const KeySlot &one) { return one.id == id; });
            if (slot == all.end())
                throw Exception({ErrorKind::NotFound, QStringLiteral("There is no such key slot"), QStringLiteral("key_slots %1").arg(id.value), {}, {}});
            if (all.size() == 1)
                throw Exception({ErrorKind::InUse, QStringLiteral("The last key slot cannot be removed"), QStringLiteral("key_slots %1").arg(id.value), {},
                                 QStringLiteral("Add another slot first: without one nobody could open the secrets.")});
            KeySlotStore::remove(transaction, id);
            record(transaction, "DELETE", *slot);
            return *slot;
        }));
        m_slotKeys.discard(removed, held->workspace);
        return Done{};
    });
}

// A new data key --------------------------------------------------------------------------------------------------------

std::optional<SecureKey> Vault::slotKeyFor(const Keys &held, const KeySlot &slot, const QStringList &passphrases) const
{
    if (slot.id == held.slot.id) return held.slotKey.clone();
    const bool asks = slot.kind == KeySlotKind::Passphrase;
    for (const QString &text : asks ? passphrases : QStringList{QString()}) {
        auto key = m_slotKeys.find(slot, held.workspace, text);
        if (key && SlotKeys::unwrap(slot, held.workspace, *key)) return std::move(key.value());
    }
    return std::nullopt;
}

RekeyReport Vault::planRekey(const Keys &held, const Snapshot &snapshot, const SecureKey &dataKey, const RekeyOptions &options) const
{
    RekeyReport plan;
    QStringList names;
    for (KeySlot slot : snapshot.keySlots) {
        if (const auto key = slotKeyFor(held, slot, options.passphrases)) {
            SlotKeys::wrap(slot, held.workspace, *key, dataKey);
            plan.kept << slot;
        } else {
            plan.dropped << slot;
            names << QStringLiteral("%1 (%2)").arg(slot.holder, keySlotKinds.name(slot.kind));
        }
    }
    if (!plan.dropped.isEmpty() && !options.dropOthers)
        throw Exception({ErrorKind::InUse, QStringLiteral("Some key slots cannot be opened here and would be lost"), QStringLiteral("key_slots"),
                         names.join(QStringLiteral(", ")),
                         QStringLiteral("Give their passphrases, or drop them and add new ones afterwards.")});
    if (plan.kept.isEmpty()) throw Exception(replacedError());
    return plan;
}

Result<RekeyReport> Vault::rekey(const RekeyOptions &options)
{
    const std::lock_guard working(m_working);
    return guarded([&]() -> Result<RekeyReport> {
        const auto held = requireKeys();
        const Snapshot snapshot = load();
        SecureKey dataKey = SecureKey::random();
        RekeyReport report = planRekey(*held, snapshot, dataKey, options);
        const auto resealed = [&](const QByteArray &context, const QByteArray &blob) {
            QByteArray plain = Sealing::open(held->dataKey, blob, context).orThrow();
            const QByteArray fresh = Sealing::seal(dataKey, plain, context);
            SecureKey::wipe(plain);
            return fresh;
        };
        report.secrets = valueOf(m_database.write([&](Transaction &transaction) {
            KeySlotStore::lock(transaction);
            if (!same(KeySlotStore::all(transaction.session()), snapshot.keySlots)) throw Exception(replacedError());
            // The slots first: from here on confirm() of other writers waits, so no secret is stored under the old key.
            for (const KeySlot &slot : report.kept) KeySlotStore::rewrap(transaction, slot);
            for (const KeySlot &slot : report.dropped) KeySlotStore::remove(transaction, slot.id);
            const int secrets = KeySlotStore::reseal(transaction, resealed);
            for (const KeySlot &slot : report.kept) record(transaction, "UPDATE", slot, {{QStringLiteral("resealed"), secrets}});
            for (const KeySlot &slot : report.dropped) record(transaction, "DELETE", slot);
            return secrets;
        }));
        const QByteArray fingerprint = Sealing::fingerprint(dataKey);
        hold(std::make_shared<Keys>(Keys{held->workspace, std::move(dataKey), held->slotKey.clone(), held->slot, fingerprint}));
        return report;
    });
}

}  // namespace headgate
