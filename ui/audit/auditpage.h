// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditservice.h"
#include "models/audit/entitystate.h"
#include "ui/shell/page.h"

class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace headgate {

class AnomalyMarks;
class AuditDetail;
class AuditReviewService;
class AuditTableModel;
class HistogramPanel;
class JobRegistry;
class ListActions;
class ListPageFrame;
class Messages;
class NotificationCenter;
class SavedFilterService;
class StatusChip;
class Theme;
struct AuditSpan;
struct ListTools;

/// The audit trail: newest first, by time, facets and name; what is unusual in it; the life of a record and its past
/// states; verifies the chain.
class AuditPage : public Page {
    Q_OBJECT
public:
    AuditPage(AuditService &service, AuditReviewService &review, JobRegistry &jobs, NotificationCenter &notifications, const Theme &theme,
              QWidget *parent = nullptr);

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
    /// The id of an event, or "TYPE/ID" of a record: its life.
    void open(const QString &id) override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject &state) override;

    /// More acts on the trail's integrity, in a menu beside Verify.
    void addIntegrityActions(const QList<Command> &commands);
    using Verifier = std::function<QFuture<Result<AuditVerification>>(std::function<void(qint64, qint64)>, const CancelToken &)>;
    /// What Verify does instead of asking the database alone.
    void setVerifier(Verifier verifier) { m_verifier = std::move(verifier); }
    void showVerification(const AuditVerification &verification);
    /// What the list shows.
    ListQuery query() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void addFilters();
    void layOut();
    void connectAll();
    void onCurrentChanged();
    void showRecord(AuditId id);
    void showEntity(const EntityKey &entity);
    void onQuery();
    void showCount();
    void applyRange();
    void findAnomalies();
    void applyFilters();
    void restore(const EntityKey &entity, const EntityMoment &moment, const QStringList &fields);
    void tell(const Error &error);
    void showListMenu(const QPoint &position);
    void verify();

    AuditService &m_service;
    AuditReviewService &m_review;
    JobRegistry &m_jobs;
    NotificationCenter &m_notifications;
    const Theme &m_theme;
    AuditTableModel *m_model;
    AuditDetail *m_detail;
    QStackedWidget *m_side;
    QLabel *m_summary;
    ListPageFrame *m_frame;
    ListActions *m_listActions = nullptr;
    HistogramPanel *m_histogram;
    AnomalyMarks *m_marks;
    QToolButton *m_unusual;
    StatusChip *m_chain;
    QPushButton *m_verify;
    QMenu *m_integrity = nullptr;
    QList<Command> m_integrityCommands;
    Verifier m_verifier;
    std::optional<qint64> m_total;
    std::optional<QVariantList> m_unusualIds;
    std::optional<ListQuery> m_followed;  ///< the query that the histogram shows
    bool m_isBrushed = false;             ///< the range is a person's, and not yet in the query
    AuditId m_shown;
    quint64 m_asked = 0;  ///< for the pane at the side: only the newest counts
    CancelToken m_cancel;
    CancelToken m_cancelSearch;
    bool m_verifying = false;
    bool m_hasFindings = false;  ///< the summary tells of them
};

}  // namespace headgate
