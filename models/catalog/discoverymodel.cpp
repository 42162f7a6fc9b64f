// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverymodel.h"

#include "models/base/recordtablemodel.h"

#include <QFutureWatcher>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

const QString none = u"–"_s;
constexpr qint64 kilobyte = 1024;

QString kindLabel(RelationKind kind)
{
    switch (kind) {
    case RelationKind::Table: return DiscoveryModel::tr("table");
    case RelationKind::PartitionedTable: return DiscoveryModel::tr("partitioned table");
    case RelationKind::Partition: return DiscoveryModel::tr("partition");
    case RelationKind::View: return DiscoveryModel::tr("view");
    case RelationKind::MaterializedView: return DiscoveryModel::tr("materialized view");
    case RelationKind::ForeignTable: return DiscoveryModel::tr("foreign table");
    case RelationKind::VirtualTable: break;
    }
    return DiscoveryModel::tr("virtual table");
}

/// Rows of its own that change: the kinds that a primary key matters for.
bool holdsRows(const CatalogTable &table)
{
    return table.kind == RelationKind::Table || table.kind == RelationKind::PartitionedTable || table.kind == RelationKind::Partition;
}

}  // namespace

struct DiscoveryModel::Node {
    enum class State { Unasked, Asking, Filled };

    Node *parent = nullptr;
    int row = 0;
    RowType type = RowType::Schema;
    CatalogSchema schema;
    CatalogTable table;
    Error error;
    State state = State::Unasked;
    bool hasLast = false;  ///< the last child is not one of the level, but tells about it
    std::vector<std::unique_ptr<Node>> children;

    const Node *lastOfLevel() const
    {
        const size_t count = children.size() - (hasLast ? 1 : 0);
        return count == 0 ? nullptr : children[count - 1].get();
    }
};

DiscoveryModel::DiscoveryModel(Source source, QObject *parent)
    : QAbstractItemModel(parent), m_source(std::move(source)), m_root(std::make_unique<Node>())
{
}

DiscoveryModel::~DiscoveryModel()
{
    m_cancel.cancel();
}

void DiscoveryModel::restart()
{
    beginResetModel();
    m_cancel.cancel();
    m_cancel = {};
    ++m_generation;
    m_root = std::make_unique<Node>();
    m_root->state = Node::State::Asking;
    m_root->hasLast = true;
    m_root->children.push_back(std::make_unique<Node>());
    m_root->children.back()->parent = m_root.get();
    m_root->children.back()->type = RowType::Loading;
    m_root->children.back()->state = Node::State::Filled;
    endResetModel();
    request(m_root.get());
}

void DiscoveryModel::reload()
{
    restart();
}

void DiscoveryModel::setSearch(const QString &text)
{
    if (text == m_search) return;
    m_search = text;
    restart();
}

DiscoveryModel::Node *DiscoveryModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QModelIndex DiscoveryModel::indexOf(const Node *node) const
{
    return node == m_root.get() ? QModelIndex() : createIndex(node->row, 0, node);
}

QModelIndex DiscoveryModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, nodeAt(parent)->children[size_t(row)].get());
}

QModelIndex DiscoveryModel::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(nodeAt(index)->parent) : QModelIndex();
}

int DiscoveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeAt(parent)->children.size());
}

int DiscoveryModel::columnCount(const QModelIndex &) const
{
    return ReplicaIdentity + 1;
}

bool DiscoveryModel::hasChildren(const QModelIndex &parent) const
{
    if (parent.column() > 0) return false;
    const Node *node = nodeAt(parent);
    if (node->state == Node::State::Filled || !node->children.empty()) return !node->children.empty();
    if (node == m_root.get()) return true;
    if (node->type == RowType::Schema) return node->schema.tables > 0;
    return node->type == RowType::Table && m_source.showsPartitions && node->table.partitions > 0;
}

bool DiscoveryModel::canFetchMore(const QModelIndex &parent) const
{
    return hasChildren(parent) && nodeAt(parent)->state == Node::State::Unasked;
}

void DiscoveryModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent)) return;
    Node *node = nodeAt(parent);
    node->state = Node::State::Asking;
    request(node);
    // A view calls this in the middle of its own work: rows come later, also the one that says so.
    QMetaObject::invokeMethod(this, [this, node, generation = m_generation] {
        if (generation == m_generation && node->state == Node::State::Asking) setLast(node, RowType::Loading);
    }, Qt::QueuedConnection);
}

