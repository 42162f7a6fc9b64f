// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserversession.h"

#include "models/base/error.h"
#include "models/connections/targetoptions.h"

namespace headgate {

using namespace Qt::StringLiterals;

std::unique_ptr<TargetSession> openSqlserverSession(const ProbeTarget &target, const CancelToken &)
{
    throw Exception({ErrorKind::Invalid, u"SQL Server cannot be read from here."_s, targetoptions::place(target.connection), {}, {}});
}

}  // namespace headgate
