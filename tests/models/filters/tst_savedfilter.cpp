// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filters/savedfilter.h"

#include "models/database/query.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

using Op = ColumnFilter::Op;

SavedFilter everything()
{
    ListQuery query;
    query.search = QStringLiteral("it's");
    query.sortColumn = QStringLiteral("name");
    query.descending = true;
    query.timeZone = QStringLiteral("Europe/Berlin");
    for (const Op op : {Op::Equal, Op::NotEqual, Op::In, Op::Contains, Op::AtLeast, Op::AtMost, Op::Greater, Op::Less, Op::NotContains, Op::Regex, Op::NotRegex, Op::Between, Op::NotBetween})
        query.filters << ColumnFilter{QStringLiteral("c"), op, {QStringLiteral("a|b"), qint64(9007199254740993), 1.5, true, QVariant()}};
    query.anyOf = {{{QStringLiteral("a"), Op::Equal, {qint64(1)}}, {QStringLiteral("b"), Op::Regex, {QStringLiteral("(?i)x")}}}, {{QStringLiteral("c"), Op::Less, {QStringLiteral("-7d")}}}};
    return {{}, QStringLiteral("audit"), QStringLiteral("all of it"), query, QStringLiteral("amber")};
}

}  // namespace

class TstSavedFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void keepsEverything();
    void readsWhatWasSavedBefore();
    void keepsWhatANewerConsoleWrote();
};

void TstSavedFilter::keepsEverything()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    SavedFilter filter = everything();
    filter.id = write(*session, [&filter](Transaction &transaction) { return SavedFilterStore::insert(transaction, std::nullopt, filter); });
    QCOMPARE(SavedFilterStore::all(*session, std::nullopt, filter.page), QList{filter});
    filter.tint.clear();
    filter.query = {};
    QVERIFY(write(*session, [&filter](Transaction &transaction) { return SavedFilterStore::update(transaction, filter); }));
    QCOMPARE(SavedFilterStore::get(*session, std::nullopt, filter.id), std::optional(filter));
}

void TstSavedFilter::readsWhatWasSavedBefore()
{
    const QJsonObject old{{QStringLiteral("search"), QStringLiteral("x")},
                          {QStringLiteral("sort"), QString()},
                          {QStringLiteral("descending"), false},
                          {QStringLiteral("filters"), QJsonArray{QJsonObject{{QStringLiteral("column"), QStringLiteral("a")}, {QStringLiteral("op"), QStringLiteral("in")}, {QStringLiteral("values"), QJsonArray{QStringLiteral("v"), QJsonValue()}}},
                                                                 QJsonObject{{QStringLiteral("column"), QStringLiteral("a")}, {QStringLiteral("op"), QStringLiteral("of a newer one")}}}}};
    ListQuery wanted;
    wanted.search = QStringLiteral("x");
    wanted.filters = {{QStringLiteral("a"), Op::In, {QStringLiteral("v"), QVariant()}}, {QStringLiteral("a"), Op::Equal, {}}};  // refused when it is used
    QCOMPARE(listQueryFromJson(old), wanted);
    QCOMPARE(listQueryToJson(wanted).keys(), (QStringList{QStringLiteral("descending"), QStringLiteral("filters"), QStringLiteral("search"), QStringLiteral("sort")}));
}

/// Another name or colour must not cost a condition that this console does not know.
void TstSavedFilter::keepsWhatANewerConsoleWrote()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    SavedFilter filter = everything();
    filter.id = write(*session, [&filter](Transaction &transaction) { return SavedFilterStore::insert(transaction, std::nullopt, filter); });
    QJsonObject newer = savedFilterToJson(filter);
    newer.insert(QStringLiteral("filters"), QJsonArray{QJsonObject{{QStringLiteral("column"), QStringLiteral("a")}, {QStringLiteral("op"), QStringLiteral("of a newer one")}, {QStringLiteral("values"), QJsonArray{1}}}});
    newer.insert(QStringLiteral("layout"), QStringLiteral("of a newer one"));
    const auto stored = [&] {
        Query query(*session, QStringLiteral("select {json:filter} from saved_filters where id = :id"));
        query.bind("id", filter.id).first();
        return query.get<QJsonObject>(0);
    };
    write(*session, [&](Transaction &transaction) {
        return Query(transaction.session(), QStringLiteral("update saved_filters set filter = {json_in:filter} where id = :id")).bind("filter", newer).bind("id", filter.id).execOne();
    });
    filter = *SavedFilterStore::get(*session, std::nullopt, filter.id);
    filter.name = QStringLiteral("renamed");
    filter.tint = QStringLiteral("red");
    QVERIFY(write(*session, [&filter](Transaction &transaction) { return SavedFilterStore::update(transaction, filter); }));
    QCOMPARE(SavedFilterStore::get(*session, std::nullopt, filter.id), std::optional(filter));
    newer.insert(QStringLiteral("tint"), QStringLiteral("red"));
    QCOMPARE(stored(), newer);
    filter.query.filters.clear();
    QVERIFY(write(*session, [&filter](Transaction &transaction) { return SavedFilterStore::update(transaction, filter); }));
    QCOMPARE(stored(), savedFilterToJson(filter));
}

HEADGATE_TEST(TstSavedFilter);
#include "tst_savedfilter.moc"
