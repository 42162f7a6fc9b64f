// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/filterchips.h"

#include "ui/base/flowlayout.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"

#include <QMenu>
#include <QToolButton>

namespace headgate {

namespace {

constexpr int longest = 60;  // characters of a chip; the tool tip has the rest

QString shortened(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= longest ? line : line.left(longest - 1) + QChar(0x2026);
}

}  // namespace

FilterChips::FilterChips(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("filterChips"));
    setLayout(new FlowLayout(Theme::Gap));
    hide();
}

void FilterChips::setChips(const QList<Chip> &chips)
{
    while (QLayoutItem *item = layout()->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();  // it may be the one that was just clicked
        delete item;
    }
    for (const Chip &chip : chips) layout()->addWidget(makeButton(chip));
    setVisible(!chips.isEmpty());
    updateGeometry();
}

QToolButton *FilterChips::makeButton(const Chip &chip)
{
    auto *button = new QToolButton(this);
    QString text = shortened(chip.text);
    text.replace(QLatin1Char('&'), QLatin1String("&&"));
    button->setProperty("chip", true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(asPlain(chip.text));
    if (!chip.edit) {
        button->setText(text + QStringLiteral("  ✕"));
        button->setAccessibleName(tr("Remove the filter: %1").arg(chip.text));
        connect(button, &QToolButton::clicked, this, chip.remove);
        return button;
    }
    button->setText(text + QStringLiteral(" ▾"));
    button->setAccessibleName(tr("Filter: %1").arg(chip.text));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(new QMenu(button));
    button->menu()->addAction(tr("&Edit…"), this, chip.edit);
    button->menu()->addAction(tr("&Remove"), this, chip.remove);
    return button;
}

}  // namespace headgate
