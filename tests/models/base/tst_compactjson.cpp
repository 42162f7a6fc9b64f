// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/compactjson.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>
#include <cmath>
#include <limits>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

QByteArray reference(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

/// Anything that may stand in a QString, halves of surrogate pairs included.
QString randomText(QRandomGenerator &random)
{
    QString text;
    for (int i = random.bounded(12); i > 0; --i) {
        switch (random.bounded(6)) {
        case 0: text += QChar(random.bounded(0x20)); break;
        case 1: text += u"\"\\/<>&\x7f"[random.bounded(7)]; break;
        case 2: text += QChar(random.bounded(0x80, 0x3000)); break;
        case 3: text += QChar(random.bounded(0xd700, 0x10000)); break;
        case 4: text += QString::fromUcs4(U"🐘", 1); break;
        default: text += QChar(random.bounded(0x20, 0x7f));
        }
    }
    return text;
}

QJsonValue randomNumber(QRandomGenerator &random)
{
    switch (random.bounded(6)) {
    case 0: return qint64(random.generate64());
    case 1: return random.bounded(-1000, 1000);
    case 2: return double(random.bounded(1'000'000)) / 1000;
    case 3: return double(random.bounded(9.0)) * std::pow(10.0, random.bounded(-320, 308));
    case 4: {
        const quint64 bits = random.generate64();
        double any = 0;
        memcpy(&any, &bits, sizeof any);
        return any;
    }
    default: return double(qint64(random.generate64()));
    }
}

QJsonObject randomObject(QRandomGenerator &random, int depth);

QJsonValue randomValue(QRandomGenerator &random, int depth)
{
    switch (random.bounded(depth > 0 ? 7 : 5)) {
    case 0: return QJsonValue();
    case 1: return random.bounded(2) == 1;
    case 2: return randomNumber(random);
    case 5: {
        QJsonArray array;
        for (int i = random.bounded(4); i > 0; --i) array << randomValue(random, depth - 1);
        return array;
    }
    case 6: return randomObject(random, depth - 1);
    default: return randomText(random);
    }
}

QJsonObject randomObject(QRandomGenerator &random, int depth)
{
    QJsonObject object;
    for (int i = random.bounded(6); i > 0; --i) object.insert(randomText(random), randomValue(random, depth));
    return object;
}

}  // namespace

class TstCompactJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsQt_data();
    void equalsQt();
    void equalsQtOnAnything();
};

void TstCompactJson::equalsQt_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("empty") << QJsonValue(u""_s);
    QTest::newRow("no object") << QJsonValue(QJsonObject());
    QTest::newRow("no array") << QJsonValue(QJsonArray());
    QTest::newRow("undefined") << QJsonValue(QJsonValue::Undefined);
    QTest::newRow("controls") << QJsonValue(u"\0\1\b\f\n\r\t\x1f\x7f"_s);
    QTest::newRow("quotes") << QJsonValue(u"\"\\/"_s);
    QTest::newRow("beyond") << QJsonValue(u"ä€\uffff\ufffe🐘"_s);
    QTest::newRow("half a pair") << QJsonValue(QString(QChar(0xd83d)) + u'x' + QChar(0xdc18));
    for (const double number : {0.0, -0.0, 0.1, 1e15, 1e16, 1e21, -1e300, 5e-324, 9007199254740993.0, std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()})
        QTest::addRow("%g", number) << QJsonValue(number);
    for (const qint64 number : {std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max(), qint64(9007199254740993)})
        QTest::addRow("%lld", number) << QJsonValue(number);
}

void TstCompactJson::equalsQt()
{
    QFETCH(QJsonValue, value);
    const QJsonObject object{{u"key \" ä"_s, value}, {u"again"_s, QJsonArray{value, value}}};
    QCOMPARE(CompactJson::of(object), reference(object));
    // The same that came from text: numbers may be kept otherwise.
    const QJsonObject parsed = QJsonDocument::fromJson(reference(object)).object();
    QCOMPARE(CompactJson::of(parsed), reference(parsed));
}

void TstCompactJson::equalsQtOnAnything()
{
    const quint32 seed = qEnvironmentVariableIntValue("HEADGATE_TEST_SEED") ? quint32(qEnvironmentVariableIntValue("HEADGATE_TEST_SEED"))
                                                                            : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const QJsonObject object = randomObject(random, 3);
        QCOMPARE(CompactJson::of(object), reference(object));
    }
}

HEADGATE_TEST(TstCompactJson);
#include "tst_compactjson.moc"