void DiscoveryModel::proceed(const QModelIndex &index)
{
    const Node *node = nodeAt(index);
    const bool isOffer = node->type == RowType::Failed || (node->type == RowType::More && m_search.isEmpty());
    if (!index.isValid() || !isOffer) return;
    Node *level = node->parent;
    level->state = Node::State::Asking;
    setLast(level, RowType::Loading);
    request(level);
}

void DiscoveryModel::request(Node *node)
{
    if (node == m_root.get() && m_search.isEmpty()) {
        watch(node, m_source.schemas(m_cancel), [this, node](const QList<CatalogSchema> &schemas) {
            std::vector<std::unique_ptr<Node>> rows;
            for (const CatalogSchema &schema : schemas) {
                rows.push_back(std::make_unique<Node>());
                rows.back()->schema = schema;
            }
            removeLast(node);
            append(node, std::move(rows));
        });
    } else {
        askTables(node);
    }
}

void DiscoveryModel::askTables(Node *node)
{
    const auto done = [this, node](const TablePage &page) { fill(node, page); };
    const Node *last = node->lastOfLevel();
    const TableName after = last ? last->table.name : TableName();
    if (node == m_root.get()) watch(node, m_source.search(m_search, m_cancel), done);
    else if (node->type == RowType::Schema) watch(node, m_source.tables(node->schema.name, after.name, m_cancel), done);
    else watch(node, m_source.partitions(node->table.name, after, m_cancel), done);
}

template <typename T, typename F>
void DiscoveryModel::watch(Node *node, const QFuture<Result<T>> &future, F done)
{
    auto *watcher = new QFutureWatcher<Result<T>>(this);
    connect(watcher, &QFutureWatcher<Result<T>>::finished, this, [this, watcher, node, done, generation = m_generation] {
        watcher->deleteLater();
        if (generation != m_generation || watcher->future().resultCount() == 0) return;
        const Result<T> result = watcher->future().result();
        node->state = Node::State::Filled;
        if (result.ok()) done(*result);
        else setLast(node, RowType::Failed, result.error());
        Q_EMIT loaded();
    });
    watcher->setFuture(future);
}

void DiscoveryModel::fill(Node *node, const TablePage &page)
{
    std::vector<std::unique_ptr<Node>> rows;
    for (const CatalogTable &table : page.tables) {
        rows.push_back(std::make_unique<Node>());
        rows.back()->type = RowType::Table;
        rows.back()->table = table;
    }
    removeLast(node);
    append(node, std::move(rows));
    if (!page.atEnd) setLast(node, RowType::More);
}

void DiscoveryModel::append(Node *node, std::vector<std::unique_ptr<Node>> children)
{
    if (children.empty()) return;
    const int first = int(node->children.size());
    beginInsertRows(indexOf(node), first, first + int(children.size()) - 1);
    for (std::unique_ptr<Node> &child : children) {
        child->parent = node;
        child->row = int(node->children.size());
        node->children.push_back(std::move(child));
    }
    endInsertRows();
}

void DiscoveryModel::setLast(Node *node, RowType type, const Error &error)
{
    if (!node->hasLast) {
        std::vector<std::unique_ptr<Node>> rows;
        rows.push_back(std::make_unique<Node>());
        rows.back()->type = type;
        append(node, std::move(rows));
        node->hasLast = true;
    }
    Node *last = node->children.back().get();
    last->type = type;
    last->error = error;
    last->state = Node::State::Filled;
    Q_EMIT dataChanged(indexOf(last), index(last->row, columnCount() - 1, indexOf(node)));
}

void DiscoveryModel::removeLast(Node *node)
{
    if (!node->hasLast) return;
    const int row = int(node->children.size()) - 1;
    beginRemoveRows(indexOf(node), row, row);
    node->children.pop_back();
    node->hasLast = false;
    endRemoveRows();
}

const CatalogTable *DiscoveryModel::tableAt(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return index.isValid() && node->type == RowType::Table ? &node->table : nullptr;
}

std::optional<Error> DiscoveryModel::errorAt(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return index.isValid() && node->type == RowType::Failed ? std::optional(node->error) : std::nullopt;
}

QString DiscoveryModel::schemaAt(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return index.isValid() && node->type == RowType::Schema ? node->schema.name : QString();
}

void DiscoveryModel::setChosen(const QList<TableName> &tables)
{
    beginResetModel();
    m_chosen = {tables.begin(), tables.end()};
    endResetModel();
    Q_EMIT chosenChanged();
}

void DiscoveryModel::setChoosable(bool choosable)
{
    beginResetModel();
    m_choosable = choosable;
    endResetModel();
}

// A partition goes where its parent goes.
bool DiscoveryModel::isChoosable(const Node *node) const
{
    return m_choosable && node->type == RowType::Table && node->table.kind != RelationKind::Partition && node->parent->type != RowType::Table;
}

