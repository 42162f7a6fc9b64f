// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace headgate {

/// Small real SQLite databases for the sample workspace, so that a test of them succeeds. Any thread; throws DbError.
namespace SampleFiles {

/// pos-berlin.sqlite, field-sensors.sqlite, feature-flags.sqlite, invoices-2019.sqlite.
QStringList names();
/// Makes the folder and the files; a file that is there already is left alone.
void make(const QString &folder);

}  // namespace SampleFiles
}  // namespace headgate
