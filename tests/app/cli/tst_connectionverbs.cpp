// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

const QString kCanary = u"c4n4ry-s3cret-W7k"_s;

struct Answer {
    int code = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json;
    QJsonArray list(const char *key) const { return json.value(QLatin1String(key)).toArray(); }
    QString first(const char *key, const char *field) const { return list(key).at(0)[QLatin1String(field)].toString(); }
};

}  // namespace

/// Import, clone, copy, export and the acts on many, by the real executable in a home of its own.
class TstConnectionVerbs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void importsAFile();
    void clonesAndCopies();
    void refusesPasswordsInEveryDialect_data();
    void refusesPasswordsInEveryDialect();
    void changesAndRemovesMany();
    void exports();
    void listsInEveryForm();
    void showsWhatAnEditWouldWrite();

private:
    Answer run(const QStringList &arguments);
    Answer ask(const QString &arguments) { return run(QStringList{u"--json"_s} + arguments.split(u' ')); }

    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::shared_ptr<TestDatabase> m_database;
    std::unique_ptr<QTemporaryDir> m_home;
};

void TstConnectionVerbs::init()
{
    QFETCH_GLOBAL(int, kind);
    m_home = std::make_unique<QTemporaryDir>();
    m_database = m_databases[kind];
    if (!m_database) m_database = m_databases[kind] = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    execute(*m_database->open(), {u"delete from pipelines"_s, u"delete from connections"_s, u"delete from key_slots"_s}, QUuid::createUuid());
}

