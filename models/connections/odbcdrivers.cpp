// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/odbcdrivers.h"

#include "models/base/error.h"
#include "models/database/native/blockingwait.h"
#include "models/database/odbc/odbchelper.h"

#include <QVariant>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int listMs = 3'000;

}  // namespace

QStringList installedOdbcDrivers()
{
    BlockingWait wait;
    wait.begin({}, listMs);
    OdbcHelper helper(wait.function());
    if (helper.start(listMs) == WaitResult::Ready) {
        const OdbcHelper::Reply reply = helper.ask({{u"do"_s, u"drivers"_s}}, listMs);
        if (reply.outcome == OdbcHelper::Outcome::Answered) return reply.json.value("drivers"_L1).toVariant().toStringList();
    }
    throw Exception({ErrorKind::Timeout, u"The list of ODBC drivers did not come"_s, u"odbcinst.ini"_s, helper.end(), u"Test again, or type the driver's name."_s});
}

}  // namespace headgate
