// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/intent.h"
#include "ui/shell/command.h"

#include <QJsonObject>
#include <QList>
#include <QWidget>

namespace headgate {

/// What the main window knows of a page. A page takes what it needs in its constructor and knows no other page: it asks
/// for one by openRequested().
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    virtual QString id() const = 0;
    virtual QString title() const = 0;
    virtual QString iconName() const = 0;
    virtual QList<Command> commands() const { return {}; }
    /// Shown, F5, or something changed elsewhere: ask for the data anew, keep what is on the screen.
    virtual void refresh() {}
    /// Bring one record, or a named view of the list, to the front.
    virtual void open(const QString &id) { Q_UNUSED(id) }
    /// Widths, splitters, filters: kept for the next start.
    virtual QJsonObject saveState() const { return {}; }
    virtual void restoreState(const QJsonObject &state) { Q_UNUSED(state) }

Q_SIGNALS:
    void openRequested(const headgate::EntityRef &ref);
    /// How many things on this page need somebody; 0 = none.
    void badgeChanged(int count);
};

/// A page and the group of the navigation that it stands in (empty: above all groups).
struct PageEntry {
    QString group;
    Page *page = nullptr;
};

}  // namespace headgate
