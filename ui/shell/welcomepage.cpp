// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/welcomepage.h"

#include "ui/base/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

WelcomePage::WelcomePage(const Theme &theme, QWidget *parent) : Page(parent), m_theme(theme)
{
    auto *title = new QLabel(tr("Welcome to Headgate"));
    title->setFont(theme.titleFont());
    auto *text = new QLabel(tr("Your workspace is ready: a file on this machine that needs no set-up. What would you like to do first?"));
    text->setProperty("muted", true);
    text->setWordWrap(true);
    auto *cards = new QHBoxLayout;
    cards->setSpacing(Theme::PageMargin);
    cards->addWidget(choice(QStringLiteral("network-connect"), tr("Add a connection"),
                            tr("Paste a URL or fill in a form, press Test, and see stage by stage what is right and what is wrong."), tr("&Add a connection"),
                            true, &WelcomePage::addConnectionRequested));
    cards->addWidget(choice(QStringLiteral("system-users"), tr("Open a team workspace"),
                            tr("A PostgreSQL database that your team shares: the same connections, history and audit trail for everybody."),
                            tr("&Open a workspace…"), false, &WelcomePage::openWorkspaceRequested));
    cards->addWidget(choice(QStringLiteral("folder-download"), tr("Load the sample data"),
                            tr("Dozens of connections, weeks of tests and an audit trail to look around in. Some of them are real files that can be tested."),
                            tr("&Load the sample"), false, &WelcomePage::sampleRequested));
    auto *inside = new QWidget;
    inside->setMaximumWidth(980);
    auto *column = new QVBoxLayout(inside);
    column->setSpacing(Theme::Gap);
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(Theme::PageMargin);
    column->addLayout(cards);
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(inside, 10);
    row->addStretch();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->addStretch(2);
    box->addLayout(row);
    box->addStretch(3);
}

QWidget *WelcomePage::choice(const QString &icon, const QString &title, const QString &text, const QString &verb, bool primary,
                             void (WelcomePage::*chosen)())
{
    auto *card = new QFrame;
    card->setProperty("card", true);
    auto *picture = new QLabel;
    const auto paint = [this, picture, icon] { picture->setPixmap(m_theme.icon(icon, Theme::Accent).pixmap(32)); };
    connect(&m_theme, &Theme::changed, picture, paint);
    paint();
    auto *name = new QLabel(title);
    name->setFont(m_theme.sectionFont());
    auto *words = new QLabel(text);
    words->setWordWrap(true);
    words->setProperty("muted", true);
    words->setAlignment(Qt::AlignTop);
    auto *button = new QPushButton(verb);
    if (primary) button->setProperty("kind", QStringLiteral("primary"));
    connect(button, &QPushButton::clicked, this, chosen);
    auto *box = new QVBoxLayout(card);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::Gap);
    for (QWidget *widget : std::initializer_list<QWidget *>{picture, name}) box->addWidget(widget);
    box->addWidget(words, 1);
    box->addWidget(button, 0, Qt::AlignLeft);
    card->setMinimumHeight(210);
    return card;
}

void WelcomePage::setBusy(bool busy) { setDisabled(busy); }

}  // namespace headgate
