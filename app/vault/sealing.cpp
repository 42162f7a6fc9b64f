// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/sealing.h"

#include <cstring>
#include <sodium.h>

namespace headgate::Sealing {

namespace {

constexpr char kVersion = 1;
constexpr qsizetype kFingerprint = 16;
constexpr qsizetype kHeader = 1 + kFingerprint;
constexpr qsizetype kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr qsizetype kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr qsizetype kChecksum = 8;
constexpr qsizetype kOverhead = kHeader + kNonce + kTag + kChecksum;
static_assert(SecureKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char *bytes(const QByteArray &data) { return reinterpret_cast<const unsigned char *>(data.constData()); }
unsigned char *writable(QByteArray &data) { return reinterpret_cast<unsigned char *>(data.data()); }
unsigned long long length(const QByteArray &data) { return static_cast<unsigned long long>(data.size()); }

QByteArray checksum(const QByteArray &front, const QByteArray &context)
{
    // libsodium's shortest BLAKE2b has 16 bytes; half of it is enough against accidents.
    QByteArray sum(crypto_generichash_BYTES_MIN, Qt::Uninitialized);
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES_MIN);
    crypto_generichash_update(&state, bytes(front), length(front));
    crypto_generichash_update(&state, bytes(context), length(context));
    crypto_generichash_final(&state, writable(sum), crypto_generichash_BYTES_MIN);
    return sum.left(kChecksum);
}

Error damaged(const QByteArray &context, const char *evidence)
{
    return {ErrorKind::Integrity, QStringLiteral("The sealed value is damaged or belongs to another record"), QString::fromUtf8(context),
            QString::fromLatin1(evidence), QStringLiteral("Enter it again, or restore the workspace from a backup.")};
}

Result<Done> check(const SecureKey &key, const QByteArray &blob, const QByteArray &context)
{
    if (blob.size() < kOverhead) return damaged(context, "too short");
    if (blob.at(0) != kVersion)
        return Error{ErrorKind::Integrity, QStringLiteral("A newer Headgate sealed this value"), QString::fromUtf8(context),
                     QStringLiteral("format %1").arg(int(blob.at(0))), QStringLiteral("Update Headgate.")};
    if (checksum(blob.left(blob.size() - kChecksum), context) != blob.right(kChecksum)) return damaged(context, "checksum");
    if (blob.mid(1, kFingerprint) != fingerprint(key))
        return Error{ErrorKind::Locked, QStringLiteral("Another key sealed this value"), QString::fromUtf8(context), {},
                     QStringLiteral("Unlock the vault again: the workspace may have a new data key.")};
    return Done{};
}

/// After check(); `plain` has room for the result.
bool decrypt(const SecureKey &key, const QByteArray &blob, const QByteArray &context, unsigned char *plain)
{
    const QByteArray additional = blob.left(kHeader) + context;
    const auto box = static_cast<unsigned long long>(blob.size() - kHeader - kNonce - kChecksum);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, nullptr, nullptr, bytes(blob) + kHeader + kNonce, box, bytes(additional),
                                                      length(additional), bytes(blob) + kHeader, key.data()) == 0;
}

}  // namespace

QByteArray fingerprint(const SecureKey &key)
{
    static const QByteArray message = QByteArrayLiteral("headgate key fingerprint");
    QByteArray hash(kFingerprint, Qt::Uninitialized);
    crypto_generichash(writable(hash), kFingerprint, bytes(message), length(message), key.data(), SecureKey::kSize);
    return hash;
}

QByteArray seal(const SecureKey &key, const QByteArray &plain, const QByteArray &context)
{
    const QByteArray header = kVersion + fingerprint(key);
    const QByteArray additional = header + context;
    QByteArray blob(kHeader + kNonce + plain.size() + kTag, Qt::Uninitialized);
    std::memcpy(blob.data(), header.constData(), kHeader);
    unsigned char *nonce = writable(blob) + kHeader;
    randombytes_buf(nonce, kNonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, bytes(plain), length(plain), bytes(additional), length(additional),
                                               nullptr, nonce, key.data());
    return blob + checksum(blob, context);
}

Result<QByteArray> open(const SecureKey &key, const QByteArray &blob, const QByteArray &context)
{
    if (const auto checked = check(key, blob, context); !checked) return checked.error();
    QByteArray plain(blob.size() - kOverhead, Qt::Uninitialized);
    if (!decrypt(key, blob, context, writable(plain))) return damaged(context, "authentication");
    return plain;
}

Result<SecureKey> openKey(const SecureKey &key, const QByteArray &blob, const QByteArray &context)
{
    if (const auto checked = check(key, blob, context); !checked) return checked.error();
    SecureKey opened;
    if (blob.size() != kOverhead + qsizetype(SecureKey::kSize)) return damaged(context, "length");
    if (!decrypt(key, blob, context, opened.data())) return damaged(context, "authentication");
    return opened;
}

Argon2 Argon2::withNewSalt()
{
    Argon2 parameters;
    parameters.salt.resize(crypto_pwhash_SALTBYTES);
    randombytes_buf(parameters.salt.data(), crypto_pwhash_SALTBYTES);
    return parameters;
}

Result<SecureKey> derive(const QString &passphrase, const Argon2 &parameters)
{
    // The numbers come from the database: whoever can write there must not be able to exhaust this machine.
    const bool sane = parameters.salt.size() == crypto_pwhash_SALTBYTES && parameters.ops >= 1 && parameters.ops <= 64
        && parameters.mem >= qint64(crypto_pwhash_MEMLIMIT_MIN) && parameters.mem <= (2LL << 30);
    if (!sane)
        return Error{ErrorKind::Integrity, QStringLiteral("The key slot's parameters are damaged"), QStringLiteral("key_slots.parameters"), {},
                     QStringLiteral("Unlock with another slot, then remove this one.")};
    QByteArray text = passphrase.normalized(QString::NormalizationForm_C).toUtf8();
    SecureKey key;
    const int failed = crypto_pwhash(key.data(), SecureKey::kSize, text.constData(), length(text), bytes(parameters.salt),
                                     static_cast<unsigned long long>(parameters.ops), static_cast<size_t>(parameters.mem),
                                     crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(text.data(), static_cast<size_t>(text.size()));
    if (failed)
        return Error{ErrorKind::Internal, QStringLiteral("Not enough memory to check the passphrase"), {},
                     QStringLiteral("%1 MiB are needed").arg(parameters.mem >> 20), QStringLiteral("Close other programs and try again.")};
    return key;
}

}  // namespace headgate::Sealing
