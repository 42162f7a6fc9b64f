// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace headgate {

/// A row as a server sent it in text form; none is NULL.
using TextRow = std::vector<std::optional<QString>>;

/// What a statement gave: rows, or the server's refusal.
struct TextResult {
    QStringList columns;
    std::vector<TextRow> rows;
    bool ok = false;
    QString errorCode;  ///< SQLSTATE or error number
    QString errorText;

    /// The cell as text, empty when it is NULL or not there.
    QString text(size_t row, size_t column) const
    {
        return row < rows.size() && column < rows[row].size() ? rows[row][column].value_or(QString()) : QString();
    }
};

}  // namespace headgate
