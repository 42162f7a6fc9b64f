// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace headgate {

/// The ODBC drivers that odbcinst.ini lists, sorted, asked of a helper process. Blocks a few milliseconds, three seconds
/// at most: a worker thread only. Throws Exception when the helper cannot be started or does not answer.
QStringList installedOdbcDrivers();

}  // namespace headgate
