// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sample/sampleconnections.h"
#include "app/sample/samplerandom.h"
#include "models/connections/connectiontest.h"

namespace headgate {

enum class SampleOutcome { Pass, InClear, WrongPassword, Refused, Silent };

/// A finished test of a sample connection, as the probe would have told it: all eight stages, the server's words, what to
/// do. `totalMs` is the time of the whole test. connectionId, testedAt and testedBy are left for the caller. Pure.
ConnectionTest sampleTest(const SampleConnection &sample, SampleOutcome outcome, double totalMs, SampleRandom &random);

}  // namespace headgate
