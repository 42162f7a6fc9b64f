// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <sys/types.h>

namespace headgate::odbc {

struct Spawned {
    pid_t pid = 0;    ///< 0 when it failed
    int socket = -1;  ///< its standard input, ours to read and write
    int error = 0;    ///< errno
};

/// Starts a helper program with one argument, our process id. Its environment is what drivers and certificates need and
/// nothing else: ours may hold passwords. Any thread; blocks for the moment that a process takes to start.
Spawned spawn(const QString &program);

}  // namespace headgate::odbc
