// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditstore.h"

#include "models/audit/auditpayload.h"
#include "models/audit/redaction.h"
#include "models/base/listsql.h"

#include <QJsonDocument>

namespace headgate::AuditStore {

namespace {

const QString kColumns = QStringLiteral(
    "id, {us:occurred_at}, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address, user_agent, "
    "{json:old_values}, {json:new_values}, error_message, {json:metadata}, {uuid:op_id}, payload, previous_hash, hash");

AuditRecord readRow(const Query &query)
{
    AuditRecord record;
    record.id = query.getId<AuditId>(0);
    record.occurredAt = query.get<Timestamp>(1);
    if (!query.isNull(2)) record.userId = query.getId<UserId>(2);
    record.actor = query.get<QString>(3);
    record.action = query.get<QString>(4);
    record.entityType = query.get<QString>(5);
    record.entityId = query.getOptional<QString>(6).value_or(QString());
    record.entityName = query.getOptional<QString>(7).value_or(QString());
    record.success = query.get<QString>(8) == u"success";
    record.ipAddress = query.getOptional<QString>(9).value_or(QString());
    record.userAgent = query.getOptional<QString>(10).value_or(QString());
    record.oldValues = query.getOptional<QJsonObject>(11);
    record.newValues = query.getOptional<QJsonObject>(12);
    record.errorMessage = query.getOptional<QString>(13).value_or(QString());
    record.metadata = query.get<QJsonObject>(14);
    record.operationId = query.get<QUuid>(15);
    record.payload = query.get<QByteArray>(16);
    record.previousHash = query.get<QByteArray>(17);
    record.hash = query.get<QByteArray>(18);
    return record;
}

struct Head {
    qint64 id = 0;
    QByteArray hash;
    Timestamp occurredAt;
};

Head readHead(Session &session, bool lock)
{
    Query query(session, QStringLiteral("select last_id, last_hash, {us:last_occurred_at} from audit_head") +
                             (lock ? QStringLiteral(" {for_update}") : QString()));
    if (!query.first())
        throw Exception({ErrorKind::Integrity, QStringLiteral("The head of the audit trail is missing"), QStringLiteral("audit_head"), {},
                         QStringLiteral("Run `headgate audit verify`, then restore the workspace from a backup.")});
    return {query.get<qint64>(0), query.get<QByteArray>(1), query.getOptional<Timestamp>(2).value_or(Timestamp{})};
}

void insertRow(Session &session, const AuditRecord &record)
{
    const auto text = [](const QString &value) { return value.isEmpty() ? std::optional<QString>() : std::optional<QString>(value); };
    Query(session, QStringLiteral(R"(
        insert into audit_logs (id, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address,
            user_agent, old_values, new_values, error_message, metadata, op_id, payload, previous_hash, hash)
        values (:id, {ts:occurred_at}, :user_id, :actor, :action, :entity_type, :entity_id, :entity_name, :status, :ip_address,
            :user_agent, {json_in:old_values}, {json_in:new_values}, :error_message, {json_in:metadata}, {uuid_in:op_id},
            :payload, :previous_hash, :hash))"))
        .bind("id", record.id)
        .bind("occurred_at", record.occurredAt)
        .bind("user_id", record.userId)
        .bind("actor", record.actor)
        .bind("action", record.action)
        .bind("entity_type", record.entityType)
        .bind("entity_id", text(record.entityId))
        .bind("entity_name", text(record.entityName))
        .bind("status", record.success ? QStringLiteral("success") : QStringLiteral("failure"))
        .bind("ip_address", text(record.ipAddress))
        .bind("user_agent", text(record.userAgent))
        .bind("old_values", record.oldValues)
        .bind("new_values", record.newValues)
        .bind("error_message", text(record.errorMessage))
        .bind("metadata", record.metadata)
        .bind("op_id", record.operationId)
        .bind("payload", record.payload)
        .bind("previous_hash", record.previousHash)
        .bind("hash", record.hash)
        .exec();
}

void moveHead(Session &session, const AuditRecord &record)
{
    const bool moved = Query(session, QStringLiteral("update audit_head set last_id = :id, last_hash = :hash, "
                                                     "last_occurred_at = {ts:at} where last_id = :id - 1"))
                           .bind("id", record.id)
                           .bind("hash", record.hash)
                           .bind("at", record.occurredAt)
                           .execOne();
    if (!moved) throw Exception({ErrorKind::Integrity, QStringLiteral("The head of the audit trail moved unexpectedly"), {}, {}, {}});
}

AuditRecord fromEntry(const AuditEntry &entry, const QUuid &operation)
{
    AuditRecord record;
    record.userId = entry.actor.userId;
    record.actor = entry.actor.name;
    record.ipAddress = entry.actor.ipAddress;
    record.userAgent = entry.actor.userAgent;
    record.action = entry.action;
    record.entityType = entry.entityType;
    record.entityId = entry.entityId;
    record.entityName = entry.entityName;
    record.success = entry.success;
    record.oldValues = entry.oldValues;
    record.newValues = entry.newValues;
    record.errorMessage = entry.errorMessage;
    record.metadata = entry.metadata;
    record.operationId = operation;
    return record;
}

/// Returns the id under which the row stands.
AuditId append(Transaction &transaction, const AuditEntry &entry)
{
    Session &session = transaction.session();
    const Head head = readHead(session, true);
    AuditRecord record = fromEntry(entry, transaction.operationId());
    record.id = {head.id + 1};
    // Under the lock, and never earlier than the row before: a clock that was set back does not reorder the trail.
    record.occurredAt = std::max(entry.occurredAt.value_or(Timestamp::now()), head.occurredAt);
    record.previousHash = head.hash;
    record.payload = AuditPayload::canonical(record);
    record.hash = AuditPayload::hash(record.previousHash, record.payload);
    insertRow(session, record);
    moveHead(session, record);
    if (!transaction.operationRecorded()) {
        Query(session, QStringLiteral("insert into operations (op_id, audit_id, occurred_at) values ({uuid_in:op}, :id, {ts:at})"))
            .bind("op", transaction.operationId())
            .bind("id", record.id)
            .bind("at", record.occurredAt)
            .exec();
        transaction.setOperationRecorded();
    }
    return record.id;
}

AuditEntry redacted(AuditEntry entry)
{
    if (entry.oldValues) entry.oldValues = Redaction::redact(*entry.oldValues);
    if (entry.newValues) entry.newValues = Redaction::redact(*entry.newValues);
    entry.metadata = Redaction::redact(entry.metadata);
    entry.errorMessage = Redaction::redactText(entry.errorMessage);
    return entry;
}

const ListColumns &listColumns()
{
    static const ListColumns columns{
        {QStringLiteral("id"), {QStringLiteral("id"), ListColumn::Type::Number}},
        {QStringLiteral("actor"), {QStringLiteral("actor"), ListColumn::Type::Text}},
        {QStringLiteral("action"), {QStringLiteral("action"), ListColumn::Type::Text}},
        {QStringLiteral("entity_type"), {QStringLiteral("entity_type"), ListColumn::Type::Text}},
        {QStringLiteral("entity_id"), {QStringLiteral("entity_id"), ListColumn::Type::Text}},
        {QStringLiteral("entity_name"), {QStringLiteral("entity_name"), ListColumn::Type::Text}},
        {QStringLiteral("status"), {QStringLiteral("status"), ListColumn::Type::Text}},
        {QStringLiteral("occurred_at"), {QStringLiteral("occurred_at"), ListColumn::Type::Time}},
    };
    return columns;
}

/// Search goes through the dictionary of names, which is small, and not through the log.
ListWhere whereFor(const ListQuery &query)
{
    ListWhere where = ListSql::where(query, listColumns());
    if (!query.search.isEmpty())
        where.add(QStringLiteral("exists (select 1 from audit_names n where n.entity_type = audit_logs.entity_type "
                                 "and n.entity_id = coalesce(audit_logs.entity_id, '') "
                                 "and n.entity_name = coalesce(audit_logs.entity_name, '') "
                                 "and {contains:n.entity_name,search})"),
                  "search", Dialect::likePattern(query.search));
    return where;
}

}  // namespace

void record(Transaction &transaction, AuditEntry entry)
{
    if (transaction.operationId().isNull())
        throw Exception({ErrorKind::Internal, QStringLiteral("An audited change needs an operation id"), entry.action, {}, {}});
    transaction.beforeCommit([entry = redacted(std::move(entry))](Transaction &open) { append(open, entry); });
}

ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    const bool ascending = query.sortColumn == u"id" && !query.descending;
    ListWhere where = whereFor(query);
    if (cursor.key)
        where.add(ascending ? QStringLiteral("id > :after") : QStringLiteral("id < :after"), "after", cursor.key->value(0));
    Query select(session, QStringLiteral("select %1 from audit_logs%2 order by id %3 limit %4")
                              .arg(kColumns, where.sql(), ascending ? QStringLiteral("asc") : QStringLiteral("desc"))
                              .arg(cursor.limit + 1));
    where.bindTo(select);
    select.exec();
    ListPage<AuditRecord> page;
    while (select.next()) page.rows << readRow(select);
    page.atEnd = page.rows.size() <= cursor.limit;
    if (!page.atEnd) page.rows.removeLast();
    if (!page.rows.isEmpty()) page.lastKey = {page.rows.last().id.value};
    return page;
}

qint64 count(Session &session, const ListQuery &query)
{
    // Ids have no gaps and rows do not go: the head is the count.
    if (!query.isFiltered()) return readHead(session, false).id;
    const ListWhere where = whereFor(query);
    Query select(session, QStringLiteral("select count(*) from audit_logs%1").arg(where.sql()));
    where.bindTo(select);
    select.first();
    return select.get<qint64>(0);
}

std::optional<AuditRecord> get(Session &session, AuditId id)
{
    Query query(session, QStringLiteral("select %1 from audit_logs where id = :id").arg(kColumns));
    query.bind("id", id);
    return query.first() ? std::optional(readRow(query)) : std::nullopt;
}

Timestamp headTime(Session &session) { return readHead(session, false).occurredAt; }

AuditVerification verify(Session &session, const std::function<void(qint64, qint64)> &progress, const CancelToken &cancel)
{
    // One snapshot for head and rows; pages keep memory bounded.
    Transaction snapshot(session, Transaction::Mode::Read);
    const Head head = readHead(session, false);
    AuditVerification result;
    result.headHash = head.hash;
    AuditRecord before;
    before.hash = AuditPayload::zeroHash();
    const auto report = [&result](qint64 id, const char *kind, const QString &text) {
        if (++result.findingCount <= 100) result.findings << AuditFinding{id, QLatin1String(kind), text};
    };
    ListQuery order{{}, {}, QStringLiteral("id"), false};
    ListCursor cursor{std::nullopt, 1000};
    for (bool atEnd = false; !atEnd;) {
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        const ListPage<AuditRecord> rows = page(session, order, cursor);
        for (const AuditRecord &row : rows.rows) {
            const qint64 id = row.id.value;
            if (id != before.id.value + 1)
                report(id, "gap", QStringLiteral("Events %1 to %2 are missing").arg(before.id.value + 1).arg(id - 1));
            if (row.previousHash != before.hash) report(id, "link", QStringLiteral("The event does not continue the one before"));
            if (row.hash != AuditPayload::hash(row.previousHash, row.payload))
                report(id, "hash", QStringLiteral("The hash does not fit the payload"));
            if (row.payload != AuditPayload::canonical(row))
                report(id, "payload", QStringLiteral("The columns do not say what the payload says"));
            if (row.occurredAt < before.occurredAt) report(id, "time", QStringLiteral("The event is earlier than the one before"));
            before = row;
            ++result.rows;
        }
        atEnd = rows.atEnd;
        cursor.key = rows.lastKey;
        if (progress) progress(result.rows, head.id);
    }
    result.lastId = before.id.value;
    if (head.id != before.id.value)
        report(before.id.value, "head", QStringLiteral("The trail ends at event %1, its head says %2").arg(before.id.value).arg(head.id));
    else if (head.hash != before.hash)
        report(before.id.value, "head", QStringLiteral("The head does not fit the last event"));
    Query operations(session, QStringLiteral("select o.audit_id from operations o where not exists (select 1 from audit_logs a "
                                             "where a.id = o.audit_id and a.op_id = o.op_id) order by 1 limit 100"));
    operations.exec();
    while (operations.next()) report(operations.get<qint64>(0), "operation", QStringLiteral("An operation points to an event that is not there"));
    result.unsealedExternal = unsealedExternalChanges(session);
    return result;
}

qint64 unsealedExternalChanges(Session &session)
{
    Query query(session, QStringLiteral("select count(*) from external_changes where sealed_audit_id is null"));
    query.first();
    return query.get<qint64>(0);
}

int sealExternalChanges(Transaction &transaction, const Actor &actor, int limit)
{
    Session &session = transaction.session();
    struct Change {
        qint64 id;
        AuditEntry entry;
    };
    QList<Change> changes;
    {
        Query query(session, QStringLiteral("select id, {us:changed_at}, table_name, row_id, operation, {json:old_values}, "
                                            "{json:new_values}, db_user, application from external_changes "
                                            "where sealed_audit_id is null order by id limit %1 {for_update}")
                                 .arg(limit));
        query.exec();
        while (query.next()) {
            AuditEntry entry;
            entry.actor.name = query.getOptional<QString>(7).value_or(QStringLiteral("external"));
            entry.actor.userAgent = query.getOptional<QString>(8).value_or(QString());
            entry.action = QStringLiteral("EXTERNAL");
            entry.entityType = query.get<QString>(2);
            entry.entityId = query.getOptional<QString>(3).value_or(QString());
            entry.oldValues = query.getOptional<QJsonObject>(5);
            entry.newValues = query.getOptional<QJsonObject>(6);
            const QJsonObject names = entry.newValues.value_or(entry.oldValues.value_or(QJsonObject()));
            entry.entityName = names.value(QLatin1String("name")).toString();
            entry.metadata = {{QStringLiteral("operation"), query.get<QString>(4)},
                              {QStringLiteral("changed_at"), query.get<Timestamp>(1).toIso()},
                              {QStringLiteral("external_change"), query.get<qint64>(0)},
                              {QStringLiteral("sealed_by"), actor.name}};
            changes << Change{query.get<qint64>(0), redacted(entry)};
        }
    }
    if (changes.isEmpty()) return 0;
    transaction.beforeCommit([changes](Transaction &open) {
        for (const Change &change : changes) {
            const AuditId id = append(open, change.entry);
            Query(open.session(), QStringLiteral("update external_changes set sealed_audit_id = :audit where id = :id and sealed_audit_id is null"))
                .bind("audit", id)
                .bind("id", change.id)
                .exec();
        }
    });
    return int(changes.size());
}

}  // namespace headgate::AuditStore
