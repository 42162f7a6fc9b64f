// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/securekey.h"

#include <QString>
#include <optional>

namespace headgate {

/// Keys in the system's keychain (Secret Service, KWallet). Each call blocks until the keychain has answered or the
/// deadline has passed: not for the GUI thread. Any error means "no keychain"; nothing is ever stored elsewhere
/// instead. HEADGATE_KEYCHAIN=off in the environment turns it off. Thread-safe. Needs a QCoreApplication.
class Keychain {
public:
    explicit Keychain(bool enabled, int deadlineMs = 3000);

    bool isEnabled() const { return m_enabled; }
    std::optional<SecureKey> read(const QString &entry) const;
    bool write(const QString &entry, const SecureKey &key) const;
    void remove(const QString &entry) const;

private:
    bool m_enabled;
    int m_deadlineMs;
};

}  // namespace headgate
