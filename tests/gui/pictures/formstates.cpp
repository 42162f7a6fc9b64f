// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

#include <QTabWidget>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

void form(const Hand &hand, const QString &type, const QString &tab)
{
    hand.run(u"New connection"_s);
    hand.awaitDialog("headgate::ConnectionDialog");
    hand.choose(u"Database"_s, type);
    hand.tab(tab);
}

State stateOf(const char *name, const char *type, const char *tab)
{
    return {name, [=](const Hand &hand) { form(hand, QString::fromLatin1(type), QString::fromLatin1(tab)); }};
}

/// What stands for a file on disk has no TLS.
void disabledTab(const Hand &hand)
{
    form(hand, u"SQLite"_s, u"Connection"_s);
    hand.until(u"the tab TLS that cannot be chosen"_s, [] {
        const auto *tabs = qobject_cast<QTabWidget *>(Hand::find("QTabWidget"));
        return tabs && tabs->tabText(1) == u"TLS" && !tabs->isTabEnabled(1);
    });
}

void emptyFields(const Hand &hand, const QString &button)
{
    form(hand, u"PostgreSQL"_s, u"Connection"_s);
    hand.press(button);
    hand.until(u"a red field"_s, [] {
        for (QWidget *each : Hand::top()->findChildren<QWidget *>())
            if (each->isVisible() && each->property("invalid").toBool()) return true;
        return false;
    });
}

void discarded(const Hand &hand)
{
    form(hand, u"PostgreSQL"_s, u"Connection"_s);
    hand.fill(u"Name"_s, u"orders-reporting"_s);
    hand.press(u"Cancel"_s);
    hand.awaitDialog("QMessageBox");
}

void typed(const Hand &hand)
{
    hand.run(u"New connection"_s);
    hand.awaitDialog("headgate::ConnectionDialog");
    hand.type(u"orders-reporting"_s);
}

void pasted(const Hand &hand)
{
    hand.run(u"New connection"_s);
    hand.awaitDialog("headgate::ConnectionDialog");
    hand.fill(u"Address to fill the form from"_s,
              u"jdbc:postgresql://orders-1.internal:5433/orders?user=cdc_reader&ssl=true&sslmode=verify-full"_s);
    hand.awaitText(u"Filled the form"_s);
}

void edited(const Hand &hand, const QString &connection)
{
    hand.row(connection);
    hand.run(u"Edit"_s);
    hand.awaitDialog("headgate::ConnectionDialog");
}

void tested(const Hand &hand, const QString &connection, const QString &words)
{
    edited(hand, connection);
    hand.press(u"Test connection"_s);
    hand.tab(u"Test result"_s);
    hand.awaitText(words);
    hand.until(u"the end of the test"_s, [] { return Hand::button(u"Test connection"_s) != nullptr; });
    hand.settle();
}

void changed(const Hand &hand)
{
    edited(hand, u"orders-primary"_s);
    hand.fill(u"Host"_s, u"orders-9.internal"_s);
    hand.tab(u"Changes"_s);
}

}  // namespace

QList<State> formStates()
{
    QList<State> states{
        stateOf("form-postgresql-1connection", "PostgreSQL", "Connection"),
        stateOf("form-postgresql-2tls", "PostgreSQL", "TLS"),
        stateOf("form-postgresql-3advanced", "PostgreSQL", "Advanced"),
        stateOf("form-postgresql-4health", "PostgreSQL", "Health"),
        stateOf("form-postgresql-5notes", "PostgreSQL", "Notes"),
        stateOf("form-mysql-1connection", "MySQL / MariaDB", "Connection"),
        stateOf("form-mysql-2tls", "MySQL / MariaDB", "TLS"),
        stateOf("form-mysql-3advanced", "MySQL / MariaDB", "Advanced"),
        stateOf("form-mysql-4health", "MySQL / MariaDB", "Health"),
        stateOf("form-mysql-5notes", "MySQL / MariaDB", "Notes"),
        stateOf("form-sqlserver-1connection", "SQL Server", "Connection"),
        stateOf("form-sqlserver-2tls", "SQL Server", "TLS"),
        stateOf("form-sqlserver-3advanced", "SQL Server", "Advanced"),
        stateOf("form-sqlserver-4health", "SQL Server", "Health"),
        stateOf("form-sqlserver-5notes", "SQL Server", "Notes"),
        stateOf("form-sqlite-1connection", "SQLite", "Connection"),
        stateOf("form-sqlite-3advanced", "SQLite", "Advanced"),
        stateOf("form-sqlite-4health", "SQLite", "Health"),
        stateOf("form-sqlite-5notes", "SQLite", "Notes"),
    };
    states << QList<State>{
        {"form-sqlite-2tls-disabled", disabledTab},
        {"form-typed-at-start", typed},
        {"form-pasted", pasted},
        {"form-errors", [](const Hand &hand) { emptyFields(hand, u"Test connection"_s); }},
        {"form-errors-save", [](const Hand &hand) { emptyFields(hand, u"save"_s); }},
        {"form-discard", discarded},
        {"form-changes", changed},
        {"dialog-test-passed", [](const Hand &hand) { tested(hand, u"zz-live-pg"_s, u"Round trip"_s); }},
        {"dialog-test-failed", [](const Hand &hand) { tested(hand, u"zz-wrong-password"_s, u"How to fix"_s); }},
    };
    return states;
}

}  // namespace headgate::pictures
