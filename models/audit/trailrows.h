// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

#include <QByteArrayView>
#include <functional>

namespace headgate {

/// A link of the chain as it is stored; the views are good for one call.
struct TrailRow {
    qint64 id = 0;
    QByteArrayView previousHash;
    QByteArrayView hash;
    QByteArrayView payload;  ///< empty unless it was asked for
};

namespace TrailRows {

enum class Payloads { Without, With };
/// The rows from `first` to `last` in order of id, straight through; inside the caller's transaction.
void forEach(Session &session, qint64 first, qint64 last, Payloads payloads, const std::function<void(const TrailRow &)> &visit);

}  // namespace TrailRows
}  // namespace headgate
