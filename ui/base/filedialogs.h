// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace headgate {

/// The one door to file dialogs; a GUI test puts its own answers behind it. Nothing blocks: `chosen` is called later,
/// and not at all when the person cancels.
class FileDialogs {
public:
    virtual ~FileDialogs() = default;
    virtual void openFile(QWidget *parent, const QString &title, const QString &start, std::function<void(const QString &)> chosen);
    virtual void saveFile(QWidget *parent, const QString &title, const QString &start, std::function<void(const QString &)> chosen);
};

}  // namespace headgate
