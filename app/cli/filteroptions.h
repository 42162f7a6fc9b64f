// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace headgate {

/// --filter, --any, --search, --from, --to, --time-zone of a verb that lists.
struct FilterOptions {
    std::vector<std::string> all;
    std::vector<std::string> any;
    std::string search;
    std::string from;
    std::string to;
    std::string timeZone;

    /// What they ask for; `timeColumn` is what --from and --to look at. Throws Exception(Invalid) that says what and where.
    ListQuery query(const QList<FilterColumn> &columns, const QString &timeColumn = {}) const;
};

/// With a time column, also --from and --to.
void addFilterOptions(CLI::App *verb, const std::shared_ptr<FilterOptions> &options, const std::string &searchHelp, const QString &timeColumn = {});

}  // namespace headgate
