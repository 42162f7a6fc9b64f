// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/facetbutton.h"

#include "ui/base/styleflag.h"

#include <QAction>
#include <QMenu>
#include <QSignalBlocker>

namespace headgate {

FacetButton::FacetButton(const QString &column, const QString &title, const QList<Value> &values, QWidget *parent)
    : QToolButton(parent), m_column(column), m_title(title), m_clear(new QAction(tr("Any"), this))
{
    setPopupMode(InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setProperty("chip", true);
    setFocusPolicy(Qt::StrongFocus);
    setObjectName(QStringLiteral("facet.") + column);
    setMenu(new QMenu(this));
    connect(m_clear, &QAction::triggered, this, [this] { choose({}); });
    setValues(values);
}

void FacetButton::setValues(const QList<Value> &values)
{
    const QVariantList before = chosen();
    menu()->clear();  // deletes the actions that are the menu's own
    m_actions.clear();
    m_values = values;
    menu()->addAction(m_clear);
    menu()->addSeparator();
    for (const Value &value : values) {
        auto *action = menu()->addAction(value.label);
        action->setCheckable(true);
        action->setChecked(before.contains(value.value));
        connect(action, &QAction::toggled, this, &FacetButton::onToggled);
        m_actions << action;
    }
    showText();
}

QVariantList FacetButton::chosen() const
{
    QVariantList values;
    for (int i = 0; i < m_actions.size(); ++i)
        if (m_actions[i]->isChecked()) values << m_values[i].value;
    return values;
}

void FacetButton::choose(const QVariantList &values)
{
    if (chosen() == values) return;
    for (int i = 0; i < m_actions.size(); ++i) {
        const QSignalBlocker quiet(m_actions[i]);
        m_actions[i]->setChecked(values.contains(m_values[i].value));
    }
    onToggled();
}

std::optional<ColumnFilter> FacetButton::filter() const
{
    const QVariantList values = chosen();
    if (values.isEmpty()) return std::nullopt;
    return ColumnFilter{m_column, ColumnFilter::Op::In, values};
}

void FacetButton::onToggled()
{
    showText();
    Q_EMIT changed();
}

void FacetButton::showText()
{
    QStringList labels;
    for (int i = 0; i < m_actions.size(); ++i)
        if (m_actions[i]->isChecked()) labels << m_values[i].label;
    const QString words = labels.isEmpty() ? m_title : tr("%1: %2").arg(m_title, labels.join(QStringLiteral(", ")));
    setText(words + QStringLiteral(" ▾"));
    setAccessibleName(labels.isEmpty() ? tr("Filter by %1").arg(m_title) : tr("Filter: %1").arg(words));
    setStyleFlag(this, "filtering", !labels.isEmpty());
    m_clear->setEnabled(!labels.isEmpty());
}

}  // namespace headgate
