// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditpage.h"

#include "app/audit/auditreviewservice.h"
#include "app/audit/integrityjson.h"
#include "app/base/attach.h"
#include "app/base/job.h"
#include "models/audit/audittablemodel.h"
#include "ui/audit/anomalymarks.h"
#include "ui/audit/auditdetail.h"
#include "ui/audit/auditrange.h"
#include "ui/audit/facetmenu.h"
#include "ui/audit/histogrampanel.h"
#include "ui/audit/restoredialog.h"
#include "ui/base/celldelegate.h"
#include "ui/base/chips.h"
#include "ui/base/listactions.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/notifications.h"
#include "ui/base/plaintext.h"
#include "ui/base/savedfilterbutton.h"
#include "ui/base/theme.h"
#include "ui/base/timerangebutton.h"

#include <QFutureWatcher>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPromise>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

constexpr int progressSteps = 1000;
constexpr int histogramHeight = 148;
constexpr int histogramLow = 100;     ///< where the page is low
constexpr int lowPage = 640;
constexpr int mostUnusual = 500;      ///< events that "Anomalies only" shows at once

const QString kTime = QStringLiteral("occurred_at");

QString introduction()
{
    return AuditPage::tr(
        "Each event carries the hash of the one before it, so that a change or a gap shows. Verify recomputes the "
        "whole chain.\n\nChoose an event to see what changed.");
}

QString eventsOf(const AuditVerification &verification)
{
    return verification.rows == 1 ? AuditPage::tr("1 event")
                                  : AuditPage::tr("%1 events").arg(CellDelegate::groupedNumber(verification.rows));
}

QString verdictOf(const AuditVerification &verification)
{
    const QString events = eventsOf(verification);
    if (!verification.ok())
        return verification.findingCount == 1
                   ? AuditPage::tr("1 finding in %1").arg(events)
                   : AuditPage::tr("%1 findings in %2").arg(CellDelegate::groupedNumber(verification.findingCount), events);
    // Of what came before it says nothing.
    if (verification.incremental) return AuditPage::tr("since the last verification: %1, no gaps").arg(events);
    return AuditPage::tr("chain verified, %1, no gaps").arg(events);
}

}  // namespace

AuditPage::AuditPage(AuditService &service, AuditReviewService &review, JobRegistry &jobs, NotificationCenter &notifications, const Theme &theme, QWidget *parent)
    : Page(parent), m_service(service), m_review(review), m_jobs(jobs), m_notifications(notifications), m_theme(theme),
      m_model(new AuditTableModel(
          [&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
          [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); }, this)),
      m_detail(new AuditDetail(review, theme)), m_side(new QStackedWidget), m_summary(new QLabel), m_histogram(new HistogramPanel(review, theme)),
      m_unusual(new QToolButton), m_chain(new StatusChip(theme))
{
    m_summary->setObjectName(QStringLiteral("summary"));
    m_summary->setTextFormat(Qt::PlainText);  // findings tell of what stands in the trail
    m_summary->setText(introduction());
    m_summary->setWordWrap(true);
    m_summary->setMargin(Theme::CardPadding);
    m_summary->setAlignment(Qt::AlignTop);
    m_summary->setProperty("muted", true);
    m_side->addWidget(m_summary);
    m_side->addWidget(m_detail);
    m_frame = new ListPageFrame(m_model, m_side, theme);
    m_frame->setTitle(title(), tr("Search entity names"));
    m_frame->panel()->setEmptyText(tr("Nothing has been changed here yet. Each change made through Headgate leaves an event."), {},
                                   tr("No event matches the filter."));
    m_frame->view()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_histogram->setFixedHeight(histogramHeight);
    m_frame->addAbove(m_histogram);
    addFilters();
    m_frame->addBesideTitle(m_chain);
    m_verify = m_frame->addButton(tr("&Verify"));
    m_chain->hide();
    m_marks = new AnomalyMarks(review, m_model, m_frame->view(), this);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_frame);
    connectAll();
    connect(m_side, &QStackedWidget::currentChanged, this, &AuditPage::layOut);
    layOut();
    m_model->setEstimate([&service](const auto &query, const auto &cancel) { return service.estimate(query, cancel); });
    m_model->setRank([&service](const auto &query, const auto &key, const auto &cancel) { return service.rank(query, key, cancel); });
    m_model->setRankAt([&service](const auto &query, Timestamp time, const auto &cancel) { return service.rankAt(query, time, cancel); });
    m_model->refresh();
}

