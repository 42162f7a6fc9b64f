// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/slotkeys.h"

#include "app/vault/keyfile.h"
#include "app/vault/sealing.h"

#include <QFileInfo>
#include <QUrl>

namespace headgate {

namespace {

const QString kOps = QStringLiteral("ops");
const QString kMem = QStringLiteral("mem");
const QString kSalt = QStringLiteral("salt");
const QString kEntry = QStringLiteral("entry");
const QString kFile = QStringLiteral("file");
const QString kLabel = QStringLiteral("label");

Sealing::Argon2 argon2(const QJsonObject &parameters)
{
    return {parameters.value(kOps).toInteger(), parameters.value(kMem).toInteger(), QByteArray::fromHex(parameters.value(kSalt).toString().toLatin1())};
}

/// Binds the slot to its workspace, and everything that its key is derived from.
QByteArray slotContext(const KeySlot &slot, const QUuid &workspace)
{
    QByteArray context = "key_slot:" + workspace.toByteArray(QUuid::WithoutBraces) + ':' + keySlotKinds.name(slot.kind).toLatin1();
    if (slot.kind != KeySlotKind::Passphrase) return context;
    const Sealing::Argon2 parameters = argon2(slot.parameters);
    return context + ':' + QByteArray::number(parameters.ops) + ':' + QByteArray::number(parameters.mem) + ':' + parameters.salt.toHex();
}

QString entryName(const KeySlot &slot, const QUuid &workspace)
{
    return workspace.toString(QUuid::WithoutBraces) + u'/' + slot.parameters.value(kEntry).toString();
}

Error noKeychain()
{
    return {ErrorKind::NotFound, QStringLiteral("The system keychain does not hold the key or does not answer"), {}, {},
            QStringLiteral("Unlock the keychain of the desktop, or use a passphrase or key file.")};
}

}  // namespace

SlotKeys::SlotKeys(QString keyFolder, bool keychain, int keychainDeadlineMs)
    : m_keyFolder(std::move(keyFolder)), m_keychain(keychain, keychainDeadlineMs)
{
}

QString SlotKeys::keyFile(const QUuid &workspace, const QString &holder) const
{
    // A holder's name may hold anything; encoded it is one plain file name.
    const QByteArray name = QUrl::toPercentEncoding(holder, {}, QByteArrayLiteral("."));
    return m_keyFolder + u'/' + workspace.toString(QUuid::WithoutBraces) + u'-' + QString::fromLatin1(name) + QStringLiteral(".key");
}

Result<SlotKeys::Made> SlotKeys::make(KeySlotKind kind, const QUuid &workspace, const QString &holder, const QString &label,
                                      const QString &passphrase) const
{
    Made made{{}, SecureKey()};
    made.slot.holder = holder;
    made.slot.kind = kind;
    if (!label.isEmpty()) made.slot.parameters.insert(kLabel, label);
    if (kind == KeySlotKind::KeyFile) {
        const QString path = keyFile(workspace, holder);
        made.slot.parameters.insert(kFile, QFileInfo(path).fileName());
        auto key = KeyFile::readOrCreate(path);
        if (!key) return key.error();
        made.key = std::move(key.value());
    } else if (kind == KeySlotKind::Keychain) {
        made.key = SecureKey::random();
        made.slot.parameters.insert(kEntry, QUuid::createUuid().toString(QUuid::WithoutBraces));
        if (!m_keychain.write(entryName(made.slot, workspace), made.key)) return noKeychain();
    } else {
        const Sealing::Argon2 parameters = Sealing::Argon2::withNewSalt();
        made.slot.parameters.insert(kOps, parameters.ops);
        made.slot.parameters.insert(kMem, parameters.mem);
        made.slot.parameters.insert(kSalt, QString::fromLatin1(parameters.salt.toHex()));
        auto key = Sealing::derive(passphrase, parameters);
        if (!key) return key.error();
        made.key = std::move(key.value());
    }
    return made;
}

Result<SecureKey> SlotKeys::find(const KeySlot &slot, const QUuid &workspace, const QString &passphrase) const
{
    if (slot.kind == KeySlotKind::KeyFile) return KeyFile::read(keyFile(workspace, slot.holder));
    if (slot.kind == KeySlotKind::Passphrase) return Sealing::derive(passphrase, argon2(slot.parameters));
    auto key = m_keychain.read(entryName(slot, workspace));
    return key ? Result<SecureKey>(*std::move(key)) : Result<SecureKey>(noKeychain());
}

void SlotKeys::discard(const KeySlot &slot, const QUuid &workspace) const
{
    if (slot.kind == KeySlotKind::Keychain) m_keychain.remove(entryName(slot, workspace));
    if (slot.kind != KeySlotKind::KeyFile) return;
    // The file of this name may belong to the same holder's slot of another machine.
    const auto key = find(slot, workspace);
    if (key && unwrap(slot, workspace, *key)) (void)KeyFile::remove(keyFile(workspace, slot.holder));
}

void SlotKeys::wrap(KeySlot &slot, const QUuid &workspace, const SecureKey &slotKey, const SecureKey &dataKey)
{
    slot.wrappedKey = Sealing::seal(slotKey, dataKey.view(), slotContext(slot, workspace));
    slot.keyCheck = Sealing::fingerprint(dataKey);
}

Result<SecureKey> SlotKeys::unwrap(const KeySlot &slot, const QUuid &workspace, const SecureKey &slotKey)
{
    auto dataKey = Sealing::openKey(slotKey, slot.wrappedKey, slotContext(slot, workspace));
    if (dataKey && Sealing::fingerprint(*dataKey) != slot.keyCheck)
        return Error{ErrorKind::Integrity, QStringLiteral("The key slot is damaged"), QStringLiteral("key_slots %1").arg(slot.id.value),
                     QStringLiteral("fingerprint"), QStringLiteral("Unlock with another slot, then remove this one.")};
    return dataKey;
}

}  // namespace headgate
