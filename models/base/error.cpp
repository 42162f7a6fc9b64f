// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"

#include <QStringList>

namespace headgate {

QString errorKindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Invalid: return QStringLiteral("invalid");
    case ErrorKind::NotFound: return QStringLiteral("not_found");
    case ErrorKind::Conflict: return QStringLiteral("conflict");
    case ErrorKind::InUse: return QStringLiteral("in_use");
    case ErrorKind::Denied: return QStringLiteral("denied");
    case ErrorKind::Unreachable: return QStringLiteral("unreachable");
    case ErrorKind::Cancelled: return QStringLiteral("cancelled");
    case ErrorKind::Timeout: return QStringLiteral("timeout");
    case ErrorKind::Locked: return QStringLiteral("locked");
    case ErrorKind::Integrity: return QStringLiteral("integrity");
    case ErrorKind::Unknown: return QStringLiteral("unknown_outcome");
    case ErrorKind::Full: return QStringLiteral("full");
    case ErrorKind::Internal: break;
    }
    return QStringLiteral("internal");
}

QString Error::text() const
{
    QStringList parts{what};
    if (!where.isEmpty()) parts << QStringLiteral("Where: ") + where;
    if (!evidence.isEmpty()) parts << QStringLiteral("Evidence: ") + evidence;
    if (!hint.isEmpty()) parts << QStringLiteral("What to do: ") + hint;
    return parts.join(QLatin1Char('\n'));
}

Exception::Exception(Error error) : std::runtime_error(error.what.toStdString()), m_error(std::move(error)) {}

}  // namespace headgate
