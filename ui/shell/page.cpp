// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/page.h"

#include "models/base/recordtablemodel.h"

#include <QFutureWatcher>

namespace headgate {

bool Page::isIdle() const
{
    for (const auto *model : findChildren<RecordTableModel *>())
        if (model->isLoading()) return false;
    for (const auto *watcher : findChildren<QFutureWatcherBase *>())
        if (!watcher->isFinished()) return false;
    return true;
}

}  // namespace headgate
