// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/vault/securekey.h"
#include "models/base/result.h"

#include <QString>

namespace headgate {

/// A key in a file: one line of text and the key in hexadecimal, mode 0600, in a folder made with 0700. Refused when it
/// is a link, is not the caller's, or when group or others have any right to it. Any thread; blocks on the file system.
namespace KeyFile {

/// ErrorKind::NotFound, Denied (rights, owner, link), Integrity (not a key).
Result<SecureKey> read(const QString &path);
/// Never replaces a file: of several processes that make it at once, all get the key of the one that came first.
Result<SecureKey> readOrCreate(const QString &path);
Result<Done> remove(const QString &path);

}  // namespace KeyFile
}  // namespace headgate
