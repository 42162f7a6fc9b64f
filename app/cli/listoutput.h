// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/listexporter.h"
#include "app/cli/commandline.h"

namespace headgate {

/// The options of a verb that can write its whole list.
struct ListOutput {
    std::string format;
    std::string file;
    bool guardFormulas = false;
    bool isWanted() const { return !format.empty() || !file.empty(); }
};

/// --format, --out and --guard-formulas.
void addListOutput(CLI::App *verb, const std::shared_ptr<ListOutput> &output);
/// Writes all rows of the query to the file, or to standard output; CSV unless told otherwise. Returns the exit code.
int writeList(CommandContext &context, const ExportSource &source, const ListQuery &query, const ListOutput &output);

}  // namespace headgate
