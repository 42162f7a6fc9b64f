// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listexport.h"
#include "models/database/boundstatement.h"
#include "models/database/query.h"
#include "models/database/session.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// What is written can be read back by others, whatever stands in a cell.
class TstListExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvReadsBack();
    void csvGuardsFormulas();
    void jsonReadsBack();
    void sqlRunsInSqlite();
    void sqlRunsInPostgresql();
    void markdownKeepsTheColumns();
    void literals();
    void tellsWhenTheDeviceIsFull();

private:
    ListShape m_shape{u"things"_s, {u"id"_s, u"text"_s, u"number"_s, u"flag"_s, u"tags"_s}};
};

namespace {

QByteArray written(const ListShape &shape, const QList<QJsonObject> &rows)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    ListWriter writer(buffer, shape);
    writer.begin();
    for (const QJsonObject &row : rows) writer.add(row);
    writer.end();
    return buffer.data();
}

QList<QJsonObject> hostileRows()
{
    QList<QJsonObject> rows;
    const QStringList texts{u""_s, u"plain"_s, u"it's \"quoted\", with commas"_s, u"line\nbreak\r\nand\ttab"_s, u"=cmd|'/C calc'!A0"_s, u"-1"_s, u"{us:x} :name ? $1 %1"_s,
                            u"\\ back | pipe"_s, u"שלום عالم \u202e"_s, u"日本 🐘"_s, u"'; drop table things; --"_s};
    for (const QString &text : texts)
        rows << QJsonObject{{u"id"_s, qint64(rows.size() + 1)}, {u"text"_s, text}, {u"number"_s, 0.1 + double(rows.size())}, {u"flag"_s, rows.size() % 2 == 0}, {u"tags"_s, QJsonArray{text, u"b"_s}}};
    rows << QJsonObject{{u"id"_s, qint64(9007199254740993)}, {u"text"_s, QJsonValue()}};  // more than a double holds; the rest is missing
    return rows;
}

/// RFC 4180, read strictly; a null QString is a cell without quotes and without text.
QList<QStringList> parsedCsv(const QString &text)
{
    QList<QStringList> rows;
    QStringList row;
    qsizetype i = 0;
    while (i < text.size()) {
        QString cell;
        if (text[i] == u'"') {
            cell = u""_s;
            for (++i; !(text[i] == u'"' && text.mid(i + 1, 1) != u"\""); ++i) {
                cell += text[i];
                if (text[i] == u'"') ++i;
            }
            ++i;
        } else {
            while (text[i] != u',' && text[i] != u'\r') cell += text[i++];
        }
        row << cell;
        if (text[i] == u',') {
            ++i;
            continue;
        }
        if (text.mid(i, 2) != u"\r\n") return {};
        i += 2;
        rows << std::exchange(row, {});
    }
    return rows;
}

/// The rows that a table of text holds, by the number in the first column.
QMap<QString, QStringList> tableRows(Session &session)
{
    QMap<QString, QStringList> rows;
    Query query(session, u"select cast(\"id\" as text), \"text\", \"number\", cast(\"flag\" as text), \"tags\", case when \"text\" is null then 1 else 0 end from \"things\""_s);
    query.exec();
    while (query.next())
        rows.insert(query.get<QString>(0), {query.get<int>(5) == 1 ? u"NULL"_s : query.get<QString>(1), query.isNull(2) ? u"NULL"_s : QString::number(query.get<double>(2)),
                                            query.isNull(3) ? u"NULL"_s : query.get<QString>(3), query.isNull(4) ? u"NULL"_s : query.get<QString>(4)});
    return rows;
}

QMap<QString, QStringList> expectedRows(const QString &yes, const QString &no)
{
    QMap<QString, QStringList> rows;
    for (const QJsonObject &row : hostileRows()) {
        const QJsonValue text = row[u"text"_s];
        const bool isBare = !row.contains(u"number"_s);
        rows.insert(QString::number(row[u"id"_s].toInteger()),
                    {text.isNull() ? u"NULL"_s : text.toString(), isBare ? u"NULL"_s : QString::number(row[u"number"_s].toDouble()), isBare ? u"NULL"_s : row[u"flag"_s].toBool() ? yes : no,
                     isBare ? u"NULL"_s : QString::fromUtf8(QJsonDocument(row[u"tags"_s].toArray()).toJson(QJsonDocument::Compact))});
    }
    return rows;
}

}  // namespace

