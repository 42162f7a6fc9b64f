// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/database/dialect.h"
#include "models/database/retry.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;

class TstDialect : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fillsInFragments();
    void refusesAnUnknownFragment();
    void findsTheEndOfAStatement_data();
    void findsTheEndOfAStatement();
    void escapesLikePatterns();
    void quotesIdentifiers();
    void waitsWithFullJitter();
    void stopsWaitingWhenCancelled();
};

void TstDialect::fillsInFragments()
{
    const auto &sqlite = Dialect::of(Dialect::Kind::Sqlite);
    const auto &postgresql = Dialect::of(Dialect::Kind::Postgresql);
    const QString sql = QStringLiteral("select {us:at} from {t:audit_logs} where {json_text:data, a.b} = :x {for_update}");
    QCOMPARE(sqlite.expand(sql), QStringLiteral("select at from audit_logs where json_extract(data, '$.a.b') = :x "));
    QCOMPARE(postgresql.expand(sql), QStringLiteral("select cast(extract(epoch from at) * 1000000 as bigint) from audit_logs "
                                                    "where (data #>> '{a,b}') = :x for update"));
    QCOMPARE(sqlite.expand(sql), sqlite.expand(sql));  // from the cache
}

void TstDialect::refusesAnUnknownFragment()
{
    QVERIFY_EXCEPTION_THROWN(Dialect::of(Dialect::Kind::Sqlite).expand(QStringLiteral("select {nosuch:x}")), Exception);
}

void TstDialect::findsTheEndOfAStatement_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("single");
    const auto row = [](const char *sql, bool single) { QTest::newRow(sql) << QString::fromUtf8(sql) << single; };
    row("select 1", true);
    row("select 1;", true);
    row("select 1; ; -- done\n /* really */ ", true);
    row("select 1; select 2", false);
    row("select 1;-- c\nselect 2", false);
    row("select ';' ; delete from x", false);
    row("select 'a;b', \"c;d\"", true);
    row("select 'it''s; fine'", true);
    row("select E'\\'; still', 1", true);
    row("select 'back\\'; delete from x", false);
    row("select $$a;b$$, $tag$ c; $$ d; $tag$", true);
    row("select $$a$$; select $$b$$", false);
    row("select :a -- ; comment\n", true);
    row("select 1 /* ; */", true);
    row("select $1; drop table x", false);
}

void TstDialect::findsTheEndOfAStatement()
{
    QFETCH(QString, sql);
    QFETCH(bool, single);
    QCOMPARE(Dialect::of(Dialect::Kind::Postgresql).isSingleStatement(sql), single);
}

void TstDialect::escapesLikePatterns()
{
    QCOMPARE(Dialect::likePattern(QStringLiteral("50%_Off\\")), QStringLiteral("%50\\%\\_off\\\\%"));
}

void TstDialect::quotesIdentifiers()
{
    QCOMPARE(Dialect::of(Dialect::Kind::Postgresql).quoted(QStringLiteral("a\"b")), QStringLiteral("\"a\"\"b\""));
    QCOMPARE(Dialect::of(Dialect::Kind::Mysql).quoted(QStringLiteral("a`b")), QStringLiteral("`a``b`"));
}

void TstDialect::waitsWithFullJitter()
{
    using namespace std::chrono_literals;
    const RetryPolicy policy;
    for (int n = 1; n <= 100; ++n) {
        const auto ceiling = n < 7 ? std::chrono::milliseconds(250 << n) : policy.cap;
        QCOMPARE(policy.wait(n, 0).count(), 0);
        QCOMPARE(policy.wait(n, 0.5).count(), (ceiling / 2).count());
        QVERIFY(policy.wait(n, 0.999999) <= ceiling);
        QVERIFY(policy.wait(n, 0.999999) <= 30s);
    }
}

void TstDialect::stopsWaitingWhenCancelled()
{
    const CancelToken token;
    token.cancel();
    QVERIFY(!RetryPolicy{}.sleep(6, token));
}

HEADGATE_TEST(TstDialect);
#include "tst_dialect.moc"
