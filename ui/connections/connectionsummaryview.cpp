// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionsummaryview.h"

#include "ui/base/celldelegate.h"
#include "ui/base/chips.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

ConnectionSummaryView::ConnectionSummaryView(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::Gap);
    auto *title = new QLabel(tr("Active ones by the result of the last test"));
    title->setFont(theme.semibold());
    box->addWidget(title);
    m_failure = addLine(box, QStringLiteral("failure"), tr("Failure"));
    m_warning = addLine(box, QStringLiteral("warning"), tr("Warning"));
    m_success = addLine(box, QStringLiteral("success"), tr("Success"));
    m_untested = addLine(box, {}, tr("Not tested"));
    addInactive(box);
    auto *hint = new QLabel(tr("Choose a connection to see its last test, its history and all its fields."));
    hint->setWordWrap(true);
    hint->setProperty("muted", true);
    box->addSpacing(Theme::Gap);
    box->addWidget(hint);
    box->addStretch();
}

QPushButton *ConnectionSummaryView::addLine(QVBoxLayout *box, const QString &status, const QString &word)
{
    auto *chip = new StatusChip(m_theme);
    chip->setStatus(status, word);
    auto *link = new QPushButton;
    link->setProperty("kind", QStringLiteral("link"));
    connect(link, &QPushButton::clicked, this, [this, status] { Q_EMIT statusRequested(status); });
    auto *row = new QHBoxLayout;
    row->addWidget(chip);
    row->addStretch();
    row->addWidget(link);
    box->addLayout(row);
    return link;
}

/// What is inactive is not tested: it counts in none of the lines above.
void ConnectionSummaryView::addInactive(QVBoxLayout *box)
{
    auto *word = new QLabel(tr("Inactive"));
    word->setProperty("muted", true);
    m_inactive = new QPushButton;
    m_inactive->setProperty("kind", QStringLiteral("link"));
    connect(m_inactive, &QPushButton::clicked, this, &ConnectionSummaryView::inactiveRequested);
    m_inactiveLine = new QWidget;
    auto *row = new QHBoxLayout(m_inactiveLine);
    row->setContentsMargins({});
    row->addWidget(word);
    row->addStretch();
    row->addWidget(m_inactive);
    box->addWidget(m_inactiveLine);
}

void ConnectionSummaryView::setSummary(const ConnectionSummary &summary)
{
    const auto put = [](QPushButton *link, int count, const QString &name) {
        link->setText(CellDelegate::groupedNumber(count));
        link->setAccessibleName(name.arg(count));
        link->setToolTip(tr("Show them"));
    };
    put(m_failure, summary.failure, tr("%1 failing connections"));
    put(m_warning, summary.warning, tr("%1 connections with a warning"));
    put(m_success, summary.success, tr("%1 connections in order"));
    put(m_untested, summary.untested, tr("%1 connections not tested"));
    put(m_inactive, summary.total - summary.active, tr("%1 inactive connections"));
    m_inactiveLine->setVisible(summary.total > summary.active);
}

}  // namespace headgate
