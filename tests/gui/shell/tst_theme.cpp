// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testregistry.h"
#include "ui/base/theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace headgate;

class TstTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void changeIsAnnounced();
    void paletteFollows();
    void iconsAreTinted();
};

void TstTheme::textIsReadable_data()
{
    QTest::addColumn<int>("mode");
    QTest::newRow("light") << int(Theme::Mode::Light);
    QTest::newRow("dark") << int(Theme::Mode::Dark);
}

void TstTheme::textIsReadable()
{
    QFETCH(int, mode);
    Theme theme(*qApp);
    theme.setMode(Theme::Mode(mode));
    constexpr double readable = 4.5;
    const auto check = [&](const QColor &ink, const QColor &ground, const QString &what) {
        const double ratio = contrast(ink, ground);
        QVERIFY2(ratio >= readable, qPrintable(QStringLiteral("%1: %2 on %3 is %4").arg(what, ink.name(), ground.name()).arg(ratio)));
    };
    for (const auto ground : {Theme::Window, Theme::Base, Theme::Alternate})
        for (const auto ink : {Theme::Text, Theme::Muted, Theme::Accent, Theme::Success, Theme::Warning, Theme::Error})
            check(theme.color(ink), theme.color(ground), QStringLiteral("role %1 on %2").arg(ink).arg(ground));
    for (const auto role : {Theme::Success, Theme::Warning, Theme::Error, Theme::Info, Theme::Neutral}) {
        check(theme.color(role), theme.ground(role), QStringLiteral("chip %1").arg(role));
        check(theme.color(Theme::Text), theme.ground(role), QStringLiteral("text on ground %1").arg(role));
        check(theme.color(Theme::Muted), theme.ground(role), QStringLiteral("muted on ground %1").arg(role));
    }
    for (const auto ink : {Theme::Text, Theme::Muted}) {
        check(theme.color(ink), theme.selection(), QStringLiteral("selected row"));
        check(theme.color(ink), theme.hover(), QStringLiteral("under the pointer"));
    }
    check(theme.ink(Theme::Accent, theme.selection(Theme::Window)), theme.selection(Theme::Window), QStringLiteral("current page"));
    check(theme.color(Theme::OnAccent), theme.color(Theme::Accent), QStringLiteral("primary button"));
    check(theme.color(Theme::Base), theme.color(Theme::Error), QStringLiteral("destructive button"));
}

void TstTheme::changeIsAnnounced()
{
    Theme theme(*qApp);
    theme.setMode(Theme::Mode::Light);
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setMode(Theme::Mode::Dark);
    theme.setMode(Theme::Mode::Dark);
    QCOMPARE(changed.size(), 1);
    QVERIFY(theme.isDark());
    theme.setMode(Theme::Mode::System);
    QVERIFY2(!theme.isDark(), "the offscreen desktop is light, also after we were dark");
}

void TstTheme::paletteFollows()
{
    Theme theme(*qApp);
    theme.setMode(Theme::Mode::Dark);
    QCOMPARE(QApplication::palette().color(QPalette::Base), theme.color(Theme::Base));
    theme.setMode(Theme::Mode::Light);
    QCOMPARE(QApplication::palette().color(QPalette::WindowText), theme.color(Theme::Text));
}

void TstTheme::iconsAreTinted()
{
    Theme theme(*qApp);
    theme.setMode(Theme::Mode::Light);
    const QImage image = theme.icon(QStringLiteral("go-home"), Theme::Accent).pixmap(22).toImage();
    QVERIFY2(!image.isNull(), "the icon theme breeze is installed");
    int inked = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y).alpha() == 255) inked += image.pixelColor(x, y) == theme.color(Theme::Accent);
    QVERIFY(inked > 10);
    QVERIFY(theme.icon(QStringLiteral("no-such-icon")).isNull());
}

HEADGATE_TEST(TstTheme);
#include "tst_theme.moc"
