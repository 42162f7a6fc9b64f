// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QMetaType>
#include <compare>

namespace headgate {

/// A row id that cannot be mixed up with another table's. 0 means "not stored yet".
template <typename Tag>
struct Id {
    qint64 value = 0;
    bool isValid() const { return value > 0; }
    auto operator<=>(const Id &) const = default;
    friend size_t qHash(const Id &id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
};

using ConnectionId = Id<struct ConnectionTag>;
using ConnectionTestId = Id<struct ConnectionTestTag>;
using AuditId = Id<struct AuditTag>;
using UserId = Id<struct UserTag>;
using PipelineId = Id<struct PipelineTag>;

}  // namespace headgate
