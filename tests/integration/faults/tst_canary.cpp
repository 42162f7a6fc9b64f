// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/integration/faults/editor.h"
#include "tests/integration/faults/journal.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QTest>
#include <QUrl>
#include <QUuid>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// Looks for a marker that no other text holds, plain and in the forms in which a careless program would keep it.
class Marker {
public:
    Marker() : m_text("cnry" + QUuid::createUuid().toByteArray(QUuid::Id128).left(8))
    {
        m_forms << m_text << m_text.toHex();
        QByteArray wide;
        for (const char c : m_text) wide += c, wide += '\0';
        m_forms << wide;
        // Base64 depends on where in the text it stands; the inner characters do not.
        for (int shift = 0; shift < 3; ++shift) m_forms << (QByteArray(shift, 'x') + m_text).toBase64().mid(4, 8);
    }
    const QByteArray &text() const { return m_text; }
    /// A password around the marker.
    QByteArray password(const char *before, const char *after) const { return before + m_text + after; }
    bool isIn(const QByteArray &data) const
    {
        const QByteArray lower = data.toLower();
        return std::any_of(m_forms.cbegin(), m_forms.cend(), [&](const QByteArray &form) { return data.contains(form) || lower.contains(form); });
    }

private:
    QByteArray m_text;
    QByteArrayList m_forms;
};

QString percentEncoded(const QByteArray &text) { return QString::fromLatin1(text.toPercentEncoding()); }

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList filesUnder(const QString &folder)
{
    QStringList files;
    for (QDirIterator it(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories); it.hasNext();) files << it.next();
    return files;
}

/// Every row of every table of a PostgreSQL workspace.
QByteArray dumpOf(const Console &console)
{
    const ConnectSpec spec = console.superuser();
    QProcess dump;
    QProcessEnvironment environment = console.environment();
    environment.insert(u"PGPASSWORD"_s, QString::fromUtf8(spec.password));
    dump.setProcessEnvironment(environment);
    dump.start(QString::fromLocal8Bit(serverVariable("HEADGATE_TEST_PGBIN")) + u"/pg_dump"_s, {u"-h"_s, spec.host, u"-p"_s, spec.port, u"-U"_s, spec.user, spec.database});
    dump.waitForFinished(60'000);
    return dump.exitCode() == 0 ? dump.readAllStandardOutput() : QByteArray();
}

/// The same server, another user and password.
QString withLogin(const QString &url, const QString &user, const QString &encodedPassword)
{
    QUrl changed(url);
    changed.setUserInfo(user + u':' + encodedPassword, QUrl::TolerantMode);
    return changed.toString(QUrl::FullyEncoded);
}

}  // namespace

/// A password is found nowhere but in the process that uses it.
class TstCanary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void markerIsFound();
    void nowhere_data() { addDialectRows(); }
    void nowhere();

private:
    void note(const char *where, const QByteArray &data);
    void noteRun(const Console &console, const QStringList &arguments, int exitCode, const QByteArray &input = {});
    void addAndTest(const Console &console);
    void pasteAndProbe(const Console &console);
    void watchArguments(const Console &console);
    void openWithPassword(Console &console);
    void listEverything(const Console &console);
    void searchWhatIsKept(const Console &console);

    Marker m_marker;
    int m_searched = 0;
};

void TstCanary::markerIsFound()
{
    const QByteArray &text = m_marker.text();
    QVERIFY(!m_marker.isIn("some text and cnry alone"));
    for (const QByteArray &leak : {"a " + text + " b", text.toHex(), text.toHex().toUpper(), ("ab" + text + "cd").toBase64(), ("a" + text).toBase64(), text.toBase64(),
                                   QByteArray(reinterpret_cast<const char *>(QString::fromLatin1(text).utf16()), text.size() * 2)})
        QVERIFY2(m_marker.isIn(leak), leak);
}

void TstCanary::note(const char *where, const QByteArray &data)
{
    ++m_searched;
    QVERIFY2(!m_marker.isIn(data), where + QByteArray(": ") + data.left(4000));
}

