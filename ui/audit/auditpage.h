// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditservice.h"
#include "ui/shell/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace headgate {

class AuditDetail;
class AuditTableModel;
class FacetButton;
class JobRegistry;
class ListActions;
class ListPageFrame;
class Messages;
class NotificationCenter;
class SavedFilterService;
class StatusChip;
class Theme;
struct ListTools;

/// The audit trail: newest first, by facets and name; verifies the chain.
class AuditPage : public Page {
    Q_OBJECT
public:
    AuditPage(AuditService &service, JobRegistry &jobs, NotificationCenter &notifications, const Theme &theme, QWidget *parent = nullptr);

    /// Adds the button of saved filters to the filter row.
    void setSavedFilters(SavedFilterService &filters, Messages &messages);
    /// Adds what any list offers: copies, export, rows as JSON, going to the record of an event.
    void addListActions(const ListTools &tools);

    QString id() const override { return QStringLiteral("audit"); }
    QString title() const override { return tr("Audit"); }
    QString iconName() const override { return QStringLiteral("view-history"); }
    PageGroup group() const override { return PageGroup::Trust; }
    QList<Command> commands() const override;
    void refresh() override;
    /// The id of an event.
    void open(const QString &id) override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject &state) override;

private:
    void onCurrentChanged();
    void showDetail(AuditId id);
    void onLoaded();
    void showCount();
    void verify();
    void showVerification(const AuditVerification &verification);

    AuditService &m_service;
    JobRegistry &m_jobs;
    NotificationCenter &m_notifications;
    AuditTableModel *m_model;
    AuditDetail *m_detail;
    QStackedWidget *m_side;
    QLabel *m_summary;
    ListPageFrame *m_frame;
    ListActions *m_listActions = nullptr;
    FacetButton *m_actors;
    StatusChip *m_chain;
    QPushButton *m_verify;
    std::optional<qint64> m_total;
    CancelToken m_cancel;
    bool m_verifying = false;
};

}  // namespace headgate
