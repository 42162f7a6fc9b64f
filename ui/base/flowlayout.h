// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>

namespace headgate {

/// Items in a row, and in further rows where the width ends. Takes no place when there are none.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(int spacing, QWidget *parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override { m_items << item; }
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem *takeAt(int index) override { return index < m_items.size() ? m_items.takeAt(index) : nullptr; }
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange({0, 0, width, 0}, false); }
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(const QRect &area) override;

private:
    /// The height that it takes.
    int arrange(const QRect &area, bool place) const;

    int m_spacing;
    QList<QLayoutItem *> m_items;
};

}  // namespace headgate
