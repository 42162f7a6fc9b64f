// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionexport.h"

#include "app/connections/connectionservice.h"
#include "app/connections/testhistoryservice.h"
#include "models/audit/redaction.h"
#include "models/connections/connectionjson.h"

namespace headgate {

namespace {

QStringList connectionColumns()
{
    return {QStringLiteral("name"),         QStringLiteral("environment"),   QStringLiteral("database_type"),  QStringLiteral("connection_type"),
            QStringLiteral("host"),         QStringLiteral("port"),          QStringLiteral("database_name"),  QStringLiteral("username"),
            QStringLiteral("is_active"),    QStringLiteral("is_read_only"),  QStringLiteral("tags"),           QStringLiteral("description"),
            QStringLiteral("config"),       QStringLiteral("last_test_status"), QStringLiteral("last_tested_at"), QStringLiteral("last_response_ms"),
            QStringLiteral("created_at"),   QStringLiteral("updated_at"),    QStringLiteral("version")};
}

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }

}  // namespace

QJsonObject connectionTestRow(const TestRecord &test)
{
    return {{QStringLiteral("id"), qint64(test.id.value)},
            {QStringLiteral("connection_id"), qint64(test.connectionId.value)},
            {QStringLiteral("connection"), test.connectionName},
            {QStringLiteral("status"), testStatuses.name(test.status)},
            {QStringLiteral("response_time_ms"), test.responseTimeMs},
            {QStringLiteral("tested_at"), test.testedAt.toIso()},
            {QStringLiteral("server_version"), textOrNull(test.serverVersion)},
            {QStringLiteral("error_code"), textOrNull(test.errorCode)},
            {QStringLiteral("error_message"), textOrNull(Redaction::redactText(test.errorMessage))}};
}

QJsonObject connectionRow(const Connection &c)
{
    QJsonObject row = ConnectionJson::toJson(c);
    row.insert(QStringLiteral("config"), Redaction::redact(c.config));
    row.insert(QStringLiteral("last_test_status"), c.lastTestStatus ? QJsonValue(testStatuses.name(*c.lastTestStatus)) : QJsonValue());
    row.insert(QStringLiteral("last_tested_at"), c.lastTestedAt ? QJsonValue(c.lastTestedAt->toIso()) : QJsonValue());
    row.insert(QStringLiteral("last_response_ms"), c.lastResponseMs ? QJsonValue(*c.lastResponseMs) : QJsonValue());
    row.insert(QStringLiteral("created_at"), c.createdAt.toIso());
    row.insert(QStringLiteral("updated_at"), c.updatedAt.toIso());
    return row;
}

ExportSource connectionExport(ConnectionService &service)
{
    const auto fetch = [&service](const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel) { return service.page(query, cursor, cancel); };
    return {QStringLiteral("connections"), connectionColumns(), jsonPages(fetch, connectionRow),
            [&service](const ListQuery &query, const CancelToken &cancel) { return service.count(query, cancel); },
            [&service](const QJsonObject &facts) { return service.recordExport(facts); }};
}

ExportSource connectionTestExport(ConnectionService &service)
{
    TestHistoryService &tests = service.testHistory();
    const auto fetch = [&tests](const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel) { return tests.page(query, cursor, cancel); };
    const QStringList columns{QStringLiteral("id"),        QStringLiteral("connection_id"),  QStringLiteral("connection"), QStringLiteral("status"), QStringLiteral("response_time_ms"),
                              QStringLiteral("tested_at"), QStringLiteral("server_version"), QStringLiteral("error_code"), QStringLiteral("error_message")};
    return {QStringLiteral("connection_tests"), columns, jsonPages(fetch, connectionTestRow),
            [&tests](const ListQuery &query, const CancelToken &cancel) { return tests.count(query, cancel); },
            [&service](const QJsonObject &facts) { return service.recordExport(facts); }};
}

}  // namespace headgate
