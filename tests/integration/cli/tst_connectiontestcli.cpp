// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "tests/integration/cli/console.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QUrl>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int timeoutMs = 2000;

/// One target: how it differs from a good one, and the stage at which its test must fail.
struct Case {
    QString name;
    QString url;
    QString stage;              ///< empty: the test passes
    QString code = {};          ///< of the failure
    QString sslmode = {};
    QByteArray password = {};   ///< in place of the URL's
};

QString changed(const QString &base, const std::function<void(QUrl &)> &change)
{
    QUrl url(base);
    change(url);
    return url.toString(QUrl::FullyEncoded);
}

QList<Case> refusals(const QString &kind, const QString &good)
{
    const bool pg = kind == u"pg";
    const QString wrongName = changed(good, [](QUrl &u) { u.setHost(u"no-such-host.invalid"_s); });
    const QString wrongPort = changed(good, [](QUrl &u) { u.setPort(1); });
    const QString wrongDatabase = changed(good, [](QUrl &u) { u.setPath(u"/no-such"_s); });
    return {{kind + u" good"_s, good, {}},
            {kind + u" wrong password"_s, good, u"authenticate"_s, pg ? u"28P01"_s : u"1045"_s, {}, "canary wrong"},
            {kind + u" unknown database"_s, wrongDatabase, u"database"_s, pg ? u"3D000"_s : u"1049"_s},
            {kind + u" closed port"_s, wrongPort, u"tcp"_s, pg ? QString() : u"2002"_s},
            {kind + u" unresolvable name"_s, wrongName, u"resolve"_s}};
}

QList<Case> silences(const QString &kind, const QString &good, int backlog, int silent, const QString &withoutTls)
{
    const auto at = [&good](int port) { return changed(good, [port](QUrl &u) { u.setHost(u"127.0.0.1"_s), u.setPort(port); }); };
    return {{kind + u" full backlog"_s, at(backlog), u"tcp"_s},
            {kind + u" accepts and never answers"_s, at(silent), u"tls"_s, {}, u"require"_s},
            {kind + u" accepts and never answers, no TLS"_s, at(silent), u"authenticate"_s, {}, u"disable"_s},
            {kind + u" TLS required but absent"_s, withoutTls, u"tls"_s, {}, u"require"_s},
            {kind + u" without TLS"_s, withoutTls, {}, {}, u"prefer"_s}};
}

}  // namespace

/// `headgate connection test`, as a person runs it, against real servers and against what is worse than a server.
class TstConnectionTestCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyStage();
    void nothingToReach();

private:
    static void add(const Console &console, const Case &wanted);
    static void check(const Case &wanted, const QJsonObject &found);
};

void TstConnectionTestCli::add(const Console &console, const Case &wanted)
{
    const QString bare = changed(wanted.url, [](QUrl &url) { url.setPassword({}); });
    const QByteArray password = wanted.password.isEmpty() ? QUrl(wanted.url).password().toUtf8() : wanted.password;
    QStringList arguments{u"connection"_s, u"add"_s, u"--name"_s, wanted.name, u"--timeout"_s, QString::number(timeoutMs / 1000), u"--password-stdin"_s, bare};
    if (!wanted.sslmode.isEmpty()) arguments << u"--sslmode"_s << wanted.sslmode;
    const Answer answer = console.run(arguments, password + '\n');
    QVERIFY2(answer.exitCode == 0, answer.text());
}

void TstConnectionTestCli::check(const Case &wanted, const QJsonObject &found)
{
    const QByteArray text = QJsonDocument(found).toJson(QJsonDocument::Indented);
    const QJsonArray stages = found[u"stages"].toArray();
    QVERIFY2(stages.size() == 8, text);
    QString failedAt;
    for (const QJsonValue &stage : stages) {
        const QString status = stage[u"status"].toString();
        if (!failedAt.isEmpty()) QVERIFY2(status == u"skipped", text);
        if (status != u"skipped") QVERIFY2(stage[u"ms"].isDouble() && !stage[u"message"].toString().isEmpty(), text);
        if (status != u"fail") continue;
        failedAt = stage[u"stage"].toString();
        QVERIFY2(!stage[u"hint"].toString().isEmpty(), text);
    }
    QVERIFY2(failedAt == wanted.stage, text);
    QVERIFY2((found[u"status"].toString() == u"failure") == !wanted.stage.isEmpty(), text);
    QVERIFY2(found[u"error_code"].toString() == wanted.code, text);
    QVERIFY2(found[u"response_time_ms"].toDouble() < timeoutMs + 1000, text);
    if (wanted.stage.isEmpty()) QVERIFY2(!found[u"server_version"].toString().isEmpty() && found[u"server_identity"].isObject(), text);
    qInfo("%s", QJsonDocument(QJsonObject{{u"case"_s, wanted.name},
                                          {u"failed_stage"_s, failedAt.isEmpty() ? QJsonValue() : QJsonValue(failedAt)},
                                          {u"ms"_s, found[u"response_time_ms"]},
                                          {u"error_code"_s, found[u"error_code"]}})
                    .toJson(QJsonDocument::Compact)
                    .constData());
}

