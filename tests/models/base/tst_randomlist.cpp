// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listkeyset.h"
#include "models/base/recordlistmodel.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QItemSelectionModel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <optional>

using namespace headgate;
using namespace headgate::test;

namespace {

/// The full number, HEADGATE_TEST_ROUNDS=10000, belongs to TstRandomListFull.
constexpr int kOperations = 1500;
/// A busy machine answers late; a list that never comes to rest reads for as long as one lets it.
constexpr int kPatienceMs = 30'000;

struct Thing {
    Id<struct ThingTag> id;
    QString name;
    std::optional<qint64> size;
    bool operator==(const Thing &) const = default;
};

ListSource sourceOf(const ListQuery &query)
{
    ListSource source{QStringLiteral("id, name, size"), QStringLiteral("thing"), {}, {}};
    if (!query.search.isEmpty()) source.where.add(QStringLiteral("{contains:name,search}"), "search", Dialect::likePattern(query.search));
    source.order.id = QStringLiteral("id");
    source.order.descending = query.descending;
    if (query.sortColumn == u"name") source.order.value = QStringLiteral("name");
    if (query.sortColumn == u"size") source.order = {QStringLiteral("id"), QStringLiteral("size"), ListColumn::Type::Number, true, query.descending};
    return source;
}

Thing readThing(const Query &query)
{
    return {query.getId<Id<struct ThingTag>>(0), query.get<QString>(1), query.getOptional<qint64>(2)};
}

class ThingModel final : public RecordListModel<Thing> {
public:
    explicit ThingModel(Database &database)
        : RecordListModel({{QStringLiteral("name"), QStringLiteral("Name")}, {QStringLiteral("size"), QStringLiteral("Size"), ColumnKind::Number}},
                          [&database, this](const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel) {
                              ++m_asked;
                              return database.read([query, cursor](Session &session) { return ListKeyset::read<Thing>(session, sourceOf(query), cursor, readThing); }, cancel);
                          },
                          [&database](const ListQuery &query, const CancelToken &cancel) {
                              return database.read([query](Session &session) { return ListKeyset::count(session, sourceOf(query)); }, cancel);
                          })
    {
        setRank([&database](const ListQuery &query, const QVariantList &key, const CancelToken &cancel) {
            return database.read([query, key](Session &session) { return ListKeyset::rank(session, sourceOf(query), key); }, cancel);
        });
    }
    int pagesAskedFor() const { return m_asked; }

protected:
    QVariant value(const Thing &thing, int column) const override
    {
        return column == 0 ? QVariant(thing.name) : thing.size ? QVariant(*thing.size) : QVariant();
    }

private:
    int m_asked = 0;
};

/// Nothing when the list has come to rest.
QByteArray unrest(ThingModel &model)
{
    const int asked = model.pagesAskedFor();
    QSignalSpy changed(&model, &RecordTableModel::loadingChanged);
    while (model.isLoading())
        if (!changed.wait(kPatienceMs)) return QByteArrayLiteral("still loading, pages asked for: ") + QByteArray::number(model.pagesAskedFor() - asked);
    return {};
}

}  // namespace

/// A person scrolls, jumps, filters, sorts and refreshes while rows come, change and go underneath.
class TstRandomList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { BothDatabases::addRows(); }
    void initTestCase() { m_databases = std::make_unique<BothDatabases>(); }
    void showsWhatTheDatabaseAnswers_data();
    void showsWhatTheDatabaseAnswers();

private:
    ConnectSpec spec() const
    {
        QFETCH_GLOBAL(Dialect::Kind, kind);
        return kind == Dialect::Kind::Sqlite ? m_databases->sqlite() : m_databases->postgresql();
    }
    void changeRows(Session &session, QRandomGenerator &random);
    void operate(ThingModel &model, QItemSelectionModel &selection, QRandomGenerator &random);
    QList<Thing> shown(ThingModel &model);

    std::unique_ptr<BothDatabases> m_databases;
    int m_nextId = 1;
    int m_top = 0;
};

void TstRandomList::changeRows(Session &session, QRandomGenerator &random)
{
    session.execute(QStringLiteral("begin"));
    for (int change = 1 + random.bounded(6); change > 0; --change) {
        const int act = random.bounded(4);
        Query query(session, act == 0   ? QStringLiteral("delete from thing where id = :id")
                             : act == 1 ? QStringLiteral("update thing set name = :name, size = :size where id = :id")
                                        : QStringLiteral("insert into thing (name, size, id) values (:name, :size, :id)"));
        query.bind("id", act > 1 ? m_nextId++ : 1 + random.bounded(m_nextId));
        if (act > 0) query.bind("name", QStringLiteral("thing %1").arg(random.bounded(500))).bind("size", random.bounded(5) ? std::optional<qint64>(random.bounded(300)) : std::nullopt);
        query.exec();
        if (act == 2 && random.bounded(2)) ++change;  // as many come as go
    }
    session.execute(QStringLiteral("commit"));
}

