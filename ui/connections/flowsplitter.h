// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSplitter>

namespace headgate {

/// Its parts stand below each other in a narrow pane and side by side in a wide one.
class FlowSplitter : public QSplitter {
    Q_OBJECT
public:
    static constexpr int WideFrom = 600;

    explicit FlowSplitter(QWidget *parent = nullptr);

protected:
    void resizeEvent(QResizeEvent *event) override;
};

}  // namespace headgate
