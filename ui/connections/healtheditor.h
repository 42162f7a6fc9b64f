// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/healthrule.h"

#include <QWidget>

class QCheckBox;
class QSpinBox;

namespace headgate {

/// The fields of a health rule: on or off, how often, how long, how many failures.
class HealthEditor : public QWidget {
    Q_OBJECT
public:
    explicit HealthEditor(QWidget *parent = nullptr);
    void setRule(const HealthRule &rule);
    HealthRule rule() const;

Q_SIGNALS:
    void changed();

private:
    QCheckBox *m_enabled;
    QSpinBox *m_interval;
    QSpinBox *m_timeout;
    QSpinBox *m_failures;
};

}  // namespace headgate