void TstRandomList::operate(ThingModel &model, QItemSelectionModel &selection, QRandomGenerator &random)
{
    const int seen = 20, rows = model.rowCount();
    int &top = m_top;
    switch (random.bounded(20)) {
    case 0: {
        ListQuery query = model.query();
        query.search = random.bounded(3) ? QString() : QString::number(random.bounded(50));
        return model.setQuery(query);
    }
    case 1: return model.sort(random.bounded(3) - 1, random.bounded(2) ? Qt::AscendingOrder : Qt::DescendingOrder);
    case 2: case 3: return model.refresh();
    case 4: case 5: top = rows ? random.bounded(rows) : 0; break;
    case 6: if (rows) selection.setCurrentIndex(model.index(random.bounded(rows), 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows); break;
    case 7: top = std::max(0, rows - seen); break;
    case 8: if (rows) selection.select(QItemSelection(model.index(0, 0), model.index(rows - 1, 1)), QItemSelectionModel::ClearAndSelect); break;
    default: top += random.bounded(40) - 18; break;
    }
    top = std::clamp(top, 0, std::max(0, rows - 1));
    model.setViewport(top, std::min(rows, top + seen));
}

/// Row by row, as one who scrolls from the top to the end sees them.
QList<Thing> TstRandomList::shown(ThingModel &model)
{
    QList<Thing> all;
    for (int row = 0; row < model.rowCount(); ++row) {
        model.setViewport(row, std::min(model.rowCount(), row + 20));
        const bool isHere = QTest::qWaitFor([&] { return row >= model.rowCount() || model.isLoaded(row); });
        if (!isHere) return all;
        if (row < model.rowCount()) all << *model.find(row);
    }
    return all;
}

/// The tester looks at each row after each change, so that a list under it is short and soon loaded; the long one is not.
void TstRandomList::showsWhatTheDatabaseAnswers_data()
{
    QTest::addColumn<int>("rows");
    QTest::newRow("tested") << 120;
    QTest::newRow("long") << 3000;
}

void TstRandomList::showsWhatTheDatabaseAnswers()
{
    QFETCH(int, rows);
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED") ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt()
                                                                         : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const auto session = Session::open(spec());
    session->execute(QStringLiteral("drop table if exists thing"));
    session->execute(QStringLiteral("create table thing (id bigint primary key, name text not null, size bigint)"));
    session->execute(QStringLiteral("create index thing_name on thing (name, id)"));
    m_nextId = rows + 1;
    session->execute(session->dialect().isSqlite()
                         ? QStringLiteral("insert into thing with recursive n(i) as (select 1 union all select i + 1 from n where i < %1) select i, 'thing ' || (i * 7919 % 500), i * 31 % 300 from n").arg(rows)
                         : QStringLiteral("insert into thing select i, 'thing ' || (i * 7919 %% 500), i * 31 %% 300 from generate_series(1, %1) i").replace(QStringLiteral("%%"), QStringLiteral("%")).arg(rows));
    Database database(spec());
    ThingModel model(database);
    std::optional<QAbstractItemModelTester> tester;
    if (rows < 1000) tester.emplace(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setPageSize(rows < 1000 ? 10 : 50);
    QItemSelectionModel selection(&model);
    QSignalSpy loaded(&model, &RecordTableModel::loaded);
    model.setQuery({});
    QVERIFY(loaded.wait());
    const int operations = qEnvironmentVariableIsSet("HEADGATE_TEST_ROUNDS") ? qEnvironmentVariableIntValue("HEADGATE_TEST_ROUNDS") : kOperations;
    std::pair<qint64, int> slowest;
    for (int operation = 0; operation < operations; ++operation) {
        if (random.bounded(4) == 0) changeRows(*session, random);
        else operate(model, selection, random);
        // Sometimes a person waits for the answer, mostly they do not.
        if (random.bounded(8) == 0) {
            QElapsedTimer waiting;
            waiting.start();
            const int asked = model.pagesAskedFor();
            const QByteArray unresting = unrest(model);
            QVERIFY2(unresting.isEmpty(), unresting);
            slowest = std::max(slowest, std::pair(waiting.elapsed(), model.pagesAskedFor() - asked));
        } else {
            QCoreApplication::processEvents();
        }
        QVERIFY(!model.error());
        QVERIFY(model.loadedRows() <= RecordTableModel::KeptRows + 400);
    }
    qInfo("slowest rest: %lld ms, %d pages", slowest.first, slowest.second);
    const QByteArray unresting = unrest(model);
    QVERIFY2(unresting.isEmpty(), unresting);
    loaded.clear();
    model.refresh();
    QVERIFY(loaded.wait());
    const QList<Thing> expected = ListKeyset::read<Thing>(*session, sourceOf(model.query()), {{}, 1'000'000}, readThing).rows;
    const QList<Thing> actual = shown(model);
    for (int i = 0; i < std::min(actual.size(), expected.size()); ++i)
        QVERIFY2(actual.at(i) == expected.at(i), qPrintable(QStringLiteral("row %1 of %2: %3, not %4").arg(i).arg(expected.size()).arg(actual.at(i).id.value).arg(expected.at(i).id.value)));
    QCOMPARE(actual.size(), expected.size());
    QCOMPARE(model.rowCount(), expected.size());
}

HEADGATE_TEST(TstRandomList);
#include "tst_randomlist.moc"
