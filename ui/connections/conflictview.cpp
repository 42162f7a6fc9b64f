// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/conflictview.h"

#include "ui/base/plaintext.h"
#include "ui/connections/connectionfields.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLabel>
#include <QRadioButton>
#include <algorithm>

namespace headgate {

namespace {

enum Choice { Undecided = -1, Yours, Now };

QString shown(const QString &text)
{
    return text.isEmpty() ? ConflictView::tr("(empty)") : text;
}

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setProperty("muted", true);
    return label;
}

}  // namespace

ConflictView::ConflictView(const Connection &was, const Connection &yours, const Connection &now, QWidget *parent)
    : QWidget(parent), m_yours(yours), m_now(now)
{
    auto *grid = new QGridLayout(this);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    const QStringList titles{tr("Field"), tr("Yours"), tr("Now, saved by somebody else"), tr("Was")};
    for (int column = 0; column < titles.size(); ++column) {
        grid->addWidget(heading(titles[column]), 0, column);
        grid->setColumnStretch(column, column == 0 ? 0 : 1);
    }
    const auto &fields = connectionFields();
    for (int i = 0; i < fields.size(); ++i)
        if (fields[i].text(yours) != fields[i].text(now)) addRow(grid, i, was);
    if (m_rows.isEmpty())
        grid->addWidget(new QLabel(tr("Both hold the same values: saving again changes nothing else.")), 1, 0, 1, 4);
    grid->setRowStretch(grid->rowCount(), 1);
}

void ConflictView::addRow(QGridLayout *grid, int field, const Connection &was)
{
    const ConnectionField &entry = connectionFields()[field];
    const QString before = entry.text(was);
    auto *group = new QButtonGroup(this);
    const int row = grid->rowCount();
    grid->addWidget(new QLabel(entry.label), row, 0);
    const QString texts[]{entry.text(m_yours), entry.text(m_now)};
    const QString sides[]{tr("%1, yours: %2"), tr("%1, now: %2")};
    for (int side : {Yours, Now}) {
        auto *button = new QRadioButton(fontMetrics().elidedText(shown(texts[side]), Qt::ElideMiddle, 180));
        button->setToolTip(asPlain(texts[side]));
        button->setAccessibleName(sides[side].arg(entry.label, shown(texts[side])));
        button->setObjectName(entry.id + (side == Yours ? QStringLiteral(".yours") : QStringLiteral(".now")));
        group->addButton(button, side);
        grid->addWidget(button, row, 1 + side);
    }
    auto *old = new QLabel(fontMetrics().elidedText(shown(before), Qt::ElideMiddle, 150));
    old->setToolTip(asPlain(before));
    old->setProperty("muted", true);
    grid->addWidget(old, row, 3);
    if (texts[Now] == before) group->button(Yours)->setChecked(true);
    if (texts[Yours] == before) group->button(Now)->setChecked(true);
    connect(group, &QButtonGroup::idClicked, this, &ConflictView::choiceChanged);
    m_rows << Row{field, group};
}

bool ConflictView::isResolved() const
{
    return std::ranges::none_of(m_rows, [](const Row &row) { return row.choice->checkedId() == Undecided; });
}

Connection ConflictView::merged() const
{
    Connection result = m_now;
    for (const Row &row : m_rows)
        if (row.choice->checkedId() == Yours) connectionFields()[row.field].copy(m_yours, result);
    return result;
}

}  // namespace headgate
