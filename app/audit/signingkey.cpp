// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/signingkey.h"

#include "app/vault/keychain.h"
#include "app/vault/keyfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QUrl>
#include <sodium.h>

namespace headgate {

namespace {

static_assert(SecureKey::kSize == crypto_sign_SEEDBYTES);

const QByteArray kDerHead = QByteArray::fromHex("302a300506032b6570032100");
const QByteArray kPemHead = QByteArrayLiteral("-----BEGIN PUBLIC KEY-----\n");
const QByteArray kPemTail = QByteArrayLiteral("\n-----END PUBLIC KEY-----\n");

const unsigned char *raw(const QByteArray &bytes) { return reinterpret_cast<const unsigned char *>(bytes.constData()); }
unsigned char *raw(QByteArray &bytes) { return reinterpret_cast<unsigned char *>(bytes.data()); }

/// The secret half in locked memory, wiped when it goes.
struct SecretHalf {
    SecretHalf() : bytes(static_cast<unsigned char *>(sodium_malloc(crypto_sign_SECRETKEYBYTES)))
    {
        if (!bytes) throw std::bad_alloc();
    }
    ~SecretHalf() { sodium_free(bytes); }
    SecretHalf(const SecretHalf &) = delete;
    SecretHalf &operator=(const SecretHalf &) = delete;
    unsigned char *bytes;
};

}  // namespace

SigningKey::SigningKey(const SecureKey &seed) : m_public(crypto_sign_PUBLICKEYBYTES, '\0'), m_seed(seed.clone())
{
    const SecretHalf secret;
    crypto_sign_seed_keypair(raw(m_public), secret.bytes, m_seed.data());
}

namespace {

/// Which key stands in the keychain, in public: a keychain that does not answer is told from one that never had the key.
void rememberPublic(const QString &file, const SigningKey &key)
{
    if (QFile::exists(file)) return;
    QDir().mkpath(QFileInfo(file).path());
    QSaveFile save(file);
    if (save.open(QIODevice::WriteOnly) && save.write(key.publicKey().toHex() + '\n') > 0) save.commit();
}

}  // namespace

SigningKey SigningKey::obtain(const QString &keyFolder, const QString &holder, bool keychain)
{
    const QString path = keyFolder + QStringLiteral("/signing-") + QString::fromLatin1(QUrl::toPercentEncoding(holder, {}, ".")) + QStringLiteral(".key");
    if (const auto file = KeyFile::read(path); file.ok()) return SigningKey(*file);
    else if (file.error().kind != ErrorKind::NotFound) throw Exception(file.error());
    const Keychain chain(keychain);
    const QString entry = QStringLiteral("signing/") + holder;
    const QString known = path.chopped(4) + QStringLiteral(".pub");
    const auto asKept = [&known](const SecureKey &seed) {
        SigningKey key(seed);
        rememberPublic(known, key);
        return key;
    };
    if (const auto kept = chain.read(entry)) return asKept(*kept);
    if (QFile::exists(known))
        throw Exception({ErrorKind::Denied, QStringLiteral("The key that signs is in the keychain, which does not give it"), entry, {},
                         QStringLiteral("Unlock the keychain, or work in the desktop session that made the key. When the key is lost, remove %1: "
                                        "a new one is made, and others have to be told of it.").arg(known)});
    const SecureKey fresh = SecureKey::random();
    if (chain.write(entry, fresh)) {
        // Two consoles may come first at once: the one that wrote last is right.
        if (const auto kept = chain.read(entry)) return asKept(*kept);
        return asKept(fresh);
    }
    return SigningKey(KeyFile::readOrCreate(path).orThrow());
}

QByteArray SigningKey::sign(const QByteArray &message) const
{
    const SecretHalf secret;
    QByteArray half(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(raw(half), secret.bytes, m_seed.data());
    QByteArray signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(raw(signature), nullptr, raw(message), size_t(message.size()), secret.bytes);
    return signature;
}

bool SigningKey::verify(const QByteArray &publicKey, const QByteArray &message, const QByteArray &signature)
{
    return publicKey.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES
        && crypto_sign_verify_detached(raw(signature), raw(message), size_t(message.size()), raw(publicKey)) == 0;
}

QByteArray SigningKey::toPem(const QByteArray &publicKey)
{
    return kPemHead + (kDerHead + publicKey).toBase64() + kPemTail;
}

QByteArray SigningKey::fromText(const QByteArray &text)
{
    const QByteArray trimmed = text.trimmed();
    if (trimmed.size() == 2 * qsizetype(crypto_sign_PUBLICKEYBYTES)) {
        const QByteArray key = QByteArray::fromHex(trimmed);
        return key.toHex() == trimmed.toLower() ? key : QByteArray();
    }
    const QByteArray body = trimmed.mid(kPemHead.size()).chopped(std::max<qsizetype>(0, std::min(trimmed.size() - kPemHead.size(), kPemTail.size() - 1)));
    const QByteArray key = QByteArray::fromBase64(body).mid(kDerHead.size());
    return key.size() == crypto_sign_PUBLICKEYBYTES && toPem(key).trimmed() == trimmed ? key : QByteArray();
}

}  // namespace headgate
