// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/trailrows.h"

#include "models/database/native/rowstream.h"

namespace headgate::TrailRows {

void forEach(Session &session, qint64 first, qint64 last, Payloads payloads, const std::function<void(const TrailRow &)> &visit)
{
    const bool with = payloads == Payloads::With;
    RowStream rows(session, QStringLiteral("select id, previous_hash, hash%1 from audit_logs where id between %2 and %3 order by id")
                                .arg(with ? QStringLiteral(", payload") : QString())
                                .arg(first)
                                .arg(last));
    while (rows.next()) visit({rows.integer(0), rows.bytes(1), rows.bytes(2), with ? rows.bytes(3) : QByteArrayView()});
}

}  // namespace headgate::TrailRows
