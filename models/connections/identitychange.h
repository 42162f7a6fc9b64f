// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"

#include <QList>

namespace headgate {

/// One thing in which two servers differ.
struct IdentityChange {
    QString field;  ///< system_identifier, version, address, in_recovery, certificate_fingerprint
    QString label;  ///< "system identifier", …
    QString before;
    QString after;
    bool operator==(const IdentityChange &) const = default;
};

/// How much a difference says. Note: the same server with another version. Moved: the same data behind another address,
/// role or certificate. Other: another server, by its system identifier (or by its address where that is not known).
enum class IdentityVerdict { Same, Note, Moved, Other };

struct IdentityComparison {
    IdentityVerdict verdict = IdentityVerdict::Same;
    QList<IdentityChange> changes;
};

/// What a server that answered now has to do with the one of the last good test. What one side does not know is not
/// compared. Pure, any thread.
IdentityComparison compareIdentity(const ServerIdentity &lastGood, const ServerIdentity &now);
/// "system identifier 73…1 → 73…2, version PostgreSQL 15.8 → PostgreSQL 15.18".
QString identityChangesText(const QList<IdentityChange> &changes);

/// The error code of a stage and of a test whose server is not that of the last good test.
inline constexpr QLatin1String serverChangedCode("server_changed");

/// Compares the identity stage of a finished test with the last good server: another one is a warning of the stage and of
/// the test, with old and new; another version alone is told in the stage's message.
void judgeIdentity(ConnectionTest &test, const ServerIdentity &lastGood);

}  // namespace headgate
