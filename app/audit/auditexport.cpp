// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditexport.h"

#include "app/audit/auditservice.h"
#include "models/audit/auditjson.h"

namespace headgate {

ExportSource auditExport(AuditService &service)
{
    const auto fetch = [&service](const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel) { return service.records(query, cursor, cancel); };
    return {QStringLiteral("audit_logs"), AuditJson::columns(), jsonPages(fetch, AuditJson::toJson),
            [&service](const ListQuery &query, const CancelToken &cancel) { return service.count(query, cancel); },
            [&service](const QJsonObject &facts) { return service.recordExport(facts); }};
}

}  // namespace headgate
