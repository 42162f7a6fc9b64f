// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/error.h"
#include "models/base/listquery.h"
#include "models/base/rankpages.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QTimer>
#include <functional>
#include <optional>

namespace headgate {

class StagedChanges;
struct Timestamp;

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
    bool editable = false; ///< its cells can be changed, by what knows how to save them
    bool isExtra = false;  ///< hidden until a person asks for it
    bool sortIndexed = true;  ///< sorting takes no longer the more rows there are
};

/// The base of every list, at any size. It has a row for each row of the list as far as that is known, and holds pages
/// of those that are looked at, at most KeptRows: a row that is not loaded answers no data and asks for its page. Pages
/// are read by key, one at a time; what nobody waits for any more is cancelled, a late answer is dropped. The count comes
/// late and separately: first what is known, an estimate where there is one, the exact number when it is cheap.
/// A refresh reads again what is on the screen or selected and is applied as removals, one reordering, insertions and
/// dataChanged by id, so that selection and scroll position stay; the model is reset only when the first page of a new
/// query arrives. Rows are kept while a query runs and when it fails. Thread: the one that made it.
class RecordTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        RawRole = Qt::UserRole,  ///< the raw value, see ColumnKind
        KindRole,                ///< int(ColumnKind)
        IdRole,                  ///< qint64, the same for every cell of a row; 0 when it is not loaded
        LoadedRole,              ///< bool
        TintRole,                ///< QString: amber, red, green, blue, or nothing; of the whole row
        StagedRole,              ///< bool: the value shown is a change that is not saved yet
        IdleRole,                ///< bool: takes no part in what the list is about; the whole row is drawn fainter
    };
    static constexpr int KeptRows = 8000;

    explicit RecordTableModel(QList<RecordColumn> columns, QObject *parent = nullptr);
    ~RecordTableModel() override;

    const QList<RecordColumn> &columns() const { return m_columns; }
    /// -1 when there is none.
    int columnIndex(const QString &id) const;
    /// Among the rows that are loaded; -1 when it is not.
    int rowOf(qint64 id) const { return m_pages.rowOf(id); }
    qint64 idAt(int row) const { return m_pages.idAt(row); }
    bool isLoaded(int row) const { return m_pages.isLoaded(row); }
    int loadedRows() const { return m_pages.rows(); }
    QList<RankRange> loadedRanges() const;

    const ListQuery &query() const { return m_query; }
    /// Asks anew from the first page, unless the query is the one being shown or loaded.
    void setQuery(const ListQuery &query);
    /// Reads again what is looked at, after what is being read now; also the way to retry after failed().
    void refresh();
    /// True while the first page of a new query is being read.
    bool isQuerying() const { return m_loading && m_resetPending; }
    /// Gives up a new query that has not been answered: the one whose rows are shown counts again.
    void cancelQuery();
    /// The rows that a person sees: read first, with the page ahead of the direction they move in. Empty = nobody looks.
    void setViewport(int first, int end);

    bool isLoading() const { return m_loading; }
    /// False until the first answer, which may be an empty list.
    bool hasLoaded() const { return m_hasLoaded; }
    /// The error that the rows are kept in spite of, until the next answer.
    const std::optional<Error> &error() const { return m_error; }
    /// Rows that match the query; none while neither their number nor an estimate is known.
    std::optional<qint64> count() const { return m_count; }
    bool isCountExact() const { return m_isExact; }
    /// Counts without a deadline; told by countChanged().
    void countExactly();
    /// "12,345", "≈ 12,000" for an estimate, nothing while it is not known.
    QString countText() const;
    /// Changes to show in place of the values read. They outlive the rows, and the model.
    void setOverlay(const StagedChanges *staged);
    const StagedChanges *overlay() const { return m_overlay; }

    /// Rows asked for at a time.
    void setPageSize(int rows) { m_pageSize = rows; }

    /// True when the list can say where a time is; goToTime() is answered by rowFound() or rowMissed(), unless a new query
    /// comes between.
    virtual bool knowsTimes() const = 0;
    /// True when there is an estimate of the number of rows.
    virtual bool knowsEstimate() const = 0;
    void goToTime(Timestamp time);

    int rowCount(const QModelIndex &parent = {}) const final { return parent.isValid() ? 0 : m_total; }
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
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
    /// A new query or a refresh is in place.
    void loaded();
    void rowFound(int row);
    /// Why goToTime() has no answer; no error: the list is empty or not in the order of time.
    void rowMissed(const std::optional<headgate::Error> &error);

