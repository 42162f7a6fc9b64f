// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

class QToolButton;

namespace headgate {

/// The conditions of a list that no other control shows, each as a chip that removes it; a chip that can be edited has a
/// menu instead. Hidden when there are none. GUI thread.
class FilterChips : public QWidget {
    Q_OBJECT
public:
    struct Chip {
        QString text;
        std::function<void()> remove;
        std::function<void()> edit = {};
    };

    explicit FilterChips(QWidget *parent = nullptr);
    void setChips(const QList<Chip> &chips);

private:
    QToolButton *makeButton(const Chip &chip);
};

}  // namespace headgate
