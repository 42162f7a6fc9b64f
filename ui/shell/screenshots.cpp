// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/screenshots.h"

#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/shell/mainwindow.h"

#include <QDir>
#include <QTimer>

namespace headgate {

namespace {
/// Pages answer from a local workspace well within this; a picture is not a measurement.
constexpr int kSettleMs = 700;
}  // namespace

Screenshots::Screenshots(MainWindow &window, Theme &theme, const QString &folder, QObject *parent)
    : QObject(parent), m_window(window), m_theme(theme), m_folder(folder)
{
    for (const QSize size : {QSize(1440, 900), QSize(1024, 700)})
        for (const bool dark : {false, true})
            for (const Page *page : window.pages())
                for (const char *suffix : {"", "-selected"}) m_shots.push_back({page->id(), dark, size, QLatin1String(suffix)});
}

void Screenshots::start()
{
    if (!QDir().mkpath(m_folder)) {
        Q_EMIT finished(QStringLiteral("the folder %1 cannot be made").arg(m_folder));
        return;
    }
    next();
}

void Screenshots::next()
{
    if (m_index >= m_shots.size()) {
        Q_EMIT finished(m_error);
        return;
    }
    const Shot shot = m_shots[m_index++];
    prepare(shot);
    QTimer::singleShot(kSettleMs, this, [this, shot] {
        write(shot);
        next();
    });
}

void Screenshots::prepare(const Shot &shot)
{
    m_window.resize(shot.size);
    m_theme.setMode(shot.dark ? Theme::Mode::Dark : Theme::Mode::Light);
    m_window.openPage(shot.page);
    auto *list = m_window.currentPage()->findChild<ListView *>();
    if (!list || !list->model()) return;
    list->clearSelection();
    list->setCurrentIndex({});
    if (!shot.suffix.isEmpty()) list->setCurrentIndex(list->model()->index(2, 0));
}

void Screenshots::write(const Shot &shot)
{
    const bool hasList = m_window.currentPage()->findChild<ListView *>() != nullptr;
    if (!shot.suffix.isEmpty() && !hasList) return;  // nothing to select: the same picture twice
    const QString name = QStringLiteral("%1/%2%3-%4-%5x%6.png")
                             .arg(m_folder, shot.page, shot.suffix, shot.dark ? QStringLiteral("dark") : QStringLiteral("light"))
                             .arg(shot.size.width())
                             .arg(shot.size.height());
    if (!m_window.grab().save(name)) m_error = QStringLiteral("%1 cannot be written").arg(name);
}

}  // namespace headgate
