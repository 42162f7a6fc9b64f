// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditcolumns.h"
#include "models/audit/auditfindings.h"
#include "models/audit/auditpayload.h"
#include "models/audit/auditstore.h"
#include "models/audit/trailpoints.h"

#include <QElapsedTimer>
#include <future>
#include <map>

namespace headgate::AuditStore {

namespace {

/// Rows that are compared at a time, and between two words about the progress: some 6 MB.
constexpr qsizetype kBatch = 8192;
constexpr qint64 kHourUs = 3'600'000'000;

/// Hours, actions and status of the rows read, to be compared with the rollups; of the facets the sums.
class RollupTally {
public:
    /// Rows come in order of time, so there is one hour at hand and few kinds of events in it.
    void add(Timestamp at, QByteArrayView action, QByteArrayView status)
    {
        const qint64 hour = at.us - ((at.us % kHourUs) + kHourUs) % kHourUs;
        ++m_rows;
        if (hour != m_hour) flush();
        m_hour = hour;
        for (Cell &cell : m_cells)
            if (cell.action == action && cell.status == status) {
                ++cell.events;
                return;
            }
        m_cells.push_back({action.toByteArray(), status.toByteArray(), 1});
    }
    /// Hours whose events the rollups do not count rightly.
    void compare(Session &session, AuditFindings &findings)
    {
        flush();
        RowStream rows(session, QStringLiteral("select bucket_start, action, status, events from audit_rollups"));
        while (rows.next()) m_counts[{rows.time(0).us, rows.bytes(1).toByteArray() + '/' + rows.bytes(2).toByteArray()}] -= rows.integer(3);
        for (const auto &[key, difference] : m_counts)
            if (difference != 0)
                findings.add("rollup", 0, QStringLiteral("The hour of %1 counts %2 events too %3 of %4")
                                              .arg(Timestamp{key.first}.toIso().left(16))
                                              .arg(std::abs(difference))
                                              .arg(difference > 0 ? QStringLiteral("few") : QStringLiteral("many"), QString::fromUtf8(key.second)));
        RowStream facets(session, QStringLiteral("select facet, cast(sum(events) as bigint) from audit_facets where facet in ('actor', 'entity_type') group by facet order by facet"));
        while (facets.next())
            if (facets.integer(1) != m_rows)
                findings.add("rollup", 0, QStringLiteral("The facets count %1 events by %2, there are %3").arg(facets.integer(1)).arg(QString::fromUtf8(facets.bytes(0))).arg(m_rows));
    }

private:
    struct Cell {
        QByteArray action;
        QByteArray status;
        qint64 events;
    };
    void flush()
    {
        for (const Cell &cell : m_cells) m_counts[{m_hour, cell.action + '/' + cell.status}] += cell.events;
        m_cells.clear();
    }

    qint64 m_rows = 0;
    qint64 m_hour = 0;
    std::vector<Cell> m_cells;
    std::map<std::pair<qint64, QByteArray>, qint64> m_counts;
};

/// The chain itself: each row against the one before it.
class ChainCheck {
public:
    ChainCheck(const TrailPoint &start, AuditFindings &findings) : m_findings(findings), m_id(start.id), m_hash(start.hash) {}

