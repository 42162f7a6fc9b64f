// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <stdexcept>

namespace headgate {

/// What kind of thing went wrong; decides the exit code of a verb and what the window offers.
enum class ErrorKind {
    Invalid,      ///< input that cannot be accepted (exit 2)
    NotFound,     ///< the named thing is not there (exit 1)
    Conflict,     ///< somebody else changed the record first (exit 1)
    InUse,        ///< refused because something depends on it (exit 1)
    Denied,       ///< permission or read-only (exit 1)
    Unreachable,  ///< the workspace cannot be reached or is not usable (exit 3)
    Cancelled,    ///< stopped on request (exit 1)
    Timeout,      ///< a deadline passed (exit 1)
    Locked,       ///< the vault is locked, or another process holds a lock (exit 1)
    Integrity,    ///< stored data contradicts itself: checksum, audit chain, seal (exit 1)
    Unknown,      ///< the outcome of a commit could not be learnt (exit 1)
    Internal,     ///< anything else (exit 1)
    Full,         ///< no room left: the disk, or a limit on it (exit 1)
};

/// The symbolic name used as "code" in JSON output, e.g. "conflict".
QString errorKindName(ErrorKind kind);

/// What a person is told: what happened, where, the evidence (the server's own words), how to fix it.
/// Never holds a secret. Value type, any thread.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString what;
    QString where;
    QString evidence;
    QString hint;

    bool operator==(const Error &) const = default;
    /// One paragraph for a log or a terminal.
    QString text() const;
};

/// The exception form of Error, thrown inside and caught once at the worker boundary.
class Exception : public std::runtime_error {
public:
    explicit Exception(Error error);
    const Error &error() const { return m_error; }

private:
    Error m_error;
};

}  // namespace headgate
