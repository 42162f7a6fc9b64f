// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionspage.h"

#include "app/base/attach.h"
#include "app/connections/healthscheduler.h"
#include "models/connections/connectiontablemodel.h"
#include "models/connections/connectionurl.h"
#include "ui/base/celldelegate.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listactions.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/notifications.h"
#include "ui/base/savedfilterbutton.h"
#include "ui/connections/compareview.h"
#include "ui/connections/connectionacts.h"
#include "ui/connections/connectiondetail.h"
#include "ui/connections/connectionediting.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/connectionsummaryview.h"
#include "ui/connections/healthdialog.h"
#include "ui/connections/historyview.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>

namespace headgate {

namespace {

template <typename E, std::size_t N, typename Label>
QList<FacetButton::Value> valuesOf(const EnumTable<E, N> &table, Label label)
{
    QList<FacetButton::Value> values;
    for (const auto &[value, name] : table.rows()) values << FacetButton::Value{QString::fromLatin1(name), label(value)};
    return values;
}

const QString statusPrefix = QStringLiteral("status=");

}  // namespace

ConnectionsPage::ConnectionsPage(ConnectionService &service, JobRegistry &jobs, NotificationCenter &notifications,
                                 const DialogTools &tools, HealthScheduler *health, QWidget *parent)
    : Page(parent), m_service(service), m_jobs(jobs), m_notifications(notifications), m_tools(tools),
      m_model(new ConnectionTableModel(
          [&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
          [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); }, this)),
      m_tester(new ConnectionTester(service, jobs, this)), m_detail(new ConnectionDetail(service, tools.theme)),
      m_summary(new ConnectionSummaryView(tools.theme)), m_compare(new CompareView(service.testHistory(), tools.theme)), m_side(new QStackedWidget),
      m_stack(new QStackedWidget), m_health(health), m_refreshSoon(new QTimer(this))
{
    m_model->setRank([&service](const auto &query, const auto &key, const auto &cancel) { return service.rank(query, key, cancel); });
    m_side->addWidget(m_summary);
    m_side->addWidget(m_detail);
    m_side->addWidget(m_compare);
    m_frame = new ListPageFrame(m_model, m_side, tools.theme);
    m_frame->setTitle(title(), tr("Search name, host, database, tag"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_stack);
    m_stack->addWidget(m_frame);
    buildFacets();
    m_acts = new ConnectionActs(service, *m_model, *m_frame, jobs, notifications, tools);
    connect(m_acts, &ConnectionActs::changed, this, [this](ConnectionId wanted) {
        m_wanted = wanted;
        refresh();
    });
    m_editing = new ConnectionEditing(service, *m_model, *m_frame, tools);
    connect(m_editing, &ConnectionEditing::saved, this, [this] {
        refresh();
        if (m_health) m_health->reload();
    });
    buildButtons();
    connectTester();
    connectHealth();

    connect(m_frame->view(), &ListView::currentIdChanged, this, &ConnectionsPage::onCurrentChanged);
    connect(m_frame->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ConnectionsPage::onCurrentChanged);
    connect(m_frame->view(), &ListView::openRequested, this, &ConnectionsPage::editCurrent);
    connect(m_frame->view(), &ListView::removeRequested, m_acts, &ConnectionActs::removeSelected);
    connect(m_model, &RecordTableModel::loaded, this, &ConnectionsPage::onLoaded);
    connect(m_model, &RecordTableModel::countChanged, this, &ConnectionsPage::showCount);
    connect(m_detail, &ConnectionDetail::editRequested, this, &ConnectionsPage::editCurrent);
    connect(m_detail, &ConnectionDetail::testRequested, this, &ConnectionsPage::testSelected);
    connect(m_detail, &ConnectionDetail::acceptServerRequested, this, &ConnectionsPage::acceptServer);
    const auto fold = [this] { m_frame->setDetailNeeded(m_side->currentWidget() != m_summary); };
    connect(m_side, &QStackedWidget::currentChanged, this, fold);
    fold();
    connect(m_compare, &CompareView::failed, this, [this](const Error &error) { m_notifications.addError(error); });
    connect(m_summary, &ConnectionSummaryView::statusRequested, this, [this](const QString &status) { open(statusPrefix + status); });
    refresh();
}

void ConnectionsPage::addTab(ConnectionTab *tab, const QString &title)
{
    m_detail->addTab(tab, title);
}

void ConnectionsPage::buildFacets()
{
    const QList<FacetButton::Value> types{{QStringLiteral("postgresql"), databaseTypeLabel(DatabaseType::Postgresql)},
                                          {QStringLiteral("mysql"), databaseTypeLabel(DatabaseType::Mysql)},
                                          {QStringLiteral("sqlserver"), databaseTypeLabel(DatabaseType::Sqlserver)},
                                          {QStringLiteral("sqlite"), databaseTypeLabel(DatabaseType::Sqlite)}};
    auto statuses = valuesOf(testStatuses, [](TestStatus status) { return testStatusLabel(status); });
    statuses << FacetButton::Value{QVariant(), testStatusLabel(std::nullopt)};
    m_statusFacet = new FacetButton(QStringLiteral("last_test_status"), tr("Last test"), statuses);
    m_frame->addFacet(new FacetButton(QStringLiteral("environment"), tr("Environment"), valuesOf(environments, environmentLabel)));
    m_frame->addFacet(new FacetButton(QStringLiteral("database_type"), tr("Type"), types));
    m_frame->addFacet(m_statusFacet);
    auto *state = new FacetButton(QStringLiteral("is_active"), tr("State"), {{true, tr("active")}, {false, tr("inactive")}});
    m_frame->addFacet(state);
    connect(m_summary, &ConnectionSummaryView::inactiveRequested, state, [state] { state->choose({false}); });
}

void ConnectionsPage::buildButtons()
{
    m_frame->setFilterColumns(ConnectionService::filterColumns());
    connect(m_frame->addButton(tr("&History")), &QPushButton::clicked, this, &ConnectionsPage::toggleHistory);
    connect(m_frame->addButton(tr("Test &all")), &QPushButton::clicked, m_tester, &ConnectionTester::testAll);
    connect(m_frame->addButton(tr("&New connection"), true), &QPushButton::clicked, this, &ConnectionsPage::addConnection);
    m_frame->panel()->setEmptyText(tr("There are no connections yet. A connection is a database that you want to test and watch."),
                                   tr("Add a connection"), tr("No connection matches the filter."));
    connect(m_frame->panel(), &ListPanel::emptyActionRequested, this, &ConnectionsPage::addConnection);
}

void ConnectionsPage::connectTester()
{
    const auto follow = [this](ConnectionId id) {
        if (m_detail->connectionId() == id) m_detail->follow(m_tester->run(id));
    };
    connect(m_tester, &ConnectionTester::started, this, follow);
    connect(m_tester, &ConnectionTester::finished, this, [this, follow](const Connection &connection, const Result<ConnectionTest> &result) {
        follow(connection.id);
        if (!result.ok() && result.error().kind != ErrorKind::Cancelled) m_notifications.addError(result.error());
        m_tester->isTestingMany() ? refreshSoon() : refresh();
    });
    connect(m_tester, &ConnectionTester::batchFinished, this, &ConnectionsPage::showBatch);
    connect(m_tester, &ConnectionTester::batchFailed, this, [this](const Error &error) { m_notifications.addError(error); });
}

void ConnectionsPage::showBatch(const BatchSummary &summary)
{
    refresh();
    const QLocale locale;
    QStringList parts;
    const auto part = [&parts](int count, const QString &text) {
        if (count > 0) parts << text.arg(CellDelegate::groupedNumber(count));
    };
    part(summary.success, tr("%1 in order"));
    part(summary.warning, tr("%1 with a warning"));
    part(summary.failure, tr("%1 failed"));
    part(summary.cancelled, tr("%1 cancelled"));
    const QString seconds = summary.elapsedMs < 100 ? tr("under 0.1") : locale.toString(double(summary.elapsedMs) / 1000, 'f', 1);
    Notification notice{summary.failure > 0 ? Notification::Severity::Warning : Notification::Severity::Info,
                        {ErrorKind::Internal, tr("Tested %1 connections in %2 s: %3").arg(CellDelegate::groupedNumber(summary.total), seconds, parts.join(QStringLiteral(", "))), {}, {}, {}},
                        {}, {}};
    if (summary.failure > 0) {
        notice.action = tr("Show them");
        notice.act = [page = QPointer(this)] {
            if (page) Q_EMIT page->openRequested({page->id(), statusPrefix + QStringLiteral("failure")});
        };
    }
    m_notifications.add(std::move(notice));
}

void ConnectionsPage::refreshSoon()
{
    if (!m_refreshSoon->isActive()) m_refreshSoon->start();
}

void ConnectionsPage::connectHealth()
{
    m_refreshSoon->setSingleShot(true);
    m_refreshSoon->setInterval(1000);
    connect(m_refreshSoon, &QTimer::timeout, this, &ConnectionsPage::refresh);
    if (!m_health) return;
    m_model->setHealthSource([health = m_health](ConnectionId id) { return health->state(id); });
    connect(m_health, &HealthScheduler::loaded, m_model, &ConnectionTableModel::updateHealth);
    connect(m_health, &HealthScheduler::tested, this, &ConnectionsPage::refreshSoon);
    connect(m_health, &HealthScheduler::stateChanged, m_model, &ConnectionTableModel::updateHealth);
}

QList<Command> ConnectionsPage::commands() const
{
    auto *self = const_cast<ConnectionsPage *>(this);
    const auto hasCurrent = [this] { return current() != nullptr && m_stack->currentWidget() == m_frame; };
    const auto command = [](const char *id, const QString &text, const char *icon, const QKeySequence &keys, std::function<void()> act,
                            std::function<bool()> enabled = {}) {
        return Command{QString::fromLatin1(id), text, QString::fromLatin1(icon), keys, std::move(act), std::move(enabled)};
    };
    const auto destructive = [](Command each) {
        each.destructive = true;
        return each;
    };
    const QList<Command> own{
        command("connections.add", tr("New connection"), "list-add", QKeySequence::New, [self] { self->addConnection(); }),
        command("connections.test", tr("Test"), "network-connect", Qt::CTRL | Qt::Key_T, [self] { self->testSelected(); }, hasCurrent),
        command("connections.testAll", tr("Test all"), "view-refresh", Qt::CTRL | Qt::SHIFT | Qt::Key_T, [self] { self->m_tester->testAll(); },
                [this] { return !m_tester->isTestingMany(); }),
        command("connections.history", tr("Test history"), "view-history", Qt::CTRL | Qt::Key_H, [self] { self->toggleHistory(); }),
        command("connections.health", tr("Health rule"), "appointment-recurring", Qt::CTRL | Qt::SHIFT | Qt::Key_H, [self] { self->editHealth(); }, hasCurrent),
        command("connections.edit", tr("Edit"), "document-edit", Qt::CTRL | Qt::Key_E, [self] { self->editCurrent(); }, hasCurrent),
        destructive(command("connections.remove", tr("Remove"), "edit-delete", QKeySequence::Delete, [self] { self->m_acts->removeSelected(); }, hasCurrent)),
        command("connections.copyUrl", tr("Copy URL"), "edit-copy", Qt::CTRL | Qt::ALT | Qt::Key_C, [self] { self->copyUrl(); }, hasCurrent),
        command("connections.life", tr("Follow in the audit trail"), "view-calendar-timeline", Qt::CTRL | Qt::Key_L,
                [self] { Q_EMIT self->openRequested({QStringLiteral("audit"), QStringLiteral("connection/%1").arg(self->m_frame->view()->currentId())}); }, hasCurrent),
        command("connections.refresh", tr("Refresh"), "view-refresh", QKeySequence::Refresh, [self] { self->refresh(); }),
    };
    return own + m_acts->commands() + m_editing->commands();
}

void ConnectionsPage::refresh()
{
    m_model->refresh();
    refreshSummary();
    if (m_history) m_history->refresh();
    if (m_side->currentWidget() == m_compare) m_compare->refresh();
}

void ConnectionsPage::refreshSummary()
{
    attach(this, m_service.summary(), [this](const Result<ConnectionSummary> &summary) {
        if (!summary.ok()) return;
        m_numbers = *summary;
        m_summary->setSummary(m_numbers);
        showCount();
        Q_EMIT badgeChanged(m_numbers.failure);
    });
}

void ConnectionsPage::showCount()
{
    QStringList parts{m_numbers.total == 1 ? tr("1 connection") : tr("%1 connections").arg(CellDelegate::groupedNumber(m_numbers.total))};
    if (m_model->query().isFiltered() && m_model->count()) parts << tr("%1 match").arg(m_model->countText());
    if (m_numbers.failure > 0) parts << tr("%1 failing").arg(CellDelegate::groupedNumber(m_numbers.failure));
    m_frame->setCount(parts.join(QStringLiteral(" · ")));
}

const Connection *ConnectionsPage::current() const
{
    const QModelIndex index = m_frame->view()->currentIndex();
    return index.isValid() ? m_model->find(index.row()) : nullptr;
}

void ConnectionsPage::onCurrentChanged()
{
    const Connection *connection = current();
    if (const QList<Connection> several = selected(); several.size() > 1) {
        m_side->setCurrentWidget(m_compare);
        return m_compare->setConnections(several);
    }
    m_side->setCurrentWidget(connection ? static_cast<QWidget *>(m_detail) : m_summary);
    if (connection) showDetailOf(*connection);
}

QList<Connection> ConnectionsPage::selected() const
{
    QList<Connection> chosen;
    const QList<qint64> ids = m_frame->view()->selectedIds();
    for (const qint64 id : ids)
        if (const Connection *connection = m_model->findId(id)) chosen << *connection;
    return chosen;
}

void ConnectionsPage::showDetailOf(const Connection &connection)
{
    const bool isOther = connection.id != m_detail->connectionId();
    m_detail->setConnection(connection);
    if (isOther) m_detail->follow(m_tester->run(connection.id));
}

void ConnectionsPage::onLoaded()
{
    Q_EMIT refreshed();
    if (m_wanted.isValid() && m_model->rowOf(m_wanted.value) >= 0) m_frame->view()->selectId(std::exchange(m_wanted, {}).value);
    onCurrentChanged();
}

void ConnectionsPage::open(const QString &id)
{
    m_stack->setCurrentWidget(m_frame);
    if (id == u"new") return addConnection();
    if (id.startsWith(statusPrefix)) {
        const QString status = id.mid(statusPrefix.size());
        m_statusFacet->choose({status.isEmpty() ? QVariant() : QVariant(status)});
        return;
    }
    m_wanted = ConnectionId{id.toLongLong()};
    if (m_model->rowOf(m_wanted.value) >= 0) {
        m_frame->view()->selectId(std::exchange(m_wanted, {}).value);
        return m_frame->view()->setFocus(Qt::OtherFocusReason);
    }
    // It may stand on a later page or be filtered out: find it by its name.
    attach(this, m_service.get(m_wanted), [this](const Result<Connection> &found) {
        if (!found.ok()) return m_notifications.addError(found.error());
        // One query, not the list without filters first: its rows would be chosen and then gone.
        ListQuery only;
        only.sortColumn = m_frame->query().sortColumn;
        only.descending = m_frame->query().descending;
        only.search = found->name;
        m_frame->setQuery(only);
        m_frame->view()->setFocus(Qt::OtherFocusReason);
    });
}

void ConnectionsPage::addConnection()
{
    openDialog({});
}

void ConnectionsPage::editCurrent()
{
    if (const Connection *connection = current()) openDialog(*connection);
}

void ConnectionsPage::openDialog(const Connection &connection)
{
    auto *dialog = new ConnectionDialog(m_service, connection, m_tools, window());
    connect(dialog, &ConnectionDialog::saved, this, [this](const Connection &saved) {
        m_wanted = saved.id;
        refresh();
        if (m_health) m_health->reload();
    });
    dialog->open();
}

void ConnectionsPage::testSelected()
{
    if (const QList<Connection> several = selected(); several.size() > 1) return m_tester->testMany(several);
    const Connection *connection = current();
    if (!connection) return;
    if (m_tester->run(connection->id))
        m_tester->cancel(connection->id);
    else
        m_tester->test(*connection);
}

void ConnectionsPage::editHealth()
{
    QList<Connection> chosen = selected();
    if (chosen.isEmpty() && current()) chosen << *current();
    if (chosen.isEmpty()) return;
    auto *dialog = new HealthDialog(m_service, chosen, m_tools.theme, window());
    connect(dialog, &HealthDialog::saved, this, [this] {
        refresh();
        if (m_health) m_health->reload();
    });
    dialog->open();
}

void ConnectionsPage::acceptServer()
{
    attach(this, m_service.acceptServer(m_detail->connectionId()), [this](const Result<Connection> &accepted) {
        if (!accepted.ok()) return m_notifications.addError(accepted.error());
        m_notifications.addInfo(tr("%1: later tests compare with the server that the last test found.").arg(accepted->name));
        refresh();
    });
}

void ConnectionsPage::toggleHistory()
{
    if (!m_history) {
        m_history = new HistoryView(m_service, {m_jobs, m_notifications, m_tools.files, m_tools.theme});
        m_stack->addWidget(m_history);
        connect(m_history, &HistoryView::closeRequested, this, &ConnectionsPage::toggleHistory);
        connect(m_history, &HistoryView::connectionRequested, this, [this](ConnectionId id) { open(QString::number(id.value)); });
        connect(m_history, &HistoryView::failed, this, [this](const Error &error) { m_notifications.addError(error); });
    }
    const bool isShown = m_stack->currentWidget() == m_history;
    m_stack->setCurrentWidget(isShown ? static_cast<QWidget *>(m_frame) : m_history);
}

void ConnectionsPage::setSavedFilters(SavedFilterService &filters)
{
    m_frame->addFilterWidget(new SavedFilterButton(filters, id(), *m_frame, m_tools.messages, m_notifications));
}

void ConnectionsPage::copyUrl()
{
    if (const Connection *connection = current()) QGuiApplication::clipboard()->setText(formatConnectionUrl(*connection));
}

int ConnectionsPage::unsavedChanges() const
{
    return m_editing->staged().count();
}

QJsonObject ConnectionsPage::saveState() const
{
    return m_frame->saveState();
}

void ConnectionsPage::restoreState(const QJsonObject &state)
{
    m_frame->restoreState(state);
}

}  // namespace headgate
