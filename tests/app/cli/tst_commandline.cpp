// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

const QString kCanary = QStringLiteral("c4n4ry-s3cret-W7k");

struct Answer {
    int code = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json;      ///< of standard output
    bool isObject = false; ///< standard output is one JSON object and nothing else
    QString errorCode() const { return json.value(QLatin1String("error")).toObject().value(QLatin1String("code")).toString(); }
};

QStringList keys(const QJsonObject &object)
{
    return object.keys();
}

bool hasKeys(const QJsonObject &object, std::initializer_list<const char *> names)
{
    return std::all_of(names.begin(), names.end(), [&](const char *name) { return object.contains(QLatin1String(name)); });
}

}  // namespace

/// The real executable, in a home of its own.
class TstCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void usage_data();
    void usage();
    void addShowEditRemove();
    void passwordsComeFromStandardInput();
    void conflicts();
    void testsAndHistory();
    void healthRules();
    void auditTrail();
    void schema();
    void unreachable();
    void sample();
    void embeddedIsMadeWithoutQuestions();
    void loadsNoGuiLibrary();

private:
    Answer run(const QStringList &arguments, const QByteArray &input = {}, const QMap<QString, QString> &variables = {});
    Answer ask(const QStringList &arguments, const QByteArray &input = {});

    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::shared_ptr<TestDatabase> m_database;
    std::unique_ptr<QTemporaryDir> m_home;
};

void TstCommandLine::init()
{
    QFETCH_GLOBAL(int, kind);
    m_home = std::make_unique<QTemporaryDir>();
    m_database = m_databases[kind];
    if (!m_database) m_database = m_databases[kind] = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    execute(*m_database->open(), {QStringLiteral("delete from connections"), QStringLiteral("delete from key_slots")}, QUuid::createUuid());
}

Answer TstCommandLine::run(const QStringList &arguments, const QByteArray &input, const QMap<QString, QString> &variables)
{
    QProcessEnvironment environment;
    for (const char *name : {"PATH", "LD_LIBRARY_PATH", "LC_ALL", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
        if (qEnvironmentVariableIsSet(name)) environment.insert(QLatin1String(name), qEnvironmentVariable(name));
    for (const char *name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"}) environment.insert(QLatin1String(name), m_home->path());
    environment.insert(QStringLiteral("HEADGATE_KEYCHAIN"), QStringLiteral("off"));
    if (!m_database->spec().password.isEmpty()) environment.insert(QStringLiteral("DB_PASSWORD"), QString::fromUtf8(m_database->spec().password));
    for (auto it = variables.begin(); it != variables.end(); ++it) environment.insert(it.key(), it.value());
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QString::fromLocal8Bit(serverVariable("HEADGATE_BINARY")), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) qFatal("headgate %s did not end", qPrintable(arguments.join(u' ')));
    Answer answer{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError(), {}, false};
    const QJsonDocument document = QJsonDocument::fromJson(answer.out);
    answer.isObject = process.exitStatus() == QProcess::NormalExit && document.isObject();
    answer.json = document.object();
    return answer;
}

Answer TstCommandLine::ask(const QStringList &arguments, const QByteArray &input)
{
    return run(QStringList{QStringLiteral("--workspace"), m_database->argument(), QStringLiteral("--json")} + arguments, input);
}

namespace {
QStringList words(const char *text) { return QString::fromUtf8(text).split(u' '); }
}

void TstCommandLine::usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char *text : {"nonsense", "connection", "connection frobnicate", "connection add --name", "connection test", "connection history x --limit 0",
                             "connection add --name x nonsense://h/d", "connection add --name x postgresql://u:s3cret@h/d", "audit show seven",
                             "connection list --environment nowhere --bad", "init --environment moon"})
        QTest::newRow(text) << words(text);
}

void TstCommandLine::usage()
{
    QFETCH(QStringList, arguments);
    const Answer answer = ask(arguments);
    QCOMPARE(answer.code, 2);
    QVERIFY2(answer.isObject, answer.out.constData());
    QCOMPARE(answer.errorCode(), QStringLiteral("invalid"));
    QVERIFY(hasKeys(answer.json.value(QLatin1String("error")).toObject(), {"code", "message", "hint"}));
    QVERIFY(!answer.out.contains("s3cret") && !answer.err.contains("s3cret"));
    const Answer text = run(QStringList{QStringLiteral("--workspace"), m_database->argument()} + arguments);
    QCOMPARE(text.code, 2);
    QVERIFY(text.out.isEmpty() && !text.err.isEmpty());
}