void TstConnectionTestCli::everyStage()
{
    const PrivateServers plain({u"--pg"_s, u"--mariadb"_s, u"--no-tls"_s});
    const FullBacklog backlog;
    const StubServer silent([](int) {});
    const QString pg = serverUrl("HEADGATE_TEST_PG_URL");
    const QString mariadb = serverUrl("HEADGATE_TEST_MARIADB_URL");
    const QList<Case> cases = refusals(u"pg"_s, pg) + silences(u"pg"_s, pg, backlog.port(), silent.port(), plain.variable("HEADGATE_TEST_PG_URL")) +
                              refusals(u"mariadb"_s, mariadb) +
                              silences(u"mariadb"_s, mariadb, backlog.port(), silent.port(), plain.variable("HEADGATE_TEST_MARIADB_URL"));
    const Console console(Dialect::Kind::Sqlite);
    for (const Case &wanted : cases) add(console, wanted);

    const Answer answer = console.run({u"connection"_s, u"test"_s, u"--all"_s, u"--json"_s});
    QCOMPARE(answer.exitCode, 1);
    QVERIFY2(answer.ms < timeoutMs + 2000, QByteArray::number(answer.ms));  // all at once: one timeout, not their sum
    QVERIFY2(!answer.out.contains("canary") && !answer.err.contains("canary"), answer.text());
    QMap<QString, QJsonObject> found;
    for (const QJsonValue &connection : answer.json()[u"connections"].toArray()) found.insert(connection[u"name"].toString(), connection.toObject());
    QCOMPARE(found.size(), cases.size());
    for (const Case &wanted : cases) check(wanted, found.value(wanted.name));

    // Alone each has its own exit code, and is kept in the history.
    std::vector<std::unique_ptr<QProcess>> running;
    for (const Case &wanted : cases) running.push_back(console.start({u"connection"_s, u"test"_s, wanted.name, u"--json"_s}));
    for (qsizetype i = 0; i < cases.size(); ++i) {
        const Answer alone = Console::finish(*running.at(size_t(i)));
        QVERIFY2(alone.exitCode == (cases.at(i).stage.isEmpty() ? 0 : 1), cases.at(i).name.toUtf8() + ": " + alone.text());
    }
    const Answer history = console.run({u"connection"_s, u"history"_s, u"pg full backlog"_s, u"--json"_s});
    QCOMPARE(history.json()[u"connection_tests"].toArray().size(), 2);
}

void TstConnectionTestCli::nothingToReach()
{
    const Console console(Dialect::Kind::Sqlite);
    const Answer unknown = console.run({u"connection"_s, u"test"_s, u"nobody"_s, u"--json"_s});
    QCOMPARE(unknown.exitCode, 1);
    QCOMPARE(unknown.errorCode(), u"not_found"_s);
    const Answer unnamed = console.run({u"connection"_s, u"test"_s, u"--json"_s});
    QCOMPARE(unnamed.exitCode, 2);
    const Answer none = console.run({u"connection"_s, u"test"_s, u"--all"_s, u"--json"_s});
    QCOMPARE(none.exitCode, 0);
    const Answer withPassword = console.run({u"connection"_s, u"add"_s, u"--name"_s, u"x"_s, u"--json"_s, u"postgresql://u:canary@h/d"_s});
    QCOMPARE(withPassword.exitCode, 2);
    QVERIFY(!withPassword.out.contains("canary") && !withPassword.err.contains("canary"));
}

HEADGATE_TEST(TstConnectionTestCli);
#include "tst_connectiontestcli.moc"
