// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/readinessdelegate.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/connections/readinesslistmodel.h"

#include <QPainter>

namespace headgate {

namespace {

ReadinessListModel::Kind kindOf(const QModelIndex &index)
{
    return ReadinessListModel::Kind(index.data(ReadinessListModel::KindRole).toInt());
}

}  // namespace

ReadinessDelegate::ReadinessDelegate(const ReadinessListModel &model, const Theme &theme, QObject *parent)
    : QStyledItemDelegate(parent), m_model(model), m_theme(theme)
{
}

QSize ReadinessDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const int line = option.fontMetrics.height();
    return {0, kindOf(index) == ReadinessListModel::Kind::Check ? 2 * line + 3 * Theme::Tight : Theme::RowHeight};
}

void ReadinessDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    const bool isSelected = option.state & QStyle::State_Selected;
    const QColor ground = isSelected ? m_theme.selection() : m_theme.color(Theme::Base);
    painter->fillRect(option.rect, ground);
    painter->setPen(m_theme.color(Theme::Border));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    if (const ReadinessCheck *check = m_model.checkAt(index.row())) {
        const int line = option.fontMetrics.height();
        const QString status = stageStatuses.name(check->status);
        QRect first(option.rect.left() + Theme::CardPadding, option.rect.top() + Theme::Tight, 0, line);
        first.setRight(option.rect.right() - Theme::CardPadding);
        painter->setPen(m_theme.ink(Theme::statusRole(status), ground));
        painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter, CellDelegate::statusMark(status));
        first.setLeft(first.left() + 2 * option.fontMetrics.horizontalAdvance(QLatin1Char('M')));
        painter->setFont(m_theme.fixedFont());
        painter->setPen(m_theme.color(Theme::Text));
        painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, first.width()));
        painter->setFont(option.font);
        painter->setPen(m_theme.ink(Theme::Muted, ground));
        const QRect second = first.translated(0, line + Theme::Tight / 2);
        painter->drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(check->evidence, Qt::ElideRight, second.width()));
    } else {
        paintHeading(painter, option, index);
    }
    if (option.state & QStyle::State_HasFocus && isSelected) {
        painter->setPen(m_theme.color(Theme::Accent));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

void ReadinessDelegate::paintHeading(QPainter *painter, const QStyleOptionViewItem &option,
                                     const QModelIndex &index) const
{
    const bool isFold = kindOf(index) == ReadinessListModel::Kind::Fold;
    if (!isFold) painter->setFont(m_theme.semibold());
    painter->setPen(m_theme.color(isFold ? Theme::Accent : Theme::Muted));
    painter->drawText(option.rect.adjusted(Theme::CardPadding, 0, -Theme::CardPadding, 0),
                      Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
}

}  // namespace headgate
