// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/certificates.h"

#include <QHostAddress>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace headgate::test {

namespace {

constexpr long day = 24 * 60 * 60;

void extend(X509 *certificate, int id, const QByteArray &value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.constData());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

template <typename Write>
QByteArray written(Write write)
{
    BIO *memory = BIO_new(BIO_s_mem());
    write(memory);
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    const QByteArray text(data, size);
    BIO_free(memory);
    return text;
}

}  // namespace

Certificate Certificate::make(const QByteArray &host, Validity validity, const Certificate *signer, bool isAuthority)
{
    static long serial = 1000;
    Certificate made;
    made.m_key.reset(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    made.m_certificate.reset(X509_new(), &X509_free);
    X509 *certificate = made.m_certificate.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), validity.fromDays * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), validity.untilDays * day);
    X509_set_pubkey(certificate, made.m_key.get());
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(host.constData()), -1, -1, 0);
    X509_set_issuer_name(certificate, signer ? X509_get_subject_name(signer->m_certificate.get()) : name);
    extend(certificate, NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    const bool isAddress = !QHostAddress(QString::fromLatin1(host)).isNull();
    if (!isAuthority) extend(certificate, NID_subject_alt_name, (isAddress ? "IP:" : "DNS:") + host);
    X509_sign(certificate, signer ? signer->m_key.get() : made.m_key.get(), EVP_sha256());
    return made;
}

Certificate Certificate::authority(const QByteArray &name)
{
    return make(name, {}, nullptr, true);
}

Certificate Certificate::selfSigned(const QByteArray &host, Validity validity)
{
    return make(host, validity, nullptr, false);
}

Certificate Certificate::signedFor(const QByteArray &host, Validity validity) const
{
    return make(host, validity, this, false);
}

QByteArray Certificate::pem() const
{
    return written([this](BIO *memory) { PEM_write_bio_X509(memory, m_certificate.get()); });
}

QByteArray Certificate::keyPem() const
{
    return written([this](BIO *memory) { PEM_write_bio_PrivateKey(memory, m_key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

void Certificate::use(ssl_ctx_st *context) const
{
    SSL_CTX_use_certificate(context, m_certificate.get());
    SSL_CTX_use_PrivateKey(context, m_key.get());
}

}  // namespace headgate::test
