// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/stagedbar.h"

#include "models/base/stagedchanges.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace headgate {

StagedBar::StagedBar(StagedChanges &staged, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_staged(staged), m_text(new QLabel), m_undo(new QPushButton(tr("&Undo"))), m_redo(new QPushButton(tr("&Redo"))),
      m_discard(new QPushButton(tr("&Discard all"))), m_review(new QPushButton(tr("Review and &save…")))
{
    setProperty("card", true);
    setObjectName(QStringLiteral("stagedBar"));
    m_review->setProperty("kind", QStringLiteral("primary"));
    m_text->setFont(theme.semibold());
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::Gap, Theme::Gap);
    box->setSpacing(Theme::Gap);
    box->addWidget(m_text, 1);
    for (QPushButton *button : {m_undo, m_redo, m_discard, m_review}) box->addWidget(button);
    connect(m_undo, &QPushButton::clicked, &staged, &StagedChanges::undo);
    connect(m_redo, &QPushButton::clicked, &staged, &StagedChanges::redo);
    connect(m_discard, &QPushButton::clicked, &staged, &StagedChanges::discardAll);
    connect(m_review, &QPushButton::clicked, this, &StagedBar::reviewRequested);
    connect(&staged, &StagedChanges::changed, this, &StagedBar::showState);
    showState();
}

void StagedBar::showState()
{
    const int count = m_staged.count();
    const auto rows = int(m_staged.rows().size());
    const QString changes = count == 1 ? tr("1 change") : tr("%1 changes").arg(count);
    m_text->setText(count == 0 ? tr("No changes") : rows <= 1 ? tr("%1, not saved").arg(changes) : tr("%1 in %2 rows, not saved").arg(changes).arg(rows));
    m_undo->setEnabled(m_staged.canUndo());
    m_redo->setEnabled(m_staged.canRedo());
    m_discard->setEnabled(count > 0);
    m_review->setEnabled(count > 0);
    setVisible(count > 0 || m_staged.canUndo() || m_staged.canRedo());
}

}  // namespace headgate