void TstCommandLine::addShowEditRemove()
{
    Answer answer = ask(words("connection add --name shop --environment production --tag a --tag b mysql://app@db.example.test:3307/shop"));
    QVERIFY2(answer.code == 0 && answer.isObject, answer.out + answer.err);
    const QJsonObject added = answer.json.value(QLatin1String("connection")).toObject();
    QVERIFY(hasKeys(added, {"id", "name", "connection_type", "database_type", "host", "port", "database_name", "username", "config", "environment", "is_read_only",
                            "is_active", "description", "tags", "last_test_status", "last_tested_at", "last_response_ms", "created_at", "updated_at", "version"}));
    QCOMPARE(added.value(QLatin1String("port")).toInt(), 3307);
    QCOMPARE(added.value(QLatin1String("database_type")).toString(), QStringLiteral("mysql"));
    QVERIFY(added.value(QLatin1String("created_at")).toString().endsWith(u'Z'));
    QCOMPARE(ask(words("connection add --name shop mysql://app@h/shop")).code, 2);
    answer = ask(words("connection list"));
    QCOMPARE(answer.code, 0);
    QCOMPARE(keys(answer.json), QStringList(QStringLiteral("connections")));
    QCOMPARE(answer.json.value(QLatin1String("connections")).toArray().size(), 1);
    QCOMPARE(ask(words("connection show shop")).json.value(QLatin1String("connection")).toObject(), added);
    answer = ask(words("connection edit shop --name market --read-only yes --read-only-reason standby"));
    QCOMPARE(answer.code, 0);
    const QJsonObject edited = answer.json.value(QLatin1String("connection")).toObject();
    QCOMPARE(edited.value(QLatin1String("name")).toString(), QStringLiteral("market"));
    QCOMPARE(edited.value(QLatin1String("is_read_only")).toBool(), true);
    QCOMPARE(edited.value(QLatin1String("host")).toString(), QStringLiteral("db.example.test"));
    answer = ask(words("connection show shop"));
    QCOMPARE(answer.code, 1);
    QCOMPARE(answer.errorCode(), QStringLiteral("not_found"));
    answer = ask(words("connection remove market"));
    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.json.value(QLatin1String("removed")).toArray(), QJsonArray{QStringLiteral("market")});
    QCOMPARE(ask(words("connection list")).json.value(QLatin1String("connections")).toArray().size(), 0);
}

void TstCommandLine::passwordsComeFromStandardInput()
{
    Answer answer = ask(words("connection add --name sealed --password-stdin postgresql://app@db.example.test/app"), kCanary.toUtf8() + "\nmore\n");
    QVERIFY2(answer.code == 0, answer.out + answer.err);
    QCOMPARE(answer.json.value(QLatin1String("connection")).toObject().value(QLatin1String("password")).toString(), QStringLiteral("set"));
    QCOMPARE(ask(words("connection add --name none --password-stdin postgresql://app@h/app")).code, 2);
    QByteArray everything = answer.out + answer.err;
    everything += ask(words("connection show sealed")).out + ask(words("audit list")).out;
    answer = ask(words("connection edit sealed --no-password"));
    QVERIFY(answer.json.value(QLatin1String("connection")).toObject().value(QLatin1String("password")).isNull());
    QVERIFY(!everything.contains(kCanary.toUtf8()));
    for (const QString &folder : {m_home->path(), m_database->folder()}) {
        QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(kCanary.toUtf8()), qPrintable(file.fileName()));
        }
    }
}

void TstCommandLine::conflicts()
{
    QCOMPARE(ask(words("connection add --name c postgresql://app@h/app")).code, 0);
    QCOMPARE(ask(words("connection edit c --description theirs --if-version 1")).code, 0);
    const Answer answer = ask(words("connection edit c --description mine --if-version 1"));
    QCOMPARE(answer.code, 1);
    QCOMPARE(answer.errorCode(), QStringLiteral("conflict"));
}

