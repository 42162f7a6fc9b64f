// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/cli/console.h"

#include <QList>

namespace headgate::test {

/// Another real process that edits connections through the services, and says on standard output what it does:
///   try KEY          before an act
///   ack KEY          after its answer came: the change is there
///   err CODE KEY     after a refusal
/// A KEY is "CREATE name description", "UPDATE name description" or "DELETE name -". See TstEditor for the orders.
class Editor {
public:
    /// `who` becomes part of every name that this one makes.
    Editor(const Console &console, const QString &order, const QString &who, quint32 seed = 1);
    ~Editor();

    /// Reads until a line begins with `text`; false after 30 s or when the process ended.
    bool waitFor(const QByteArray &text);
    /// The next line, without its end; empty after 30 s or when the process ended.
    QByteArray nextLine();
    void skipWhatWasSaid();
    void say(const QByteArray &line);
    /// kill -9, then what was said until then. All lines, also those read before.
    QList<QByteArray> kill();
    /// Ends standard input, waits for the end. All lines.
    QList<QByteArray> finish();
    /// Everything that stood on standard output and standard error, once it has ended.
    QByteArray everythingSaid() const { return m_output + m_errors; }
    qint64 pid() const { return m_process->processId(); }

private:
    std::unique_ptr<QProcess> m_process;
    QByteArray m_output;
    QByteArray m_errors;
    qsizetype m_position = 0;
};

}  // namespace headgate::test
