// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/flowlayout.h"

namespace headgate {

FlowLayout::FlowLayout(int spacing, QWidget *parent) : QLayout(parent), m_spacing(spacing)
{
    setContentsMargins({});
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items) size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect &area)
{
    QLayout::setGeometry(area);
    arrange(area, true);
}

int FlowLayout::arrange(const QRect &area, bool place) const
{
    QPoint at = area.topLeft();
    int rowHeight = 0;
    for (QLayoutItem *item : m_items) {
        const QSize size = item->sizeHint().boundedTo({area.width(), item->sizeHint().height()});
        if (at.x() > area.left() && at.x() + size.width() > area.left() + area.width()) {
            at = {area.left(), at.y() + rowHeight + m_spacing};
            rowHeight = 0;
        }
        if (place) item->setGeometry({at, size});
        at.rx() += size.width() + m_spacing;
        rowHeight = std::max(rowHeight, size.height());
    }
    return at.y() + rowHeight - area.top();
}

}  // namespace headgate
