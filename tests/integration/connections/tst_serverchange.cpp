// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "tests/integration/cli/console.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>
#include <QUrl>
#include <atomic>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// One port that leads to one server and then to another, as a name or a proxy does after a change that nobody told of.
/// Lives on a thread of its own: the test waits for a program meanwhile.
class Switch : public QThread {
public:
    explicit Switch(int target) : m_target(target)
    {
        start();
        while (m_port == 0) QThread::msleep(1);
    }
    ~Switch() override
    {
        quit();
        wait();
    }
    int port() const { return m_port; }
    void lead(int target) { m_target = target; }

protected:
    void run() override
    {
        QTcpServer server;
        if (!server.listen(QHostAddress::LocalHost)) qFatal("no port");
        QObject::connect(&server, &QTcpServer::newConnection, &server, [this, &server] {
            while (QTcpSocket *inner = server.nextPendingConnection()) join(inner);
        });
        m_port = server.serverPort();
        exec();
    }

private:
    void join(QTcpSocket *client)
    {
        auto *target = new QTcpSocket(client);
        const auto pass = [](QTcpSocket *from, QTcpSocket *to) {
            QObject::connect(from, &QTcpSocket::readyRead, to, [from, to] { to->write(from->readAll()); });
            QObject::connect(from, &QTcpSocket::disconnected, to, [to] { to->disconnectFromHost(); });
        };
        pass(client, target);
        pass(target, client);
        QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        target->connectToHost(QHostAddress(QHostAddress::LocalHost), quint16(m_target.load()));
    }

    std::atomic<int> m_port = 0;
    std::atomic<int> m_target;
};

QString withPort(const QString &url, int port)
{
    QUrl changed(url);
    changed.setHost(u"127.0.0.1"_s);
    changed.setPort(port);
    changed.setPassword({});
    return changed.toString(QUrl::FullyEncoded);
}

QJsonObject stageOf(const QJsonObject &test, const QString &name)
{
    for (const QJsonValue &stage : test.value(u"stages"_s).toArray())
        if (stage.toObject().value(u"stage"_s).toString() == name) return stage.toObject();
    return {};
}

}  // namespace

/// Two real servers behind one port, by `headgate connection test` as a person runs it.
class TstServerChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anotherServerIsReported_data();
    void anotherServerIsReported();
};

void TstServerChange::anotherServerIsReported_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("variable");
    QTest::newRow("PostgreSQL") << u"--pg"_s << QByteArray("HEADGATE_TEST_PG_SUPERUSER_URL");
    QTest::newRow("MariaDB") << u"--mariadb"_s << QByteArray("HEADGATE_TEST_MARIADB_URL");
}

void TstServerChange::anotherServerIsReported()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, variable);
    const PrivateServers first(QStringList{kind});
    const PrivateServers second(QStringList{kind});
    const QStringList urls{first.variable(variable.constData()), second.variable(variable.constData())};
    Switch port{QUrl(urls[0]).port()};
    const Console console(Dialect::Kind::Sqlite);
    const auto done = [&console](const QStringList &arguments, const QByteArray &input = {}) {
        const Answer answer = console.run(QStringList{u"--json"_s} + arguments, input);
        if (answer.exitCode != 0) qFatal("%s", answer.text().constData());
        return answer.json();
    };
    const auto password = [&](int which) { return QUrl(urls[which]).password().toUtf8() + '\n'; };
    (void)done({u"connection"_s, u"add"_s, u"--name"_s, u"shop"_s, u"--sslmode"_s, u"prefer"_s, u"--password-stdin"_s, withPort(urls[0], port.port())}, password(0));
    const auto test = [&done] { return done({u"connection"_s, u"test"_s, u"shop"_s}).value(u"connections"_s).toArray().first().toObject(); };
    const QJsonObject good = test();
    QCOMPARE(stageOf(good, u"identity"_s).value(u"status"_s).toString(), u"pass"_s);
    QCOMPARE(stageOf(test(), u"identity"_s).value(u"status"_s).toString(), u"pass"_s);

    port.lead(QUrl(urls[1]).port());
    (void)done({u"connection"_s, u"edit"_s, u"shop"_s, u"--password-stdin"_s}, password(1));
    for (int i = 0; i < 2; ++i) {  // a warning does not wear off by itself
        const QJsonObject other = test();
        QCOMPARE(other.value(u"status"_s).toString(), u"warning"_s);
        QCOMPARE(other.value(u"error_code"_s).toString(), u"server_changed"_s);
        const QString message = stageOf(other, u"identity"_s).value(u"message"_s).toString();
        QVERIFY2(message.startsWith(u"This is not the server of the last good test: system identifier "), qPrintable(message));
        const QString before = good.value(u"server_identity"_s).toObject().value(u"system_identifier"_s).toString();
        QVERIFY2(message.contains(before + u" → "_s), qPrintable(message));
        if (i == 0) qInfo("%s", qPrintable(message));
    }
    const QJsonObject history = done({u"connection"_s, u"history"_s, u"shop"_s});
    QCOMPARE(history.value(u"connection_tests"_s).toArray().size(), 4);

    (void)done({u"connection"_s, u"accept-server"_s, u"shop"_s});
    QCOMPARE(stageOf(test(), u"identity"_s).value(u"status"_s).toString(), u"pass"_s);
    port.lead(QUrl(urls[0]).port());
    (void)done({u"connection"_s, u"edit"_s, u"shop"_s, u"--password-stdin"_s}, password(0));
    QCOMPARE(stageOf(test(), u"identity"_s).value(u"status"_s).toString(), u"warn"_s);
}

HEADGATE_TEST(TstServerChange);
#include "tst_serverchange.moc"
