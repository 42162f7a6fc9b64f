// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/intent.h"
#include "ui/shell/command.h"

#include <QJsonObject>
#include <QWidget>

namespace headgate {

/// The groups of the navigation, in its order. None: above all groups.
enum class PageGroup { None, Move, See, Trust, Records, System };

/// A page of the window. It gets its services in its constructor, knows no other page, and tells intents and facts by
/// signals. The commands are asked for once; their lambdas may name the page.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual QString id() const = 0;  ///< the feature word: "connections"
    virtual QString title() const = 0;
    virtual QString iconName() const = 0;  ///< theme name
    virtual PageGroup group() const { return PageGroup::None; }
    virtual QList<Command> commands() const { return {}; }
    /// The page is shown again, or a person asked for fresh data. A page loads first in its constructor.
    virtual void refresh() {}
    /// Shows one record, or what else openRequested({id(), id}) may name.
    virtual void open(const QString &id) { Q_UNUSED(id) }

    /// Splitters, columns, sort order: what a person arranged, without data.
    virtual QJsonObject saveState() const { return {}; }
    virtual void restoreState(const QJsonObject &state) { Q_UNUSED(state) }

    /// Nothing is being loaded. True when no list model and no future attached to the page is on its way.
    virtual bool isIdle() const;

    /// How many changes are lost when the workspace is left now.
    virtual int unsavedChanges() const { return 0; }

Q_SIGNALS:
    void openRequested(const headgate::EntityRef &ref);
    /// How many records of the page need someone; 0 hides the badge.
    void badgeChanged(int count);
    /// What is shown has just been read.
    void refreshed();
};

}  // namespace headgate
