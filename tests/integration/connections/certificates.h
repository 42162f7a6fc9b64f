// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <memory>

struct evp_pkey_st;
struct ssl_ctx_st;
struct x509_st;

namespace headgate::test {

/// A certificate with its key, made on the spot. Shared when copied.
class Certificate {
public:
    /// Days from now, so that one can be over or not begun yet.
    struct Validity {
        int fromDays = -1;
        int untilDays = 60;
    };

    static Certificate authority(const QByteArray &name);
    /// `host`: a name, or an address.
    static Certificate selfSigned(const QByteArray &host, Validity validity = {-1, 60});
    Certificate signedFor(const QByteArray &host, Validity validity = {-1, 60}) const;

    QByteArray pem() const;
    QByteArray keyPem() const;
    void use(ssl_ctx_st *context) const;

private:
    static Certificate make(const QByteArray &host, Validity validity, const Certificate *signer, bool isAuthority);

    std::shared_ptr<x509_st> m_certificate;
    std::shared_ptr<evp_pkey_st> m_key;
};

}  // namespace headgate::test