void AuditPage::addFilters()
{
    m_frame->addTimeRange(new TimeRangeButton(kTime, tr("Time")));
    const auto source = [this](const ListQuery &query, const QString &column, const CancelToken &cancel) { return m_service.facets(query, column, cancel); };
    for (const auto &[column, text] : {std::pair("actor", tr("Actor")), std::pair("action", tr("Action")), std::pair("entity_type", tr("Entity")),
                                       std::pair("status", tr("Result")), std::pair("ip_address", tr("Address"))}) {
        auto *menu = new FacetMenu(QLatin1String(column), text, source, *m_frame, m_theme);
        connect(menu->panel(), &FacetPanel::failed, this, &AuditPage::tell);
        m_frame->addFilterWidget(menu);
    }
    m_unusual->setProperty("chip", true);
    m_unusual->setFocusPolicy(Qt::StrongFocus);
    m_unusual->setText(tr("Anomalies only"));
    m_unusual->setCheckable(true);
    m_unusual->setToolTip(tr("Of the chosen range: addresses new for the user, unusual hours, bursts, first deletions"));
    m_frame->addFilterWidget(m_unusual);
    m_frame->setFilterColumns(AuditService::filterColumns(), {{QStringLiteral("id"), kTime}});
}

void AuditPage::connectAll()
{
    connect(m_verify, &QPushButton::clicked, this, &AuditPage::verify);
    connect(m_frame->view(), &ListView::currentIdChanged, this, &AuditPage::onCurrentChanged);
    connect(m_frame->view(), &ListView::openRequested, m_detail, &AuditDetail::showChanges);
    connect(m_frame->view(), &QWidget::customContextMenuRequested, this, &AuditPage::showListMenu);
    connect(m_model, &RecordTableModel::loadingChanged, this, &AuditPage::onQuery);
    connect(m_model, &RecordTableModel::loaded, this, &AuditPage::refreshed);
    connect(m_model, &RecordTableModel::countChanged, this, &AuditPage::showCount);
    connect(m_histogram, &HistogramPanel::rangeChanged, this, &AuditPage::applyRange);
    connect(m_unusual, &QToolButton::clicked, this, &AuditPage::findAnomalies);
    connect(m_detail, &AuditDetail::eventRequested, this, [this](AuditId event) { open(QString::number(event.value)); });
    connect(m_detail, &AuditDetail::restoreRequested, this, &AuditPage::restore);
    connect(m_histogram, &HistogramPanel::failed, this, &AuditPage::tell);
    connect(m_detail, &AuditDetail::failed, this, &AuditPage::tell);
}

void AuditPage::tell(const Error &error)
{
    if (error.kind != ErrorKind::Cancelled) m_notifications.addError(error);
}

void AuditPage::setSavedFilters(SavedFilterService &filters, Messages &messages)
{
    m_frame->addFilterWidget(new SavedFilterButton(filters, id(), *m_frame, messages, m_notifications));
}

QList<Command> AuditPage::commands() const
{
    auto *self = const_cast<AuditPage *>(this);
    const auto hasEntity = [this] { return m_side->currentWidget() == m_detail && m_detail->entity().isValid(); };
    QList<Command> commands{{QStringLiteral("audit.verify"), tr("Verify the chain"), QStringLiteral("security-high"), Qt::CTRL | Qt::SHIFT | Qt::Key_V,
             [self] { self->verify(); }, [this] { return !m_verifying; }},
            {QStringLiteral("audit.follow"), tr("Follow the record of the event"), QStringLiteral("view-calendar-timeline"), Qt::CTRL | Qt::Key_L,
             [self] { self->m_detail->follow(); }, hasEntity},
            {QStringLiteral("audit.anomalies"), tr("Anomalies only"), QStringLiteral("flag"), Qt::CTRL | Qt::SHIFT | Qt::Key_A,
             [self] { self->m_unusual->click(); }, {}},
            {QStringLiteral("audit.refresh"), tr("Refresh"), QStringLiteral("view-refresh"), QKeySequence::Refresh,
             [self] { self->refresh(); }, {}}};
    if (m_listActions) commands << m_listActions->commands(id());
    return commands << m_integrityCommands;
}

void AuditPage::addIntegrityActions(const QList<Command> &commands)
{
    m_integrityCommands << commands;
    if (!m_integrity) {
        QPushButton *button = m_frame->addButton(tr("&Integrity ▾"));
        m_integrity = new QMenu(button);
        button->setMenu(m_integrity);
    }
    for (const Command &command : commands) {
        QAction *action = m_integrity->addAction(command.text, this, [command] { command.run(); });
        const auto tint = [this, action, icon = command.icon] { action->setIcon(m_theme.icon(icon)); };
        connect(&m_theme, &Theme::changed, action, tint);
        tint();
    }
}

