// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include "ui/base/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

int paletteScore(const QString &text, const QString &typed)
{
    int score = 0;
    for (const QString &word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0) return -1;
        const bool begins = at == 0 || !text.at(at - 1).isLetterOrNumber();
        score += begins ? (at == 0 ? 4 : 3) : 1;
    }
    return score;
}

CommandPalette::CommandPalette(const QList<PaletteEntry> &entries, const QList<PaletteSource *> &sources, const Theme &theme, QWidget *parent)
    : QDialog(parent, Qt::Popup), m_entries(entries), m_sources(sources), m_theme(theme), m_input(new QLineEdit), m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Command palette"));
    setObjectName(QStringLiteral("commandPalette"));
    resize(560, 380);
    m_input->setPlaceholderText(tr("Go to page, record or action"));
    m_input->setAccessibleName(m_input->placeholderText());
    m_input->installEventFilter(this);
    m_list->setAccessibleName(tr("Matches"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::Gap, Theme::Gap, Theme::Gap, Theme::Gap);
    box->addWidget(m_input);
    box->addWidget(m_list);
    m_pause.setSingleShot(true);
    m_pause.setInterval(80);
    connect(&m_pause, &QTimer::timeout, this, &CommandPalette::askSources);
    connect(m_input, &QLineEdit::textChanged, this, [this] {
        m_records.clear();
        showMatches();
        m_pause.start();
    });
    connect(m_input, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    showMatches();
    m_input->setFocus();
}

void CommandPalette::showMatches()
{
    const QString typed = m_input->text().trimmed();
    QList<QPair<int, PaletteEntry>> scored;
    for (const PaletteEntry &entry : m_entries) {
        const int score = paletteScore(entry.text, typed);
        if (score >= 0) scored << qMakePair(score, entry);
    }
    std::stable_sort(scored.begin(), scored.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    QList<PaletteEntry> entries;
    for (const auto &[score, entry] : scored) entries << entry;
    list(entries + m_records);
}

void CommandPalette::askSources()
{
    const QString typed = m_input->text().trimmed();
    const int generation = ++m_generation;
    if (typed.isEmpty()) return;
    for (PaletteSource *source : m_sources) {
        source->find(typed, [guard = QPointer(this), generation](const QList<PaletteEntry> &found) {
            if (!guard || generation != guard->m_generation) return;
            guard->m_records += found;
            guard->showMatches();
        });
    }
}

void CommandPalette::list(const QList<PaletteEntry> &entries)
{
    m_shown = entries.mid(0, 60);
    m_list->clear();
    for (const PaletteEntry &entry : m_shown) {
        const QString text = entry.detail.isEmpty() ? entry.text : entry.text + QStringLiteral("   ·   ") + entry.detail;
        auto *item = new QListWidgetItem(m_theme.icon(entry.icon), text, m_list);
        item->setSizeHint(QSize(0, Theme::RowHeight));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= m_shown.size()) return;
    const auto run = m_shown.at(row).run;
    close();
    // Not from inside the popup: what runs may open a dialog of its own.
    QMetaObject::invokeMethod(parent(), run, Qt::QueuedConnection);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : key == Qt::Key_PageDown ? 10 : key == Qt::Key_PageUp ? -10 : 0;
    if (step == 0) return QDialog::eventFilter(watched, event);
    m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
    return true;
}

}  // namespace headgate
