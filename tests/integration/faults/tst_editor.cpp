// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionedits.h"
#include "app/connections/connectionservice.h"
#include "app/workspace/workspace.h"
#include "models/connections/connectioncells.h"
#include "models/connections/connectionurl.h"
#include "tests/support/testregistry.h"

#include <QProcessEnvironment>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTest>
#include <cstdio>
#include <iostream>
#include <thread>

using namespace headgate;
using namespace Qt::StringLiterals;

/// The other process behind Editor, which starts this class with its orders in the environment; does nothing by itself.
///   edit      adds, changes and removes connections of its own until it is killed
///   obey      acts on commands from standard input, on the connection that it read last:
///             get NAME  -> "read VERSION DESCRIPTION";  append TEXT;  remove
///             edit TEXT -> as a staged edit: "conflict BASE|YOURS|NOW" with the three descriptions when it is refused;
///             merge TEXT appends to what somebody else saved in that conflict
///             or on a pasted URL: paste NAME URL (adds it);  probe URL (tests it before it is saved)
///   append    reads lines "NAME TEXT" and appends TEXT to the description, reading again after each conflict
class TstEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void act();
};

namespace {

void say(const QString &line)
{
    const QByteArray bytes = line.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout);
    std::fflush(stdout);
}

template <typename T>
bool tell(const QString &key, const Result<T> &answer)
{
    say(answer.ok() ? u"ack "_s + key : u"err %1 %2"_s.arg(errorKindName(answer.error().kind), key));
    return answer.ok();
}

QString keyOf(const char *action, const Connection &c, bool removed = false)
{
    return u"%1 %2 %3"_s.arg(QLatin1String(action), c.name, removed ? u"-"_s : c.description);
}

/// Random acts on connections that nobody else touches.
class Own {
public:
    Own(ConnectionService &service, const QString &who, quint32 seed) : m_service(service), m_who(who), m_random(seed) {}

    void act()
    {
        const quint32 dice = m_random.bounded(100u);
        bool ok;
        if (m_mine.size() < 3 || dice < 20) ok = add();
        else if (dice < 30) ok = remove();
        else ok = change();
        // Without an answer the record is in doubt: it is not touched again, and the server gets a moment.
        if (!ok) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }

private:
    QString next() { return u"%1-%2"_s.arg(m_who).arg(++m_count); }
    std::optional<QString> sometimesAPassword() { return m_random.bounded(4) == 0 ? std::optional(next()) : std::nullopt; }

    bool add()
    {
        ConnectionDraft draft;
        Connection &c = draft.connection;
        c.name = next();
        c.description = next();
        c.host = u"db.example"_s;
        c.databaseName = u"shop"_s;
        c.username = u"anna"_s;
        draft.password = sometimesAPassword();
        say(u"try "_s + keyOf("CREATE", c));
        const Result<Connection> answer = m_service.add(draft).result();
        if (answer.ok()) m_mine << *answer;
        return tell(keyOf("CREATE", c), answer);
    }
    bool change()
    {
        const qsizetype i = m_random.bounded(qint32(m_mine.size()));
        ConnectionDraft draft{m_mine.takeAt(i), sometimesAPassword()};
        draft.connection.description = next();
        say(u"try "_s + keyOf("UPDATE", draft.connection));
        const Result<Connection> answer = m_service.update(draft).result();
        if (answer.ok()) m_mine << *answer;
        return tell(keyOf("UPDATE", draft.connection), answer);
    }
    bool remove()
    {
        const Connection c = m_mine.takeFirst();
        say(u"try "_s + keyOf("DELETE", c, true));
        return tell(keyOf("DELETE", c, true), m_service.remove(c.id, c.version).result());
    }

    ConnectionService &m_service;
    QString m_who;
    QRandomGenerator m_random;
    QList<Connection> m_mine;
    int m_count = 0;
};

ConnectionDraft pasted(const QString &name, const QString &url)
{
    const ParsedUrl parsed = parseConnectionUrl(url).orThrow();
    ConnectionDraft draft{parsed.connection, parsed.password};
    draft.connection.name = name;
    return draft;
}

Result<Connection> append(ConnectionService &service, Connection &c, const QString &text)
{
    c.description += u',' + text;
    const Result<Connection> answer = service.update({c, std::nullopt}).result();
    if (answer.ok()) c = *answer;
    return answer;
}

/// The description with a further part, saved as the list saves its staged cells; `c` becomes what is stored now.
void editCell(ConnectionEdits &edits, Connection &c, const QString &text)
{
    const QString column = u"description"_s;
    const ConnectionEdit edit = ConnectionEdit::of(c, {{column, ConnectionCells::value(c, column).toString() + u',' + text}});
    const ConnectionEditOutcome outcome = edits.save({edit}).result().orThrow().first();
    if (!outcome.now) {
        tell(text, outcome.stored);
        if (outcome.stored.ok()) c = *outcome.stored;
        return;
    }
    say(u"conflict %1|%2|%3"_s.arg(outcome.edit.base.description, outcome.edit.wanted.description, outcome.now->description));
    c = *outcome.now;
}

void obey(ConnectionService &service)
{
    ConnectionEdits edits(service);
    Connection last;
    for (std::string line; std::getline(std::cin, line);) {
        const QString command = QString::fromStdString(line).section(u' ', 0, 0);
        const QString argument = QString::fromStdString(line).section(u' ', 1);
        if (command == u"get") {
            last = service.getByName(argument).result().orThrow();
            say(u"read %1 %2"_s.arg(last.version).arg(last.description));
        } else if (command == u"append") {
            tell(argument, append(service, last, argument));
        } else if (command == u"edit" || command == u"merge") {
            editCell(edits, last, argument);
        } else if (command == u"remove") {
            tell(command, service.remove(last.id, last.version).result());
        } else if (command == u"paste") {
            tell(command, service.add(pasted(argument.section(u' ', 0, 0), argument.section(u' ', 1))).result());
        } else if (command == u"probe") {
            tell(command, service.testDraft(pasted(command, argument)).result());
        }
    }
}

void appendAll(ConnectionService &service)
{
    for (std::string line; std::getline(std::cin, line);) {
        const QString name = QString::fromStdString(line).section(u' ', 0, 0);
        const QString text = QString::fromStdString(line).section(u' ', 1);
        for (bool done = false; !done;) {
            Connection c = service.getByName(name).result().orThrow();
            done = tell(text, append(service, c, text));
        }
    }
}

}  // namespace

void TstEditor::act()
{
    const QString order = qEnvironmentVariable("HEADGATE_EDITOR_ORDER");
    if (order.isEmpty()) return;
    QStandardPaths::setTestModeEnabled(false);  // the home is the Console's own
    WorkspaceOptions options;
    options.address = WorkspaceLocator::resolve({}, QProcessEnvironment::systemEnvironment(), {}, WorkspaceLocator::embeddedPath()).orThrow();
    say(u"begin"_s);
    const auto workspace = Workspace::open(options);
    if (!workspace.ok()) return say(u"no workspace: "_s + workspace.error().text());
    ConnectionService &service = (*workspace)->connections();
    say(u"ready"_s);
    if (order == u"obey") return obey(service);
    if (order == u"append") return appendAll(service);
    for (Own own(service, qEnvironmentVariable("HEADGATE_EDITOR_NAME"), qEnvironmentVariable("HEADGATE_EDITOR_SEED").toUInt());;) own.act();
}

HEADGATE_TEST(TstEditor);
#include "tst_editor.moc"
