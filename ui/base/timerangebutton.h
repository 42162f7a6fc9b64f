// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <QToolButton>

class QActionGroup;

namespace headgate {

/// A filter chip for a stretch of time: quick ranges that move with the clock, any two times (as TimeText reads them),
/// and the time zone in which days are meant. GUI thread.
class TimeRangeButton : public QToolButton {
    Q_OBJECT
public:
    TimeRangeButton(const QString &column, const QString &title, QWidget *parent = nullptr);

    const QString &column() const { return m_column; }
    /// None: all times.
    const std::optional<ColumnFilter> &filter() const { return m_filter; }
    /// IANA id; empty: this computer's.
    const QString &timeZone() const { return m_timeZone; }
    /// None, or a condition on the column that fits() says yes to. Tells changed() when it is another.
    void setFilter(const std::optional<ColumnFilter> &filter, const QString &timeZone);
    bool fits(const ColumnFilter &filter) const;

Q_SIGNALS:
    void changed();

private:
    void fillMenu();
    void askRange();
    void showText();

    QString m_column;
    QString m_title;
    QActionGroup *m_group;
    std::optional<ColumnFilter> m_filter;
    QString m_timeZone;
};

}  // namespace headgate
