// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QDirIterator>
#include <QTcpServer>
#include <QTest>
#include <QUrl>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kChapterMs = 300'000;

/// An X server as large as the window, so that a menu that would leave it does what it does on a small screen.
class Display {
public:
    explicit Display(const QString &size)
    {
        // It goes also when this program is killed, and the window with it.
        m_server.start(u"setpriv"_s, {u"--pdeathsig"_s, u"TERM"_s, u"--"_s, u"Xvfb"_s, u"-displayfd"_s, u"1"_s,
                                      u"-screen"_s, u"0"_s, size + u"x24"_s, u"-nolisten"_s, u"tcp"_s});
        while (!m_server.canReadLine())
            if (!m_server.waitForReadyRead(10'000)) qFatal("Xvfb did not start");
        m_name = u':' + QString::fromLatin1(m_server.readLine()).trimmed();
    }
    ~Display()
    {
        m_server.terminate();
        m_server.waitForFinished();
    }
    QString name() const { return m_name; }

private:
    QProcess m_server;
    QString m_name;
};

void copyFolder(const QString &from, const QString &to)
{
    QDirIterator files(from, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString file = files.next();
        const QString target = to + file.mid(from.size());
        QDir().mkpath(QFileInfo(target).path());
        if (!QFile::copy(file, target)) qFatal("%s was not copied", qPrintable(file));
    }
}

bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

}  // namespace

/// The picture book: every state of the window that is looked at before a release, light and dark, large and small,
/// from the real program on the sample workspace with connections to real servers. picturebook.cpp leads the window;
/// here it gets a place where it is the first time each time. Fails with the names of the states that were not reached.
/// HEADGATE_PICTURES_ONLY: names of states, HEADGATE_PICTURES_CHAPTERS: names of chapters, HEADGATE_PICTURES_VARIANTS:
/// "light-1440x900" and the like, each separated by commas, for a part of it.
class Pictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void take_data();
    void take();

private:
    void add(const QString &name, const QString &url, const QStringList &options = {});
    QString folderOf(const QString &theme, const QString &size, const QString &home);

    std::unique_ptr<Console> m_console;
    std::unique_ptr<PgDatabase> m_shop;
    QTcpServer m_silent;  ///< accepts and never answers
    QStringList m_taken;
};

/// The password goes where nobody reads it in a list of processes.
void Pictures::add(const QString &name, const QString &text, const QStringList &options)
{
    QUrl url(text);
    const QByteArray password = url.password().toUtf8();
    url.setPassword(QString());
    const QStringList secret = password.isEmpty() ? QStringList() : QStringList(u"--password-stdin"_s);
    const Answer answer = m_console->run(QStringList{u"connection"_s, u"add"_s, u"--name"_s, name} + secret + options +
                                             QStringList(url.toString()),
                                         password);
    QVERIFY2(answer.exitCode == 0, answer.text().constData());
}

