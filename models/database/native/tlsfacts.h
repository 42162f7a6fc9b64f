// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>

namespace headgate {

/// What an established TLS session is. Value type, any thread.
struct TlsFacts {
    QString protocol;                ///< "TLSv1.3"
    QString cipher;                  ///< "TLS_AES_256_GCM_SHA384"
    QString certificateFingerprint;  ///< SHA-256 of the server certificate, lower-case hex
    QDateTime validFrom;             ///< of the server certificate, UTC; invalid when it showed none
    QDateTime validUntil;            ///< of the server certificate, UTC; invalid when it showed none
};

/// `ssl` is an OpenSSL `SSL *` with a finished handshake, as libpq and libmariadb hand it out; it stays theirs.
TlsFacts tlsFacts(void *ssl);

}  // namespace headgate