void TstCanary::noteRun(const Console &console, const QStringList &arguments, int exitCode, const QByteArray &input)
{
    const Answer answer = console.run(arguments, input);
    QVERIFY2(answer.exitCode == exitCode, arguments.join(u' ').toUtf8() + ": " + answer.text());
    note("standard output", answer.out);
    note("standard error", answer.err);
}

/// Right and wrong passwords, plain ones and odd ones, on real servers; every log category is on.
void TstCanary::addAndTest(const Console &console)
{
    const QByteArrayList passwords{m_marker.password("", ""), m_marker.password("pa ss'\"\\ ", " $(x) `y` ;--%41"), m_marker.password("pä€🔑", "&=?#@:/")};
    int n = 0;
    for (const char *server : {"HEADGATE_TEST_PG_URL", "HEADGATE_TEST_MARIADB_URL"}) {
        QUrl url(serverUrl(server));
        url.setPassword({});
        for (const QByteArray &password : passwords) {
            const QString name = u"c%1"_s.arg(++n);
            noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, name, u"--password-stdin"_s, url.toString(QUrl::FullyEncoded), u"--json"_s}, 0, password + '\n');
            noteRun(console, {u"connection"_s, u"test"_s, name, u"--json"_s}, 1);
            noteRun(console, {u"connection"_s, u"edit"_s, name, u"--password-stdin"_s, u"--description"_s, u"x"_s}, 0, password + "2\n");
            noteRun(console, {u"connection"_s, u"test"_s, name}, 1);
        }
    }
    noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, u"c1"_s, u"--password-stdin"_s, u"mysql://u@h/d"_s}, 2, passwords.first() + '\n');  // the name is taken
    noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, u"arg"_s, u"postgresql://u:"_s + percentEncoded(passwords.first()) + u"@h/d"_s}, 2);
    noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, u"arg"_s, u"--json"_s, u"host=h user=u password='"_s + QString::fromUtf8(passwords.first()) + u'\''}, 2);
    noteRun(console, {u"--workspace"_s, u"postgresql://u:"_s + percentEncoded(passwords.first()) + u"@h/d"_s, u"connection"_s, u"list"_s}, 2);
}

void TstCanary::pasteAndProbe(const Console &console)
{
    Editor editor(console, u"obey"_s, u"p"_s);
    QVERIFY(editor.waitFor("ready"));
    const QString password = percentEncoded(m_marker.password("ä:", "@ x"));
    for (const char *server : {"HEADGATE_TEST_PG_URL", "HEADGATE_TEST_MARIADB_URL"}) {
        QUrl where(serverUrl(server));
        const QString url = withLogin(where.toString(), where.userName(), password);
        editor.say("paste " + QByteArray(server) + ' ' + url.toUtf8());
        QCOMPARE(editor.nextLine(), QByteArray("ack paste"));
        editor.say("probe " + url.toUtf8());
        QCOMPARE(editor.nextLine(), QByteArray("ack probe"));
    }
    editor.say("paste keywords host=h dbname=d user=u password=" + m_marker.text());
    QCOMPARE(editor.nextLine(), QByteArray("ack paste"));
    note("arguments", contentOf(u"/proc/%1/cmdline"_s.arg(editor.pid())));
    editor.finish();
    note("the services' process", editor.everythingSaid());
}

/// While a test runs, its arguments and those of whatever it starts can be read by every user of the machine.
void TstCanary::watchArguments(const Console &console)
{
    const StubServer silent([](int) {});
    const QString url = u"postgresql://u@127.0.0.1:%1/d"_s.arg(silent.port());
    noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, u"slow"_s, u"--password-stdin"_s, u"--timeout"_s, u"1"_s, url}, 0, m_marker.text() + '\n');
    const auto running = console.start({u"connection"_s, u"test"_s, u"slow"_s});
    QVERIFY(running->waitForStarted());
    int seen = 0;
    while (running->state() != QProcess::NotRunning && !running->waitForFinished(100)) {
        for (const QString &process : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
            const QByteArray arguments = contentOf(u"/proc/%1/cmdline"_s.arg(process));
            seen += process == QString::number(running->processId());
            note("arguments", arguments);
        }
    }
    QVERIFY(seen > 0);
    note("a test that timed out", running->readAllStandardOutput() + running->readAllStandardError());
}

