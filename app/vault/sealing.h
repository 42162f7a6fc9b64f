// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/securekey.h"
#include "models/base/result.h"

#include <QByteArray>
#include <QString>

namespace headgate {

/// The format of everything that is sealed: a secret under the data key, the data key under a slot's key.
///
///   offset  bytes  what
///   0       1      version of the format: 1
///   1       16     fingerprint of the key: BLAKE2b, keyed with it, of "headgate key fingerprint"
///   17      24     nonce, random
///   41      n+16   XChaCha20-Poly1305 (IETF) of the plain bytes; additional data: bytes 0–16 and the context
///   57+n    8      BLAKE2b of all before it and of the context; tells damage from a wrong key, protects nothing
///
/// The context says where the blob belongs, so that one cannot be put in another's place. Pure functions, any thread.
namespace Sealing {

QByteArray fingerprint(const SecureKey &key);

QByteArray seal(const SecureKey &key, const QByteArray &plain, const QByteArray &context);

/// ErrorKind::Locked when another key sealed it; ErrorKind::Integrity when it is damaged or was made for another context.
Result<QByteArray> open(const SecureKey &key, const QByteArray &blob, const QByteArray &context);
Result<SecureKey> openKey(const SecureKey &key, const QByteArray &blob, const QByteArray &context);

/// Argon2id (libsodium, version 1.3). The default is libsodium's MODERATE: 3 passes, 256 MiB, about 0.8 s.
struct Argon2 {
    qint64 ops = 3;
    qint64 mem = 256LL << 20;
    QByteArray salt;
    static Argon2 withNewSalt();
};
/// The passphrase is taken in Unicode normalisation form C. ErrorKind::Integrity for parameters beyond reason.
Result<SecureKey> derive(const QString &passphrase, const Argon2 &parameters);

}  // namespace Sealing
}  // namespace headgate
