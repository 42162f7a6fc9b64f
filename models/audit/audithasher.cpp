// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/audithasher.h"

#include "models/audit/auditpayload.h"
#include "models/base/error.h"

#include <openssl/evp.h>

namespace headgate {

namespace {

void require(bool done)
{
    if (!done) throw Exception({ErrorKind::Internal, QStringLiteral("SHA-256 cannot be computed"), QStringLiteral("OpenSSL"), {}, {}});
}

bool add(EVP_MD_CTX *context, QByteArrayView bytes)
{
    return EVP_DigestUpdate(context, bytes.data(), size_t(bytes.size())) == 1;
}

}  // namespace

AuditHasher::AuditHasher() : m_start(EVP_MD_CTX_new()), m_running(EVP_MD_CTX_new())
{
    require(m_start && m_running && EVP_DigestInit_ex(m_start, EVP_sha256(), nullptr) == 1 && add(m_start, AuditPayload::domainTag()));
}

AuditHasher::~AuditHasher()
{
    EVP_MD_CTX_free(m_start);
    EVP_MD_CTX_free(m_running);
}

QByteArrayView AuditHasher::hash(QByteArrayView previousHash, QByteArrayView payload)
{
    require(EVP_MD_CTX_copy_ex(m_running, m_start) == 1 && add(m_running, previousHash) && add(m_running, payload)
            && EVP_DigestFinal_ex(m_running, reinterpret_cast<unsigned char *>(m_digest), nullptr) == 1);
    return {m_digest, qsizetype(sizeof m_digest)};
}

}  // namespace headgate
