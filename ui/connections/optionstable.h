// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QTableWidget>

namespace headgate {

/// Driver options as names and values: typed into an empty last row, emptied by deleting the name (Del deletes the row).
/// What nobody touched keeps its JSON type, known or not.
class OptionsTable : public QTableWidget {
    Q_OBJECT
public:
    explicit OptionsTable(QWidget *parent = nullptr);

    void setOptions(const QJsonObject &options);
    QJsonObject options() const;

Q_SIGNALS:
    void changed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void addRow(const QString &name, const QString &value);
    void onItemChanged();
    QString text(int row, int column) const;

    QJsonObject m_base;
    bool m_filling = false;
};

}  // namespace headgate
