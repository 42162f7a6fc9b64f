// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionspage.h"

#include "app/base/attach.h"
#include "models/connections/connectiontablemodel.h"
#include "models/connections/connectionurl.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/messages.h"
#include "ui/base/notifications.h"
#include "ui/connections/connectiondetail.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/connectionsummaryview.h"
#include "ui/connections/connectiontester.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>

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

QString dependentLabel(const QString &table)
{
    if (table == QLatin1String("connection_tests")) return ConnectionsPage::tr("tests in its history");
    if (table == QLatin1String("catalog_tables")) return ConnectionsPage::tr("catalog tables");
    if (table == QLatin1String("pipelines")) return ConnectionsPage::tr("pipelines");
    return table;
}

}  // namespace

ConnectionsPage::ConnectionsPage(ConnectionService &service, JobRegistry &jobs, NotificationCenter &notifications,
                                 const DialogTools &tools, QWidget *parent)
    : Page(parent), m_service(service), m_notifications(notifications), m_tools(tools),
      m_model(new ConnectionTableModel(
          [&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
          [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); }, this)),
      m_tester(new ConnectionTester(service, jobs, this)), m_detail(new ConnectionDetail(service, tools.theme)),
      m_summary(new ConnectionSummaryView(tools.theme)), m_side(new QStackedWidget)
{
    m_side->addWidget(m_summary);
    m_side->addWidget(m_detail);
    m_frame = new ListPageFrame(m_model, m_side, tools.theme);
    m_frame->setTitle(title(), tr("Search name, host, database, tag"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_frame);
    buildFacets();
    buildButtons();
    connectTester();

    connect(m_frame->view(), &ListView::currentIdChanged, this, &ConnectionsPage::onCurrentChanged);
    connect(m_frame->view(), &ListView::openRequested, this, &ConnectionsPage::editCurrent);
    connect(m_frame->view(), &ListView::removeRequested, this, &ConnectionsPage::removeCurrent);
    connect(m_model, &RecordTableModel::loaded, this, &ConnectionsPage::onLoaded);
    connect(m_model, &RecordTableModel::countChanged, this, &ConnectionsPage::showCount);
    connect(m_detail, &ConnectionDetail::editRequested, this, &ConnectionsPage::editCurrent);
    connect(m_detail, &ConnectionDetail::testRequested, this, &ConnectionsPage::testCurrent);
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
                                          {QStringLiteral("sqlite"), databaseTypeLabel(DatabaseType::Sqlite)}};
    auto statuses = valuesOf(testStatuses, [](TestStatus status) { return testStatusLabel(status); });
    statuses << FacetButton::Value{QVariant(), testStatusLabel(std::nullopt)};
    m_statusFacet = new FacetButton(QStringLiteral("last_test_status"), tr("Last test"), statuses);
    m_frame->addFacet(new FacetButton(QStringLiteral("environment"), tr("Environment"), valuesOf(environments, environmentLabel)));
    m_frame->addFacet(new FacetButton(QStringLiteral("database_type"), tr("Type"), types));
    m_frame->addFacet(m_statusFacet);
    m_frame->addFacet(new FacetButton(QStringLiteral("is_active"), tr("State"), {{true, tr("active")}, {false, tr("inactive")}}));
}

void ConnectionsPage::buildButtons()
{
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
        if (!m_tester->isTestingAll()) refresh();
    });
    connect(m_tester, &ConnectionTester::allFinished, this, [this](int tested, int failed) {
        refresh();
        if (failed > 0)
            m_notifications.add({Notification::Severity::Warning,
                                 {ErrorKind::Internal, tr("%1 of %2 connections failed their test").arg(failed).arg(tested), tr("Test all"), {}, {}},
                                 tr("Show them"), [page = QPointer(this)] {
                                     if (page) Q_EMIT page->openRequested({page->id(), statusPrefix + QStringLiteral("failure")});
                                 }});
    });
    connect(m_tester, &ConnectionTester::batchFailed, this, [this](const Error &error) { m_notifications.addError(error); });
}

