// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditcolumns.h"

#include "models/base/compactjson.h"

#include <QJsonDocument>
#include <chrono>
#include <cstdio>

namespace headgate {

namespace {

void appendInteger(QByteArray &out, qint64 value)
{
    char digits[24];
    out.append(digits, std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(value)));
}

/// As Timestamp::toIso writes it.
void appendTime(QByteArray &out, Timestamp time)
{
    using namespace std::chrono;
    const sys_time<microseconds> at{microseconds(time.us)};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss clock{at - day};
    char text[40];
    out.append(text, std::snprintf(text, sizeof text, "\"%04d-%02u-%02uT%02d:%02d:%02d.%06dZ\"", int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count())));
}

bool isPlain(char c)
{
    return uchar(c) >= 0x20 && c != '"' && c != '\\';
}

void appendEscaped(QByteArray &out, char c)
{
    switch (c) {
    case '"': out.append("\\\""); return;
    case '\\': out.append("\\\\"); return;
    case '\b': out.append("\\b"); return;
    case '\f': out.append("\\f"); return;
    case '\n': out.append("\\n"); return;
    case '\r': out.append("\\r"); return;
    case '\t': out.append("\\t"); return;
    default: break;
    }
    char text[8];
    out.append(text, std::snprintf(text, sizeof text, "\\u%04x", unsigned(uchar(c))));
}

/// As QJsonDocument writes a string.
void appendString(QByteArray &out, QByteArrayView text)
{
    out.append('"');
    qsizetype done = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (isPlain(text[i])) continue;
        out.append(text.sliced(done, i - done));
        appendEscaped(out, text[i]);
        done = i + 1;
    }
    out.append(text.sliced(done));
    out.append('"');
}

/// Keys sorted and numbers written as they are in a payload; text that is no JSON stays as it is.
QByteArray reformatted(QByteArrayView json)
{
    const QByteArray text = QByteArray::fromRawData(json.data(), json.size());
    const QJsonDocument document = QJsonDocument::fromJson(text);
    return document.isObject() ? CompactJson::of(document.object()) : text;
}

}  // namespace

const QString &AuditColumns::selectList()
{
    static const QString list = QStringLiteral(
        "id, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address, user_agent, "
        "{json:old_values}, {json:new_values}, error_message, {json:metadata}, {uuid:op_id}, payload, previous_hash, hash");
    return list;
}

void AuditColumns::add(const RowStream &row)
{
    Row &kept = m_rows.emplace_back();
    kept.id = row.integer(Id);
    kept.occurredAt = row.time(OccurredAt);
    if (!row.isNull(UserId)) kept.userId = row.integer(UserId);
    for (int i = 0; i < kTexts; ++i) {
        if (row.isNull(Actor + i)) continue;
        const QByteArrayView bytes = row.bytes(Actor + i);
        kept.texts[size_t(i)] = {m_bytes.size(), bytes.size()};
        m_bytes.append(bytes);
    }
}

void AuditColumns::clear()
{
    m_rows.clear();
    m_bytes.resize(0);
}

QByteArrayView AuditColumns::text(const Row &row, Column column) const
{
    const Span span = row.texts[size_t(column - Actor)];
    return span.size < 0 ? QByteArrayView() : QByteArrayView(m_bytes).sliced(span.begin, span.size);
}

void AuditColumns::write(QByteArray &out, const Row &row, bool reformat) const
{
    const auto plain = [&](const char *key, Column column) {
        out.append(key);
        appendString(out, text(row, column));
    };
    const auto optional = [&](const char *key, Column column) {
        if (!text(row, column).isEmpty()) return plain(key, column);
        out.append(key);
        out.append("null");
    };
    const auto json = [&](const char *key, Column column) {
        out.append(key);
        if (isNull(row, column)) out.append("null");
        else if (reformat) out.append(reformatted(text(row, column)));
        else out.append(text(row, column));
    };
    // The order of the canonical text: by key.
    out.resize(0);
    plain("{\"action\":", Action);
    plain(",\"actor\":", Actor);
    optional(",\"entity_id\":", EntityId);
    optional(",\"entity_name\":", EntityName);
    plain(",\"entity_type\":", EntityType);
    optional(",\"error_message\":", ErrorMessage);
    out.append(",\"id\":");
    appendInteger(out, row.id);
    optional(",\"ip_address\":", IpAddress);
    json(",\"metadata\":", Metadata);
    json(",\"new_values\":", NewValues);
    out.append(",\"occurred_at\":");
    appendTime(out, row.occurredAt);
    json(",\"old_values\":", OldValues);
    plain(",\"op_id\":", OperationId);
    plain(",\"status\":", Status);
    optional(",\"user_agent\":", UserAgent);
    out.append(",\"user_id\":");
    if (row.userId) appendInteger(out, *row.userId);
    else out.append("null");
    out.append('}');
}

QList<qint64> AuditColumns::disagreeing() const
{
    QList<qint64> ids;
    QByteArray built;
    for (const Row &row : m_rows) {
        const QByteArrayView payload = text(row, Payload);
        write(built, row, false);
        if (built == payload) continue;
        write(built, row, true);
        if (built != payload) ids << row.id;
    }
    return ids;
}

}  // namespace headgate
