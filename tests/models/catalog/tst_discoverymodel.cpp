// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/recordtablemodel.h"
#include "models/catalog/discoverymodel.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

CatalogTable table(const QString &schema, const QString &name, RelationKind kind = RelationKind::Table, qint64 partitions = 0)
{
    CatalogTable table;
    table.name = {schema, name};
    table.kind = kind;
    table.partitions = partitions;
    return table;
}

/// Answers when the test says so.
template <typename T>
struct Question {
    std::shared_ptr<QPromise<Result<T>>> promise = std::make_shared<QPromise<Result<T>>>();
    CancelToken cancel;
    QString what;

    QFuture<Result<T>> begin()
    {
        promise->start();
        return promise->future();
    }
    void answer(const Result<T> &result)
    {
        promise->addResult(result);
        promise->finish();
        QTest::qWait(0);
    }
};

struct Server {
    QList<Question<QList<CatalogSchema>>> schemas;
    QList<Question<TablePage>> tables;

    QFuture<Result<TablePage>> askTables(const QString &what, const CancelToken &cancel)
    {
        tables.emplaceBack();
        tables.last().what = what;
        tables.last().cancel = cancel;
        return tables.last().begin();
    }
    DiscoveryModel::Source source()
    {
        DiscoveryModel::Source source;
        source.schemas = [this](const CancelToken &cancel) {
            schemas.emplaceBack();
            schemas.last().cancel = cancel;
            return schemas.last().begin();
        };
        source.tables = [this](const QString &schema, const QString &after, const CancelToken &cancel) { return askTables(schema + u'>' + after, cancel); };
        source.partitions = [this](const TableName &parent, const TableName &after, const CancelToken &cancel) {
            return askTables(parent.text() + u'>' + after.name, cancel);
        };
        source.search = [this](const QString &text, const CancelToken &cancel) { return askTables(u"find "_s + text, cancel); };
        source.showsPartitions = true;
        return source;
    }
};

}  // namespace

class TstDiscoveryModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void asksForALevelOnlyWhenExpanded();
    void pagesALevel();
    void triesAgainAfterAFailure();
    void dropsLateAnswers();
    void searches();
    void keepsWhatIsChosen();
    void showsPartitionsBelowTheirParent();
    void marksMissingKeys();

