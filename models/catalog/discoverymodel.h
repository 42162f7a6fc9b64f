// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/catalog/catalogtable.h"

#include <QAbstractItemModel>
#include <QFuture>
#include <functional>
#include <memory>
#include <set>

namespace headgate {

/// Schemas, below them tables, below partitioned ones their partitions; or what a search found. Each level is asked for
/// when it is first expanded, page by page; its last row tells that it is being loaded, why it could not be, or that more
/// follows. Tables can be chosen; what is chosen stays so when it is not shown. Thread: the one that made it; a late
/// answer is dropped and its statement cancelled.
class DiscoveryModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Kind, Rows, Size, Key, ReplicaIdentity };
    enum class RowType { Schema, Table, Loading, Failed, More };
    /// Raw values and kinds have the roles of RecordTableModel.
    enum Role { RowTypeRole = Qt::UserRole + 16 };

    /// Called on the model's thread; must not block.
    struct Source {
        std::function<QFuture<Result<QList<CatalogSchema>>>(const CancelToken &)> schemas;
        std::function<QFuture<Result<TablePage>>(const QString &schema, const QString &after, const CancelToken &)> tables;
        std::function<QFuture<Result<TablePage>>(const TableName &parent, const TableName &after, const CancelToken &)> partitions;
        std::function<QFuture<Result<TablePage>>(const QString &text, const CancelToken &)> search;
        bool showsPartitions = false;  ///< they are tables of their own
    };

    explicit DiscoveryModel(Source source, QObject *parent = nullptr);
    ~DiscoveryModel() override;

    /// Everything anew.
    void reload();
    /// Shows what contains the text, or the tree again when it is empty.
    void setSearch(const QString &text);
    const QString &search() const { return m_search; }
    /// Acts on the last row of a level: asks again, or for more.
    void proceed(const QModelIndex &index);

    /// Null when the row is none.
    const CatalogTable *tableAt(const QModelIndex &index) const;
    /// Of a failed row.
    std::optional<Error> errorAt(const QModelIndex &index) const;
    QString schemaAt(const QModelIndex &index) const;

    /// In the order of their names.
    QList<TableName> chosen() const { return {m_chosen.begin(), m_chosen.end()}; }
    void setChosen(const QList<TableName> &tables);
    void setChoosable(bool choosable);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void chosenChanged();
    /// A level was filled, or could not be.
    void loaded();

private:
    struct Node;

    Node *nodeAt(const QModelIndex &index) const;
    QModelIndex indexOf(const Node *node) const;
    void restart();
    void request(Node *node);
    void askTables(Node *node);
    template <typename T, typename F>
    void watch(Node *node, const QFuture<Result<T>> &future, F done);
    void append(Node *node, std::vector<std::unique_ptr<Node>> children);
    void fill(Node *node, const TablePage &page);
    void setLast(Node *node, RowType type, const Error &error = {});
    void removeLast(Node *node);
    bool isChoosable(const Node *node) const;
    QString nameOf(const Node *node) const;
    QVariant rawValue(const Node *node, int column) const;
    int kindOf(const Node *node, int column) const;
    QVariant checkState(const Node *node, int column) const;
    QString toolTip(const Node *node, int column) const;

    Source m_source;
    QString m_search;
    std::unique_ptr<Node> m_root;
    std::set<TableName> m_chosen;
    bool m_choosable = true;
    CancelToken m_cancel;
    quint64 m_generation = 0;
};

}  // namespace headgate
