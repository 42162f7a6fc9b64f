// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace headgate {

class ReadinessListModel;
class Theme;

/// Draws a line of the readiness list on two lines: sign, check and table; below, what was found.
class ReadinessDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    ReadinessDelegate(const ReadinessListModel &model, const Theme &theme, QObject *parent = nullptr);

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintHeading(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;

    const ReadinessListModel &m_model;
    const Theme &m_theme;
};

}  // namespace headgate
