// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace headgate {

/// A question that must be decided: title, what it means, the verb of the button.
struct Question {
    QString title;
    QString text;
    QString verb;
    bool destructive = false;  ///< a red button that is never the default
};

/// The one door to message boxes; a GUI test puts its own answers behind it. Nothing blocks: `yes` is called later.
class Messages {
public:
    virtual ~Messages() = default;
    virtual void ask(QWidget *parent, const Question &question, std::function<void()> yes);
    /// Something to read, with nothing to decide.
    virtual void tell(QWidget *parent, const QString &title, const QString &text);
};

}  // namespace headgate
