// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectiontablemodel.h"

#include "models/base/stagedchanges.h"
#include "models/connections/connectioncells.h"

namespace headgate {

namespace {

enum Column { Name, EnvironmentTag, Type, Host, LastTest, Response, LastTested, Tags };

RecordColumn editable(RecordColumn column)
{
    column.editable = true;
    return column;
}

/// One that is hidden until a person wants it.
RecordColumn extra(const char *id, const QString &title, ColumnKind kind, bool sortable, int width)
{
    RecordColumn column{QLatin1String(id), title, kind, sortable, width};
    column.editable = column.isExtra = true;
    return column;
}

QList<RecordColumn> columnTable()
{
    const auto tr = [](const char *text) { return ConnectionTableModel::tr(text); };
    return {
        editable({QStringLiteral("name"), tr("Name"), ColumnKind::Text, true, 136, true}),
        editable({QStringLiteral("environment"), tr("Env"), ColumnKind::Environment, true, 66}),
        {QStringLiteral("database_type"), tr("Type"), ColumnKind::Text, true, 123},
        editable({QStringLiteral("host"), tr("Host"), ColumnKind::Identifier, true, 174}),
        {QStringLiteral("last_test_status"), tr("Last test"), ColumnKind::Status, true, 112},
        {QStringLiteral("last_response_ms"), tr("Response, ms"), ColumnKind::Number, true, 116},
        {QStringLiteral("last_tested_at"), tr("Last tested"), ColumnKind::Time, true, 94},
        editable({QStringLiteral("tags"), tr("Tags"), ColumnKind::Tags, false, 150, false, true}),
        extra("port", tr("Port"), ColumnKind::Number, true, 70),
        extra("database_name", tr("Database"), ColumnKind::Identifier, true, 130),
        extra("username", tr("User"), ColumnKind::Identifier, true, 110),
        extra("is_active", tr("Active"), ColumnKind::Text, true, 70),
        extra("is_read_only", tr("Read-only"), ColumnKind::Text, true, 84),
        extra("read_only_reason", tr("Read-only because"), ColumnKind::Text, false, 150),
        extra("description", tr("Description"), ColumnKind::Text, false, 200),
        extra("config", tr("Settings"), ColumnKind::Identifier, false, 200),
    };
}

}  // namespace

ConnectionTableModel::ConnectionTableModel(Fetch fetch, Count count, QObject *parent)
    : RecordListModel(columnTable(), std::move(fetch), std::move(count), parent)
{
}

void ConnectionTableModel::updateHealth()
{
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, Name), index(rowCount() - 1, Name), {Qt::DecorationRole, Qt::ToolTipRole});
}

/// The address as host and port are staged.
QVariant ConnectionTableModel::stagedAddress(Connection connection, int role) const
{
    bool isStaged = false;
    for (const QString &column : {QStringLiteral("host"), QStringLiteral("port")}) {
        const StagedChanges::Change *change = overlay()->find({connection.id.value, column});
        if (change) (void)ConnectionCells::put(connection, column, change->after);
        isStaged = isStaged || change;
    }
    return role == StagedRole ? QVariant(isStaged) : QVariant(connectionAddress(connection));
}

QVariant ConnectionTableModel::data(const QModelIndex &index, int role) const
{
    const bool isAddress = index.isValid() && index.column() == Host && (role == Qt::DisplayRole || role == RawRole || role == StagedRole);
    if (const Connection *shown = isAddress && overlay() && !overlay()->isEmpty() ? find(index.row()) : nullptr) return stagedAddress(*shown, role);
    if (role == IdleRole) {
        const Connection *connection = index.isValid() ? find(index.row()) : nullptr;
        return connection && !connection->isActive;
    }
    const bool isMark = m_health && index.isValid() && index.column() == Name && (role == Qt::DecorationRole || role == Qt::ToolTipRole);
    if (!isMark) return RecordListModel::data(index, role);
    const Connection *connection = find(index.row());
    const HealthState state = connection ? m_health(connection->id) : HealthState::Unknown;
    if (state == HealthState::Unknown) return {};
    if (role == Qt::DecorationRole) return healthStates.name(state);
    return tr("%1: %2, tested every %3 s").arg(connection->name, healthStates.name(state)).arg(HealthRule::of(connection->config).intervalSeconds);
}

QVariant ConnectionTableModel::value(const Connection &connection, int column) const
{
    switch (column) {
    case Name: return connection.name;
    case EnvironmentTag: return environments.name(connection.environment);
    case Type: return databaseTypeLabel(connection.databaseType);
    case Host: return connectionAddress(connection);
    case LastTest: return connection.lastTestStatus ? QVariant(testStatuses.name(*connection.lastTestStatus)) : QVariant();
    case Response: return connection.lastResponseMs ? QVariant(*connection.lastResponseMs) : QVariant();
    case LastTested: return connection.lastTestedAt ? QVariant::fromValue(*connection.lastTestedAt) : QVariant();
    case Tags: return connection.tags;
    default: return ConnectionCells::value(connection, columns()[column].id);
    }
}

QVariant ConnectionTableModel::filterValueIn(const Connection &c, const QString &column)
{
    using Read = QVariant (*)(const Connection &);
    static const auto text = [](const QString &value) { return value.isEmpty() ? QVariant() : QVariant(value); };  // stored as NULL
    static const QHash<QString, Read> readers{
        {QStringLiteral("name"), [](const Connection &each) { return QVariant(each.name); }},
        {QStringLiteral("host"), [](const Connection &each) { return text(each.host); }},
        {QStringLiteral("port"), [](const Connection &each) { return each.port ? QVariant(*each.port) : QVariant(); }},
        {QStringLiteral("database_name"), [](const Connection &each) { return QVariant(each.databaseName); }},
        {QStringLiteral("username"), [](const Connection &each) { return text(each.username); }},
        {QStringLiteral("description"), [](const Connection &each) { return text(each.description); }},
        {QStringLiteral("connection_type"), [](const Connection &each) { return QVariant(connectionRoles.name(each.role)); }},
        {QStringLiteral("database_type"), [](const Connection &each) { return QVariant(databaseTypes.name(each.databaseType)); }},
        {QStringLiteral("environment"), [](const Connection &each) { return QVariant(environments.name(each.environment)); }},
        {QStringLiteral("is_active"), [](const Connection &each) { return QVariant(each.isActive); }},
        {QStringLiteral("is_read_only"), [](const Connection &each) { return QVariant(each.isReadOnly); }},
        {QStringLiteral("last_test_status"), [](const Connection &each) { return each.lastTestStatus ? QVariant(testStatuses.name(*each.lastTestStatus)) : QVariant(); }},
        {QStringLiteral("last_response_ms"), [](const Connection &each) { return each.lastResponseMs ? QVariant(*each.lastResponseMs) : QVariant(); }},
        {QStringLiteral("last_tested_at"), [](const Connection &each) { return each.lastTestedAt ? QVariant::fromValue(*each.lastTestedAt) : QVariant(); }},
        {QStringLiteral("created_at"), [](const Connection &each) { return QVariant::fromValue(each.createdAt); }},
        {QStringLiteral("updated_at"), [](const Connection &each) { return QVariant::fromValue(each.updatedAt); }},
        {QStringLiteral("tags"), [](const Connection &each) { return QVariant(each.tags); }}};
    const Read read = readers.value(column);
    return read ? read(c) : QVariant();
}

}  // namespace headgate
