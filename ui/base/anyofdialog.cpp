// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/anyofdialog.h"

#include "ui/base/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

AnyOfDialog::AnyOfDialog(const QList<Choice> &choices, const QList<ColumnFilter> &group, QWidget *parent)
    : QDialog(parent), m_choices(choices), m_box(new QVBoxLayout), m_more(new QPushButton(tr("&Add a line"))), m_fault(new QLabel)
{
    setWindowTitle(tr("Any of these"));
    setMinimumWidth(560);
    auto *help = new QLabel(tr("Rows are shown for which at least one line holds.\nA line: word, =exact, >x, <=x, x~y, /pattern/, =NULL, a|b, !x."));
    help->setWordWrap(true);
    help->setProperty("muted", true);
    m_fault->setProperty("error", true);
    m_fault->setWordWrap(true);
    m_more->setAutoDefault(false);  // Enter filters
    connect(m_more, &QPushButton::clicked, this, [this] {
        addLine({}, {});
        m_lines.last().edit->setFocus();
    });
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = buttons->addButton(tr("&Filter"), QDialogButtonBox::AcceptRole);
    m_accept->setProperty("kind", QStringLiteral("primary"));
    m_accept->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *box = new QVBoxLayout(this);
    box->setSpacing(Theme::Gap);
    box->addWidget(help);
    box->addLayout(m_box);
    box->addWidget(m_more, 0, Qt::AlignLeft);
    box->addWidget(m_fault);
    box->addStretch();
    box->addWidget(buttons);
    for (const ColumnFilter &filter : group) {
        const auto choice = std::ranges::find_if(m_choices, [&filter](const Choice &each) { return each.column.id == filter.column; });
        if (choice != m_choices.end()) addLine(filter.column, FilterText::format(filter, choice->column.type));
    }
    while (m_lines.size() < 2) addLine({}, {});
    m_lines.first().edit->setFocus();
}

void AnyOfDialog::addLine(const QString &column, const QString &text)
{
    const Line line{new QComboBox, new QLineEdit(text)};
    for (const Choice &each : std::as_const(m_choices)) line.column->addItem(each.title, each.column.id);
    line.column->setCurrentIndex(std::max(0, line.column->findData(column)));
    line.column->setAccessibleName(tr("Column of line %1").arg(m_lines.size() + 1));
    line.edit->setAccessibleName(tr("Condition of line %1").arg(m_lines.size() + 1));
    auto *row = new QHBoxLayout;
    row->addWidget(line.column, 1);
    row->addWidget(line.edit, 2);
    m_box->addLayout(row);
    setTabOrder(line.edit, m_more);
    m_lines << line;
    connect(line.column, &QComboBox::currentIndexChanged, this, &AnyOfDialog::check);
    connect(line.edit, &QLineEdit::textChanged, this, &AnyOfDialog::check);
    check();
}

FilterText::Parsed AnyOfDialog::parsed(const Line &line) const
{
    FilterText::Parsed result = FilterText::parse(line.edit->text(), m_choices.at(line.column->currentIndex()).column);
    if (result.conditions.size() > 1 && !result.isAnyOf) return {{}, false, FilterText::Fault{0, tr("What is negated here does not fit one line.")}};
    return result;
}

void AnyOfDialog::check()
{
    QString fault;
    for (int i = 0; i < m_lines.size() && fault.isEmpty(); ++i)
        if (const auto result = parsed(m_lines.at(i)); result.fault) fault = tr("Line %1, character %2: %3").arg(i + 1).arg(result.fault->position + 1).arg(result.fault->message);
    m_fault->setText(fault);
    m_accept->setEnabled(fault.isEmpty() && !group().isEmpty());
}

QList<ColumnFilter> AnyOfDialog::group() const
{
    QList<ColumnFilter> all;
    for (const Line &line : m_lines) all << parsed(line).conditions;
    return all;
}

}  // namespace headgate