Qt::ItemFlags DiscoveryModel::flags(const QModelIndex &index) const
{
    if (!index.isValid()) return {};
    const Node *node = nodeAt(index);
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (index.column() == Name && isChoosable(node)) flags |= Qt::ItemIsUserCheckable;
    if (node->type != RowType::Schema && !(node->type == RowType::Table && m_source.showsPartitions && node->table.partitions > 0))
        flags |= Qt::ItemNeverHasChildren;
    return flags;
}

bool DiscoveryModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable)) return false;
    const TableName &name = nodeAt(index)->table.name;
    if (value.toInt() == Qt::Checked) m_chosen.insert(name);
    else m_chosen.erase(name);
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT chosenChanged();
    return true;
}

QString DiscoveryModel::nameOf(const Node *node) const
{
    switch (node->type) {
    case RowType::Schema: return node->schema.name;
    case RowType::Table: return m_search.isEmpty() ? node->table.name.name : node->table.name.text();
    case RowType::Loading: return tr("Loading …");
    case RowType::Failed: return tr("%1 Enter tries again.").arg(node->error.what);
    case RowType::More: break;
    }
    return m_search.isEmpty() ? tr("More: Enter shows the next ones") : tr("There are more: search for a longer part of the name");
}

QVariant DiscoveryModel::rawValue(const Node *node, int column) const
{
    if (column == Name) return nameOf(node);
    if (node->type == RowType::Schema) return column == Kind ? tr("schema, %n tables", nullptr, int(node->schema.tables)) : QString();
    if (node->type != RowType::Table) return QString();
    const CatalogTable &table = node->table;
    switch (column) {
    case Kind: return table.partitions > 0 ? tr("partitioned, %n parts", nullptr, int(table.partitions)) : kindLabel(table.kind);
    case Rows: return table.rowEstimate ? QVariant(*table.rowEstimate) : QVariant(none);
    case Size: return table.sizeBytes ? QVariant((*table.sizeBytes + kilobyte - 1) / kilobyte) : QVariant(none);
    case Key: return table.hasPrimaryKey ? tr("primary") : holdsRows(table) ? tr("none") : QString();
    default: return table.replicaIdentity;
    }
}

int DiscoveryModel::kindOf(const Node *node, int column) const
{
    ColumnKind kind = ColumnKind::Text;
    if (node->type == RowType::Table) {
        if (column == Rows || column == Size) kind = ColumnKind::Number;
        if (rawValue(node, column) == none) kind = ColumnKind::Text;
        if (column == Key && !node->table.hasPrimaryKey) kind = ColumnKind::Notice;
        if (column == ReplicaIdentity && node->table.replicaIdentity == "nothing"_L1) kind = ColumnKind::Notice;
    }
    return int(kind);
}

QVariant DiscoveryModel::checkState(const Node *node, int column) const
{
    if (column != Name || !isChoosable(node)) return {};
    return int(m_chosen.contains(node->table.name) ? Qt::Checked : Qt::Unchecked);
}

QString DiscoveryModel::toolTip(const Node *node, int column) const
{
    if (node->type == RowType::Failed) return node->error.text();
    if (node->type != RowType::Table) return {};
    if (column == Name && !node->table.comment.isEmpty()) return node->table.name.text() + u'\n' + node->table.comment;
    if (column == Name) return node->table.name.text();
    if (column == ReplicaIdentity) return tr("Replica identity: %1").arg(node->table.replicaIdentity);
    if (column == Rows) return node->table.rowEstimate ? tr("About %L1 rows, by the server's own statistics").arg(*node->table.rowEstimate)
                                                       : tr("The server has not counted it: it has no statistics of this table");
    return rawValue(node, column).toString();
}

QVariant DiscoveryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid()) return {};
    const Node *node = nodeAt(index);
    switch (role) {
    case Qt::DisplayRole: case RecordTableModel::RawRole: return rawValue(node, index.column());
    case RecordTableModel::KindRole: return kindOf(node, index.column());
    case RowTypeRole: return int(node->type);
    case Qt::CheckStateRole: return checkState(node, index.column());
    case Qt::ToolTipRole: return toolTip(node, index.column());
    default: return {};
    }
}

QVariant DiscoveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case Name: return tr("Name");
    case Kind: return tr("Kind");
    case Rows: return tr("Rows, ~");
    case Size: return tr("Size, kB");
    case Key: return tr("Key");
    case ReplicaIdentity: return tr("Identity");
    default: return {};
    }
}

}  // namespace headgate
