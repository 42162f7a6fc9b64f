// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

struct evp_md_ctx_st;

namespace headgate {

/// AuditPayload::hash for millions of rows: OpenSSL's SHA-256, which uses the processor's instructions for it, with one
/// context for all. One thread. Throws Exception(Internal) when OpenSSL refuses.
class AuditHasher {
public:
    AuditHasher();
    ~AuditHasher();
    AuditHasher(const AuditHasher &) = delete;
    AuditHasher &operator=(const AuditHasher &) = delete;

    /// The 32 bytes of the row's hash; good until the next call.
    QByteArrayView hash(QByteArrayView previousHash, QByteArrayView payload);

private:
    evp_md_ctx_st *m_start;  ///< after the domain tag
    evp_md_ctx_st *m_running;
    char m_digest[32];
};

}  // namespace headgate
