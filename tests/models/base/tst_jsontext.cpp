// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/jsontext.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

class TstJsonText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheFault_data();
    void findsTheFault();
    void agreesWithQt();
    void refusesDepth();
    void formats();
};

void TstJsonText::findsTheFault_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("pointer");
    const auto row = [](const char *name, const QString &text, int line, int column, const QString &pointer) { QTest::newRow(name) << text << line << column << pointer; };
    row("empty", u""_s, 1, 1, u""_s);
    row("no value", u"{\n  \"a\": \n}"_s, 3, 1, u"/a"_s);
    row("deep", u"{\"a\": {\"b/c\": [1, {\"~\": tru}]}}"_s, 1, 25, u"/a/b~1c/1/~0"_s);
    row("comma", u"{\"a\": 1 \"b\": 2}"_s, 1, 9, u""_s);
    row("trailing comma", u"[1,]"_s, 1, 4, u"/1"_s);
    row("twice", u"{\"a\": 1,\n \"a\": 2}"_s, 2, 2, u""_s);
    row("twice, escaped", u"{\"a\": 1, \"\\u0061\": 2}"_s, 1, 10, u""_s);
    row("more", u"{} x"_s, 1, 4, u""_s);
    row("open text", u"{\"a\": \"b}"_s, 1, 7, u"/a"_s);
    row("line break", u"{\"a\": \"b\nc\"}"_s, 1, 9, u"/a"_s);
    row("number", u"[01]"_s, 1, 2, u"/0"_s);
    row("more than 63 bits", u"{\"a\":\n 9223372036854775808}"_s, 2, 2, u"/a"_s);
    row("less than 63 bits", u"[-9223372036854775809]"_s, 1, 2, u"/0"_s);
    row("escape", u"[\"\\x\"]"_s, 1, 3, u"/0"_s);
    row("quotes", u"{'a': 1}"_s, 1, 2, u""_s);
}

void TstJsonText::findsTheFault()
{
    QFETCH(QString, text);
    const auto fault = findJsonFault(text);
    QVERIFY(fault);
    QTEST(fault->line, "line");
    QTEST(fault->column, "column");
    QTEST(fault->pointer, "pointer");
    QVERIFY(!fault->message.isEmpty());
}

/// Over random texts of the characters that matter. Qt takes a bare value only since later, and a name that comes twice.
void TstJsonText::agreesWithQt()
{
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED") ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt() : QRandomGenerator::global()->generate();
    qInfo("HEADGATE_TEST_SEED=%u", seed);
    QRandomGenerator random(seed);
    const QStringList parts{u"{"_s, u"}"_s, u"["_s, u"]"_s, u","_s, u":"_s, u"\"a\""_s, u"\"b\""_s, u"1"_s, u"-0.5e3"_s, u"true"_s, u"null"_s, u" "_s, u"\n"_s, u"\"\\u00e9\""_s};
    int good = 0;
    for (int i = 0; i < 200'000; ++i) {
        QString text = random.bounded(2) == 0 ? u"["_s : u"{\"x\":"_s;
        const QString close = text.startsWith(u'[') ? u"]"_s : u"}"_s;
        for (int k = random.bounded(7); k > 0; --k) text += parts[random.bounded(int(parts.size()))];
        text += close;
        const bool isJson = !QJsonDocument::fromJson(text.toUtf8()).isNull();
        const auto fault = findJsonFault(text);
        const bool isTwice = fault && fault->message.contains(u"already"_s);
        if (!isTwice) QVERIFY2(isJson == !fault, qPrintable(text));
        good += int(!fault);
    }
    QVERIFY(good > 1000);
}

void TstJsonText::refusesDepth()
{
    QVERIFY(!findJsonFault(u"["_s.repeated(400) + u"]"_s.repeated(400)));
    QVERIFY(findJsonFault(u"["_s.repeated(1'000'000)));
}

void TstJsonText::formats()
{
    const QString text = u"{\"b\":[1,2],\"a\":{\"unknown\":null}}"_s;
    const QString formatted = formattedJson(text);
    QVERIFY(formatted.contains(u'\n'));
    for (const QString &most : {u"[9223372036854775807]"_s, u"[-9223372036854775808]"_s, u"[1e30]"_s, u"[12345678901234567890.0]"_s}) QVERIFY(!findJsonFault(most));
    QCOMPARE(QJsonDocument::fromJson(formatted.toUtf8()), QJsonDocument::fromJson(text.toUtf8()));
}

HEADGATE_TEST(TstJsonText);
#include "tst_jsontext.moc"
