// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace headgate {

/// Two times as TimeText reads them, of which one may be missing, and the zone in which they are meant; shows the moments
/// that they stand for.
class TimeRangeDialog : public QDialog {
    Q_OBJECT
public:
    TimeRangeDialog(const QString &column, const std::optional<ColumnFilter> &filter, const QString &timeZone, QWidget *parent);

    /// None when both are empty.
    std::optional<ColumnFilter> filter() const;
    QString timeZone() const;

private:
    void check();

    QString m_column;
    QLineEdit *m_from;
    QLineEdit *m_to;
    QComboBox *m_zone;
    QLabel *m_note;
    QPushButton *m_accept;
};

}  // namespace headgate
