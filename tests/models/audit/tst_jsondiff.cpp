// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/jsondiff.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;

namespace {

QJsonObject json(const QString &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    if (!document.isObject()) qFatal("no object: %s", qPrintable(text));
    return document.object();
}

QString told(const QList<JsonChange> &changes)
{
    QStringList lines;
    const auto text = [](const QJsonValue &value) {
        return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
    };
    for (const JsonChange &change : changes) {
        const QString path = JsonDiff::pathText(change.path);
        if (change.path.last().kind == JsonStep::Kind::Order) lines << QStringLiteral("^%1 %2").arg(path, text(change.after));
        else if (change.isAdded()) lines << QStringLiteral("+%1 %2").arg(path, text(change.after));
        else if (change.isRemoved()) lines << QStringLiteral("-%1 %2").arg(path, text(change.before));
        else lines << QStringLiteral("~%1 %2 %3").arg(path, text(change.before), text(change.after));
    }
    return lines.join(QStringLiteral("; "));
}

/// Small documents with much in common, so that every kind of difference comes up.
class Documents {
public:
    explicit Documents(quint32 seed) : m_random(seed) {}
    QJsonObject object(int depth)
    {
        QJsonObject object;
        for (const char *key : {"a", "b", "c", "d"})
            if (m_random.bounded(3) > 0) object.insert(QLatin1String(key), value(depth));
        return object;
    }

private:
    QJsonValue value(int depth)
    {
        switch (m_random.bounded(depth > 0 ? 8 : 5)) {
        case 0: return QJsonValue();
        case 1: return m_random.bounded(2) == 0;
        case 2: return m_random.bounded(3);
        case 3: return 0.5;
        case 4: return QStringLiteral("text %1").arg(m_random.bounded(3));
        case 5: return object(depth - 1);
        case 6: return scalars();
        default: return records(depth - 1);
        }
    }
    QJsonArray scalars()
    {
        QJsonArray array;
        for (int i = m_random.bounded(5); i > 0; --i) array << m_random.bounded(6);
        return array;
    }
    QJsonArray records(int depth)
    {
        QJsonArray array;
        for (int i = m_random.bounded(5); i > 0; --i) {
            QJsonObject record = object(depth);
            if (m_random.bounded(6) > 0) record.insert(QStringLiteral("id"), m_random.bounded(6));
            array << record;
        }
        return array;
    }

    QRandomGenerator m_random;
};

}  // namespace

class TstJsonDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tells_data();
    void tells();
    void appliedToOldGivesNew();
    void comparesLines_data();
    void comparesLines();
    void longTextsDoNotTakeLong();
};

void TstJsonDiff::tells_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *before, const char *after, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after) << QString::fromUtf8(expected);
    };
    row("the same", R"({"a": [1, {"b": null}]})", R"({"a": [1, {"b": null}]})", "");
    row("a value", R"({"port": 5432})", R"({"port": 5433})", "~port 5432 5433");
    row("null is a value", R"({"host": null})", R"({"host": "h"})", "~host null \"h\"");
    row("null came", R"({})", R"({"host": null})", "+host null");
    row("another type", R"({"a": {"b": 1}})", R"({"a": [1]})", "~a {\"b\":1} [1]");
    row("nested", R"({"config": {"sslmode": "prefer", "x": 1}})", R"({"config": {"sslmode": "require", "x": 1}})", "~config.sslmode \"prefer\" \"require\"");
    row("whole object", R"({})", R"({"config": {"a": 1}})", "+config {\"a\":1}");
    row("a tag came", R"({"tags": ["eu", "vip"]})", R"({"tags": ["eu", "vip", "new"]})", "+tags \"new\"");
    row("a tag went", R"({"tags": ["eu", "vip"]})", R"({"tags": ["vip"]})", "-tags \"eu\"");
    row("tags change places", R"({"tags": ["a", "b"]})", R"({"tags": ["b", "a"]})", "^tags [\"b\",\"a\"]");
    row("twice the same is one value", R"({"a": [1, 1]})", R"({"a": [1, 1, 2]})", "~a [1,1] [1,1,2]");
    row("by id", R"({"t": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}]})", R"({"t": [{"id": 2, "n": "z"}, {"id": 3, "n": "x"}]})",
        "-t[1] {\"id\":1,\"n\":\"x\"}; ~t[2].n \"y\" \"z\"; +t[3] {\"id\":3,\"n\":\"x\"}");
    row("by name", R"({"t": [{"name": "orders", "mode": "full"}]})", R"({"t": [{"name": "orders", "mode": "cdc"}]})", "~t[orders].mode \"full\" \"cdc\"");
    row("from nothing by id", R"({"t": []})", R"({"t": [{"id": 1}]})", "+t[1] {\"id\":1}");
    row("no key", R"({"t": [{"x": 1}]})", R"({"t": [{"x": 2}]})", "~t [{\"x\":1}] [{\"x\":2}]");
}

void TstJsonDiff::tells()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    const QList<JsonChange> changes = JsonDiff::changes(json(before), json(after));
    QTEST(told(changes), "expected");
    QCOMPARE(JsonDiff::applied(json(before), changes), json(after));
}

void TstJsonDiff::appliedToOldGivesNew()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    Documents documents(seed);
    int differing = 0;
    for (int round = 0; round < 5000; ++round) {
        const QJsonObject before = documents.object(3);
        const QJsonObject after = documents.object(3);
        const QList<JsonChange> changes = JsonDiff::changes(before, after);
        QCOMPARE(changes.isEmpty(), before == after);
        differing += !changes.isEmpty();
        if (JsonDiff::applied(before, changes) != after)
            QFAIL(qPrintable(QStringLiteral("round %1: %2").arg(round).arg(told(changes))));
    }
    QVERIFY(differing > 4000);
}

void TstJsonDiff::comparesLines_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected");
    QTest::newRow("same") << QStringLiteral("a\nb") << QStringLiteral("a\nb") << QStringLiteral(" a b");
    QTest::newRow("changed") << QStringLiteral("a\nb\nc") << QStringLiteral("a\nx\nc") << QStringLiteral(" a-b+x c");
    QTest::newRow("added") << QStringLiteral("a\nc") << QStringLiteral("a\nb\nc") << QStringLiteral(" a+b c");
    QTest::newRow("moved") << QStringLiteral("a\nb\nc") << QStringLiteral("b\nc\na") << QStringLiteral("-a b c+a");
    QTest::newRow("all") << QStringLiteral("a") << QStringLiteral("b") << QStringLiteral("-a+b");
}

void TstJsonDiff::comparesLines()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QString told;
    for (const TextLine &line : diffLines(before, after)) told += QLatin1Char(line.sign) + line.text;
    QTEST(told, "expected");
}

void TstJsonDiff::longTextsDoNotTakeLong()
{
    QStringList a;
    QStringList b;
    for (int i = 0; i < 20'000; ++i) {
        a << QString::number(i);
        b << QString::number(-i - 1);
    }
    const QList<TextLine> lines = diffLines(a.join(u'\n'), b.join(u'\n'));
    QCOMPARE(lines.size(), 40'000);
    QCOMPARE(lines.first(), (TextLine{'-', QStringLiteral("0")}));
    QCOMPARE(lines.last(), (TextLine{'+', QStringLiteral("-20000")}));
}

HEADGATE_TEST(TstJsonDiff);
#include "tst_jsondiff.moc"