protected:
    /// An answer without its rows, which the typed layer holds until takeIncoming().
    struct Incoming {
        QList<qint64> ids;
        QVariantList firstKey;
        QVariantList lastKey;
        bool atEnd = true;
        std::optional<qint64> firstRank;
        std::optional<qint64> total;
    };

    virtual QVariant rawValue(int row, int column) const = 0;
    /// Each starts a request; its answer comes with the same serial, or requestFailed() does. False = the list has no such.
    virtual void startPage(const ListCursor &cursor, const CancelToken &cancel, quint64 serial) = 0;
    virtual void startCount(const CancelToken &cancel, quint64 serial) = 0;
    virtual void startEstimate(const CancelToken &cancel, quint64 serial) = 0;
    virtual bool startRank(const QVariantList &key, const CancelToken &cancel, quint64 serial) = 0;
    virtual void startRankAt(Timestamp time, const CancelToken &cancel, quint64 serial) = 0;
    /// Those rows of the last answer join those that are held; the ids of those that have changed.
    virtual QSet<qint64> takeIncoming(const QList<qint64> &ids) = 0;
    virtual void forget(const QList<qint64> &ids) = 0;

    bool isCurrent(quint64 serial) const { return serial == m_serial; }
    bool isCountCurrent(quint64 serial) const { return serial == m_countSerial; }
    bool isRankAtCurrent(quint64 serial) const { return serial == m_rankAtSerial; }
    void pageArrived(const Incoming &page);
    void requestFailed(const Error &error);
    void countArrived(qint64 count);
    void countFailed() { m_exactSerial = 0; }
    void estimateArrived(qint64 count);
    void rankArrived(qint64 rank);
    void rankAtArrived(const std::optional<qint64> &rank);

private:
    struct Request {
        enum Kind { Reset, Refresh, Fill, Mark } kind = Reset;
        RankRange range;
        ListCursor cursor;
        bool isOverlapping = false;  ///< the last row read is to be the first one of the page behind (before)
        bool isAhead = false;        ///< nobody waits for it yet
    };

    // Asking: recordtablemodel.cpp
    void want(int row) const;
    void schedule();
    void pump();
    void begin();
    void giveUp();
    void send(const Request &request);
    std::optional<Request> nextRequest() const;
    std::optional<Request> markRequest() const;
    Request refreshRequest() const;
    Request fillRequest(int row) const;
    ListCursor nearest(const RankRange &range) const;
    int missingRow() const;
    int rowAhead() const;
    bool isNeeded(const Request &request) const;
    QList<RankRange> windowsToRefresh();
    void setLoading(bool loading);

    const QVariant *stagedValue(const QModelIndex &index) const;

    // Counting: recordtablecount.cpp
    void countLate();
    void countWithin(int deadlineMs);

    // Applying: recordtablerows.cpp
    void applyReset(const Incoming &page);
    void applyRefresh(const Incoming &page, RankRange window);
    void applyFill(const Incoming &page, const Request &request);
    void applyMark(const Incoming &page, int rank);
    void fillForward(const Incoming &page, RankRange range, bool isOverlapping);
    void fillBackward(const Incoming &page, RankRange range, bool isOverlapping);
    int shiftTo(const Incoming &page, int expectedFirst);
    void removeGone(int first, const QSet<qint64> &staying, int removableEnd);
    void reorder(int first, const QHash<qint64, int> &wanted);
    void insertNew(const Incoming &page, int first, bool isPushing);
    void announce(const QSet<qint64> &changed);
    void dropDuplicates(const QList<qint64> &ids, RankRange own);
    void dropPages(const RankRange &range);
    void insertRanks(int row, int count);
    void removeRanks(int row, int count);
    void endAt(int rows, bool isExact);
    void growTo(int rows);
    void setRows(qint64 rows, bool isExact);
    void giveUpForShift();

    QList<RecordColumn> m_columns;
    TintOf m_tint;
    QStringList m_filtered;
    const StagedChanges *m_overlay = nullptr;
    ListQuery m_query;
    ListQuery m_shownQuery;
    RankPages m_pages;
    int m_total = 0;
    int m_pageSize = 200;

    std::optional<Request> m_request;
    CancelToken m_cancel;
    quint64 m_serial = 0;
    CancelToken m_countCancel;
    quint64 m_countSerial = 0;
    quint64 m_exactSerial = 0;  ///< the count that has no deadline
    QTimer m_countDeadline;
    CancelToken m_rankAtCancel;
    quint64 m_rankAtSerial = 0;
    qint64 m_rankedId = 0;  ///< the row whose rank is being counted

    RankRange m_viewport;
    bool m_movesUp = false;
    mutable QList<int> m_wanted;      ///< rows that somebody asked data() for, newest first
    mutable bool m_isScheduled = false;
    QList<RankRange> m_stale;         ///< what the refresh still has to read

    std::optional<Error> m_error;
    std::optional<qint64> m_count;
    bool m_isExact = false;
    bool m_isRanked = false;   ///< answers tell their rank: no marks are needed
    bool m_marksComplete = false;
    bool m_isRefreshing = false;
    bool m_refreshAgain = false;  ///< asked for while rows were being read
    bool m_loading = false;
    bool m_hasLoaded = false;
    bool m_resetPending = true;
};

}  // namespace headgate
