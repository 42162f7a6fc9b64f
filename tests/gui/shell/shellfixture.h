// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/job.h"
#include "tests/gui/shell/demopage.h"
#include "ui/base/notifications.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/palettesource.h"
#include "ui/shell/workspacestatus.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace headgate::test {

/// Finds records named "record N" a moment later.
class DemoSource : public PaletteSource {
public:
    void find(const QString &words, int limit, const CancelToken &cancel, Found found) override
    {
        asked << words;
        tokens << cancel;
        answer = found;
        Q_UNUSED(limit)
    }
    QStringList asked;
    QList<CancelToken> tokens;
    Found answer;
};

/// A window with two pages, shown, on settings of its own.
struct ShellFixture {
    ShellFixture()
    {
        WorkspaceStatus::Values values;
        values.name = QStringLiteral("payments-platform");
        values.environment = Environment::Production;
        values.user = QStringLiteral("operator");
        values.server = QStringLiteral("PostgreSQL 15 primary");
        values.pingMs = 4;
        values.health = WorkspaceStatus::Health::Good;
        values.schemaVersion = 1;
        values.lock = QStringLiteral("Read-only: production policy");
        status.set(values);
        makeWindow();
    }

    void makeWindow()
    {
        window.reset();
        first = new DemoPage(QStringLiteral("overview"), QStringLiteral("Overview"), QStringLiteral("go-home"), PageGroup::None, theme);
        second = new DemoPage(QStringLiteral("connections"), QStringLiteral("Connections"), QStringLiteral("network-connect"), PageGroup::Move, theme);
        third = new DemoPage(QStringLiteral("audit"), QStringLiteral("Audit"), QStringLiteral("view-history"), PageGroup::Trust, theme, {});
        window = std::make_unique<MainWindow>(QList<Page *>{first, second, third},
                                              ShellContext{theme, notifications, jobs, status, settings, {&source}, {QStringLiteral("overview"), {}}, {}});
        window->show();
        QVERIFY2(QTest::qWaitForWindowActive(window.get()), "the window becomes active");
    }

    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("window.ini")), QSettings::IniFormat};
    Theme theme{*qApp};
    NotificationCenter notifications;
    JobRegistry jobs;
    WorkspaceStatus status;
    DemoSource source;
    DemoPage *first = nullptr;
    DemoPage *second = nullptr;
    DemoPage *third = nullptr;
    std::unique_ptr<MainWindow> window;
};

}  // namespace headgate::test
