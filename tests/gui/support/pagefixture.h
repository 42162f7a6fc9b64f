// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/job.h"
#include "app/workspace/workspace.h"
#include "ui/base/filedialogs.h"
#include "ui/base/messages.h"
#include "ui/base/notifications.h"
#include "ui/base/theme.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>

namespace headgate::test {

/// Answers every question with yes and keeps what was asked.
class YesMessages : public Messages {
public:
    void ask(QWidget *, const Question &question, std::function<void()> yes) override
    {
        asked << question;
        if (answer) yes();
    }
    QList<Question> asked;
    bool answer = true;
};

/// Chooses the file that the test names.
class FixedFiles : public FileDialogs {
public:
    void openFile(QWidget *, const QString &, const QString &, std::function<void(const QString &)> chosen) override { chosen(path); }
    void saveFile(QWidget *, const QString &, const QString &, std::function<void(const QString &)> chosen) override { chosen(path); }
    QString path;
};

/// A new SQLite workspace in a temporary folder, and what a page needs besides its services.
struct PageFixture {
    explicit PageFixture(std::optional<Timestamp> madeAt = std::nullopt)
    {
        qputenv("XDG_CONFIG_HOME", folder.filePath(QStringLiteral("config")).toUtf8());
        WorkspaceOptions options;
        options.address.spec.path = folder.filePath(QStringLiteral("workspace.sqlite"));
        options.create = true;
        options.madeAt = madeAt;
        options.keychain = false;
        options.front = Front::Window;
        auto opened = Workspace::open(options);
        if (!opened.ok()) qFatal("%s", qPrintable(opened.error().text()));
        workspace = std::move(opened.value());
    }

    QTemporaryDir folder;
    std::unique_ptr<Workspace> workspace;
    Theme theme{*qApp};
    YesMessages messages;
    FixedFiles files;
    JobRegistry jobs;
    NotificationCenter notifications;
};

}  // namespace headgate::test
