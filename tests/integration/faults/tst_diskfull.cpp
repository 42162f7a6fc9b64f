// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/faults/editor.h"
#include "tests/integration/faults/journal.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>
#include <sys/mount.h>
#include <unistd.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// A file system of 8 MB, and a file that takes what is left of it.
class SmallDisk {
public:
    explicit SmallDisk(const QString &folder) : m_folder(folder), m_ballast(folder + u"/ballast"_s)
    {
        if (::mount("tmpfs", qPrintable(folder), "tmpfs", 0, "size=8m") != 0) qFatal("a small file system could not be mounted: this test takes root");
    }
    ~SmallDisk() { ::umount2(qPrintable(m_folder), MNT_DETACH); }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    /// Leaves so many bytes free.
    void fill(qsizetype spare = 0)
    {
        const QByteArray block(4096, 'x');
        if (!m_ballast.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) qFatal("no ballast");
        while (m_ballast.write(block) == block.size()) {}
        m_ballast.resize(std::max<qsizetype>(0, m_ballast.size() - spare));
    }
    void empty() { m_ballast.remove(); }

private:
    QString m_folder;
    QFile m_ballast;
};

QStringList storedNames(const Console &console)
{
    QStringList names;
    const QJsonArray connections = console.run({u"connection"_s, u"list"_s, u"--json"_s}).json()[u"connections"].toArray();
    for (const QJsonValue &connection : connections) names << connection[u"name"].toString();
    names.sort();
    return names;
}

Answer add(const Console &console, const QString &name)
{
    return console.run({u"connection"_s, u"add"_s, u"--name"_s, name, u"--description"_s, QString(20'000, u'd'), u"--json"_s, u"postgresql://u@h/d"_s});
}

}  // namespace

/// The disk under an embedded workspace fills up: a clear refusal, nothing half done, and all is well when there is room.
class TstDiskFull : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void commands();
    void aRunningProcess();
    void noRoomToBegin();
};

void TstDiskFull::commands()
{
    const Console console(Dialect::Kind::Sqlite, Console::Make::Later);
    SmallDisk disk(console.home() + u"/data"_s);
    QCOMPARE(console.run({u"init"_s}).exitCode, 0);
    disk.fill(1'000'000);
    QStringList names;
    Answer answer;
    for (int i = 0; i < 200; ++i) {
        const QString name = u"c%1"_s.arg(i, 3, 10, QLatin1Char('0'));
        answer = add(console, name);
        if (answer.exitCode != 0) break;
        names << name;
    }
    QVERIFY2(names.size() > 3 && names.size() < 200, answer.text());
    qInfo("%d connections fitted, then: %s", int(names.size()), answer.out.simplified().constData());
    QVERIFY2(answer.exitCode == 1 || answer.exitCode == 3, answer.text());
    const QString message = answer.json()[u"error"][u"message"].toString() + answer.json()[u"error"][u"hint"].toString();
    QVERIFY2(message.contains(u"full"_s), answer.text());
    QVERIFY2(answer.exitCode == 3 || answer.errorCode() == u"full", answer.text());
    const Answer removed = console.run({u"connection"_s, u"remove"_s, names.first(), u"--json"_s});
    if (removed.exitCode == 0) names.removeFirst();
    disk.empty();
    QCOMPARE(storedNames(console), names);
    QCOMPARE(add(console, u"later"_s).exitCode, 0);
    QCOMPARE(storedNames(console), names + QStringList{u"later"_s});
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
}

void TstDiskFull::aRunningProcess()
{
    const Console console(Dialect::Kind::Sqlite, Console::Make::Later);
    SmallDisk disk(console.home() + u"/data"_s);
    QCOMPARE(console.run({u"init"_s}).exitCode, 0);
    Journal journal;
    Editor editor(console, u"edit"_s, u"a"_s, 7);
    QVERIFY(editor.waitFor("ack"));
    for (int round = 0; round < 5; ++round) {
        disk.fill();
        QVERIFY(editor.waitFor("err"));
        disk.empty();
        editor.skipWhatWasSaid();
        QVERIFY(editor.waitFor("ack"));
        QVERIFY(editor.waitFor("ack"));
    }
    journal.add(editor.kill());
    const QString fault = journal.fault(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    qInfo("%d acts tried, %d acknowledged, %d in doubt", journal.tried(), journal.acknowledged(), journal.inDoubt());
}

void TstDiskFull::noRoomToBegin()
{
    const Console console(Dialect::Kind::Sqlite, Console::Make::Later);
    SmallDisk disk(console.home() + u"/data"_s);
    for (const int spare : {0, 8'192, 65'536, 200'000}) {
        disk.fill(spare);
        const Answer answer = console.run({u"connection"_s, u"list"_s, u"--json"_s});
        QVERIFY2(answer.exitCode == 3 && answer.errorCode() == u"unreachable", answer.text());
        QVERIFY2(!answer.json()[u"error"][u"hint"].toString().isEmpty(), answer.text());
        disk.empty();
    }
    QCOMPARE(console.run({u"connection"_s, u"list"_s}).exitCode, 0);
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
}

HEADGATE_TEST(TstDiskFull);
#include "tst_diskfull.moc"
