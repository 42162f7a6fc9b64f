// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <vector>

namespace headgate {

/// How a sample connection fares; `since` is counted back from the sample's present.
enum class SampleFate {
    Steady,
    Spiky,
    Slowing,        ///< slower every day of the last week
    Flapping,       ///< refuses now and then
    InClear,        ///< warns: no TLS
    WrongPassword,  ///< fails now, with 28P01
    Refused,        ///< fails now
    Silent,         ///< fails now: nothing answers in time
    Untested,
};

/// A sample connection and what its history is made from.
struct SampleConnection {
    Connection connection;   ///< as it stands at the end
    SampleFate fate = SampleFate::Steady;
    double typicalMs = 10;   ///< of a whole test
    double failingHours = 0; ///< how long it has been failing
    int ageDays = 30;        ///< when it was made
    QString server;          ///< version, as the server says it
    QString address;         ///< what its host resolves to
};

/// About forty, in the order in which they were made. `folder` holds the files of SampleFiles. Pure, any thread.
std::vector<SampleConnection> sampleConnections(const QString &folder);

}  // namespace headgate