void TstListExport::csvReadsBack()
{
    const QList<QJsonObject> rows = hostileRows();
    const QList<QStringList> read = parsedCsv(QString::fromUtf8(written(m_shape, rows)));
    QCOMPARE(read.size(), rows.size() + 1);
    QCOMPARE(read.first(), m_shape.columns);
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const QJsonValue text = rows[i][u"text"_s];
        QCOMPARE(read[i + 1][0], QString::number(rows[i][u"id"_s].toInteger()));
        QCOMPARE(read[i + 1][1], text.toString());
        QCOMPARE(read[i + 1][1].isNull(), text.isNull());  // NULL is nothing, an empty text is ""
        if (rows[i].contains(u"number"_s)) QCOMPARE(read[i + 1][2].toDouble(), rows[i][u"number"_s].toDouble());
    }
}

void TstListExport::csvGuardsFormulas()
{
    ListShape guarded = m_shape;
    guarded.guardFormulas = true;
    const QList<QStringList> read = parsedCsv(QString::fromUtf8(written(guarded, hostileRows())));
    for (const QStringList &row : read)
        for (const QString &cell : row) QVERIFY2(cell.isEmpty() || !u"=+-@\t\r"_s.contains(cell[0]), qPrintable(cell));
    QCOMPARE(read[5][1], u"'=cmd|'/C calc'!A0"_s);
}

void TstListExport::jsonReadsBack()
{
    ListShape json = m_shape;
    json.format = ListFormat::Json;
    const QList<QJsonObject> rows = hostileRows();
    QJsonParseError error;
    const QJsonArray read = QJsonDocument::fromJson(written(json, rows), &error).object()[u"things"_s].toArray();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(read.size(), rows.size());
    for (qsizetype i = 0; i < rows.size(); ++i)
        for (const QString &column : m_shape.columns)
            QCOMPARE(read[i].toObject()[column], rows[i].contains(column) ? rows[i][column] : QJsonValue());
    QCOMPARE(QJsonDocument::fromJson(written(json, {})).object()[u"things"_s].toArray().size(), 0);
}

/// The program sqlite3 executes it. As an argument: what it reads from a file loses the CR of a CR LF in a text.
void TstListExport::sqlRunsInSqlite()
{
    QTemporaryDir folder;
    ListShape sql = m_shape;
    sql.format = ListFormat::Sql;
    QList<QJsonObject> rows = hostileRows();
    const QString path = folder.filePath(u"scratch.sqlite"_s);
    QProcess sqlite;
    sqlite.start(u"sqlite3"_s, {u"-bail"_s, path, u"create table things (id integer, text text, number real, flag int, tags text);\n"_s + QString::fromUtf8(written(sql, rows))});
    QVERIFY(sqlite.waitForFinished());
    QCOMPARE(sqlite.readAllStandardError(), QByteArray());
    QCOMPARE(sqlite.exitCode(), 0);
    ConnectSpec spec;
    spec.path = path;
    spec.management = false;
    const auto session = Session::open(spec);
    QCOMPARE(tableRows(*session), expectedRows(u"1"_s, u"0"_s));
}

void TstListExport::sqlRunsInPostgresql()
{
    const TestDatabase database(Dialect::Kind::Postgresql);
    const auto session = database.openAsOwner();
    session->execute(u"create temporary table things (id bigint, text text, number double precision, flag boolean, tags text)"_s);
    ListShape sql = m_shape;
    sql.format = ListFormat::Sql;
    for (const QJsonObject &row : hostileRows()) session->execute(QString::fromUtf8(written(sql, {row})));
    QCOMPARE(tableRows(*session), expectedRows(u"true"_s, u"false"_s));
}

void TstListExport::markdownKeepsTheColumns()
{
    ListShape markdown = m_shape;
    markdown.format = ListFormat::Markdown;
    const QStringList lines = QString::fromUtf8(written(markdown, hostileRows())).split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), hostileRows().size() + 2);
    for (QString line : lines) QCOMPARE(line.remove(u"\\\\"_s).remove(u"\\|"_s).count(u'|'), 6);
}

void TstListExport::literals()
{
    QCOMPARE(sqlLiteral(QVariant()), u"NULL"_s);
    QCOMPARE(sqlLiteral(true), u"true"_s);
    QCOMPARE(sqlLiteral(qint64(-9007199254740993)), u"-9007199254740993"_s);
    QCOMPARE(sqlLiteral(0.1), u"0.1"_s);
    QCOMPARE(sqlLiteral(u"it's"_s), u"'it''s'"_s);
    QCOMPARE(sqlLiteral(u""_s), u"''"_s);
    QCOMPARE(sqlLiteral(QByteArray::fromHex("00ff")), u"X'00ff'"_s);
    QCOMPARE(sqlLiteral(u"a\0b"_s), u"cast(X'610062' as text)"_s);
}

void TstListExport::tellsWhenTheDeviceIsFull()
{
    QBuffer closed;
    ListWriter writer(closed, m_shape);
    QVERIFY_THROWS_EXCEPTION(Exception, writer.begin());
}

HEADGATE_TEST(TstListExport);
#include "tst_listexport.moc"
