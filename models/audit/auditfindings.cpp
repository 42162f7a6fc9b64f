// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditfindings.h"

#include <algorithm>
#include <limits>

namespace headgate {

void AuditFindings::add(const char *kind, qint64 first, qint64 last, const QString &text)
{
    m_count += last - first + 1;
    const QString name = QLatin1String(kind);
    const auto newest = m_newest.constFind(name);
    if (newest != m_newest.constEnd()) {
        AuditFinding &run = m_runs[*newest];
        if (run.lastId + 1 == first && run.text == text) {
            run.lastId = last;
            return;
        }
    }
    if (m_runs.size() >= kMostRuns) return;
    m_newest.insert(name, m_runs.size());
    m_runs << AuditFinding{first, name, text, last};
}

void AuditFindings::moveTo(AuditVerification &result)
{
    // What concerns no event comes last.
    std::ranges::stable_sort(m_runs, {}, [](const AuditFinding &run) { return run.id > 0 ? run.id : std::numeric_limits<qint64>::max(); });
    result.findings = m_runs;
    result.findingCount = m_count;
}

}  // namespace headgate