void AuditPage::refresh()
{
    m_model->refresh();
    m_histogram->refresh();
    m_marks->forget();
}

void AuditPage::open(const QString &id)
{
    if (id.contains(u'/')) return showEntity({id.section(u'/', 0, 0), id.section(u'/', 1)});
    m_frame->view()->selectId(id.toLongLong());
    m_detail->showChanges();
    showRecord({id.toLongLong()});
}

void AuditPage::onCurrentChanged()
{
    if (const qint64 id = m_frame->view()->currentId(); id > 0) return showRecord({id});
    m_shown = {};
    m_side->setCurrentWidget(m_summary);
}

/// A row of the list is a preview: the event is read when it is chosen.
void AuditPage::showRecord(AuditId id)
{
    m_shown = id;
    ++m_asked;
    attach(this, m_service.get(id), [this, id](const Result<AuditRecord> &record) {
        if (id != m_shown) return;
        if (!record.ok()) return m_notifications.addError(record.error());
        m_detail->setRecord(*record);
        m_side->setCurrentWidget(m_detail);
        // Only now: a new record clears what was said of the one before.
        attach(this, m_review.anomaliesOf({id}), [this, id](const Result<AnomalyStore::Anomalies> &found) {
            if (id == m_shown && found.ok()) m_detail->setAnomalies(found->value(id.value));
        });
    });
}

/// Its newest event in the pane, with its life in front.
void AuditPage::showEntity(const EntityKey &entity)
{
    m_shown = {};
    attach(this, m_review.life(entity, {}, 1), [this, entity, asked = ++m_asked](const Result<EntityLife> &life) {
        if (asked != m_asked) return;  // something else was chosen meanwhile
        if (!life.ok()) return m_notifications.addError(life.error());
        if (life->events.isEmpty())
            return m_notifications.addInfo(tr("The trail has no event of this %1.").arg(entity.types().first()));
        m_shown = life->events.first().id;
        m_detail->setRecord(life->events.first());
        m_detail->follow(entity);
        m_side->setCurrentWidget(m_detail);
    });
}

void AuditPage::showListMenu(const QPoint &position)
{
    const qint64 id = m_model->idAt(m_frame->view()->indexAt(position).row());
    if (id <= 0) return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show what changed"), this, [this, id] { open(QString::number(id)); });
    menu->addAction(tr("Follow the record"), this, [this, id] {
        attach(this, m_service.get({id}), [this](const Result<AuditRecord> &record) {
            if (!record.ok()) return m_notifications.addError(record.error());
            if (record->entityId.isEmpty()) return m_notifications.addInfo(tr("This event is not about a record."));
            showEntity({record->entityType, record->entityId});
        });
    });
    if (m_listActions) {
        menu->addSeparator();
        m_listActions->addTo(menu);
    }
    menu->popup(m_frame->view()->viewport()->mapToGlobal(position));
}

/// Whoever changed the query, the histogram and its range follow.
void AuditPage::onQuery()
{
    const ListQuery &query = m_model->query();
    // Nothing new: what a person drags meanwhile stays.
    if (query == m_followed) return;
    m_followed = query;
    m_isBrushed = false;
    m_histogram->setRange(auditRange(query, kTime));
    if (m_unusualIds && !query.isFilteredOn(QStringLiteral("id"))) m_unusualIds.reset();
    m_unusual->setChecked(m_unusualIds.has_value());
    m_unusual->setText(m_unusualIds ? tr("✓ Anomalies only") : tr("Anomalies only"));
    ListQuery counted = query.without(kTime);
    counted.sortColumn.clear();
    counted.descending = false;
    m_histogram->setQuery(counted);
}

void AuditPage::applyRange()
{
    m_isBrushed = true;
    // Of another range other events are unusual.
    if (m_unusualIds) return findAnomalies();
    applyFilters();
}

void AuditPage::applyFilters()
{
    const QString id = QStringLiteral("id");
    ListQuery query = m_frame->query().without(id);
    // Without a brush the condition stays as it is: relative, or one that no range shows ("until June").
    if (m_isBrushed) query = query.without(kTime);
    if (m_isBrushed && m_histogram->range()) query.filters << auditRangeFilter(*m_histogram->range(), kTime);
    if (m_unusualIds) query.filters << ColumnFilter{id, ColumnFilter::Op::In, *m_unusualIds};
    m_frame->setQuery(query);
}

