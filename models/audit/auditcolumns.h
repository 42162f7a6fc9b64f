// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/rowstream.h"

#include <QByteArray>
#include <QList>
#include <array>
#include <optional>
#include <vector>

namespace headgate {

/// Some thousand rows of the trail, kept to compare their columns with their payloads on another thread: the canonical
/// text is written straight from the columns, and only where that is not the payload, by way of QJsonDocument
/// (PostgreSQL's jsonb has spaces and an order of keys of its own). One thread at a time.
class AuditColumns {
public:
    /// The select list of a scan, in the order of Column.
    static const QString &selectList();
    enum Column { Id, OccurredAt, UserId, Actor, Action, EntityType, EntityId, EntityName, Status, IpAddress, UserAgent, OldValues, NewValues,
                  ErrorMessage, Metadata, OperationId, Payload, PreviousHash, Hash };

    void add(const RowStream &row);
    qsizetype size() const { return qsizetype(m_rows.size()); }
    void clear();
    /// The ids of rows whose columns do not say what the payload says.
    QList<qint64> disagreeing() const;

private:
    static constexpr int kTexts = Payload - Actor + 1;
    struct Span {
        qsizetype begin = 0;
        qsizetype size = -1;  ///< -1: NULL
    };
    struct Row {
        qint64 id;
        Timestamp occurredAt;
        std::optional<qint64> userId;
        std::array<Span, kTexts> texts;
    };
    QByteArrayView text(const Row &row, Column column) const;
    bool isNull(const Row &row, Column column) const { return row.texts[size_t(column - Actor)].size < 0; }
    void write(QByteArray &out, const Row &row, bool reformat) const;

    std::vector<Row> m_rows;
    QByteArray m_bytes;
};

}  // namespace headgate
