// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/listexporter.h"
#include "tests/support/memorylimit.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

qint64 residentKb()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:")) return line.mid(6).simplified().split(' ').first().toLongLong();
    return 0;
}

/// So many rows of some hundred bytes, made as they are asked for.
struct MadeRows {
    explicit MadeRows(qint64 count = 0, bool breaks = false) : rows(count), fails(breaks) {}

    qint64 rows;
    bool fails;
    QList<QJsonObject> recorded;
    int largestPage = 0;

    ExportSource source()
    {
        const auto page = [this](const ListQuery &, const ListCursor &cursor, const CancelToken &) {
            const qint64 first = cursor.key ? cursor.key->value(0).toLongLong() + 1 : 1;
            if (fails && first > 1) throw Exception({ErrorKind::Unreachable, u"The server went away"_s, {}, {}, {}});
            ListPage<QJsonObject> made;
            for (qint64 id = first; id <= rows && made.rows.size() < cursor.limit; ++id) made.rows << QJsonObject{{u"id"_s, id}, {u"text"_s, QString(300, QChar(char16_t(u'a' + id % 26)))}};
            made.lastKey = {first + made.rows.size() - 1};
            made.atEnd = first + made.rows.size() > rows;
            largestPage = std::max(largestPage, int(made.rows.size()));
            return made;
        };
        return {u"things"_s, {u"id"_s, u"text"_s}, page, [this](const ListQuery &, const CancelToken &) { return answered(Result<qint64>(rows)); },
                [this](const QJsonObject &facts) {
                    recorded << facts;
                    return answered(Result<Done>(Done{}));
                }};
    }
};

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

/// Files appear whole or not at all, however long the list is.
class TstListExporter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesManyRowsInLittleMemory();
    void cancelLeavesNoFile();
    void failureLeavesTheFileBefore();
    void recordsWhatLeft();
    void writesAnEmptyList();
};

void TstListExporter::writesManyRowsInLittleMemory()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"things.json"_s);
    MadeRows made{200'000};
    ListExporter exporter;
    const qint64 before = residentKb();
    qint64 most = 0;
    qint64 last = 0;
    const auto progress = [&](qint64 done, qint64 total) {
        QVERIFY(done > last && total == 200'000);
        last = done;
        most = std::max(most, residentKb());
    };
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(valueOf(exporter.toFile(made.source(), {}, {ListFormat::Json}, path, {}, progress)), 200'000);
    const qint64 size = QFileInfo(path).size();
    qInfo("200000 rows, %lld MB in %lld ms; memory grew by at most %lld kB", size / 1'000'000, clock.elapsed(), most - before);
    QCOMPARE(last, 200'000);
    QVERIFY(size > 60'000'000);
    QVERIFY2(most - before < 32'000 + test::sanitizerKb, qPrintable(QString::number(most - before)));
    QVERIFY(made.largestPage <= 1000);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readLine().startsWith("{\"things\": ["));
    qint64 id = 0;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine().trimmed();
        if (line == "]}") break;
        const QJsonObject row = QJsonDocument::fromJson(line.endsWith(',') ? line.chopped(1) : line).object();
        if (row[u"id"_s].toInteger() != ++id || row[u"text"_s].toString().size() != 300) QFAIL(line.constData());
    }
    QCOMPARE(id, 200'000);
}

void TstListExporter::cancelLeavesNoFile()
{
    QTemporaryDir folder;
    MadeRows made{1'000'000};
    ListExporter exporter;
    const CancelToken cancel;
    const auto progress = [&cancel](qint64 done, qint64) {
        if (done >= 5000) cancel.cancel();
    };
    const auto result = exporter.toFile(made.source(), {}, {ListFormat::Csv}, folder.filePath(u"things.csv"_s), cancel, progress).result();
    QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    QCOMPARE(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList());
    QVERIFY(made.recorded.isEmpty());
}

void TstListExporter::failureLeavesTheFileBefore()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"things.sql"_s);
    MadeRows good{2};
    ListExporter exporter;
    QCOMPARE(valueOf(exporter.toFile(good.source(), {}, {ListFormat::Sql}, path)), 2);
    const QByteArray before = content(path);
    QCOMPARE(before.count("insert into \"things\" (\"id\", \"text\") values ("), 2);
    MadeRows bad{5000, true};
    QCOMPARE(exporter.toFile(bad.source(), {}, {ListFormat::Sql}, path).result().error().kind, ErrorKind::Unreachable);
    QCOMPARE(content(path), before);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    QCOMPARE(exporter.toFile(good.source(), {}, {}, folder.filePath(u"none/x.csv"_s)).result().error().kind, ErrorKind::Invalid);
}

void TstListExporter::recordsWhatLeft()
{
    QTemporaryDir folder;
    MadeRows made{1500};
    ListQuery query;
    query.search = u"lake"_s;
    query.filters << ColumnFilter{u"status"_s, ColumnFilter::Op::Equal, {u"failure"_s}};
    ListExporter exporter;
    QCOMPARE(valueOf(exporter.toFile(made.source(), query, {ListFormat::Markdown}, folder.filePath(u"things.md"_s))), 1500);
    QCOMPARE(made.recorded.size(), 1);
    const QJsonObject facts = made.recorded.first();
    QCOMPARE(facts[u"list"_s].toString(), u"things"_s);
    QCOMPARE(facts[u"rows"_s].toInt(), 1500);
    QCOMPARE(facts[u"format"_s].toString(), u"markdown"_s);
    QCOMPARE(facts[u"filter"_s][u"search"_s].toString(), u"lake"_s);
    QCOMPARE(facts[u"filter"_s][u"filters"_s][0][u"values"_s][0].toString(), u"failure"_s);
}

void TstListExporter::writesAnEmptyList()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"things"_s);
    MadeRows made;
    ListExporter exporter;
    for (const auto &[format, name] : listFormats.rows()) QCOMPARE(valueOf(exporter.toFile(made.source(), {}, {format}, path + QLatin1String(name))), 0);
    QCOMPARE(content(path + u"csv"_s), QByteArray("id,text\r\n"));
    QVERIFY(QJsonDocument::fromJson(content(path + u"json"_s)).object()[u"things"_s].isArray());
}

HEADGATE_TEST(TstListExporter);
#include "tst_listexporter.moc"
