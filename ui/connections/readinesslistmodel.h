// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinesscheck.h"

#include <QAbstractListModel>

namespace headgate {

/// The lines of a report as a list: the server, then the tables that have something to say, then the rest, folded into one
/// line until it is opened. A filter matches check, table and evidence, and opens the fold.
class ReadinessListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum class Kind { Section, Check, Fold };
    enum Role { KindRole = Qt::UserRole };

    using QAbstractListModel::QAbstractListModel;

    void setReport(const ReadinessReport &report);
    void setFilter(const QString &text);
    bool isOpen() const { return m_isOpen; }
    void setOpen(bool open);
    /// Null for a section and the fold.
    const ReadinessCheck *checkAt(int row) const;
    /// The row of that line; -1 when it is not shown.
    int rowOf(const QString &check, const QString &table) const;
    /// The first that fails, else the first that warns, else -1.
    int worstRow() const;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        Kind kind;
        QString text;   ///< of a section or the fold
        int check = -1;
    };
    void rebuild();
    bool matches(const ReadinessCheck &check) const;
    void addSection(const QString &title, const std::vector<int> &checks);
    QString foldText() const;

    std::vector<ReadinessCheck> m_checks;
    std::vector<Row> m_rows;
    std::vector<int> m_quiet;  ///< the lines in the fold
    QString m_filter;
    bool m_isOpen = false;
};

}  // namespace headgate