    void check(const RowStream &row)
    {
        const qint64 id = row.integer(AuditColumns::Id);
        const Timestamp at = row.time(AuditColumns::OccurredAt);
        const QByteArrayView previous = row.bytes(AuditColumns::PreviousHash);
        const QByteArrayView hash = row.bytes(AuditColumns::Hash);
        if (id > m_id + 1) m_findings.add("gap", m_id + 1, id - 1, QStringLiteral("Missing"));
        if (previous != m_hash) m_findings.add("link", id, QStringLiteral("Does not continue the event before"));
        if (hash != AuditPayload::hash(previous, row.bytes(AuditColumns::Payload))) m_findings.add("hash", id, QStringLiteral("The hash does not fit the payload"));
        if (at < m_at) m_findings.add("time", id, QStringLiteral("Earlier than the event before"));
        m_id = id;
        m_at = at;
        m_hash.resize(0);
        m_hash.append(hash);
    }
    qint64 lastId() const { return m_id; }
    QByteArrayView lastHash() const { return m_hash; }

private:
    AuditFindings &m_findings;
    qint64 m_id;
    QByteArray m_hash;
    Timestamp m_at{std::numeric_limits<qint64>::min()};
};

/// Compares columns with payloads on a second thread, one batch while the next one is read.
class ColumnCheck {
public:
    explicit ColumnCheck(AuditFindings &findings) : m_findings(findings) {}
    ~ColumnCheck()
    {
        if (m_work.valid()) m_work.wait();
    }
    /// True when a batch is full and was handed over.
    bool add(const RowStream &row)
    {
        m_filling.add(row);
        if (m_filling.size() < kBatch) return false;
        handOver();
        return true;
    }
    void finish()
    {
        handOver();
        collect();
    }

private:
    void handOver()
    {
        collect();
        std::swap(m_filling, m_comparing);
        m_filling.clear();
        m_work = std::async(std::launch::async, [this] { return m_comparing.disagreeing(); });
    }
    void collect()
    {
        if (!m_work.valid()) return;
        for (const qint64 id : m_work.get()) m_findings.add("payload", id, QStringLiteral("The columns do not say what the payload says"));
    }

    AuditFindings &m_findings;
    AuditColumns m_filling;
    AuditColumns m_comparing;
    std::future<QList<qint64>> m_work;
};

void checkOperations(Session &session, const TrailPoint &start, AuditFindings &findings)
{
    RowStream rows(session, QStringLiteral("select o.audit_id from operations o where o.audit_id > %1 and not exists (select 1 from audit_logs a "
                                           "where a.id = o.audit_id and a.op_id = o.op_id) order by 1")
                                .arg(start.id));
    while (rows.next()) findings.add("operation", rows.integer(0), QStringLiteral("An operation points to it and is not its own"));
}

void checkHead(const TrailPoint &head, const ChainCheck &chain, AuditFindings &findings)
{
    if (head.id != chain.lastId())
        findings.add("head", chain.lastId(), QStringLiteral("The last one that is there; the head of the trail says %1").arg(head.id));
    else if (head.hash != chain.lastHash())
        findings.add("head", chain.lastId(), QStringLiteral("The head of the trail does not fit it"));
}

}  // namespace

AuditVerification verify(Session &session, const std::function<void(qint64, qint64)> &progress, const CancelToken &cancel, const std::optional<TrailPoint> &from)
{
    QElapsedTimer clock;
    clock.start();
    const WithoutDeadline unlimited(session);
    // One snapshot for the head, the rows and what is derived from them.
    Transaction snapshot(session, Transaction::Mode::Read);
    const TrailPoint head = TrailPoints::head(session);
    AuditVerification result;
    result.start = TrailPoints::start(session);
    result.incremental = from && from->id > result.start.id && from->id <= head.id;
    if (result.incremental) result.start = *from;
    result.headHash = head.hash;
    AuditFindings findings;
    ChainCheck chain(result.start, findings);
    RollupTally rollups;
    {
        ColumnCheck columns(findings);
        RowStream rows(session, QStringLiteral("select %1 from audit_logs where id > %2 order by id").arg(AuditColumns::selectList()).arg(result.start.id));
        while (rows.next()) {
            chain.check(rows);
            if (!result.incremental) rollups.add(rows.time(AuditColumns::OccurredAt), rows.bytes(AuditColumns::Action), rows.bytes(AuditColumns::Status));
            ++result.rows;
            if (!columns.add(rows)) continue;
            if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
            if (progress) progress(result.rows, head.id - result.start.id);
        }
        columns.finish();
    }
    result.lastId = chain.lastId();
    checkHead(head, chain, findings);
    checkOperations(session, result.start, findings);
    if (!result.incremental) rollups.compare(session, findings);
    findings.moveTo(result);
    result.unsealedExternal = unsealedExternalChanges(session);
    result.seconds = double(clock.nsecsElapsed()) / 1e9;
    if (progress) progress(result.rows, result.rows);
    return result;
}

}  // namespace headgate::AuditStore
