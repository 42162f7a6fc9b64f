// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace headgate {

/// The first packet of a MySQL or MariaDB server, as far as it has come. Any thread.
struct MysqlGreeting {
    enum class Kind { Incomplete, Foreign, Error, Plain, OffersTls };
    Kind kind = Kind::Incomplete;
    unsigned errorNumber = 0;  ///< of Error
    QString errorText;

    static MysqlGreeting read(const QByteArray &packet);
};

}  // namespace headgate
