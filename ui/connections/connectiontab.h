// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QWidget>

namespace headgate {

/// A tab of the detail pane that stands on its own: it is told which connection is looked at.
class ConnectionTab : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Another connection, or the same one with other values.
    virtual void setConnection(const Connection &connection) = 0;
    /// The tab has something to show for it; else it is hidden.
    virtual bool supports(const Connection &) const { return true; }
};

}  // namespace headgate
