// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/keychain.h"
#include "app/vault/securekey.h"
#include "models/base/result.h"
#include "models/vault/keyslot.h"

#include <QString>
#include <QUuid>

namespace headgate {

/// A slot's own key and where it lives: a keychain entry, a file on this machine, a passphrase in somebody's head.
/// Knows no database. Every call may block (keychain, Argon2id). Thread-safe.
class SlotKeys {
public:
    SlotKeys(QString keyFolder, bool keychain, int keychainDeadlineMs);

    struct Made {
        KeySlot slot;   ///< not stored yet, without wrappedKey
        SecureKey key;
    };
    /// Makes a key of this kind and puts it where it lives. A passphrase is needed for that kind only.
    Result<Made> make(KeySlotKind kind, const QUuid &workspace, const QString &holder, const QString &label, const QString &passphrase = {}) const;
    /// ErrorKind::NotFound: not on this machine, or the keychain does not answer.
    Result<SecureKey> find(const KeySlot &slot, const QUuid &workspace, const QString &passphrase = {}) const;
    /// Takes the keychain entry or the file away.
    void discard(const KeySlot &slot, const QUuid &workspace) const;

    QString keyFile(const QUuid &workspace, const QString &holder) const;

    /// The data key under the slot's key, and back (errors as Sealing::openKey).
    static void wrap(KeySlot &slot, const QUuid &workspace, const SecureKey &slotKey, const SecureKey &dataKey);
    static Result<SecureKey> unwrap(const KeySlot &slot, const QUuid &workspace, const SecureKey &slotKey);

private:
    QString m_keyFolder;
    Keychain m_keychain;
};

}  // namespace headgate
