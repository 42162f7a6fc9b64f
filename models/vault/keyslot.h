// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"
#include "models/base/id.h"
#include "models/database/codec.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace headgate {

using KeySlotId = Id<struct KeySlotTag>;

enum class KeySlotKind { Keychain, Passphrase, KeyFile };

inline constexpr auto keySlotKinds = makeEnumTable<KeySlotKind>(
    {{KeySlotKind::Keychain, "keychain"}, {KeySlotKind::Passphrase, "passphrase"}, {KeySlotKind::KeyFile, "key_file"}});

/// A row of `key_slots`: one way for one holder to open the data key. Nothing in it is secret without the slot's own
/// key. Value type, any thread.
struct KeySlot {
    KeySlotId id;
    QString holder;          ///< a user's name, or "agent"
    KeySlotKind kind = KeySlotKind::KeyFile;
    QJsonObject parameters;  ///< label; passphrase: ops, mem (bytes), salt (hex); keychain: entry; key file: file
    QByteArray wrappedKey;   ///< the data key, sealed with the slot's key
    QByteArray keyCheck;     ///< fingerprint of the data key
    Timestamp createdAt;
    Timestamp updatedAt;
    int version = 0;

    QString label() const { return parameters.value(QLatin1String("label")).toString(); }
    bool operator==(const KeySlot &) const = default;
};

}  // namespace headgate
