// SPDX-License-Identifier: GPL-3.0-or-later
//
// fillaudit [--rows N] [--batch N] [--compare N] DATABASE
// fillaudit --append ROWS_A_SECOND [--seconds N] DATABASE
//
// Fills a workspace with N audit rows (default 10,000,000) through AuditStore::record, in batches of a transaction each:
// redaction, payload, hash chain, rollups, dictionary and every index included. DATABASE is the path of a SQLite file, or
// "postgresql" for the database of with-kept-pg; a workspace that is there already is filled up to N rows. Before that the
// rate is compared with the floor (AuditFloor) on N rows of --compare (default 200,000; 0 = not at all), in scratch
// databases, with the indexes of audit_logs and without them. Prints a line of JSON for each figure.
//
// --append writes rows of the present moment into a workspace, ten transactions a second.
#include "models/audit/auditstore.h"
#include "tests/benchmarks/auditfloor.h"
#include "tests/benchmarks/auditsynth.h"
#include "tests/benchmarks/benchworkspace.h"
#include "tests/support/testdatabase.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QThread>
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
        const BenchWorkspace::Fill product = BenchWorkspace::fill(database.spec(), synth, 0, batch);
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

void append(const ConnectSpec &spec, qint64 perSecond, int seconds)
{
    Database database(BenchWorkspace::patient(spec));
    const AuditSynth synth(1'000'000, {}, {1'000'000});
    qint64 row = 0;
    QElapsedTimer timer;
    timer.start();
    for (int tenth = 1; tenth <= seconds * 10; ++tenth) {
        QList<AuditEntry> entries;
        for (qint64 i = 0; i < perSecond / 10; ++i) {
            entries << synth.entry(row++ % synth.rows());
            entries.last().occurredAt.reset();
        }
        (void)BenchWorkspace::valueOf(database.write([entries](Transaction &transaction) {
            AuditStore::record(transaction, entries);
            return Done{};
        }));
        QThread::msleep(std::max<qint64>(0, tenth * 100 - timer.elapsed()));
    }
    print({{u"appended"_s, row}, {u"rows_per_s"_s, double(row) * 1000 / double(timer.elapsed())}});
}

}  // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"rows"_s, {}, u"N"_s, u"10000000"_s}, {u"batch"_s, {}, u"N"_s, u"20000"_s}, {u"compare"_s, {}, u"N"_s, u"200000"_s},
                       {u"append"_s, {}, u"N"_s, u"0"_s}, {u"seconds"_s, {}, u"N"_s, u"60"_s}});
    parser.addPositionalArgument(u"DATABASE"_s, {});
    parser.process(application);
    const QString name = parser.positionalArguments().value(0);
    if (name.isEmpty()) parser.showHelp(2);
    const qint64 rows = parser.value(u"rows"_s).toLongLong();
    const qint64 batch = parser.value(u"batch"_s).toLongLong();

    const BenchWorkspace place(name);
    if (const qint64 perSecond = parser.value(u"append"_s).toLongLong()) {
        append(place.spec(), perSecond, parser.value(u"seconds"_s).toInt());
        return 0;
    }
    if (const qint64 compared = parser.value(u"compare"_s).toLongLong()) compare(place.spec().kind, compared, batch);
    if (rows == 0) return 0;
    const Timestamp now = Timestamp::now();
    const auto workspace = place.open(Timestamp{now.us - kTwoYearsUs - 60'000'000});
    const qint64 there = BenchWorkspace::valueOf(workspace->audit().count({}));
    const AuditSynth synth(rows, {now.us - kTwoYearsUs}, now);
    const auto tell = [](const BenchWorkspace::Fill &fill) {
        if (fill.rows % 500'000 == 0) print({{u"written"_s, fill.rows}, {u"rows_per_s"_s, int(fill.rate())}, {u"make_s"_s, fill.makeSeconds}});
    };
    const BenchWorkspace::Fill filled = BenchWorkspace::fill(place.spec(), synth, there, batch, tell);
    print({{u"fill"_s, workspace->database().dialect().name()}, {u"rows"_s, filled.rows}, {u"rows_per_s"_s, int(filled.rate())},
           {u"write_s"_s, filled.writeSeconds}, {u"make_s"_s, filled.makeSeconds}});
    return 0;
}