void TstCommandLine::testsAndHistory()
{
    const QString file = m_home->filePath(QStringLiteral("real.sqlite"));
    ConnectSpec spec;
    spec.path = file;
    spec.createFile = true;
    spec.management = false;
    execute(*Session::open(spec), {QStringLiteral("create table t (x)")});
    QTcpServer port;  // takes a free port and gives it back: nobody listens there
    QVERIFY(port.listen(QHostAddress::LocalHost));
    const QString closed = QStringLiteral("postgresql://app@127.0.0.1:%1/app").arg(port.serverPort());
    port.close();
    QCOMPARE(ask({QStringLiteral("connection"), QStringLiteral("add"), QStringLiteral("--name"), QStringLiteral("good"), QStringLiteral("sqlite:") + file}).code, 0);
    QCOMPARE(ask({QStringLiteral("connection"), QStringLiteral("add"), QStringLiteral("--name"), QStringLiteral("bad"), closed}).code, 0);
    QCOMPARE(ask(words("connection test good")).code, 0);
    const Answer answer = ask(words("connection test --all"));
    QCOMPARE(answer.code, 1);
    QVERIFY(answer.isObject);
    const QJsonArray tested = answer.json.value(QLatin1String("connections")).toArray();
    QCOMPARE(tested.size(), 2);
    for (const QJsonValue &value : tested) {
        const QJsonObject test = value.toObject();
        QVERIFY(hasKeys(test, {"name", "status", "response_time_ms", "server_version", "server_identity", "stages"}));
        QStringList stages;
        for (const QJsonValue &stage : test.value(QLatin1String("stages")).toArray()) {
            QVERIFY(hasKeys(stage.toObject(), {"stage", "status", "ms", "message", "hint", "fix_sql"}));
            stages << stage.toObject().value(QLatin1String("stage")).toString();
        }
        QCOMPARE(stages.join(u','), QStringLiteral("resolve,tcp,tls,authenticate,database,privileges,identity,round_trip"));
    }
    QCOMPARE(tested.at(0).toObject().value(QLatin1String("status")).toString(), QStringLiteral("failure"));
    const Answer history = ask(words("connection history good"));
    QCOMPARE(history.code, 0);
    QCOMPARE(history.json.value(QLatin1String("connection_tests")).toArray().size(), 2);
    QCOMPARE(ask(words("connection history good --limit 1")).json.value(QLatin1String("connection_tests")).toArray().size(), 1);
    const QJsonObject summary = history.json.value(QLatin1String("summary")).toObject();
    QVERIFY(hasKeys(summary, {"tests", "failed", "warned", "p50_ms", "p95_ms"}));
    QCOMPARE(summary.value(QLatin1String("tests")).toInt(), 2);
    QVERIFY(summary.value(QLatin1String("p50_ms")).toDouble() > 0);
    QVERIFY(!history.json.value(QLatin1String("flapping")).toObject().value(QLatin1String("flapping")).toBool());
    const QJsonObject difference = history.json.value(QLatin1String("difference")).toObject();
    QCOMPARE(difference.value(QLatin1String("stages")).toArray().size(), 8);
    QCOMPARE(ask(words("connection history good --since 2001-01-01T00:00:00.000000Z")).json.value(QLatin1String("connection_tests")).toArray().size(), 2);
    QCOMPARE(ask(words("connection history good --since yesterday")).code, 2);
    QCOMPARE(ask(words("connection history")).code, 2);
    QCOMPARE(answer.json.value(QLatin1String("summary")).toObject().value(QLatin1String("failure")).toInt(), 1);
    const Answer all = ask(words("connection history --all --since 1h"));
    QCOMPARE(all.json.value(QLatin1String("connection_tests")).toArray().size(), 3);
    QCOMPARE(all.json.value(QLatin1String("connections")).toArray().size(), 2);
}

void TstCommandLine::healthRules()
{
    QCOMPARE(ask(words("connection add --name watched postgresql://app@h/app")).code, 0);
    const auto rule = [](const Answer &answer) { return answer.json.value(QLatin1String("health_rules")).toArray().first().toObject(); };
    QVERIFY(!rule(ask(words("connection health watched"))).value(QLatin1String("enabled")).toBool());
    const Answer set = ask(words("connection health watched --interval 60 --failures 2"));
    QCOMPARE(set.code, 0);
    QVERIFY(rule(set).value(QLatin1String("enabled")).toBool());
    QCOMPARE(rule(set).value(QLatin1String("interval_s")).toInt(), 60);
    QCOMPARE(rule(ask(words("connection health watched"))), rule(set));
    QVERIFY(!rule(ask(words("connection health watched --off"))).value(QLatin1String("enabled")).toBool());
    QCOMPARE(ask(words("connection health watched --interval 1")).code, 2);
    QCOMPARE(ask(words("connection accept-server watched")).code, 2);
}

