// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <cstddef>

namespace headgate {

/// 32 bytes of key in locked memory between guard pages (sodium_malloc), wiped when the object goes. Move-only; one
/// thread writes, any number read. Throws std::bad_alloc, and Exception(Internal) when libsodium does not start.
class SecureKey {
public:
    static constexpr std::size_t kSize = 32;

    /// All zero, to be filled.
    SecureKey();
    ~SecureKey();
    SecureKey(SecureKey &&other) noexcept;
    SecureKey &operator=(SecureKey &&other) noexcept;

    static SecureKey random();
    SecureKey clone() const;

    /// Overwrites the bytes of a secret that stood in ordinary memory; detaches first, so other copies stay.
    static void wipe(QByteArray &secret);

    unsigned char *data() { return m_bytes; }
    const unsigned char *data() const { return m_bytes; }
    /// A view without a copy; valid as long as the key.
    QByteArray view() const { return QByteArray::fromRawData(reinterpret_cast<const char *>(m_bytes), kSize); }

private:
    unsigned char *m_bytes = nullptr;
};

}  // namespace headgate
