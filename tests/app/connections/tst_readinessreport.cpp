// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/readinessreport.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <QXmlStreamReader>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

ReadinessReport reportOf(const QString &text)
{
    ReadinessReport report{text, u"PostgreSQL 15.20"_s, Timestamp::now(), {}};
    report.checks = {{u"wal_level"_s, {}, StageStatus::Fail, text, text, FixKind::Sql, text},
                     {u"select"_s, text, StageStatus::Pass, text, {}, FixKind::None, {}}};
    return report;
}

}  // namespace

/// What a server calls its tables must not become part of the document.
class TstReadinessReport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void escapes_data();
    void escapes();
    void listsFixes();
};

void TstReadinessReport::escapes_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("script") << u"<script>alert('x')</script>"_s;
    QTest::newRow("cell") << u"a | b\nc"_s;
    QTest::newRow("link") << u"[x](http://example.test) ![y](z) `code`"_s;
    QTest::newRow("fence") << u"```\n````\n</pre>"_s;
    QTest::newRow("entity") << u"&lt;b&gt; \"quoted\" \\ back"_s;
}

void TstReadinessReport::escapes()
{
    QFETCH(QString, text);
    const ReadinessReport report = reportOf(text);
    const QString html = ReadinessExport::toHtml(report);
    QVERIFY(!html.contains(u"<script"_s));
    QString body = html;
    body.remove(u"<!DOCTYPE html>\n"_s).replace(u"<meta charset=\"utf-8\">"_s, u"<meta charset=\"utf-8\"/>"_s);
    QXmlStreamReader reader(body);
    QString seen;
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::Characters) seen += reader.text();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(seen.contains(text));

    const QString markdown = ReadinessExport::toMarkdown(report);
    for (const QString &line : markdown.section(u"## Fixes"_s, 0, 0).split(u'\n')) {
        if (!line.startsWith(u'|')) continue;
        QString cells = line;
        const qsizetype bars = cells.remove(u"\\|"_s).count(u'|');
        QVERIFY2(bars == 5 || bars == 6, qPrintable(line));
        QVERIFY(!cells.remove(u"\\<"_s).contains(u'<'));
        QVERIFY(!cells.remove(u"\\["_s).contains(u'['));
    }
}

void TstReadinessReport::listsFixes()
{
    const QString markdown = ReadinessExport::toMarkdown(reportOf(u"ALTER SYSTEM SET wal_level = 'logical';"_s));
    QVERIFY(markdown.contains(u"```\nALTER SYSTEM SET wal_level = 'logical';\n```"_s));
    QVERIFY(markdown.contains(u"**Not ready: 1 check fails**"_s));
    const QJsonObject json = ReadinessExport::toJson(reportOf(u"x"_s));
    QCOMPARE(json[u"checks"].toArray().size(), 2);
    QVERIFY(!json[u"checks"][0].toObject().contains(u"table"_s));
    QCOMPARE(json[u"checks"][0][u"fix_kind"].toString(), u"sql"_s);
    QCOMPARE(json[u"counts"][u"fail"].toInt(), 1);
}

HEADGATE_TEST(TstReadinessReport);
#include "tst_readinessreport.moc"