void Pictures::initTestCase()
{
    m_console = std::make_unique<Console>(Dialect::Kind::Sqlite, Console::Make::Later);
    m_console->environment().insert(u"TZ"_s, u"UTC"_s);
    m_console->environment().insert(u"USER"_s, u"ada"_s);
    const Answer made = m_console->run({u"init"_s, u"--sample"_s});
    QVERIFY2(made.exitCode == 0, made.text().constData());

    m_shop = std::make_unique<PgDatabase>();
    const auto shop = Session::open(m_shop->superuser());
    for (const char *statement :
         {"CREATE SCHEMA shop",
          "CREATE TABLE shop.customers (id bigint PRIMARY KEY, name text NOT NULL, email text UNIQUE, created_at "
          "timestamptz NOT NULL DEFAULT now())",
          "CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES shop.customers, "
          "status text NOT NULL DEFAULT 'new' "
          "CHECK (status IN ('new', 'paid', 'shipped')), total numeric(12,2) NOT NULL, created_at timestamptz NOT NULL "
          "DEFAULT now())",
          "CREATE INDEX orders_by_customer ON shop.orders (customer_id, created_at)",
          "CREATE TABLE shop.order_lines (order_id bigint REFERENCES shop.orders, line int, article text NOT NULL, "
          "quantity int NOT NULL, PRIMARY KEY (order_id, line))",
          "CREATE TABLE shop.clicks (at timestamptz NOT NULL, page text)",
          "INSERT INTO shop.customers SELECT n, 'Customer ' || n, n || '@example.org' FROM generate_series(1, 500) n",
          "INSERT INTO shop.orders SELECT n, 1 + n % 500, 'paid', n % 90 FROM generate_series(1, 5000) n", "ANALYZE"})
        shop->execute(QString::fromLatin1(statement));

    QVERIFY(m_silent.listen(QHostAddress::LocalHost));
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const auto local = [](quint16 port) { return u"postgresql://me:secret@127.0.0.1:%1/shop"_s.arg(port); };
    QUrl wrong(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL")));
    wrong.setPassword(u"wrong"_s);
    add(u"zz-live-pg"_s, QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL")), {u"--environment"_s, u"test"_s});
    add(u"zz-live-maria"_s, QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")),
        {u"--environment"_s, u"test"_s});
    add(u"zz-shop"_s, m_shop->superuserUrl(), {u"--environment"_s, u"staging"_s});
    add(u"zz-untested"_s, m_shop->superuserUrl());
    add(u"zz-wrong-password"_s, wrong.toString(QUrl::FullyEncoded));
    add(u"zz-closed-port"_s, local(closed.serverPort()));
    add(u"zz-black-hole"_s, local(m_silent.serverPort()));
    QVERIFY(write(m_console->home() + u"/import/shop.env"_s,
                  "DATABASE_URL=postgresql://shop:s3cret@shop-db.internal:5432/shop\nORDERS_DATABASE_URL=mysql://"
                  "orders@orders-db.internal/orders\n"
                  "DB_HOST=crm-1.internal\nDB_NAME=crm\nDB_USER=crm\nREPORTS_URL=postgresql://reports@:nowhere/"
                  "\nLOG_LEVEL=debug\n"));
    // Whatever folder the tests are run from.
    QDir(qEnvironmentVariable("HEADGATE_PICTURES_FOLDER")).removeRecursively();
}

void Pictures::take_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QString>("size");
    QTest::addColumn<QString>("chapter");
    const auto part = [](const char *variable) {
        return qEnvironmentVariable(variable).split(u',', Qt::SkipEmptyParts);
    };
    const QStringList variants = part("HEADGATE_PICTURES_VARIANTS");
    const QStringList chapters = part("HEADGATE_PICTURES_CHAPTERS");
    for (const char *size : {"1440x900", "1024x700"})
        for (const char *theme : {"light", "dark"})
            for (const char *chapter :
                 {"list", "editing", "dialogs", "detail", "forms", "audit", "integrity", "empty", "down"}) {
                const QString variant = QLatin1String(theme) + u'-' + QLatin1String(size);
                if (!variants.isEmpty() && !variants.contains(variant)) continue;
                if (!chapters.isEmpty() && !chapters.contains(QLatin1String(chapter))) continue;
                QTest::addRow("%s %s %s", theme, size, chapter)
                    << QString::fromLatin1(theme) << QString::fromLatin1(size) << QString::fromLatin1(chapter);
            }
}

void Pictures::take()
{
    QFETCH(QString, theme);
    QFETCH(QString, size);
    QFETCH(QString, chapter);
    const Display display(size);
    const QTemporaryDir place;
    const QString home = place.filePath(u"home"_s);
    QProcessEnvironment environment = m_console->environment();
    QStringList arguments;
    if (chapter == u"empty") {
        arguments = {u"--workspace"_s, home + u"/data/headgate/workspace.sqlite"_s};
    } else if (chapter == u"down") {
        arguments = {u"--workspace"_s, u"postgresql://headgate@127.0.0.1:1/headgate"_s};
    } else {
        copyFolder(m_console->home(), home);
    }
    for (const auto &[name, folder] : {std::pair("HOME", ""), std::pair("XDG_DATA_HOME", "/data"),
                                       std::pair("XDG_CONFIG_HOME", "/config"), std::pair("XDG_CACHE_HOME", "/cache"),
                                       std::pair("XDG_STATE_HOME", "/state"), std::pair("XDG_RUNTIME_DIR", "/run")}) {
        QDir().mkpath(home + QLatin1String(folder));
        environment.insert(QLatin1String(name), home + QLatin1String(folder));
    }
    QFile::setPermissions(home + u"/run"_s, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const bool isEmpty = chapter == u"empty";
    QVERIFY(write(home + u"/config/headgate/window.ini"_s,
                  "[window]\ntheme=" + QByteArray(theme == u"dark" ? "2" : "1") +
                      "\npage=" + QByteArray(isEmpty ? "overview" : "connections") + '\n'));
    const QDir folder(qEnvironmentVariable("HEADGATE_PICTURES_FOLDER"));
    QVERIFY(folder.mkpath(u"."_s));
    environment.insert(u"DISPLAY"_s, display.name());
    environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    environment.insert(u"LD_PRELOAD"_s, qEnvironmentVariable("PICTUREBOOK_LIBRARY"));
    environment.insert(u"HEADGATE_PICTURES_CHAPTER"_s, chapter);
    environment.insert(u"HEADGATE_PICTURES_FOLDER"_s, folder.absolutePath());
    environment.insert(u"HEADGATE_PICTURES_SIZE"_s, size);
    environment.insert(u"HEADGATE_PICTURES_SUFFIX"_s, theme + u'-' + size);
    environment.insert(u"HEADGATE_PICTURES_IMPORT"_s, home + u"/import/shop.env"_s);

    if (isEmpty) {
        QProcess init;
        QProcessEnvironment plain = environment;
        plain.remove(u"LD_PRELOAD"_s);
        init.setProcessEnvironment(plain);
        init.start(QString::fromLocal8Bit(serverVariable("HEADGATE_BINARY")), {u"init"_s});
        QVERIFY(init.waitForFinished(60'000) && init.exitCode() == 0);
    }
    QProcess window;
    window.setProcessEnvironment(environment);
    window.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    window.start(QString::fromLocal8Bit(serverVariable("HEADGATE_BINARY")), arguments);
    const bool isEnded = window.waitForFinished(kChapterMs);
    const QByteArray told = window.readAllStandardOutput();
    if (!isEnded) window.kill();
    window.waitForFinished();

    QByteArrayList missed;
    for (const QByteArray &line : told.split('\n')) {
        if (line.startsWith("PICTURE ")) {
            const QString picture = QString::fromUtf8(line.mid(8));
            QVERIFY2(QFileInfo::exists(folder.filePath(picture)), line.constData());
            QVERIFY2(!m_taken.contains(picture), "two states of one name");
            m_taken << picture;
        } else if (line.startsWith("MISSED ")) {
            missed << line.mid(7);
        }
    }
    QVERIFY2(missed.isEmpty(), ("not reached:\n" + missed.join('\n')).constData());
    QVERIFY2(told.contains("END " + chapter.toUtf8()), ("the window ended before the chapter:\n" + told).constData());
}

HEADGATE_TEST(Pictures);
#include "tst_pictures.moc"
