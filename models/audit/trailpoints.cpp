// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/trailpoints.h"

#include "models/audit/auditpayload.h"
#include "models/audit/auditrows.h"

namespace headgate::TrailPoints {

TrailPoint start(Session &session)
{
    Query query(session, QStringLiteral("select last_id, last_hash from audit_seals where removed_at is not null order by last_id desc limit 1"));
    if (!query.first()) return {0, AuditPayload::zeroHash()};
    return {query.get<qint64>(0), query.get<QByteArray>(1)};
}

TrailPoint head(Session &session)
{
    const AuditRows::Head head = AuditRows::readHead(session, false);
    return {head.id, head.hash};
}

std::optional<QByteArray> hashAt(Session &session, qint64 id)
{
    if (id == 0) return AuditPayload::zeroHash();
    Query query(session, QStringLiteral("select hash from audit_logs where id = :id union all "
                                        "select last_hash from audit_seals where last_id = :id and removed_at is not null limit 1"));
    query.bind("id", id);
    return query.first() ? std::optional(query.get<QByteArray>(0)) : std::nullopt;
}

}  // namespace headgate::TrailPoints
