// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/securekey.h"

#include <QByteArray>
#include <QString>

namespace headgate {

/// The Ed25519 key with which a user of this computer signs evidence and what the computer remembers of a trail
/// (RFC 8032, libsodium). It is made from 32 bytes that are kept as the keys of the vault are: in the system's keychain,
/// else in a key file. Immutable, any thread.
class SigningKey {
public:
    explicit SigningKey(const SecureKey &seed);

    /// The holder's key on this computer, made when there is none. Blocks (keychain). Throws Exception(Denied) when the
    /// keychain had the key once and does not give it now: no other takes its place.
    static SigningKey obtain(const QString &keyFolder, const QString &holder, bool keychain);

    QByteArray publicKey() const { return m_public; }  ///< 32 bytes
    QByteArray sign(const QByteArray &message) const;  ///< 64 bytes

    static bool verify(const QByteArray &publicKey, const QByteArray &message, const QByteArray &signature);
    /// SubjectPublicKeyInfo (RFC 8410), as `openssl pkeyutl -verify -pubin` reads it.
    static QByteArray toPem(const QByteArray &publicKey);
    /// 64 hexadecimal digits, or the PEM; empty when it is neither.
    static QByteArray fromText(const QByteArray &text);

private:
    QByteArray m_public;
    SecureKey m_seed;
};

}  // namespace headgate
