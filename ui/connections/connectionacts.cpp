// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionacts.h"

#include "app/base/attach.h"
#include "app/connections/connectionexport.h"
#include "models/connections/connectioncopies.h"
#include "models/connections/connectiontablemodel.h"
#include "ui/base/filedialogs.h"
#include "ui/base/listactions.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listview.h"
#include "ui/connections/bulkdialog.h"
#include "ui/connections/clonedialog.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/importdialog.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>

namespace headgate {

namespace {

struct BulkEntry {
    BulkAction::Kind kind;
    const char *id;
    const char *text;
    const char *icon;
};

/// The acts on many, in the order of the menu. Removing stands apart.
constexpr BulkEntry bulkEntries[] = {
    {BulkAction::Kind::Test, "connections.testSelected", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "&Test selected…"), "network-connect"},
    {BulkAction::Kind::Activate, "connections.activate", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "Acti&vate…"), "dialog-ok"},
    {BulkAction::Kind::Deactivate, "connections.deactivate", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "&Deactivate…"), "dialog-cancel"},
    {BulkAction::Kind::AddTag, "connections.addTag", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "&Add a tag…"), "tag"},
    {BulkAction::Kind::RemoveTag, "connections.removeTag", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "Remove a ta&g…"), "tag"},
    {BulkAction::Kind::SetEnvironment, "connections.setEnvironment", QT_TRANSLATE_NOOP("headgate::ConnectionActs", "Set the &environment…"), "document-edit"},
};

}  // namespace

ConnectionActs::ConnectionActs(ConnectionService &service, ConnectionTableModel &model, ListPageFrame &frame, JobRegistry &jobs,
                               NotificationCenter &notifications, const DialogTools &tools)
    : QObject(&frame), m_service(service), m_model(model), m_frame(frame), m_tools(tools), m_bulk(service), m_import(service)
{
    QPushButton *more = frame.addButton(tr("&More") + QStringLiteral(" ▾"));
    more->setObjectName(QStringLiteral("more"));
    auto *menu = new QMenu(more);
    more->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillMenu(menu); });
    frame.view()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(frame.view(), &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        auto *context = new QMenu(m_frame.view());
        context->setAttribute(Qt::WA_DeleteOnClose);
        fillMenu(context);
        context->popup(m_frame.view()->viewport()->mapToGlobal(at));
    });
    const auto json = [&service](qint64 id) {
        return service.get({id}).then([](const Result<Connection> &c) { return c.ok() ? Result<QJsonObject>(connectionRow(*c)) : Result<QJsonObject>(c.error()); });
    };
    m_list = new ListActions(frame, {connectionExport(service), json, {}, {}, {}}, {jobs, notifications, tools.files, tools.theme});
}

const Connection *ConnectionActs::current() const
{
    const QModelIndex index = m_frame.view()->currentIndex();
    return index.isValid() ? m_model.find(index.row()) : nullptr;
}

QList<ConnectionId> ConnectionActs::selected() const
{
    QList<ConnectionId> ids;
    for (qint64 id : m_frame.view()->selectedIds()) ids << ConnectionId{id};
    return ids;
}

QList<Command> ConnectionActs::commands()
{
    // Not of a list that another view covers.
    const auto hasCurrent = [this] { return current() != nullptr && !m_frame.isHidden(); };
    const auto hasSelected = [this] { return !m_frame.view()->selectedIds().isEmpty() && !m_frame.isHidden(); };
    QList<Command> list{
        {QStringLiteral("connections.clone"), tr("Clone…"), QStringLiteral("edit-copy"), Qt::CTRL | Qt::Key_D, [this] { clone(); }, hasCurrent},
        {QStringLiteral("connections.import"), tr("Import connections…"), QStringLiteral("document-import"), Qt::CTRL | Qt::Key_I, [this] { importFile(); }, {}},
    };
    list += m_list->commands(QStringLiteral("connections"));
    for (const BulkEntry &entry : bulkEntries)
        list << Command{QLatin1String(entry.id), tr(entry.text).remove(QLatin1Char('&')), QLatin1String(entry.icon), {}, [this, kind = entry.kind] { bulk(kind); }, hasSelected};
    return list;
}

void ConnectionActs::fillMenu(QMenu *menu)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly));  // clear() leaves the submenus
    const bool any = !m_frame.view()->selectedIds().isEmpty();
    menu->addAction(tr("&Clone…"), this, &ConnectionActs::clone)->setEnabled(current() != nullptr);
    QMenu *copies = menu->addMenu(tr("Copy a&s"));
    copies->setEnabled(current() != nullptr);
    fillCopyMenu(copies);
    menu->addSeparator();
    for (const BulkEntry &entry : bulkEntries) menu->addAction(tr(entry.text), this, [this, kind = entry.kind] { bulk(kind); })->setEnabled(any);
    menu->addSeparator();
    menu->addAction(tr("&Import…"), this, &ConnectionActs::importFile);
    m_list->addTo(menu);
    menu->addSeparator();
    menu->addAction(tr("&Remove…"), this, &ConnectionActs::removeSelected)->setEnabled(any);
}

void ConnectionActs::fillCopyMenu(QMenu *menu)
{
    if (!current()) return;
    for (const ConnectionCopy &copy : connectionCopies(*current()))
        menu->addAction(copy.label, this, [copy] { QGuiApplication::clipboard()->setText(copy.text); })->setToolTip(copy.text);
    menu->setToolTipsVisible(true);
}

void ConnectionActs::clone()
{
    if (!current()) return;
    auto *dialog = new CloneDialog(m_service, *current(), m_tools.theme, m_frame.window());
    connect(dialog, &CloneDialog::cloned, this, [this](const Connection &copy) { Q_EMIT changed(copy.id); });
    dialog->open();
}

void ConnectionActs::importFile()
{
    m_tools.files.openFile(m_frame.window(), tr("Import connections from .env, pg_service.conf, .pgpass or .my.cnf"), {}, [this](const QString &path) {
        auto *dialog = new ImportDialog(m_import, path, m_tools.theme, m_frame.window());
        connect(dialog, &ImportDialog::imported, this, [this] { Q_EMIT changed({}); });
        dialog->open();
    });
}

void ConnectionActs::bulk(BulkAction::Kind kind)
{
    const QList<ConnectionId> ids = selected();
    if (ids.isEmpty()) return;
    auto *dialog = new BulkDialog(m_bulk, ids, {kind}, m_tools.theme, m_frame.window());
    connect(dialog, &BulkDialog::acted, this, [this] { Q_EMIT changed({}); });
    dialog->open();
}

}  // namespace headgate
