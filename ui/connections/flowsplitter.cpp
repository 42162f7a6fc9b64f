// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/flowsplitter.h"

#include "ui/base/theme.h"

#include <QTimer>

namespace headgate {

FlowSplitter::FlowSplitter(QWidget *parent) : QSplitter(Qt::Vertical, parent)
{
    setChildrenCollapsible(false);
    setHandleWidth(Theme::Tight);
}

void FlowSplitter::resizeEvent(QResizeEvent *event)
{
    QSplitter::resizeEvent(event);
    const Qt::Orientation wanted = width() >= WideFrom ? Qt::Horizontal : Qt::Vertical;
    // Not from within the layout that asks.
    if (wanted == orientation()) return;
    QTimer::singleShot(0, this, [this, wanted] {
        setOrientation(wanted);
        if (wanted == Qt::Horizontal) setSizes(QList<int>(count(), width()));  // equal shares
    });
}

}  // namespace headgate
