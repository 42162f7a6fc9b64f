// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/tlsfacts.h"

#include <ctime>
#include <memory>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace headgate {

namespace {

QDateTime instant(const ASN1_TIME *given)
{
    std::tm time{};
    if (ASN1_TIME_to_tm(given, &time) != 1) return {};
    return QDateTime::fromSecsSinceEpoch(::timegm(&time), Qt::UTC);
}

QString fingerprint(const X509 *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1) return {};
    return QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(digest), int(length)).toHex());
}

}  // namespace

TlsFacts tlsFacts(void *ssl)
{
    auto *session = static_cast<SSL *>(ssl);
    TlsFacts facts;
    facts.protocol = QString::fromLatin1(SSL_get_version(session));
    facts.cipher = QString::fromLatin1(SSL_get_cipher_name(session));
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(session), &X509_free);
    if (certificate) {
        facts.validFrom = instant(X509_get0_notBefore(certificate.get()));
        facts.validUntil = instant(X509_get0_notAfter(certificate.get()));
        facts.certificateFingerprint = fingerprint(certificate.get());
    }
    return facts;
}

}  // namespace headgate