private:
    QString text(const QModelIndex &index) const { return m_model->data(index, Qt::DisplayRole).toString(); }
    DiscoveryModel::RowType typeOf(const QModelIndex &index) const
    {
        return DiscoveryModel::RowType(m_model->data(index, DiscoveryModel::RowTypeRole).toInt());
    }
    QModelIndex shop() const { return m_model->index(1, 0); }
    void expandShop(const TablePage &page);

    std::unique_ptr<Server> m_server;
    std::unique_ptr<DiscoveryModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TstDiscoveryModel::init()
{
    m_tester.reset();
    m_model.reset();
    m_server = std::make_unique<Server>();
    m_model = std::make_unique<DiscoveryModel>(m_server->source());
    m_model->reload();
    QCOMPARE(typeOf(m_model->index(0, 0)), DiscoveryModel::RowType::Loading);
    m_server->schemas.last().answer(QList<CatalogSchema>{{u"empty"_s, 0}, {u"shop"_s, 3}});
    QCOMPARE(m_model->rowCount(), 2);
    // It expands whatever it can.
    if (qstrcmp(QTest::currentTestFunction(), "asksForALevelOnlyWhenExpanded") != 0)
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void TstDiscoveryModel::expandShop(const TablePage &page)
{
    m_model->fetchMore(shop());
    m_server->tables.last().answer(page);
}

void TstDiscoveryModel::asksForALevelOnlyWhenExpanded()
{
    QVERIFY(m_server->tables.isEmpty());
    QVERIFY(!m_model->hasChildren(m_model->index(0, 0)));
    QVERIFY(m_model->hasChildren(shop()) && m_model->canFetchMore(shop()));
    m_model->fetchMore(shop());
    QCOMPARE(m_server->tables.size(), 1);
    QCOMPARE(m_server->tables[0].what, u"shop>"_s);
    QVERIFY(!m_model->canFetchMore(shop()));
    QTest::qWait(0);
    QCOMPARE(typeOf(m_model->index(0, 0, shop())), DiscoveryModel::RowType::Loading);
    m_server->tables[0].answer(TablePage{{table(u"shop"_s, u"a"_s), table(u"shop"_s, u"b"_s)}, true});
    QCOMPARE(m_model->rowCount(shop()), 2);
    QCOMPARE(text(m_model->index(1, 0, shop())), u"b"_s);
}

void TstDiscoveryModel::pagesALevel()
{
    expandShop({{table(u"shop"_s, u"a"_s), table(u"shop"_s, u"b"_s)}, false});
    QCOMPARE(m_model->rowCount(shop()), 3);
    const QModelIndex more = m_model->index(2, 0, shop());
    QCOMPARE(typeOf(more), DiscoveryModel::RowType::More);
    m_model->proceed(more);
    QCOMPARE(m_server->tables.last().what, u"shop>b"_s);
    m_model->proceed(m_model->index(2, 0, shop()));  // it is loading by now
    QCOMPARE(m_server->tables.size(), 2);
    m_server->tables.last().answer(TablePage{{table(u"shop"_s, u"c"_s)}, true});
    QCOMPARE(m_model->rowCount(shop()), 3);
    QCOMPARE(text(m_model->index(2, 0, shop())), u"c"_s);
}

void TstDiscoveryModel::triesAgainAfterAFailure()
{
    m_model->fetchMore(shop());
    m_server->tables.last().answer(Error{ErrorKind::Timeout, u"Too slow."_s, {}, u"57014"_s, {}});
    const QModelIndex failed = m_model->index(0, 0, shop());
    QCOMPARE(typeOf(failed), DiscoveryModel::RowType::Failed);
    QVERIFY(text(failed).contains(u"Too slow."_s));
    QVERIFY(failed.data(Qt::ToolTipRole).toString().contains(u"57014"_s));
    m_model->proceed(failed);
    QCOMPARE(typeOf(m_model->index(0, 0, shop())), DiscoveryModel::RowType::Loading);
    m_server->tables.last().answer(TablePage{{table(u"shop"_s, u"a"_s)}, true});
    QCOMPARE(m_model->rowCount(shop()), 1);
    QCOMPARE(typeOf(m_model->index(0, 0, shop())), DiscoveryModel::RowType::Table);
}

void TstDiscoveryModel::dropsLateAnswers()
{
    m_model->fetchMore(shop());
    m_model->reload();
    QVERIFY(m_server->tables[0].cancel.isCancelled());
    m_server->tables[0].answer(TablePage{{table(u"shop"_s, u"a"_s)}, true});
    QCOMPARE(m_model->rowCount(), 1);
    QVERIFY(!m_server->schemas.last().cancel.isCancelled());
    m_model.reset();
    QVERIFY(m_server->schemas.last().cancel.isCancelled());
}

void TstDiscoveryModel::searches()
{
    m_model->setSearch(u"ord"_s);
    QCOMPARE(m_server->tables.last().what, u"find ord"_s);
    m_server->tables.last().answer(TablePage{{table(u"shop"_s, u"orders"_s)}, true});
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(text(m_model->index(0, 0)), u"shop.orders"_s);
    m_model->setSearch(u"nothing"_s);
    m_server->tables.last().answer(TablePage{});
    QCOMPARE(m_model->rowCount(), 0);
    m_model->setSearch({});
    QCOMPARE(m_server->schemas.size(), 2);
}

void TstDiscoveryModel::keepsWhatIsChosen()
{
    m_model->setChosen({{u"shop"_s, u"b"_s}, {u"gone"_s, u"z"_s}});
    QSignalSpy changed(m_model.get(), &DiscoveryModel::chosenChanged);
    expandShop({{table(u"shop"_s, u"a"_s), table(u"shop"_s, u"b"_s)}, true});
    const QModelIndex a = m_model->index(0, 0, shop());
    QCOMPARE(a.data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    QCOMPARE(m_model->index(1, 0, shop()).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QVERIFY(!shop().data(Qt::CheckStateRole).isValid());
    QVERIFY(m_model->setData(a, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(changed.size(), 1);
    m_model->setSearch(u"x"_s);
    QCOMPARE(m_model->chosen(), (QList<TableName>{{u"gone"_s, u"z"_s}, {u"shop"_s, u"a"_s}, {u"shop"_s, u"b"_s}}));
    m_model->setChoosable(false);
    m_server->tables.last().answer(TablePage{{table(u"shop"_s, u"a"_s)}, true});
    QVERIFY(!m_model->index(0, 0).data(Qt::CheckStateRole).isValid());
    QVERIFY(!m_model->setData(m_model->index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
}

void TstDiscoveryModel::showsPartitionsBelowTheirParent()
{
    expandShop({{table(u"shop"_s, u"orders"_s, RelationKind::PartitionedTable, 2)}, true});
    const QModelIndex orders = m_model->index(0, 0, shop());
    QVERIFY(m_model->hasChildren(orders));
    m_model->fetchMore(orders);
    QCOMPARE(m_server->tables.last().what, u"shop.orders>"_s);
    m_server->tables.last().answer(TablePage{{table(u"shop"_s, u"p1"_s, RelationKind::Partition), table(u"other"_s, u"p2"_s, RelationKind::Partition)}, true});
    QCOMPARE(m_model->rowCount(orders), 2);
    QCOMPARE(m_model->parent(m_model->index(1, 0, orders)), orders);
    QVERIFY(!m_model->index(0, 0, orders).data(Qt::CheckStateRole).isValid());
}

void TstDiscoveryModel::marksMissingKeys()
{
    CatalogTable keyed = table(u"shop"_s, u"a"_s);
    keyed.hasPrimaryKey = true;
    keyed.rowEstimate = 5;
    expandShop({{keyed, table(u"shop"_s, u"b"_s), table(u"shop"_s, u"v"_s, RelationKind::View)}, true});
    const auto kind = [this](int row, int column) { return ColumnKind(m_model->index(row, column, shop()).data(RecordTableModel::KindRole).toInt()); };
    const auto raw = [this](int row, int column) { return m_model->index(row, column, shop()).data(RecordTableModel::RawRole); };
    QCOMPARE(kind(0, DiscoveryModel::Key), ColumnKind::Text);
    QCOMPARE(kind(1, DiscoveryModel::Key), ColumnKind::Notice);
    QCOMPARE(raw(2, DiscoveryModel::Key).toString(), QString());
    QCOMPARE(raw(0, DiscoveryModel::Rows).toLongLong(), 5);
    QCOMPARE(kind(0, DiscoveryModel::Rows), ColumnKind::Number);
    QCOMPARE(kind(1, DiscoveryModel::Rows), ColumnKind::Text);
}

HEADGATE_TEST(TstDiscoveryModel);

#include "tst_discoverymodel.moc"
