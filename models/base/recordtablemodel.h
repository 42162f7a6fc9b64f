// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/error.h"
#include "models/base/listquery.h"

#include <QAbstractTableModel>
#include <functional>
#include <optional>

namespace headgate {

/// How a column is to be drawn; says what its raw value is. An invalid raw value is NULL.
enum class ColumnKind {
    Text,         ///< QString
    Identifier,   ///< QString, in the fixed font (address, hash, SQL name)
    Number,       ///< qint64 or double; the unit stands in the title
    Time,         ///< Timestamp
    Environment,  ///< QString: development, test, staging, production
    Status,       ///< QString: success, warning, failure, cancelled …; drawn as a chip
    Badge,        ///< QString: a word on neutral ground (CREATE, UPDATE)
    Tags,         ///< QStringList
    Notice,       ///< QString drawn as a warning chip; empty when there is nothing to say
};

/// One column of a list: `id` is the name that ListQuery filters and sorts on.
struct RecordColumn {
    QString id;
    QString title;
    ColumnKind kind = ColumnKind::Text;
    bool sortable = true;
    int hintWidth = 120;   ///< first width in pixels
    bool stretch = false;  ///< takes what is left over
    bool spare = false;    ///< gives way where the list is narrow, unless a person asked for it
};

/// The base of every list. It pages by key, asynchronously, and keeps its rows until new ones have arrived: also while a
/// query runs and when it fails. A refresh is applied as removals, one reordering, insertions and dataChanged by id, so
/// that selection and scroll position stay; the model is reset only when the first page of a new query arrives.
/// Thread: the one that made it. A late answer (of an older generation) is dropped and its statement cancelled.
class RecordTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        RawRole = Qt::UserRole,  ///< the raw value, see ColumnKind
        KindRole,                ///< int(ColumnKind)
        IdRole,                  ///< qint64, the same for every cell of a row
        TintRole,                ///< QString: amber, red, green, blue, or nothing; of the whole row
    };

    explicit RecordTableModel(QList<RecordColumn> columns, QObject *parent = nullptr);
    ~RecordTableModel() override;

    const QList<RecordColumn> &columns() const { return m_columns; }
    /// -1 when there is none.
    int columnIndex(const QString &id) const;
    virtual int rowOf(qint64 id) const = 0;
    qint64 idAt(int row) const { return index(row, 0).data(IdRole).toLongLong(); }

    const ListQuery &query() const { return m_query; }
    /// Asks anew from the first page, unless the query is the one being shown or loaded.
    void setQuery(const ListQuery &query);
    /// Asks again for as many rows as are loaded; also the way to retry after failed().
    void refresh();

    bool isLoading() const { return m_loading; }
    /// False until the first answer, which may be an empty list.
    bool hasLoaded() const { return m_hasLoaded; }
    /// Nothing follows the rows that are here.
    bool isAtEnd() const { return m_atEnd; }
    /// The error that the rows are kept in spite of, until the next answer.
    const std::optional<Error> &error() const { return m_error; }
    /// Rows that match the query; none while it is being counted.
    std::optional<qint64> count() const { return m_count; }
    /// Rows asked for at a time.
    void setPageSize(int rows) { m_pageSize = rows; }

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    /// The colour of a row, from the values that it holds.
    using TintOf = std::function<QString(int row)>;
    void setTint(TintOf tint);
    /// The columns whose header shows that they filter.
    void markFiltered(const QStringList &columns);
    /// What a column to filter on holds in that row; of the columns of the list it is the raw value.
    virtual QVariant filterValue(int row, const QString &column) const { return rawValue(row, columnIndex(column)); }
    /// False for a column to filter on that a loaded row knows nothing, or not all, of.
    virtual bool holdsColumn(const QString &column) const { return columnIndex(column) >= 0; }

    /// The plain text of a raw value, for copying, accessibility and export.
    static QString plainText(const QVariant &raw);

Q_SIGNALS:
    void loadingChanged(bool loading);
    void failed(const headgate::Error &error);
    void countChanged();
    /// New rows or a refresh are in place.
    void loaded();

protected:
    virtual QVariant rawValue(int row, int column) const = 0;
    virtual qint64 rowId(int row) const = 0;
    /// Starts a request; its answer goes to pageArrived() or requestFailed() with the same generation.
    virtual void startPage(const ListCursor &cursor, const CancelToken &cancel, quint64 generation) = 0;
    virtual void startCount(const CancelToken &cancel, quint64 generation) = 0;
    /// What has been collected since the last clearIncoming() becomes the list.
    virtual void applyReset() = 0;
    virtual void applyRefresh() = 0;
    virtual void applyAppend() = 0;
    virtual void clearIncoming() = 0;

    bool isCurrent(quint64 generation) const { return generation == m_generation; }
    void pageArrived(int collected, const QVariantList &lastKey, bool atEnd);
    void requestFailed(const Error &error);
    void countArrived(qint64 count);

private:
    enum class Load { Reset, Refresh, Append };
    void begin(Load load);
    void ask(const std::optional<QVariantList> &key, int limit);
    void finish(const QVariantList &lastKey, bool atEnd);
    void setLoading(bool loading);

    QList<RecordColumn> m_columns;
    TintOf m_tint;
    QStringList m_filtered;
    ListQuery m_query;
    Load m_load = Load::Reset;
    CancelToken m_cancel;
    quint64 m_generation = 0;
    QVariantList m_lastKey;
    std::optional<Error> m_error;
    std::optional<qint64> m_count;
    int m_pageSize = 200;
    int m_target = 0;
    bool m_loading = false;
    bool m_hasLoaded = false;
    bool m_resetPending = true;
    bool m_atEnd = true;
};

}  // namespace headgate
