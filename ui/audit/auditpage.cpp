// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditpage.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "models/audit/audittablemodel.h"
#include "ui/audit/auditdetail.h"
#include "ui/base/chips.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listactions.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/notifications.h"
#include "ui/base/savedfilterbutton.h"
#include "ui/base/timerangebutton.h"

#include <QFutureWatcher>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPromise>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

QList<FacetButton::Value> actionValues()
{
    QList<FacetButton::Value> values;
    for (const char *action : {"CREATE", "UPDATE", "DELETE", "TEST", "EXTERNAL", "MIGRATE", "REVEAL", "EXPORT", "IMPORT", "LOGIN"})
        values << FacetButton::Value{QString::fromLatin1(action), QString::fromLatin1(action)};
    return values;
}

constexpr int progressSteps = 1000;

}  // namespace

AuditPage::AuditPage(AuditService &service, JobRegistry &jobs, NotificationCenter &notifications, const Theme &theme, QWidget *parent)
    : Page(parent), m_service(service), m_jobs(jobs), m_notifications(notifications),
      m_model(new AuditTableModel(
          [&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
          [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); }, this)),
      m_detail(new AuditDetail(theme)), m_side(new QStackedWidget), m_summary(new QLabel),
      m_actors(new FacetButton(QStringLiteral("actor"), tr("Actor"), {})), m_chain(new StatusChip(theme))
{
    m_summary->setWordWrap(true);
    m_summary->setMargin(12);
    m_summary->setAlignment(Qt::AlignTop);
    m_summary->setProperty("muted", true);
    m_side->addWidget(m_summary);
    m_side->addWidget(m_detail);
    m_frame = new ListPageFrame(m_model, m_side, theme);
    m_frame->setTitle(title(), tr("Search entity names"));
    m_frame->panel()->setEmptyText(tr("Nothing has been changed here yet. Each change made through Headgate leaves an event."), {},
                                   tr("No event matches the filter."));
    m_frame->addFacet(new FacetButton(QStringLiteral("action"), tr("Action"), actionValues()));
    m_frame->addFacet(new FacetButton(QStringLiteral("status"), tr("Result"),
                                      {{QStringLiteral("success"), tr("success")}, {QStringLiteral("failure"), tr("failure")}}));
    m_frame->addFacet(m_actors);
    m_frame->addTimeRange(new TimeRangeButton(QStringLiteral("occurred_at"), tr("Time")));
    m_frame->setFilterColumns(AuditService::filterColumns(), {{QStringLiteral("id"), QStringLiteral("occurred_at")}});
    m_frame->addBesideTitle(m_chain);
    m_verify = m_frame->addButton(tr("&Verify"));
    m_chain->hide();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_frame);

    connect(m_verify, &QPushButton::clicked, this, &AuditPage::verify);
    connect(m_frame->view(), &ListView::currentIdChanged, this, &AuditPage::onCurrentChanged);
    connect(m_model, &RecordTableModel::loaded, this, &AuditPage::onLoaded);
    connect(m_model, &RecordTableModel::countChanged, this, &AuditPage::showCount);
    m_model->setEstimate([&service](const auto &query, const auto &cancel) { return service.estimate(query, cancel); });
    m_model->setRank([&service](const auto &query, const auto &key, const auto &cancel) { return service.rank(query, key, cancel); });
    m_model->setRankAt([&service](const auto &query, Timestamp time, const auto &cancel) { return service.rankAt(query, time, cancel); });
    m_model->refresh();
}

void AuditPage::setSavedFilters(SavedFilterService &filters, Messages &messages)
{
    m_frame->addFilterWidget(new SavedFilterButton(filters, id(), *m_frame, messages, m_notifications));
}

QList<Command> AuditPage::commands() const
{
    auto *self = const_cast<AuditPage *>(this);
    const QList<Command> own{{QStringLiteral("audit.verify"), tr("Verify the chain"), QStringLiteral("security-high"), Qt::CTRL | Qt::SHIFT | Qt::Key_V,
             [self] { self->verify(); }, [this] { return !m_verifying; }},
            {QStringLiteral("audit.refresh"), tr("Refresh"), QStringLiteral("view-refresh"), QKeySequence::Refresh,
             [self] { self->refresh(); }, {}}};
    return m_listActions ? own + m_listActions->commands(id()) : own;
}

void AuditPage::refresh()
{
    m_model->refresh();
}

void AuditPage::open(const QString &id)
{
    attach(this, m_service.get(AuditId{id.toLongLong()}), [this](const Result<AuditRecord> &record) {
        if (!record.ok()) return m_notifications.addError(record.error());
        m_frame->view()->selectId(record->id.value);
        m_side->setCurrentWidget(m_detail);
        m_detail->setRecord(*record);
    });
}

