// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace headgate::test {

/// What a sanitizer itself may add to the resident memory, in kB: freed blocks kept aside (256 MB), red zones, shadow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr qint64 sanitizerKb = 1'000'000;
#else
inline constexpr qint64 sanitizerKb = 0;
#endif

}  // namespace headgate::test