/// Looks through the range that is seen; the list shows what was found.
void AuditPage::findAnomalies()
{
    m_cancelSearch.cancel();
    m_cancelSearch = CancelToken();
    if (!m_unusual->isChecked()) {
        m_unusualIds.reset();
        return applyFilters();
    }
    const JobHandle job = m_jobs.begin(tr("Look for anomalies"), m_cancelSearch);
    const auto onProgress = [job](int reached) { job.setProgress(reached, 1000); };
    const AuditSpan span = m_histogram->range().value_or(m_isBrushed ? m_histogram->span() : auditRangeIn(m_histogram->span(), m_frame->query(), kTime));
    attach(this, m_review.anomalies(span, mostUnusual, onProgress, m_cancelSearch), [this, job, token = m_cancelSearch](const Result<AnomalyStore::Anomalies> &found) {
        job.end();
        if (token.isCancelled() || !found.ok()) {
            m_unusual->setChecked(m_unusualIds.has_value());
            if (!token.isCancelled()) m_notifications.addError(found.error());
            return;
        }
        if (found->size() >= mostUnusual)
            m_notifications.addInfo(tr("Only the newest %1 unusual events of the range are shown. Choose a shorter range to see older ones.").arg(mostUnusual));
        QVariantList ids;
        QList<qint64> newest = found->keys();
        std::ranges::sort(newest, std::greater());
        for (const qint64 id : newest.mid(0, mostUnusual)) ids << id;
        m_unusualIds = ids.isEmpty() ? QVariantList{-1} : ids;  // no event has this id
        m_model->addAnomalies(*found);
        applyFilters();
    });
}

void AuditPage::restore(const EntityKey &entity, const EntityMoment &moment, const QStringList &fields)
{
    attach(this, m_review.planRestore(entity, moment), [this, fields](const Result<RestorePlan> &plan) {
        if (!plan.ok()) return m_notifications.addError(plan.error());
        auto *dialog = new RestoreDialog(m_review, *plan, fields, m_theme, this);
        connect(dialog, &RestoreDialog::restored, this, &AuditPage::refresh);
        dialog->open();
    });
}

void AuditPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    layOut();
}

/// Where the page is low, an event that was chosen needs the room of the histogram, and what says nothing folds.
void AuditPage::layOut()
{
    const bool low = height() < lowPage;
    const bool introduces = m_side->currentWidget() == m_summary && !m_hasFindings;
    m_histogram->setFixedHeight(low ? histogramLow : histogramHeight);
    m_histogram->setVisible(!low || m_side->currentWidget() != m_detail);
    m_frame->setDetailNeeded(!introduces);
}

void AuditPage::showCount()
{
    if (!m_model->query().isFiltered()) m_total = m_model->count();
    QStringList parts;
    if (m_total) parts << tr("%1 events").arg(CellDelegate::groupedNumber(*m_total));
    if (m_model->query().isFiltered() && m_model->count()) parts << tr("%1 match").arg(m_model->countText());
    m_frame->setCount(parts.join(QStringLiteral(" · ")));
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
    const auto verified = m_verifier ? m_verifier(onProgress, m_cancel) : m_service.verify(onProgress, m_cancel);
    attach(this, verified, [this, job, relay, watcher](const Result<AuditVerification> &result) {
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
    m_chain->show();
    m_hasFindings = !verification.ok();
    layOut();
    if (verification.ok()) {
        m_chain->setStatus(QStringLiteral("success"), verdictOf(verification));
        m_chain->setToolTip(tr("Last event %1, hash %2").arg(CellDelegate::groupedNumber(verification.lastId), QString::fromLatin1(verification.headHash.toHex())));
        m_summary->setText(introduction());
        return;
    }
    QStringList lines;
    for (const AuditFinding &finding : verification.findings) lines << (finding.id > 0 ? tr("%1: %2").arg(eventsText(finding), finding.text) : finding.text);
    m_chain->setStatus(QStringLiteral("failure"), verdictOf(verification));
    m_chain->setToolTip(asPlain(lines.join(QLatin1Char('\n'))));
    m_frame->view()->clearSelection();
    m_frame->view()->setCurrentIndex({});
    m_shown = {};
    m_side->setCurrentWidget(m_summary);
    m_summary->setText(lines.join(QLatin1Char('\n')));
}

ListQuery AuditPage::query() const
{
    return m_model->query();
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
