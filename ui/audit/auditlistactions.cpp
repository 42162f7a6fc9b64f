// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditexport.h"
#include "models/audit/auditjson.h"
#include "models/audit/audittablemodel.h"
#include "ui/audit/auditpage.h"
#include "ui/base/listactions.h"

namespace headgate {

namespace {

/// The page that shows what an event is about.
std::optional<EntityRef> entityOf(const AuditRecord &record)
{
    const bool isKnown = record.entityType == u"connection" || record.entityType == u"connections";
    if (!isKnown || record.entityId.isEmpty() || record.action == u"DELETE") return std::nullopt;
    return EntityRef{QStringLiteral("connections"), record.entityId};
}

}  // namespace

void AuditPage::addListActions(const ListTools &tools)
{
    const auto json = [this](qint64 id) {
        return m_service.get({id}).then([](const Result<AuditRecord> &event) {
            return event.ok() ? Result<QJsonObject>(AuditJson::toJson(*event)) : Result<QJsonObject>(event.error());
        });
    };
    const auto target = [this](qint64 id) {
        const AuditRecord *record = m_model->findId(id);
        return record ? entityOf(*record) : std::nullopt;
    };
    m_listActions = new ListActions(*m_frame, {auditExport(m_service), json, target, tr("&Go to the record"), {}}, tools);
    connect(m_listActions, &ListActions::openRequested, this, &Page::openRequested);
}

}  // namespace headgate
