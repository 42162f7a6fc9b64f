// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/proberun.h"

namespace headgate {

/// The staged test of a SQLite file. Every look at the file happens on a worker, because a file system may hang. Nothing
/// is created or changed, and no lock is held beyond one statement. Paths may be given as `file:` URIs without options.
class SqliteProbe : public ProbeRun {
public:
    using ProbeRun::ProbeRun;

private:
    class File;

    void probe() override;
    void lookForFile();
    void open();
    void readPrivileges();
    void readIdentity();
    void roundTrip();

    std::shared_ptr<File> m_file;
    bool m_isEmpty = false;
};

}  // namespace headgate
