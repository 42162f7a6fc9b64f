// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/readinesslistmodel.h"

#include "ui/base/celldelegate.h"

#include <algorithm>

namespace headgate {

namespace {

/// What fails stands above what warns.
int rank(StageStatus status)
{
    switch (status) {
    case StageStatus::Fail: return 0;
    case StageStatus::Warn: return 1;
    case StageStatus::Skipped: return 2;
    case StageStatus::Pass: break;
    }
    return 3;
}

}  // namespace

void ReadinessListModel::setReport(const ReadinessReport &report)
{
    m_checks = report.checks;
    rebuild();
}

void ReadinessListModel::setFilter(const QString &text)
{
    m_filter = text.trimmed();
    rebuild();
}

void ReadinessListModel::setOpen(bool open)
{
    if (open == m_isOpen) return;
    m_isOpen = open;
    if (m_quiet.empty() || !m_filter.isEmpty()) return;
    // The fold is the last line while it is closed.
    const int fold = open ? rowCount() - 1 : rowCount() - 1 - int(m_quiet.size());
    if (open) {
        beginInsertRows({}, fold + 1, fold + int(m_quiet.size()));
        for (const int check : m_quiet) m_rows.push_back({Kind::Check, {}, check});
        endInsertRows();
    } else {
        beginRemoveRows({}, fold + 1, rowCount() - 1);
        m_rows.resize(size_t(fold) + 1);
        endRemoveRows();
    }
    m_rows[size_t(fold)].text = foldText();
    Q_EMIT dataChanged(index(fold), index(fold));
}

QString ReadinessListModel::foldText() const
{
    const QString count = CellDelegate::groupedNumber(qint64(m_quiet.size()));
    return m_isOpen ? tr("▾ %1 checks of tables pass").arg(count) : tr("▸ %1 checks of tables pass").arg(count);
}

bool ReadinessListModel::matches(const ReadinessCheck &check) const
{
    const auto contains = [this](const QString &text) { return text.contains(m_filter, Qt::CaseInsensitive); };
    return m_filter.isEmpty() || contains(check.check) || contains(check.table) || contains(check.evidence);
}

void ReadinessListModel::rebuild()
{
    std::vector<int> server;
    std::vector<int> loud;
    m_quiet.clear();
    for (int i = 0; i < int(m_checks.size()); ++i) {
        const ReadinessCheck &check = m_checks[size_t(i)];
        if (matches(check))
            (check.table.isEmpty() ? server : check.status == StageStatus::Pass ? m_quiet : loud).push_back(i);
    }
    for (std::vector<int> *part : {&server, &loud})
        std::ranges::stable_sort(*part, {}, [this](int i) { return rank(m_checks[size_t(i)].status); });

    beginResetModel();
    m_rows.clear();
    addSection(tr("Server"), server);
    addSection(tr("Tables"), loud);
    if (!m_quiet.empty() && m_filter.isEmpty()) m_rows.push_back({Kind::Fold, foldText()});
    if (m_isOpen || !m_filter.isEmpty())
        for (const int check : m_quiet) m_rows.push_back({Kind::Check, {}, check});
    endResetModel();
}

void ReadinessListModel::addSection(const QString &title, const std::vector<int> &checks)
{
    if (checks.empty()) return;
    m_rows.push_back({Kind::Section, title});
    for (const int check : checks) m_rows.push_back({Kind::Check, {}, check});
}

const ReadinessCheck *ReadinessListModel::checkAt(int row) const
{
    if (row < 0 || row >= int(m_rows.size()) || m_rows[size_t(row)].check < 0) return nullptr;
    return &m_checks[size_t(m_rows[size_t(row)].check)];
}

int ReadinessListModel::rowOf(const QString &check, const QString &table) const
{
    for (int row = 0; row < rowCount(); ++row)
        if (const ReadinessCheck *each = checkAt(row); each && each->check == check && each->table == table) return row;
    return -1;
}

int ReadinessListModel::worstRow() const
{
    for (const StageStatus status : {StageStatus::Fail, StageStatus::Warn})
        for (int row = 0; row < rowCount(); ++row)
            if (const ReadinessCheck *each = checkAt(row); each && each->status == status) return row;
    return -1;
}

QVariant ReadinessListModel::data(const QModelIndex &index, int role) const
{
    if (role == KindRole) return int(m_rows[size_t(index.row())].kind);
    const ReadinessCheck *check = checkAt(index.row());
    if (!check)
        return role == Qt::DisplayRole || role == Qt::AccessibleTextRole ? QVariant(m_rows[size_t(index.row())].text)
                                                                         : QVariant();
    switch (role) {
    case Qt::DisplayRole: return check->table.isEmpty() ? check->check : tr("%1  %2").arg(check->check, check->table);
    case Qt::ToolTipRole:
        return QString(QStringLiteral("<span>") + check->evidence.toHtmlEscaped() + QStringLiteral("</span>"));
    case Qt::AccessibleTextRole:
        return tr("%1 %2: %3, %4").arg(check->check, check->table, stageStatuses.name(check->status), check->evidence);
    default: return {};
    }
}

}  // namespace headgate
