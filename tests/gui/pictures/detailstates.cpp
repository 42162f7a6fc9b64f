// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

#include <QPushButton>
#include <QTreeView>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

void tested(const Hand &hand, const QString &connection, const QString &words)
{
    hand.row(connection);
    hand.run(u"Test"_s);
    hand.until(u"the end of the test"_s,
               [] { return !Hand::says(u"Not tested yet. Test shows"_s) && !Hand::button(u"Cancel"_s); });
    hand.settle();
    hand.awaitText(words);
}

void running(const Hand &hand)
{
    hand.row(u"zz-black-hole"_s);
    // The test is what is on its way: nothing comes to rest now.
    hand.until(u"the button Test"_s, [] {
        if (auto *cancel = Hand::button(u"Cancel"_s)) return cancel->isVisible();
        if (auto *test = Hand::button(u"Test"_s); test && test->text() == u"&Test")
            Hand::post(test, [test] { test->click(); });
        return false;
    });
    hand.awaitText(u"running"_s);
}

void ready(const Hand &hand, const QString &connection, const QString &fix)
{
    hand.row(connection);
    hand.tab(u"Readiness"_s);
    hand.press(u"Run checks"_s);
    hand.until(u"the check "_s + fix, [fix] {
        auto *list = qobject_cast<QAbstractItemView *>(Hand::find("QListView", u"readiness"_s));
        for (int i = 0; list && i < list->model()->rowCount(); ++i) {
            const QModelIndex index = list->model()->index(i, 0);
            if (!index.data().toString().contains(fix)) continue;
            list->setCurrentIndex(index);
            list->scrollTo(index);
            return true;
        }
        return false;
    });
    hand.scrollTo(u"fixStatement"_s);
}

QModelIndex shopIn(const QTreeView *tree)
{
    for (int i = 0; tree && i < tree->model()->rowCount(); ++i)
        if (const QModelIndex schema = tree->model()->index(i, 0); schema.data().toString() == u"shop") return schema;
    return {};
}

void discovered(const Hand &hand)
{
    hand.row(u"zz-shop"_s);
    hand.tab(u"Tables"_s);
    hand.press(u"Discover tables"_s);
    hand.awaitDialog("headgate::DiscoveryDialog");
    hand.until(u"the tables"_s, [] {
        auto *tree = qobject_cast<QTreeView *>(Hand::find("QTreeView"));
        const QModelIndex schema = shopIn(tree);
        if (!schema.isValid()) return false;
        tree->expand(schema);
        return tree->model()->rowCount(schema) >= 4;
    });
    hand.settle();
}

void chosenTable(const Hand &hand)
{
    discovered(hand);
    hand.until(u"the table orders"_s, [] {
        auto *tree = qobject_cast<QTreeView *>(Hand::find("QTreeView"));
        const QModelIndex schema = shopIn(tree);
        for (int i = 0; i < tree->model()->rowCount(schema); ++i) {
            const QModelIndex table = tree->model()->index(i, 0, schema);
            if (table.data().toString() != u"orders") continue;
            tree->setCurrentIndex(table);
            tree->model()->setData(table, Qt::Checked, Qt::CheckStateRole);
            return true;
        }
        return false;
    });
    hand.settle();
    hand.awaitText(u"1 table"_s);
}

void history(const Hand &hand, const QString &connection)
{
    hand.row(connection);
    hand.tab(u"History"_s);
    hand.until(u"the tests"_s, [] {
        const auto *tests = qobject_cast<QAbstractItemView *>(Hand::find("headgate::ListView", u"history"_s));
        return tests && tests->model()->rowCount() > 3;
    });
}

void difference(const Hand &hand)
{
    hand.row(u"customers-staging"_s);
    hand.press(u"compareWithLastGood"_s);
    hand.until(u"the difference"_s, [] { return Hand::find("headgate::DifferenceView") != nullptr; });
}

void allTests(const Hand &hand)
{
    hand.run(u"Test history"_s);
    hand.until(u"all tests"_s, [] {
        const auto *tests = qobject_cast<QAbstractItemView *>(Hand::find("headgate::ListView", u"allTests"_s));
        return tests && tests->model()->rowCount() > 3;
    });
    hand.settle();
}

/// Of tests of several at once, of which one fails.
void notified(const Hand &hand)
{
    hand.row(u"zz-closed-port"_s);
    for (int i = 0; i < 2; ++i) hand.key(Qt::Key_Down, Qt::ShiftModifier);
    hand.run(u"Test"_s);
    hand.run(u"Notifications"_s);
    hand.awaitText(u"Tested 3 connections"_s);
}

}  // namespace

QList<State> detailStates()
{
    return {
        {"test-passed", [](const Hand &hand) { tested(hand, u"zz-live-pg"_s, u"Round trip"_s); }},
        {"test-passed-maria", [](const Hand &hand) { tested(hand, u"zz-live-maria"_s, u"Round trip"_s); }},
        {"test-failed-password",
         [](const Hand &hand) {
             tested(hand, u"zz-wrong-password"_s, u"How to fix"_s);
             hand.scrollTo(u"fixStatement"_s);
         }},
        {"test-failed-closed",
         [](const Hand &hand) {
             tested(hand, u"zz-closed-port"_s, u"How to fix"_s);
             hand.scrollTo(u"fixStatement"_s);
         }},
        {"test-failed-sample",
         [](const Hand &hand) {
             hand.row(u"customers-staging"_s);
             hand.scrollTo(u"fixStatement"_s);
         }},
        {"readiness-pg", [](const Hand &hand) { ready(hand, u"zz-shop"_s, u"wal_level"_s); }},
        {"readiness-maria", [](const Hand &hand) { ready(hand, u"zz-live-maria"_s, u"log"_s); }},
        {"discovery-tab",
         [](const Hand &hand) {
             hand.row(u"zz-shop"_s);
             hand.tab(u"Tables"_s);
             hand.awaitText(u"Look at the schemas"_s);
         }},
        {"discovery-dialog", discovered},
        {"discovery-table", chosenTable},
        {"history-connection", [](const Hand &hand) { history(hand, u"orders-primary"_s); }},
        {"history-connection-slowing", [](const Hand &hand) { history(hand, u"shipments"_s); }},
        {"history-difference", difference},
        {"history-all", allTests},
        {"history-all-selected",
         [](const Hand &hand) {
             allTests(hand);
             hand.rowAt(2);
             hand.until(u"the test"_s, [] { return Hand::find("headgate::TestView") != nullptr; });
         }},
        {"details-tab",
         [](const Hand &hand) {
             hand.row(u"zz-live-pg"_s);
             hand.tab(u"Details"_s);
             hand.awaitText(u"Last changed"_s);
         }},
        {"notifications", notified},
        {"test-running", running, false},
    };
}

}  // namespace headgate::pictures
