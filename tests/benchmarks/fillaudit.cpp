// SPDX-License-Identifier: GPL-3.0-or-later
//
// fillaudit [--rows N] [--batch N] [--compare N] DATABASE
//
// Fills a workspace with N audit rows (default 10,000,000) through AuditStore::record, in batches of a transaction each:
// redaction, payload, hash chain, rollups, dictionary and every index included. DATABASE is the path of a SQLite file, or
// "postgresql" for the database of with-kept-pg; a workspace that is there already is filled up to N rows. Before that the
// rate is compared with the floor (AuditFloor) on N rows of --compare (default 200,000; 0 = not at all), in scratch
// databases, with the indexes of audit_logs and without them. Prints a line of JSON for each figure.
#include "models/audit/auditstore.h"
#include "tests/benchmarks/auditfloor.h"
#include "tests/benchmarks/auditsynth.h"
#include "tests/benchmarks/benchworkspace.h"
#include "tests/support/testdatabase.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <cstdio>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kTwoYearsUs = 730 * 86'400'000'000;

void print(const QJsonObject &figures)
{
    std::printf("%s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

/// What writing took; making the entries is timed apart.
struct Fill {
    qint64 rows = 0;
    double writeSeconds = 0;
    double makeSeconds = 0;
    double rate() const { return double(rows) / writeSeconds; }
};

Fill fill(Database &database, const AuditSynth &synth, qint64 from, qint64 batch, bool isLong)
{
    Fill fill;
    for (qint64 first = from; first < synth.rows(); first += batch) {
        QElapsedTimer timer;
        timer.start();
        QList<AuditEntry> entries;
        for (qint64 i = first; i < std::min(first + batch, synth.rows()); ++i) entries << synth.entry(i);
        fill.makeSeconds += double(timer.nsecsElapsed()) / 1e9;
        timer.restart();
        (void)BenchWorkspace::valueOf(database.write([entries](Transaction &transaction) {
            AuditStore::record(transaction, entries);
            return Done{};
        }));
        fill.writeSeconds += double(timer.nsecsElapsed()) / 1e9;
        fill.rows += entries.size();
        if (isLong && (first / batch) % 10 == 9)
            print({{u"filled"_s, first + entries.size()}, {u"rows_per_s"_s, int(fill.rate())}, {u"make_s"_s, fill.makeSeconds}});
    }
    return fill;
}

/// Without what only serves reading: the primary key stays.
void dropSecondaryIndexes(const TestDatabase &database)
{
    const auto session = database.openAsOwner();
    QStringList names;
    {
        Query query(*session, session->dialect().isPostgresql()
                                  ? u"select indexrelid::regclass::text from pg_index where indrelid = 'audit_logs'::regclass and not indisprimary"_s
                                  : u"select name from sqlite_schema where type = 'index' and tbl_name = 'audit_logs'"_s);
        query.exec();
        while (query.next()) names << query.get<QString>(0);
    }
    for (const QString &name : names) session->execute(u"drop index "_s + name);
}

void compare(Dialect::Kind kind, qint64 rows, qint64 batch)
{
    const Timestamp now = Timestamp::now();
    const AuditSynth synth(rows, {now.us - kTwoYearsUs}, now);
    QJsonObject figures{{u"compare"_s, Dialect::of(kind).name()}, {u"rows"_s, rows}, {u"batch"_s, batch}};
    for (const bool indexed : {true, false}) {
        const TestDatabase database(kind);
        if (!indexed) dropSecondaryIndexes(database);
        BenchWorkspace::prepareMonths(database.spec(), {now.us - kTwoYearsUs});
        Fill product;
        {
            Database workspace(BenchWorkspace::patient(database.spec()));
            product = fill(workspace, synth, 0, batch, false);
        }
        const auto owner = database.openAsOwner();
        owner->setStatementTimeout(0);
        const AuditFloor floor(*owner);
        if (floor.rows() != rows) qFatal("%lld rows instead of %lld", floor.rows(), rows);
        const TestDatabase scratch(kind);
        // Of the same kind as the workspace's sessions: write-ahead log, synchronous, the same caches.
        ConnectSpec spec = kind == Dialect::Kind::Sqlite ? scratch.spec() : scratch.ownerSpec();
        spec.schema = kind == Dialect::Kind::Sqlite ? QString() : u"public"_s;
        spec.statementTimeoutMs = 0;
        const double raw = floor.seconds(*Session::open(spec), indexed);
        const QString with = indexed ? u"indexed_"_s : u"bare_"_s;
        figures.insert(with + u"product"_s, int(product.rate()));
        figures.insert(with + u"floor"_s, int(double(rows) / raw));
        figures.insert(with + u"ratio"_s, product.rate() * raw / double(rows));
        figures.insert(with + u"make_s"_s, product.makeSeconds);
    }
    print(figures);
}

}  // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"rows"_s, {}, u"N"_s, u"10000000"_s}, {u"batch"_s, {}, u"N"_s, u"20000"_s}, {u"compare"_s, {}, u"N"_s, u"200000"_s}});
    parser.addPositionalArgument(u"DATABASE"_s, {});
    parser.process(application);
    const QString name = parser.positionalArguments().value(0);
    if (name.isEmpty()) parser.showHelp(2);
    const qint64 rows = parser.value(u"rows"_s).toLongLong();
    const qint64 batch = parser.value(u"batch"_s).toLongLong();

    const BenchWorkspace place(name);
    if (const qint64 compared = parser.value(u"compare"_s).toLongLong()) compare(place.spec().kind, compared, batch);
    if (rows == 0) return 0;
    const Timestamp now = Timestamp::now();
    const auto workspace = place.open(Timestamp{now.us - kTwoYearsUs - 60'000'000});
    const qint64 there = BenchWorkspace::valueOf(workspace->audit().count({}));
    const AuditSynth synth(rows, {now.us - kTwoYearsUs}, now);
    const Fill filled = fill(workspace->database(), synth, there, batch, true);
    print({{u"fill"_s, workspace->database().dialect().name()}, {u"rows"_s, filled.rows}, {u"rows_per_s"_s, int(filled.rate())},
           {u"write_s"_s, filled.writeSeconds}, {u"make_s"_s, filled.makeSeconds}});
    return 0;
}
