// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/welcome.h"

#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace headgate {

namespace {

constexpr int waysWidth = 880;

QLabel *words(const QString &text, const QFont &font, bool muted)
{
    auto *label = new QLabel(text);
    label->setFont(font);
    label->setWordWrap(true);
    label->setProperty("muted", muted);
    return label;
}

}  // namespace

Welcome::Welcome(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    auto *inside = new QWidget;
    inside->setMaximumWidth(waysWidth);
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins({});
    column->setSpacing(Theme::Gap);
    column->addWidget(words(tr("Welcome to Headgate"), theme.titleFont(), false));
    column->addWidget(words(tr("This workspace is empty. It is a file of your own on this computer; nothing leaves it."), font(), true));
    column->addSpacing(Theme::PageMargin);
    auto *ways = new QHBoxLayout;
    ways->setSpacing(Theme::PageMargin);
    ways->addWidget(way(QStringLiteral("network-connect"), tr("Add a connection"), tr("Name a database, or paste its URL, and test it stage by stage."),
                        tr("&Add a connection"), true, &Welcome::addConnectionRequested));
    ways->addWidget(way(QStringLiteral("server-database"), tr("Open a team workspace"), tr("Work with others on a workspace in PostgreSQL, or open another file."),
                        tr("&Open a workspace…"), false, &Welcome::openWorkspaceRequested));
    ways->addWidget(way(QStringLiteral("view-list-details"), tr("Look around first"), tr("A sample workspace with connections, weeks of tests and an audit trail. Yours stays as it is."),
                        tr("&Load the sample data"), false, &Welcome::loadSampleRequested));
    column->addLayout(ways);
    auto *centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(inside, 20);
    centred->addStretch(1);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->addStretch(2);
    box->addLayout(centred);
    box->addStretch(3);
}

QFrame *Welcome::way(const QString &icon, const QString &title, const QString &text, const QString &verb, bool primary, void (Welcome::*intent)())
{
    auto *card = new QFrame;
    card->setProperty("card", true);
    auto *picture = new QLabel;
    const auto paint = [this, picture, icon] { picture->setPixmap(m_theme.icon(icon, Theme::Accent).pixmap(22)); };
    connect(&m_theme, &Theme::changed, picture, paint);
    paint();
    auto *button = new QPushButton(verb);
    if (primary) button->setProperty("kind", QStringLiteral("primary"));
    connect(button, &QPushButton::clicked, this, intent);
    auto *box = new QVBoxLayout(card);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::Gap);
    box->addWidget(picture);
    box->addWidget(words(title, m_theme.sectionFont(), false));
    box->addWidget(words(text, font(), true));
    box->addStretch(1);
    box->addSpacing(Theme::Gap);
    box->addWidget(button, 0, Qt::AlignLeft);
    return card;
}

}  // namespace headgate
