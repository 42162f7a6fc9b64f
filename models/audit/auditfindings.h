// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QHash>

namespace headgate {

/// Gathers what a verification finds: neighbouring events that suffer the same become one run, so that memory stays
/// bounded however much is wrong. One thread.
class AuditFindings {
public:
    static constexpr int kMostRuns = 1000;

    /// `first` to `last`: a run that is known as one. Within a kind the ids come in ascending order.
    void add(const char *kind, qint64 first, qint64 last, const QString &text);
    void add(const char *kind, qint64 id, const QString &text) { add(kind, id, id, text); }
    /// Into the result, by the first event of each run.
    void moveTo(AuditVerification &result);

private:
    QList<AuditFinding> m_runs;
    QHash<QString, qsizetype> m_newest;  ///< of each kind
    qint64 m_count = 0;
};

}  // namespace headgate