/// The workspace's own password, right and wrong.
void TstCanary::openWithPassword(Console &console)
{
    const QString before = console.environment().value(u"DATABASE_URL"_s);
    const QString wrong = withLogin(serverUrl("HEADGATE_TEST_PG_URL"), u"headgate_console"_s, percentEncoded(m_marker.password("'", " \\")));
    console.environment().insert(u"DATABASE_URL"_s, wrong);
    noteRun(console, {u"connection"_s, u"list"_s}, 3);
    noteRun(console, {u"connection"_s, u"list"_s, u"--json"_s}, 3);
    console.environment().insert(u"DATABASE_URL"_s, u"postgresql://u:"_s + QString::fromUtf8(m_marker.text()) + u"@[broken/d"_s);
    noteRun(console, {u"connection"_s, u"list"_s}, 2);
    if (console.kind() == Dialect::Kind::Sqlite) return console.environment().remove(u"DATABASE_URL"_s);

    const auto superuser = Session::open(console.superuser());
    const QString role = u"hg_"_s + QUuid::createUuid().toString(QUuid::Id128).left(8);
    const QByteArray password = m_marker.password("ö'$", "#%:");
    superuser->execute(u"create role %1 login in role headgate_console password '%2'"_s.arg(role, QString::fromUtf8(password).replace(u'\'', u"''"_s)));
    console.environment().insert(u"DATABASE_URL"_s, withLogin(before, role, percentEncoded(password)));
    noteRun(console, {u"connection"_s, u"list"_s, u"--json"_s}, 0);
    noteRun(console, {u"connection"_s, u"add"_s, u"--name"_s, u"by the role"_s, u"postgresql://u@h/d"_s}, 0);
    console.environment().insert(u"DATABASE_URL"_s, before);
    superuser->execute(u"drop role "_s + role);
}

void TstCanary::listEverything(const Console &console)
{
    for (const QStringList &verb : {QStringList{u"connection"_s, u"list"_s}, {u"connection"_s, u"show"_s, u"c1"_s}, {u"connection"_s, u"history"_s, u"c2"_s},
                                    {u"audit"_s, u"list"_s, u"--limit"_s, u"1000"_s}, {u"audit"_s, u"show"_s, u"5"_s}, {u"audit"_s, u"verify"_s}, {u"vault"_s, u"status"_s}}) {
        noteRun(console, verb, 0);
        noteRun(console, verb + QStringList{u"--json"_s}, 0);
    }
    const Answer trail = console.run({u"audit"_s, u"list"_s, u"--limit"_s, u"1000"_s, u"--json"_s});
    QVERIFY(trail.json()[u"audit_logs"].toArray().size() > 30);
}

void TstCanary::searchWhatIsKept(const Console &console)
{
    const QStringList kept = filesUnder(console.home());
    for (const QString &file : kept) {
        note("the name of a file", file.toUtf8());
        note(file.toUtf8(), contentOf(file));
    }
    QVERIFY(std::any_of(kept.cbegin(), kept.cend(), [](const QString &file) { return file.contains(u"/headgate/keys/"_s); }));
    if (console.kind() == Dialect::Kind::Sqlite) {
        QVERIFY(kept.contains(console.spec().path) && kept.contains(console.spec().path + u"-wal"_s));
    } else {
        const QByteArray dump = dumpOf(console);
        QVERIFY(dump.contains("headgate.connections"));
        note("the tables", dump);
    }
    for (const QString &log : filesUnder(QString::fromLocal8Bit(serverVariable("HEADGATE_TEST_DIR"))))
        if (log.endsWith(u".log"_s)) note(log.toUtf8(), contentOf(log));
}

void TstCanary::nowhere()
{
    QFETCH(Dialect::Kind, kind);
    Console console(kind);
    console.environment().insert(u"QT_LOGGING_RULES"_s, u"*=true"_s);
    console.environment().insert(u"QT_DEBUG_PLUGINS"_s, u"1"_s);
    m_searched = 0;
    addAndTest(console);
    pasteAndProbe(console);
    watchArguments(console);
    openWithPassword(console);
    listEverything(console);
    searchWhatIsKept(console);
    qInfo("%d outputs, files and argument lists searched", m_searched);
}

HEADGATE_TEST(TstCanary);
#include "tst_canary.moc"
