// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/healtheditor.h"

#include "ui/base/formfield.h"

#include <QCheckBox>
#include <QSpinBox>

namespace headgate {

HealthEditor::HealthEditor(QWidget *parent)
    : QWidget(parent), m_enabled(new QCheckBox(tr("Test it by itself while the console is &open"))), m_interval(new QSpinBox), m_timeout(new QSpinBox),
      m_failures(new QSpinBox)
{
    m_interval->setRange(HealthRule::MinInterval, HealthRule::MaxInterval);
    m_timeout->setRange(1, HealthRule::MaxTimeout);
    m_failures->setRange(1, HealthRule::MaxFailures);
    FormLayout form(this);
    form.addField({}, m_enabled);
    form.addField(tr("&Every, s"), m_interval, tr("Spread by a tenth, so that not all are tested at once."));
    form.addField(tr("Time &limit of a test, s"), m_timeout);
    form.addField(tr("&Failures in a row"), m_failures, tr("So many until it counts as down; the first test that answers brings it up."));
    form.addStretch();
    for (QSpinBox *box : {m_interval, m_timeout, m_failures}) {
        box->setMaximumWidth(140);
        box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);  // gives its note the width of the page
        connect(m_enabled, &QCheckBox::toggled, box, &QWidget::setEnabled);
        connect(box, &QSpinBox::valueChanged, this, &HealthEditor::changed);
    }
    connect(m_enabled, &QCheckBox::toggled, this, &HealthEditor::changed);
    setRule({});
    setFocusProxy(m_enabled);
}

void HealthEditor::setRule(const HealthRule &rule)
{
    m_enabled->setChecked(rule.isEnabled);
    m_interval->setValue(rule.intervalSeconds);
    m_timeout->setValue(rule.timeoutSeconds);
    m_failures->setValue(rule.failures);
    for (QSpinBox *box : {m_interval, m_timeout, m_failures}) box->setEnabled(rule.isEnabled);
}

HealthRule HealthEditor::rule() const
{
    return {m_enabled->isChecked(), m_interval->value(), m_timeout->value(), m_failures->value()};
}

}  // namespace headgate
