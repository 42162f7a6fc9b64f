// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace headgate::test {

using namespace Qt::StringLiterals;

QJsonObject Answer::json() const { return QJsonDocument::fromJson(out).object(); }

QByteArray Answer::text() const
{
    return "exit " + QByteArray::number(exitCode) + " after " + QByteArray::number(ms) + " ms\n" + out + err;
}

Console::Console(Dialect::Kind kind, Make when) : m_kind(kind)
{
    prepareHome();
    if (kind == Dialect::Kind::Postgresql) {
        m_pg = std::make_unique<PgDatabase>();
        m_environment.insert(u"DATABASE_URL"_s, m_pg->consoleUrl());
    }
    if (when == Make::Now) make(m_pg ? m_pg->consoleUrl() : QString(), m_pg ? m_pg->adminUrl() : QString());
}

Console::Console(const QString &url, const QString &adminUrl) : m_kind(Dialect::Kind::Postgresql)
{
    prepareHome();
    make(url, adminUrl);
}

void Console::prepareHome()
{
    m_environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : m_environment.keys()) {
        const bool foreign = name.startsWith(u"PG"_s) || name.startsWith(u"DB_"_s) || name.startsWith(u"DATABASE_"_s);
        if (foreign) m_environment.remove(name);
    }
    const QString home = m_home.path();
    for (const auto &[name, folder] : {std::pair("HOME", "/"), std::pair("XDG_DATA_HOME", "/data"), std::pair("XDG_CONFIG_HOME", "/config"),
                                       std::pair("XDG_CACHE_HOME", "/cache"), std::pair("XDG_STATE_HOME", "/state"), std::pair("XDG_RUNTIME_DIR", "/run")}) {
        QDir().mkpath(home + QLatin1String(folder));
        m_environment.insert(QLatin1String(name), home + QLatin1String(folder));
    }
    QFile::setPermissions(home + u"/run"_s, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    m_environment.insert(u"HEADGATE_KEYCHAIN"_s, u"off"_s);
}

void Console::make(const QString &url, const QString &adminUrl)
{
    if (!url.isEmpty()) m_environment.insert(u"DATABASE_URL"_s, adminUrl);
    const Answer answer = run({u"init"_s, u"--json"_s});
    if (answer.exitCode != 0) qFatal("the workspace was not made: %s", answer.text().constData());
    if (!url.isEmpty()) m_environment.insert(u"DATABASE_URL"_s, url);
}

std::unique_ptr<QProcess> Console::start(const QStringList &arguments) const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(m_environment);
    process->start(QString::fromLocal8Bit(serverVariable("HEADGATE_BINARY")), arguments);
    return process;
}

Answer Console::finish(QProcess &process)
{
    Answer answer;
    const bool ended = process.waitForFinished(60'000);
    if (ended && process.exitStatus() == QProcess::NormalExit) answer.exitCode = process.exitCode();
    answer.out = process.readAllStandardOutput();
    answer.err = process.readAllStandardError();
    return answer;
}

Answer Console::run(const QStringList &arguments, const QByteArray &input) const
{
    QElapsedTimer clock;
    clock.start();
    const auto process = start(arguments);
    process->write(input);
    process->closeWriteChannel();
    Answer answer = finish(*process);
    answer.ms = clock.elapsed();
    return answer;
}

ConnectSpec Console::spec() const
{
    if (m_kind == Dialect::Kind::Postgresql) return specFromUrl(m_environment.value(u"DATABASE_URL"_s));
    ConnectSpec spec;
    spec.path = m_home.filePath(u"data/headgate/workspace.sqlite"_s);
    return spec;
}

ConnectSpec Console::superuser() const { return m_pg ? m_pg->superuser() : spec(); }

quint32 announcedSeed()
{
    const quint32 given = qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt();
    const quint32 seed = given ? given : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    return seed;
}

int roundsOr(int normal)
{
    const int rounds = qEnvironmentVariableIntValue("HEADGATE_TEST_ROUNDS");
    return rounds > 0 ? rounds : normal;
}

}  // namespace headgate::test
