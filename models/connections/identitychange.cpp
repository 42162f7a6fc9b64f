// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/identitychange.h"

#include <QHash>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

const QString systemIdentifier = u"system_identifier"_s;

/// "server_id=1 host=db server_uid=…" as keys and values; a PostgreSQL identifier has no keys.
QHash<QString, QString> parts(const QString &identifier)
{
    QHash<QString, QString> parts;
    for (const QString &part : identifier.split(u' '))
        if (const qsizetype at = part.indexOf(u'='); at > 0) parts.insert(part.left(at), part.mid(at + 1));
    return parts;
}

/// By MariaDB's own id where both sides know it, since the host name beside it may be given anew; else by all that both
/// know, but for a SQLite file's user_version, which every schema step changes.
bool isSameSystem(const QString &a, const QString &b)
{
    const QHash<QString, QString> left = parts(a);
    const QHash<QString, QString> right = parts(b);
    if (left.isEmpty() || right.isEmpty()) return a == b;
    const QString unique = u"server_uid"_s;
    if (left.contains(unique) && right.contains(unique)) return left.value(unique) == right.value(unique);
    for (auto each = left.begin(); each != left.end(); ++each)
        if (each.key() != u"user_version" && right.contains(each.key()) && right.value(each.key()) != each.value()) return false;
    return true;
}

QString addressOf(const ServerIdentity &server)
{
    return server.port > 0 ? u"%1:%2"_s.arg(server.address).arg(server.port) : server.address;
}

QString roleOf(const ServerIdentity &server)
{
    if (!server.inRecovery) return {};
    return *server.inRecovery ? u"standby"_s : u"primary"_s;
}

bool differs(const IdentityComparison &comparison, const QString &field)
{
    return std::ranges::any_of(comparison.changes, [&field](const IdentityChange &change) { return change.field == field; });
}

/// Without a system identifier on both sides an address is the best that is known.
IdentityVerdict verdictOf(const IdentityComparison &c, bool identifierKnown)
{
    if (c.changes.isEmpty()) return IdentityVerdict::Same;
    if (differs(c, systemIdentifier) || (!identifierKnown && differs(c, u"address"_s))) return IdentityVerdict::Other;
    return c.changes.size() == 1 && differs(c, u"version"_s) ? IdentityVerdict::Note : IdentityVerdict::Moved;
}

QString hintFor(IdentityVerdict verdict, const ServerIdentity &now)
{
    if (now.systemIdentifier.contains("inode="_L1))
        return u"Another file stands at this path: it was replaced or restored. See that it is the right one before anything is written "
               "there; accept it if the change was meant."_s;
    if (verdict == IdentityVerdict::Other)
        return u"Another server answers at this address. See that name, address, port and proxy lead where they should before anything "
               "is written there; accept the server if the change was meant."_s;
    return u"The data is the same, but where or as what it answers has changed: a failover, a move or a new certificate. Accept the "
           "server if the change was meant."_s;
}

}  // namespace

IdentityComparison compareIdentity(const ServerIdentity &lastGood, const ServerIdentity &now)
{
    IdentityComparison comparison;
    const auto compare = [&comparison](const QString &field, const QString &label, const QString &before, const QString &after) {
        if (!before.isEmpty() && !after.isEmpty() && before != after) comparison.changes << IdentityChange{field, label, before, after};
    };
    const bool identifierKnown = !lastGood.systemIdentifier.isEmpty() && !now.systemIdentifier.isEmpty();
    if (!isSameSystem(lastGood.systemIdentifier, now.systemIdentifier))
        compare(systemIdentifier, u"system identifier"_s, lastGood.systemIdentifier, now.systemIdentifier);
    compare(u"version"_s, u"version"_s, lastGood.version, now.version);
    compare(u"address"_s, u"address"_s, addressOf(lastGood), addressOf(now));
    compare(u"in_recovery"_s, u"role"_s, roleOf(lastGood), roleOf(now));
    compare(u"certificate_fingerprint"_s, u"certificate"_s, lastGood.certificateFingerprint, now.certificateFingerprint);
    comparison.verdict = verdictOf(comparison, identifierKnown);
    return comparison;
}

QString identityChangesText(const QList<IdentityChange> &changes)
{
    QStringList parts;
    for (const IdentityChange &change : changes) parts << u"%1 %2 → %3"_s.arg(change.label, change.before, change.after);
    return parts.join(u", "_s);
}

void judgeIdentity(ConnectionTest &test, const ServerIdentity &lastGood)
{
    if (!test.identity || test.status == TestStatus::Cancelled) return;
    const auto stage = std::ranges::find(test.stages, TestStage::Identity, &StageResult::stage);
    if (stage == test.stages.end() || (stage->status != StageStatus::Pass && stage->status != StageStatus::Warn)) return;
    const IdentityComparison comparison = compareIdentity(lastGood, *test.identity);
    if (comparison.verdict == IdentityVerdict::Same) return;
    const QString changes = identityChangesText(comparison.changes);
    if (comparison.verdict == IdentityVerdict::Note) {
        stage->message += u" Since the last good test: %1."_s.arg(changes);
        return;
    }
    const QString verdict = u"This is not the server of the last good test: %1."_s.arg(changes);
    stage->status = StageStatus::Warn;
    stage->message = u"%1 %2"_s.arg(verdict, stage->message);
    stage->hint = hintFor(comparison.verdict, *test.identity);
    stage->errorCode = serverChangedCode;
    test.status = overallStatus(test.stages);
    if (test.status != TestStatus::Warning) return;  // a failed test keeps the words of what failed
    test.errorCode = serverChangedCode;
    test.errorMessage = verdict;
}

}  // namespace headgate
