// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

namespace headgate {

class Workspace;

/// A workspace to look around in: connections of a made-up company (no host of which exists), four real SQLite files
/// beside the workspace, a month of tests, people and what they did. The same at every filling, relative to `now`.
namespace SampleWorkspace {

/// When the story begins; a workspace made for it is said to have been made then (WorkspaceOptions::madeAt).
Timestamp beginOf(Timestamp now);

/// Blocks for a second or so: never on the GUI thread. All or nothing. Throws Exception(Conflict) when the workspace
/// holds connections. The trail never goes back in time: in a workspace that is older than the story only the making of
/// what is there is recorded of the time before its newest event.
void fill(Workspace &workspace, Timestamp now);

}  // namespace SampleWorkspace
}  // namespace headgate