void AuditPage::onCurrentChanged()
{
    const QModelIndex index = m_frame->view()->currentIndex();
    m_side->setCurrentWidget(index.isValid() ? static_cast<QWidget *>(m_detail) : m_summary);
    if (const qint64 id = m_frame->view()->currentId(); id > 0) showDetail({id});
}

/// The list holds what it shows; the rest of an event is read when it is chosen.
void AuditPage::showDetail(AuditId id)
{
    attach(this, m_service.get(id), [this, id](const Result<AuditRecord> &record) {
        if (id.value != m_frame->view()->currentId()) return;
        if (record.ok()) m_detail->setRecord(*record);
        else m_notifications.addError(record.error());
    });
}

void AuditPage::onLoaded()
{
    Q_EMIT refreshed();
    // The trail has no list of actors; those of the rows seen so far can be filtered on.
    QStringList names;
    for (const FacetButton::Value &each : m_actors->values()) names << each.label;
    for (const RankRange &range : m_model->loadedRanges())
        for (int row = range.first; row < range.end; ++row)
            if (const QString &actor = m_model->find(row)->actor; !names.contains(actor)) names << actor;
    names.sort();
    QList<FacetButton::Value> values;
    for (const QString &name : std::as_const(names)) values << FacetButton::Value{name, name};
    m_actors->setValues(values);
}

void AuditPage::showCount()
{
    const QLocale locale;
    if (!m_model->query().isFiltered()) m_total = m_model->count();
    QStringList parts;
    if (m_total) parts << tr("%1 events").arg(locale.toString(*m_total));
    if (m_model->query().isFiltered() && m_model->count()) parts << tr("%1 match").arg(m_model->countText());
    m_frame->setCount(parts.join(QStringLiteral(" · ")));
    m_summary->setText(tr("Each event carries the hash of the one before it, so that a change or a gap shows. Verify recomputes the "
                          "whole chain.\n\nChoose an event to see what changed."));
}

void AuditPage::verify()
{
    if (m_verifying) return;
    m_verifying = true;
    m_verify->setEnabled(false);
    m_cancel = CancelToken();
    // Progress comes on a database worker; the promise brings it here, throttled.
    const auto relay = std::make_shared<QPromise<void>>();
    relay->start();
    relay->setProgressRange(0, progressSteps);
    auto *watcher = new QFutureWatcher<void>(this);
    const JobHandle job = m_jobs.begin(tr("Verify the audit trail"), m_cancel);
    connect(watcher, &QFutureWatcher<void>::progressValueChanged, this, [job](int value) { job.setProgress(value, progressSteps); });
    watcher->setFuture(relay->future());
    const auto onProgress = [relay](qint64 done, qint64 total) {
        if (total > 0) relay->setProgressValue(int(done * progressSteps / total));
    };
    attach(this, m_service.verify(onProgress, m_cancel), [this, job, relay, watcher](const Result<AuditVerification> &result) {
        relay->finish();
        watcher->deleteLater();
        job.end();
        m_verifying = false;
        m_verify->setEnabled(true);
        if (result.ok())
            showVerification(*result);
        else if (result.error().kind != ErrorKind::Cancelled)
            m_notifications.addError(result.error());
        refresh();
    });
}

void AuditPage::showVerification(const AuditVerification &verification)
{
    const QLocale locale;
    m_chain->show();
    if (verification.ok()) {
        m_chain->setStatus(QStringLiteral("success"), tr("chain verified, %1 events, no gaps").arg(locale.toString(verification.rows)));
        m_chain->setToolTip(tr("Last event %1, hash %2").arg(locale.toString(verification.lastId), QString::fromLatin1(verification.headHash.toHex())));
        return;
    }
    QStringList lines;
    for (const AuditFinding &finding : verification.findings) lines << tr("event %1, %2: %3").arg(finding.id).arg(finding.kind, finding.text);
    m_chain->setStatus(QStringLiteral("failure"), tr("%1 findings in %2 events").arg(locale.toString(verification.findingCount), locale.toString(verification.rows)));
    m_chain->setToolTip(lines.join(QLatin1Char('\n')));
    m_frame->view()->clearSelection();
    m_side->setCurrentWidget(m_summary);
    m_summary->setText(lines.join(QLatin1Char('\n')));
}

QJsonObject AuditPage::saveState() const
{
    return m_frame->saveState();
}

void AuditPage::restoreState(const QJsonObject &state)
{
    m_frame->restoreState(state);
}

}  // namespace headgate
