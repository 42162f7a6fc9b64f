// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QWidget>

class QButtonGroup;
class QGridLayout;

namespace headgate {

/// Somebody saved the record first: shows each field that differs as yours, now and was, and lets a person choose.
/// A field that only one side changed comes chosen; one that both changed waits for a choice.
class ConflictView : public QWidget {
    Q_OBJECT
public:
    /// `was` is what the form was opened with, `yours` what it holds, `now` what is stored.
    ConflictView(const Connection &was, const Connection &yours, const Connection &now, QWidget *parent = nullptr);

    bool isResolved() const;
    /// `now` with the chosen fields of `yours`; its version is the stored one.
    Connection merged() const;

Q_SIGNALS:
    void choiceChanged();

private:
    struct Row {
        int field = 0;
        QButtonGroup *choice = nullptr;
    };
    void addRow(QGridLayout *grid, int field, const Connection &was);

    Connection m_yours;
    Connection m_now;
    QList<Row> m_rows;
};

}  // namespace headgate
