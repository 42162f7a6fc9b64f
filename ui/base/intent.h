// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace headgate {

/// Names one record for a page or the palette to open: {"connections", "42"}.
struct EntityRef {
    QString page;
    QString id;
    bool operator==(const EntityRef &) const = default;
};

}  // namespace headgate