Answer TstConnectionVerbs::run(const QStringList &arguments)
{
    QProcessEnvironment environment;
    for (const char *name : {"PATH", "LD_LIBRARY_PATH", "LC_ALL", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
        if (qEnvironmentVariableIsSet(name)) environment.insert(QLatin1String(name), qEnvironmentVariable(name));
    for (const char *name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"}) environment.insert(QLatin1String(name), m_home->path());
    environment.insert(u"HEADGATE_KEYCHAIN"_s, u"off"_s);
    if (!m_database->spec().password.isEmpty()) environment.insert(u"DB_PASSWORD"_s, QString::fromUtf8(m_database->spec().password));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QString::fromLocal8Bit(serverVariable("HEADGATE_BINARY")), QStringList{u"--workspace"_s, m_database->argument()} + arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) qFatal("headgate %s did not end", qPrintable(arguments.join(u' ')));
    Answer answer{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError(), {}};
    answer.json = QJsonDocument::fromJson(answer.out).object();
    if (answer.out.contains(kCanary.toUtf8()) || answer.err.contains(kCanary.toUtf8())) qFatal("a password was printed");
    return answer;
}

void TstConnectionVerbs::importsAFile()
{
    const QString path = m_home->filePath(u".pgpass"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(u"db.example.test:5432:shop:app:%1\n*:*:*:*:%1\n"_s.arg(kCanary).toUtf8());
    file.close();
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup);
    const Answer dry = ask(u"connection import %1 --dry-run"_s.arg(path));
    QCOMPARE(dry.code, 0);
    QCOMPARE(dry.json.value("format"_L1).toString(), u"pgpass"_s);
    QCOMPARE(dry.first("plan", "password"), u"set"_s);
    QCOMPARE(dry.list("problems").at(0)["line"_L1].toInt(), 2);
    QVERIFY(dry.list("warnings").at(0).toString().contains(u"0640"_s));
    QCOMPARE(ask(u"connection list"_s).list("connections").size(), 0);

    const Answer done = ask(u"connection import %1 --environment staging"_s.arg(path));
    QCOMPARE(done.code, 0);
    QCOMPARE(done.first("results", "outcome"), u"added"_s);
    const Answer list = ask(u"connection list"_s);
    QCOMPARE(list.first("connections", "name"), u"app@db.example.test/shop"_s);
    QCOMPARE(list.first("connections", "environment"), u"staging"_s);
    QCOMPARE(list.first("connections", "password"), u"set"_s);
    QCOMPARE(ask(u"connection import %1 --on-clash skip"_s.arg(path)).first("results", "outcome"), u"skipped"_s);
    QCOMPARE(ask(u"connection import /nowhere/.env"_s).code, 2);
}

void TstConnectionVerbs::clonesAndCopies()
{
    QCOMPARE(ask(u"connection add --name shop mysql://app@db.example.test:3307/shop"_s).code, 0);
    const Answer clone = ask(u"connection clone shop shop2"_s);
    QCOMPARE(clone.code, 0);
    QCOMPARE(clone.json.value("connection"_L1)["port"_L1].toInt(), 3307);
    QCOMPARE(ask(u"connection clone shop shop2"_s).code, 2);
    QCOMPARE(ask(u"connection copy shop --as go"_s).json.value("text"_L1).toString(), u"app@tcp(db.example.test:3307)/shop"_s);
    QCOMPARE(run({u"connection"_s, u"copy"_s, u"shop"_s}).out, QByteArray("mysql://app@db.example.test:3307/shop\n"));
    QCOMPARE(ask(u"connection copy shop --as psql"_s).code, 2);
}

void TstConnectionVerbs::refusesPasswordsInEveryDialect_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("odbc") << u"Driver=FreeTDS;Server=db;Uid=u;Pwd={%1}"_s;
    QTest::newRow("jdbc") << u"jdbc:sqlserver://db;user=u;password=%1"_s;
    QTest::newRow("go") << u"u:%1@tcp(db)/x"_s;
    QTest::newRow("sqlalchemy") << u"mssql+pyodbc://u:%1@db/x?driver=FreeTDS"_s;
}

void TstConnectionVerbs::refusesPasswordsInEveryDialect()
{
    QFETCH(QString, url);
    const Answer answer = run({u"--json"_s, u"connection"_s, u"add"_s, u"--name"_s, u"x"_s, url.arg(kCanary)});
    QCOMPARE(answer.code, 2);
    QCOMPARE(answer.json.value("error"_L1)["code"_L1].toString(), u"invalid"_s);
}

void TstConnectionVerbs::changesAndRemovesMany()
{
    for (const QString &name : {u"a"_s, u"b"_s}) QCOMPARE(ask(u"connection add --name %1 sqlite:/tmp/%1.db"_s.arg(name)).code, 0);
    const Answer plan = ask(u"connection change a b --add-tag core --dry-run"_s);
    QCOMPARE(plan.code, 0);
    QCOMPARE(plan.first("plan", "plan"), u"acts"_s);
    QCOMPARE(ask(u"connection change a b --add-tag core"_s).code, 0);
    QCOMPARE(ask(u"connection show b"_s).json.value("connection"_L1)["tags"_L1].toArray(), QJsonArray{u"core"_s});
    QCOMPARE(ask(u"connection change a --add-tag core"_s).first("results", "outcome"), u"unchanged"_s);
    QCOMPARE(ask(u"connection change a --add-tag x --active no"_s).code, 2);

    execute(*m_database->open(),
            {u"insert into pipelines (name, pipeline_type, tables, mode, engine, source_connection_id) select 'nightly', 'cdc', '[]', 'cdc_only', 'builtin', id from connections where name = 'a'"_s},
            QUuid::createUuid());
    const Answer removed = ask(u"connection remove a b"_s);
    QCOMPARE(removed.code, 1);
    QCOMPARE(removed.list("removed"), QJsonArray{u"b"_s});
    QCOMPARE(removed.first("results", "outcome"), u"refused"_s);
    QVERIFY(removed.first("results", "message").contains(u"nightly"_s));
}

void TstConnectionVerbs::exports()
{
    QCOMPARE(ask(u"connection add --name a --environment production sqlite:/tmp/a.db"_s).code, 0);
    QCOMPARE(ask(u"connection add --name b sqlite:/tmp/b.db"_s).code, 0);
    QCOMPARE(ask(u"connection export"_s).list("connections").size(), 2);
    QCOMPARE(run({u"connection"_s, u"export"_s, u"--environment"_s, u"production"_s}).out.count('\n'), 2);
    const QString path = m_home->filePath(u"list.csv"_s);
    const Answer written = ask(u"connection export --out %1"_s.arg(path));
    QCOMPARE(written.json.value("exported"_L1).toInt(), 2);
    QVERIFY(QFile::exists(path));
}

void TstConnectionVerbs::listsInEveryForm()
{
    QCOMPARE(ask(u"connection add --name =a sqlite:/tmp/a.db"_s).code, 0);
    const auto listed = [this](const char *noun, const QString &format) { return run({QLatin1String(noun), u"list"_s, u"--format"_s, format, u"--guard-formulas"_s}).out; };
    QVERIFY(listed("connection", u"csv"_s).contains("\r\n\"'=a\","));
    QVERIFY(listed("connection", u"sql"_s).startsWith("insert into \"connections\" ("));
    QVERIFY(listed("connection", u"markdown"_s).startsWith("| name |"));
    QVERIFY(QJsonDocument::fromJson(listed("connection", u"json"_s))[u"connections"_s][0][u"name"_s] == u"=a"_s);
    QCOMPARE(run({u"connection"_s, u"list"_s, u"--format"_s, u"pdf"_s}).code, 2);
    QCOMPARE(ask(u"connection list --format csv"_s).code, 2);

    QVERIFY(listed("audit", u"csv"_s).count("\"EXPORT\"") >= 4);  // those above
    const QString path = m_home->filePath(u"trail.json"_s);
    const Answer written = ask(u"audit list --action CREATE --format json --out %1"_s.arg(path));
    QVERIFY(written.json.value("exported"_L1).toInt() > 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray events = QJsonDocument::fromJson(file.readAll())[u"audit_logs"_s].toArray();
    QCOMPARE(events.size(), written.json.value("exported"_L1).toInt());
    QVERIFY(events[0][u"new_values"_s].isObject() && events[0][u"hash"_s].toString().size() == 64);
    const Answer trail = ask(u"audit list --action EXPORT --limit 1"_s);
    const QJsonValue facts = trail.list("audit_logs")[0][u"metadata"_s];
    QCOMPARE(facts[u"rows"_s].toInt(), events.size());
    QCOMPARE(facts[u"filter"_s][u"filters"_s][0][u"values"_s][0].toString(), u"CREATE"_s);
}

void TstConnectionVerbs::showsWhatAnEditWouldWrite()
{
    QCOMPARE(ask(u"connection add --name a sqlite:/tmp/a.db"_s).code, 0);
    const Answer plan = ask(u"connection edit a --dry-run --description it's"_s);
    QCOMPARE(plan.code, 0);
    QCOMPARE(plan.first("changes", "after"), u"it's"_s);
    const QJsonValue statement = plan.list("statements")[0];
    QCOMPARE(statement[u"sql"_s].toString(), u"update connections set description = :description where id = :id and version = :version"_s);
    QCOMPARE(statement[u"values"_s][u"description"_s].toString(), u"'it''s'"_s);
    QCOMPARE(ask(u"connection show a"_s).json[u"connection"_s][u"version"_s].toInt(), 1);
}

HEADGATE_TEST(TstConnectionVerbs);
#include "tst_connectionverbs.moc"