void TstCommandLine::auditTrail()
{
    QCOMPARE(ask(words("connection add --name audited postgresql://app@h/app")).code, 0);
    const Answer list = ask(words("audit list --limit 1"));
    QCOMPARE(list.code, 0);
    QCOMPARE(keys(list.json), QStringList(QStringLiteral("audit_logs")));
    const QJsonObject row = list.json.value(QLatin1String("audit_logs")).toArray().at(0).toObject();
    QVERIFY(hasKeys(row, {"id", "occurred_at", "user_id", "actor", "action", "entity_type", "entity_id", "entity_name", "status", "old_values", "new_values", "op_id", "hash"}));
    QCOMPARE(row.value(QLatin1String("action")).toString(), QStringLiteral("CREATE"));
    const Answer show = ask({QStringLiteral("audit"), QStringLiteral("show"), QString::number(row.value(QLatin1String("id")).toInteger())});
    QCOMPARE(show.code, 0);
    QCOMPARE(ask(words("audit show 999999")).code, 1);
    const Answer verify = ask(words("audit verify"));
    QCOMPARE(verify.code, 0);
    QCOMPARE(verify.json.value(QLatin1String("verification")).toObject().value(QLatin1String("ok")).toBool(), true);
}

void TstCommandLine::schema()
{
    const Answer current = ask(words("schema current"));
    QVERIFY2(current.code == 0 && current.isObject, current.out + current.err);
    QVERIFY(ask(words("schema history")).json.value(QLatin1String("schema_history")).toArray().size() >= 1);
    QCOMPARE(ask(words("schema pending")).json.value(QLatin1String("pending")).toArray().size(), 0);
}

void TstCommandLine::unreachable()
{
    QFETCH_GLOBAL(int, kind);
    const bool pg = Dialect::Kind(kind) == Dialect::Kind::Postgresql;
    const QString file = m_home->filePath(QStringLiteral("garbage.sqlite"));
    QFile garbage(file);
    QVERIFY(garbage.open(QIODevice::WriteOnly) && garbage.write("this is not a database, but it is long enough to look at") > 0);
    garbage.close();
    const QStringList places = pg ? QStringList{QStringLiteral("postgresql://u@127.0.0.1:1/db"), QStringLiteral("postgresql://u@no-such-host.test/db")}
                                  : QStringList{QStringLiteral("/no/such/folder/w.sqlite"), m_home->filePath(QStringLiteral("missing.sqlite")), file};
    for (const QString &place : places) {
        const Answer answer = run({QStringLiteral("--workspace"), place, QStringLiteral("--json"), QStringLiteral("connection"), QStringLiteral("list")});
        QVERIFY2(answer.code == 3, qPrintable(place + QString::fromUtf8(answer.out + answer.err)));
        QVERIFY2(answer.isObject, answer.out.constData());
        QVERIFY(hasKeys(answer.json.value(QLatin1String("error")).toObject(), {"code", "message", "hint"}));
    }
    QVERIFY(!QFile::exists(m_home->filePath(QStringLiteral("missing.sqlite"))));
}

void TstCommandLine::sample()
{
    QFETCH_GLOBAL(int, kind);
    std::optional<TestDatabase> own;
    QString place = m_home->filePath(QStringLiteral("s.sqlite"));
    if (Dialect::Kind(kind) == Dialect::Kind::Postgresql) place = own.emplace(Dialect::Kind(kind)).argument();
    const QStringList base{QStringLiteral("--workspace"), place, QStringLiteral("--json")};
    const Answer made = run(base + words("init --sample --at 2026-03-01T12:00:00Z --environment staging"));
    QVERIFY2(made.code == 0 && made.isObject, made.out + made.err);
    QVERIFY(run(base + words("connection list")).json.value(QLatin1String("connections")).toArray().size() >= 36);
    QCOMPARE(run(base + words("audit verify")).code, 0);
    const Answer again = run(base + words("init --sample"));
    QCOMPARE(again.code, 1);
    QCOMPARE(again.errorCode(), QStringLiteral("conflict"));
}

void TstCommandLine::embeddedIsMadeWithoutQuestions()
{
    const Answer answer = run(words("connection list --json"), {}, {{QStringLiteral("DB_PASSWORD"), QString()}});
    QVERIFY2(answer.code == 0 && answer.isObject, answer.out + answer.err);
    QVERIFY(QFile::exists(m_home->filePath(QStringLiteral("headgate/workspace.sqlite"))));
}

void TstCommandLine::loadsNoGuiLibrary()
{
    const Answer answer = run(words("--version"), {}, {{QStringLiteral("LD_DEBUG"), QStringLiteral("libs")}});
    QCOMPARE(answer.code, 0);
    QVERIFY(answer.out.startsWith("headgate "));
    QVERIFY(!answer.err.contains("Qt6Gui") && !answer.err.contains("Qt6Widgets"));
}

HEADGATE_TEST(TstCommandLine);
#include "tst_commandline.moc"
