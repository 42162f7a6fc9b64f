// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QTableWidget>
#include <optional>

namespace headgate {

class Theme;

/// One line of a before/after table. No value: the field was not there.
struct ChangeLine {
    QString field;
    std::optional<QString> before;
    std::optional<QString> after;
    bool operator==(const ChangeLine &) const = default;
};

/// Field, before, after; what went is on a faint red ground, what came on a faint green one, and a sign before the row
/// says whether the field came (+), went (−) or changed (~). Values can be copied.
class ChangesTable : public QTableWidget {
    Q_OBJECT
public:
    explicit ChangesTable(const Theme &theme, QWidget *parent = nullptr);
    void setChanges(const QList<ChangeLine> &changes);
    /// "3 changed, 1 added, 1 removed".
    static QString summary(const QList<ChangeLine> &changes);

private:
    void paintGrounds();
    QTableWidgetItem *cell(const std::optional<QString> &text) const;

    const Theme &m_theme;
};

}  // namespace headgate
