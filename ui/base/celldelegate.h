// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/theme.h"

#include <QStyledItemDelegate>

namespace headgate {

struct Timestamp;

/// Draws the raw values of a RecordTableModel after their ColumnKind: chips, environment tags, relative times, grouped
/// numbers, NULL; changes that are not saved on the accent's ground with a mark at the left. GUI thread.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    /// Width of the mark of a change, in pixels.
    static constexpr int StagedMark = 3;

    explicit CellDelegate(const Theme &theme, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option, const QModelIndex &index) override;

    /// What a cell shows.
    static QString text(const QModelIndex &index);
    /// The whole value: absolute and ISO time, unelided text.
    static QString toolTip(const QModelIndex &index);
    /// "3 min ago", "in 2 h", "just now".
    static QString relativeTime(const Timestamp &time, const Timestamp &now);
    /// 10 482 113 with thin spaces.
    static QString groupedNumber(const QVariant &number);
    /// "✓", "!", "✕", "○" for a status.
    static QString statusMark(const QString &status);
    /// The colour that a row's tint names.
    static Theme::Role tintRole(const QString &tint);
    /// "PROD", "STAGE", "TEST", "DEV".
    static QString environmentTag(const QString &environment);

private:
    void paintGround(QPainter *painter, const QStyleOptionViewItem &option) const;
    void paintChip(QPainter *painter, const QRect &cell, const QString &text, const QColor &ink, const QColor &ground) const;
    void paintTag(QPainter *painter, const QRect &cell, const QString &text, const QColor &color) const;
    void paintText(QPainter *painter, const QRect &cell, const QStyleOptionViewItem &option, const QModelIndex &index) const;

    const Theme &m_theme;
};

}  // namespace headgate
