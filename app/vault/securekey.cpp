// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/securekey.h"

#include "models/base/error.h"

#include <cstring>
#include <new>
#include <sodium.h>
#include <utility>

namespace headgate {

SecureKey::SecureKey()
{
    if (sodium_init() < 0)
        throw Exception({ErrorKind::Internal, QStringLiteral("libsodium did not start"), {}, {}, QStringLiteral("Is /dev/urandom there?")});
    m_bytes = static_cast<unsigned char *>(sodium_malloc(kSize));
    if (!m_bytes) throw std::bad_alloc();
    sodium_memzero(m_bytes, kSize);
}

SecureKey::~SecureKey() { sodium_free(m_bytes); }

SecureKey::SecureKey(SecureKey &&other) noexcept : m_bytes(std::exchange(other.m_bytes, nullptr)) {}

SecureKey &SecureKey::operator=(SecureKey &&other) noexcept
{
    std::swap(m_bytes, other.m_bytes);
    return *this;
}

SecureKey SecureKey::random()
{
    SecureKey key;
    randombytes_buf(key.m_bytes, kSize);
    return key;
}

SecureKey SecureKey::clone() const
{
    SecureKey key;
    std::memcpy(key.m_bytes, m_bytes, kSize);
    return key;
}

void SecureKey::wipe(QByteArray &secret)
{
    sodium_memzero(secret.data(), static_cast<std::size_t>(secret.size()));
    secret.clear();
}

}  // namespace headgate
