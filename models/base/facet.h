// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>
#include <optional>

namespace headgate {

/// One value of a column and the rows that have it; none while it is not counted. An invalid value is NULL.
struct FacetCount {
    QVariant value;
    std::optional<qint64> count;
    bool operator==(const FacetCount &) const = default;
};

}  // namespace headgate