QList<Command> ConnectionsPage::commands() const
{
    auto *self = const_cast<ConnectionsPage *>(this);
    const auto hasCurrent = [this] { return current() != nullptr; };
    const auto command = [](const char *id, const QString &text, const char *icon, const QKeySequence &keys, std::function<void()> act,
                            std::function<bool()> enabled = {}) {
        return Command{QString::fromLatin1(id), text, QString::fromLatin1(icon), keys, std::move(act), std::move(enabled)};
    };
    return {
        command("connections.add", tr("New connection"), "list-add", QKeySequence::New, [self] { self->addConnection(); }),
        command("connections.test", tr("Test"), "network-connect", Qt::CTRL | Qt::Key_T, [self] { self->testCurrent(); }, hasCurrent),
        command("connections.testAll", tr("Test all"), "view-refresh", Qt::CTRL | Qt::SHIFT | Qt::Key_T, [self] { self->m_tester->testAll(); },
                [this] { return !m_tester->isTestingAll(); }),
        command("connections.edit", tr("Edit"), "document-edit", Qt::Key_F2, [self] { self->editCurrent(); }, hasCurrent),
        command("connections.remove", tr("Remove"), "edit-delete", QKeySequence::Delete, [self] { self->removeCurrent(); }, hasCurrent),
        command("connections.copyUrl", tr("Copy URL"), "edit-copy", Qt::CTRL | Qt::SHIFT | Qt::Key_C, [self] { self->copyUrl(); }, hasCurrent),
        command("connections.refresh", tr("Refresh"), "view-refresh", QKeySequence::Refresh, [self] { self->refresh(); }),
    };
}

void ConnectionsPage::refresh()
{
    m_model->refresh();
    refreshSummary();
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
    const QLocale locale;
    QStringList parts{m_numbers.total == 1 ? tr("1 connection") : tr("%1 connections").arg(locale.toString(m_numbers.total))};
    if (m_model->query().isFiltered() && m_model->count()) parts << tr("%1 match").arg(locale.toString(*m_model->count()));
    if (m_numbers.failure > 0) parts << tr("%1 failing").arg(locale.toString(m_numbers.failure));
    m_frame->setCount(parts.join(QStringLiteral(" · ")));
}

const Connection *ConnectionsPage::current() const
{
    const QModelIndex index = m_frame->view()->currentIndex();
    return index.isValid() ? &m_model->rowAt(index.row()) : nullptr;
}

void ConnectionsPage::onCurrentChanged()
{
    const Connection *connection = current();
    m_side->setCurrentWidget(connection ? static_cast<QWidget *>(m_detail) : m_summary);
    if (connection) showDetailOf(*connection);
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
    if (id == u"new") return addConnection();
    if (id.startsWith(statusPrefix)) {
        const QString status = id.mid(statusPrefix.size());
        m_statusFacet->choose({status.isEmpty() ? QVariant() : QVariant(status)});
        return;
    }
    m_wanted = ConnectionId{id.toLongLong()};
    if (m_model->rowOf(m_wanted.value) >= 0) return m_frame->view()->selectId(std::exchange(m_wanted, {}).value);
    // It may stand on a later page or be filtered out: find it by its name.
    attach(this, m_service.get(m_wanted), [this](const Result<Connection> &found) {
        if (!found.ok()) return m_notifications.addError(found.error());
        m_frame->clearFilters();
        m_frame->search()->setText(found->name);
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
    });
    dialog->open();
}

void ConnectionsPage::testCurrent()
{
    const Connection *connection = current();
    if (!connection) return;
    if (m_tester->run(connection->id))
        m_tester->cancel(connection->id);
    else
        m_tester->test(*connection);
}

void ConnectionsPage::removeCurrent()
{
    if (!current()) return;
    const Connection connection = *current();
    attach(this, m_service.dependents(connection.id), [this, connection](const Result<QList<QPair<QString, qint64>>> &counts) {
        if (!counts.ok()) return m_notifications.addError(counts.error());
        confirmRemoval(connection, *counts);
    });
}

void ConnectionsPage::confirmRemoval(const Connection &connection, const QList<QPair<QString, qint64>> &dependents)
{
    QStringList lines;
    for (const auto &[table, rows] : dependents)
        if (rows > 0) lines << tr("%1 %2").arg(QLocale().toString(rows), dependentLabel(table));
    const QString text = lines.isEmpty() ? tr("Nothing depends on it.") : tr("With it go: %1.").arg(lines.join(QStringLiteral(", ")));
    const bool production = connection.environment == Environment::Production;
    m_tools.messages.ask(window(), {tr("Remove “%1”?").arg(connection.name), text,
                                    production ? tr("Remove from production") : tr("Remove connection"), true},
                         [this, connection] { remove(connection); });
}

void ConnectionsPage::copyUrl()
{
    if (const Connection *connection = current()) QGuiApplication::clipboard()->setText(formatConnectionUrl(*connection));
}

void ConnectionsPage::remove(const Connection &connection)
{
    attach(this, m_service.remove(connection.id, connection.version), [this, connection](const Result<Done> &result) {
        if (!result.ok()) m_notifications.addError(result.error());
        refresh();
    });
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
