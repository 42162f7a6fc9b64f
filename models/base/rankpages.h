// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QVariantList>
#include <optional>

namespace headgate {

/// A stretch of rows that is loaded: their ids from rank `first` on, with the keys of its ends.
struct RankPage {
    int first = 0;
    QList<qint64> ids;
    QVariantList firstKey;
    QVariantList lastKey;
    quint64 used = 0;

    int end() const { return first + int(ids.size()); }
    bool holds(int row) const { return row >= first && row < end(); }
};

/// Half-open ranks [first, end).
struct RankRange {
    int first = 0;
    int end = 0;
    int size() const { return end - first; }
    bool isEmpty() const { return end <= first; }
    bool touches(const RankRange &other) const { return first < other.end && other.first < end; }
    bool operator==(const RankRange &) const = default;
};

/// What is loaded of a long list: pages that do not overlap, in the order of their ranks, with gaps between them, and a
/// sparse index of keys. Knows no database and no model. Value type.
class RankPages {
public:
    struct Mark {
        int rank;
        QVariantList key;
    };

    void clear();
    const QList<RankPage> &pages() const { return m_pages; }
    const QList<Mark> &marks() const { return m_marks; }
    int rows() const;

    /// 0 when the row is not loaded.
    qint64 idAt(int row) const;
    /// -1 when the id is not loaded.
    int rowOf(qint64 id) const;
    bool isLoaded(int row) const { return pageAt(row) >= 0; }
    /// The position in pages() of the page that holds the row, or -1.
    int pageAt(int row) const;
    /// The unloaded ranks around an unloaded row of a list with `total` rows.
    RankRange gapAround(int row, int total) const;
    /// The page that ends at, or begins at, this rank; nullptr when there is none.
    const RankPage *endingAt(int rank) const;
    const RankPage *beginningAt(int rank) const;

    /// The ranks of the page must be free.
    void add(RankPage page);
    /// Pages that touch the range are taken out; their ids.
    QList<qint64> drop(const RankRange &range);
    /// Pages one behind the other in the range become one; its position in pages(), -1 when there is none.
    int join(const RankRange &range);
    /// Rows come or go between pages; from `row` on all moves. Removed ranks must be free.
    void insertRanks(int row, int count);
    void removeRanks(int row, int count);
    void insertIds(int page, int at, const QList<qint64> &ids);
    void removeIds(int page, int at, int count);
    void replaceIds(int page, const QList<qint64> &ids);
    void setKeys(int page, const QVariantList &first, const QVariantList &last);
    void touch(const RankRange &range);
    /// Takes out what was used longest ago until at most `rows` are loaded, never what `kept` touches; their ids.
    QList<qint64> evict(int rows, const RankRange &kept);

    void addMark(int rank, const QVariantList &key) { m_marks << Mark{rank, key}; }

private:
    void moveFrom(int row, int by);

    QList<RankPage> m_pages;
    QList<Mark> m_marks;
    quint64 m_clock = 0;
    mutable QHash<qint64, int> m_rows;  ///< filled by rowOf(), emptied by every change
};

}  // namespace headgate
