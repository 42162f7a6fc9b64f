// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"
#include "models/database/transaction.h"
#include "models/vault/keyslot.h"

#include <QList>
#include <functional>

namespace headgate {

/// The SQL of `key_slots` and of every `secret` column. Each function runs on the session's thread and throws DbError.
namespace KeySlotStore {

QList<KeySlot> all(Session &session);
/// Is anything sealed, in any table.
bool anySecret(Session &session);

/// Makes whoever changes the set of slots wait until this transaction ends; then `all` sees the truth.
void lock(Transaction &transaction);
KeySlotId insert(Transaction &transaction, const KeySlot &slot);
/// Stores wrappedKey and keyCheck.
void rewrap(Transaction &transaction, const KeySlot &slot);
void remove(Transaction &transaction, KeySlotId id);

/// True while the data key with this fingerprint is the workspace's, and keeps it so until the transaction ends.
bool holdCurrent(Transaction &transaction, const QByteArray &keyCheck);

/// Passes every sealed secret through `change(context, blob)` and stores what comes back; the number of secrets.
/// Contexts: connection:ID:password, pipeline:ID:secret, alert_rule:ID:secret, connector_profile:ID:secret.
int reseal(Transaction &transaction, const std::function<QByteArray(const QByteArray &, const QByteArray &)> &change);

}  // namespace KeySlotStore
}  // namespace headgate
