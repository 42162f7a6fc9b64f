// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

#include <QHeaderView>
#include <QLineEdit>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

void filtered(const Hand &hand)
{
    hand.menuOf(u"facet.environment"_s);
    hand.entry(u"staging"_s);
    hand.fill(u"Search name, host, database, tag"_s, u"stg"_s);
    hand.awaitText(u" match"_s);
}

void wrongColumnFilter(const Hand &hand)
{
    hand.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    hand.fill(u"filter.last_response_ms"_s, u"fast"_s);
    hand.until(u"what is wrong with the filter"_s, [] { return Hand::find("QLabel", u"filterFault"_s) != nullptr; });
}

void compared(const Hand &hand)
{
    hand.row(u"billing"_s);
    for (int i = 0; i < 3; ++i) hand.key(Qt::Key_Down, Qt::ShiftModifier);
    hand.until(u"the comparison"_s, [] { return Hand::find("headgate::CompareView") != nullptr; });
}

void columnsMenu(const Hand &hand)
{
    hand.until(u"the header of the list"_s, [] {
        auto *header = Hand::list() ? Hand::list()->findChild<QHeaderView *>() : nullptr;
        if (header) QMetaObject::invokeMethod(header, "customContextMenuRequested", Q_ARG(QPoint, QPoint(80, 14)));
        return header && QApplication::activePopupWidget();
    });
}

void palette(const Hand &hand, const QString &words)
{
    hand.run(u"Command palette"_s);
    hand.until(u"the palette"_s, [] { return Hand::find("headgate::CommandPalette") != nullptr; });
    hand.type(words);
}

void recordWhileFiltered(const Hand &hand)
{
    hand.fill(u"Search name, host, database, tag"_s, u"webshop"_s);
    palette(hand, u"orders-primary"_s);
    hand.key(Qt::Key_Return);
    hand.until(u"the record in the list"_s,
               [] { return Hand::list()->currentIndex().siblingAtColumn(0).data().toString() == u"orders-primary"; });
}

void opened(const Hand &hand, const QString &menu) { hand.menuOf(menu); }

void notified(const Hand &hand)
{
    hand.run(u"Notifications"_s);
    hand.until(u"the notifications"_s, [] { return Hand::find("headgate::NotificationPanel") != nullptr; });
}

}  // namespace

QList<State> listStates()
{
    return {
        {"connections-plain",
         [](const Hand &hand) {
             hand.until(u"the list"_s, [] { return Hand::list() && Hand::list()->model()->rowCount() > 40; });
         }},
        {"connections-filtered", filtered},
        {"connections-columnfilter-error", wrongColumnFilter},
        {"connections-facet-environment", [](const Hand &hand) { opened(hand, u"facet.environment"_s); }},
        {"connections-filter-menu", [](const Hand &hand) { opened(hand, u"moreFilters"_s); }},
        {"connections-more-menu", [](const Hand &hand) { opened(hand, u"more"_s); }},
        {"user-menu", [](const Hand &hand) { opened(hand, u"userMenu"_s); }},
        {"columns-menu", columnsMenu},
        {"connections-selected-untested",
         [](const Hand &hand) {
             hand.row(u"zz-untested"_s);
             hand.awaitText(u"Not tested yet. Test shows"_s);
         }},
        {"connections-compare", compared},
        {"row-json",
         [](const Hand &hand) {
             hand.row(u"orders-staging"_s);
             hand.run(u"Row as JSON"_s);
             hand.awaitText(u"\"orders-staging\""_s);
         }},
        {"palette", [](const Hand &hand) { palette(hand, u"test"_s); }},
        {"palette-record-while-filtered", recordWhileFiltered},
        {"notifications-none", notified},
    };
}

}  // namespace headgate::pictures
