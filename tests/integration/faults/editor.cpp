// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/faults/editor.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <csignal>

namespace headgate::test {

using namespace Qt::StringLiterals;

Editor::Editor(const Console &console, const QString &order, const QString &who, quint32 seed)
{
    QProcessEnvironment environment = console.environment();
    environment.insert(u"HEADGATE_EDITOR_ORDER"_s, order);
    environment.insert(u"HEADGATE_EDITOR_NAME"_s, who);
    environment.insert(u"HEADGATE_EDITOR_SEED"_s, QString::number(seed));
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(environment);
    m_process->start(QCoreApplication::applicationFilePath(), {u"TstEditor"_s, u"-silent"_s});
}

Editor::~Editor() { kill(); }

QByteArray Editor::nextLine()
{
    for (;;) {
        const qsizetype end = m_output.indexOf('\n', m_position);
        if (end >= 0) {
            const QByteArray line = m_output.mid(m_position, end - m_position);
            m_position = end + 1;
            return line;
        }
        if (!m_process->waitForReadyRead(30'000)) return {};
        m_output += m_process->readAllStandardOutput();
    }
}

bool Editor::waitFor(const QByteArray &text)
{
    QDeadlineTimer deadline(30'000);
    for (QByteArray line = nextLine(); !line.isEmpty() && !deadline.hasExpired(); line = nextLine())
        if (line.startsWith(text)) return true;
    return false;
}

void Editor::skipWhatWasSaid()
{
    m_process->waitForReadyRead(0);
    m_output += m_process->readAllStandardOutput();
    m_position = m_output.lastIndexOf('\n') + 1;
}

void Editor::say(const QByteArray &line)
{
    m_process->write(line + '\n');
    m_process->waitForBytesWritten();
}

QList<QByteArray> Editor::kill()
{
    if (m_process->state() != QProcess::NotRunning) ::kill(pid_t(m_process->processId()), SIGKILL);
    return finish();
}

QList<QByteArray> Editor::finish()
{
    if (m_process->state() != QProcess::NotRunning) {
        m_process->closeWriteChannel();
        m_process->waitForFinished(60'000);
    }
    m_output += m_process->readAllStandardOutput();
    m_errors += m_process->readAllStandardError();
    // A line that was cut by the kill says nothing.
    return m_output.left(m_output.lastIndexOf('\n') + 1).split('\n');
}

}  // namespace headgate::test
