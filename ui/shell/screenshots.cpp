// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/screenshots.h"

#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/shell/mainwindow.h"

#include <QTimer>

namespace headgate {

namespace {

constexpr int lookEveryMs = 50;
constexpr int idleLooksNeeded = 4;
constexpr int patienceMs = 20'000;
constexpr int chosenRow = 8;

}  // namespace

QString Screenshots::Shot::fileName() const
{
    return QStringLiteral("%1%2-%3-%4x%5.png")
        .arg(page, selected ? QStringLiteral("-selected") : QString(), dark ? QStringLiteral("dark") : QStringLiteral("light"))
        .arg(size.width())
        .arg(size.height());
}

Screenshots::Screenshots(MainWindow &window, Theme &theme, const QString &folder, QObject *parent)
    : QObject(parent), m_window(window), m_theme(theme), m_folder(folder), m_look(new QTimer(this))
{
    for (const bool dark : {false, true})
        for (const QSize size : {QSize(1440, 900), QSize(1024, 700)})
            for (const Page *page : window.pages()) {
                m_shots << Shot{page->id(), size, dark, false};
                if (page->findChild<ListPanel *>()) m_shots << Shot{page->id(), size, dark, true};
            }
    m_look->setInterval(lookEveryMs);
    connect(m_look, &QTimer::timeout, this, &Screenshots::look);
}

void Screenshots::start()
{
    if (!m_folder.mkpath(QStringLiteral("."))) {
        Q_EMIT finished(tr("The folder %1 cannot be made.").arg(m_folder.path()));
        return;
    }
    prepare();
}

void Screenshots::prepare()
{
    if (m_shots.isEmpty()) {
        m_look->stop();
        Q_EMIT finished({});
        return;
    }
    const Shot &shot = m_shots.constFirst();
    m_theme.setMode(shot.dark ? Theme::Mode::Dark : Theme::Mode::Light);
    m_window.resize(shot.size);
    m_window.showPage(shot.page);
    // A detail pane may hold a list of its own; the page's is the one in its panel.
    if (const auto *panel = m_window.currentPage()->findChild<ListPanel *>()) {
        ListView *list = panel->view();
        list->clearSelection();
        list->scrollToTop();
        list->setCurrentIndex(shot.selected ? list->model()->index(chosenRow, 0) : QModelIndex());
    }
    m_idleLooks = 0;
    m_waiting.start();
    m_look->start();
}

void Screenshots::look()
{
    const Page *page = m_window.currentPage();
    m_idleLooks = page && page->isIdle() ? m_idleLooks + 1 : 0;
    if (m_idleLooks >= idleLooksNeeded) return take();
    if (m_waiting.elapsed() < patienceMs) return;
    m_look->stop();
    Q_EMIT finished(tr("The page %1 did not come to rest within %2 s.").arg(m_shots.constFirst().page).arg(patienceMs / 1000));
}

void Screenshots::take()
{
    const QString file = m_folder.filePath(m_shots.takeFirst().fileName());
    if (m_window.grab().save(file)) return prepare();
    m_look->stop();
    Q_EMIT finished(tr("The picture %1 cannot be written.").arg(file));
}

}  // namespace headgate
