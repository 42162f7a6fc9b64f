// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/slotkeys.h"
#include "models/audit/auditrecord.h"
#include "models/base/result.h"
#include "models/vault/keyslot.h"

#include <QList>
#include <QStringList>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace headgate {

class Database;
class Transaction;

struct VaultOptions {
    QString holder = {};                  ///< whose slots are used: the user's name, or "agent"
    bool keychain = true;                 ///< HEADGATE_KEYCHAIN=off overrules it
    int keychainDeadlineMs = 3000;
    std::chrono::milliseconds autoLock{0};  ///< lock after so long without use; 0 = never
    std::function<Actor()> actor = {};    ///< for the audit trail; without it the holder
};

struct VaultState {
    enum class Kind { NoSecretsYet, Locked, Unlocked };
    Kind kind = Kind::Locked;
    QString reason;                          ///< why it is locked, and how to open it
    std::optional<KeySlotKind> openedBy;     ///< when unlocked
    bool operator==(const VaultState &) const = default;
};

struct RekeyOptions {
    QStringList passphrases;   ///< tried on every passphrase slot, so that these survive
    bool dropOthers = false;   ///< remove the slots that cannot be opened here; otherwise they make it fail
};

struct RekeyReport {
    int secrets = 0;
    QList<KeySlot> kept;
    QList<KeySlot> dropped;  ///< these holders need a new slot
};

/// Seals the secrets of a workspace under its 256-bit data key, which a slot of the holder opens. Thread-safe. The key
/// stands in locked memory while the vault is unlocked and is wiped by lock(), by idleness and with the object.
/// seal, open, state, lock and confirm never block. Everything else waits for the database, the keychain or Argon2id:
/// neither on the GUI thread nor on a database worker. Blobs: see Sealing.
class Vault {
public:
    /// Key files stand in `keyFolder`, which is made when it is first needed.
    Vault(Database &database, QString keyFolder, VaultOptions options);
    ~Vault();
    Vault(const Vault &) = delete;
    Vault &operator=(const Vault &) = delete;

    VaultState state() const;

    /// Before a secret is sealed or opened: unlocks with the holder's keychain or key file, or makes the data key when
    /// the workspace has none (its first slot: the keychain if it answers in time, else a key file). Quick when
    /// unlocked; notices when the workspace got another data key. ErrorKind::Locked when a person must act.
    Result<Done> prepare();
    /// The same, but makes nothing: a workspace without slots stays in NoSecretsYet.
    Result<Done> unlock();
    /// ErrorKind::Denied for a wrong passphrase, NotFound when the holder has no passphrase slot, Integrity for a damaged one.
    Result<Done> unlockWithPassphrase(const QString &passphrase);
    void lock(const QString &reason = {});

    /// `context` says where the value belongs, e.g. "connection:42:password"; open() needs the same one.
    Result<QByteArray> seal(const QByteArray &plain, const QByteArray &context) const;
    /// ErrorKind::Locked: not unlocked, or sealed under another data key; Integrity: damaged or put elsewhere.
    Result<QByteArray> open(const QByteArray &blob, const QByteArray &context) const;
    /// In the transaction that stores a sealed value, best before it: the data key stays the workspace's until the
    /// transaction ends. Throws Exception(Conflict) when another process has replaced it, Exception(Locked) when locked.
    void confirm(Transaction &transaction) const;

    Result<QList<KeySlot>> slots() const;
    /// Needs the vault unlocked. For another holder: a passphrase to be told, or a key file to be handed over.
    Result<KeySlot> addSlot(KeySlotKind kind, const QString &holder, const QString &label = {}, const QString &passphrase = {});
    /// Needs the vault unlocked. ErrorKind::InUse for the last slot.
    Result<Done> removeSlot(KeySlotId id);
    /// A new data key: every secret and every slot that can be opened here is sealed anew, in one transaction. A crash
    /// leaves either the old state or the new one.
    Result<RekeyReport> rekey(const RekeyOptions &options = {});

    static constexpr int kMinimumPassphrase = 8;

private:
    struct Keys;
    struct Snapshot;

    Snapshot load() const;
    Result<Done> unlockOrCreate(bool create);
    Result<Done> unlockWith(const Snapshot &snapshot, bool passphrase, const QString &text);
    Result<Done> refuse(const QStringList &reasons, const Error &last, bool hasPassphrase, bool passphrase);
    void createFirst(const Snapshot &snapshot);
    SlotKeys::Made makeSlot(const Keys &held, KeySlotKind kind, const QString &holder, const QString &label, const QString &passphrase) const;
    KeySlot storeSlot(const Keys &held, const SlotKeys::Made &made);
    RekeyReport planRekey(const Keys &held, const Snapshot &snapshot, const SecureKey &dataKey, const RekeyOptions &options) const;
    std::optional<SecureKey> slotKeyFor(const Keys &held, const KeySlot &slot, const QStringList &passphrases) const;
    void record(Transaction &transaction, const char *action, const KeySlot &slot, const QJsonObject &metadata = {}) const;

    std::shared_ptr<const Keys> keys() const;
    std::shared_ptr<const Keys> requireKeys() const;
    void hold(std::shared_ptr<const Keys> keys);
    void setState(VaultState::Kind kind, const QString &reason);
    void watchIdle(std::stop_token stop);

    Database &m_database;
    const VaultOptions m_options;
    const SlotKeys m_slotKeys;

    std::mutex m_working;  ///< one unlocking or change of slots at a time
    mutable std::mutex m_mutex;
    mutable std::condition_variable_any m_wake;
    std::shared_ptr<const Keys> m_keys;
    VaultState m_state;
    mutable std::chrono::steady_clock::time_point m_lastUse;
    std::jthread m_idle;  ///< last: it ends before what it uses
};

}  // namespace headgate
