// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/hostilecases.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadlineMs = 250;
constexpr int atOnce = 20;
constexpr int shortRounds = 15;

/// What broken servers send, broken further.
class Mutator {
public:
    explicit Mutator(quint32 seed) : m_random(seed) {}

    ServerScript mutated(ServerScript script)
    {
        for (ServerStep &step : script) {
            if (step.kind == ServerStep::Kind::Drip) step.number = below(4);
            // One answer without end per script is enough; there it is the bytes that count.
            if (!step.bytes.isEmpty() && step.bytes.size() < 100'000) step.bytes = mutated(step.bytes);
        }
        const size_t count = script.size();
        if (count > 1 && below(8) == 0) script.erase(script.begin() + below(int(count)));
        if (count > 1 && below(8) == 0) std::swap(script[size_t(below(int(script.size())))], script[size_t(below(int(script.size())))]);
        return script;
    }
    int below(int limit) { return m_random.bounded(limit); }

private:
    QByteArray mutated(QByteArray bytes)
    {
        for (int times = below(4); times > 0 && !bytes.isEmpty(); --times) {
            const int at = below(int(bytes.size()));
            switch (below(6)) {
            case 0: bytes[at] = char(below(256)); break;
            case 1: bytes[at] = char(bytes[at] ^ (1 << below(8))); break;
            case 2: bytes.truncate(at); break;
            case 3: bytes.insert(at, QByteArray(below(40), char(below(256)))); break;
            case 4: bytes.insert(at, bytes.mid(below(int(bytes.size())), 30)); break;
            default: bytes.replace(at, 4, QByteArray::fromHex("7fffffff")); break;
            }
        }
        return bytes;
    }

    QRandomGenerator m_random;
};

}  // namespace

/// Random damage to the scripts of the broken servers: a test always ends, once, in time, and the program lives.
/// HEADGATE_TEST_ROUNDS gives the number of rounds of twenty servers, HEADGATE_TEST_SEED repeats a run.
class TstProbeFuzz : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mutatedServers();
};

void TstProbeFuzz::mutatedServers()
{
    bool given = false;
    const uint seed = qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt(&given);
    const quint32 used = given ? seed : QRandomGenerator::global()->generate();
    qInfo("seed %u", used);
    Mutator mutator(used);
    const int rounds = std::max(shortRounds, qEnvironmentVariableIntValue("HEADGATE_TEST_ROUNDS"));
    const QList<HostileCase> cases = hostilePostgresql() + hostileMysql();
    ConnectionProbe probe;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        std::vector<std::unique_ptr<Run>> runs;
        QStringList modes;
        for (int i = 0; i < atOnce; ++i) {
            const HostileCase &original = cases[mutator.below(int(cases.size()))];
            servers.push_back(std::make_unique<ScriptedServer>(mutator.mutated(original.script)));
            ProbeTarget target = stub(original.type, servers.back()->port(), original.sslmode);
            target.timeoutMs = deadlineMs;
            modes << original.sslmode;
            runs.push_back(std::make_unique<Run>(probe, target));
        }
        for (size_t i = 0; i < runs.size(); ++i) {
            const ConnectionTest test = runs[i]->wait();
            QCOMPARE(test.stages.size(), size_t(8));
            QVERIFY2(test.responseTimeMs < deadlineMs + slackMs, describe(test).constData());
            QVERIFY(!describe(test).contains("canary"));
            if (modes[qsizetype(i)] != u"disable") QVERIFY2(!servers[i]->receivedInClear().contains("canary-secret"), describe(test).constData());
        }
        for (const auto &run : runs) QCOMPARE(run->timesDone(), 1);
    }
}

HEADGATE_TEST(TstProbeFuzz);
#include "tst_probefuzz.moc"
