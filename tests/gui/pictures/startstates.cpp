// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

namespace headgate::pictures {

using namespace Qt::StringLiterals;

QList<State> emptyStates()
{
    // The welcome comes once, at the start.
    return {
        {"empty-start",
         [](const Hand &hand) {
             hand.until(u"the welcome"_s, [] { return Hand::find("headgate::WelcomePage") != nullptr; });
         }},
        {"empty-overview", [](const Hand &hand) { hand.page(u"Overview"_s); }},
        {"empty-connections",
         [](const Hand &hand) {
             hand.page(u"Connections"_s);
             hand.awaitText(u"There are no connections yet"_s);
         }},
        {"empty-history",
         [](const Hand &hand) {
             hand.page(u"Connections"_s);
             hand.run(u"Test history"_s);
             hand.awaitText(u"Nothing was tested in this range"_s);
         }},
        {"empty-audit",
         [](const Hand &hand) {
             hand.page(u"Audit"_s);
             hand.until(u"the trail"_s, [] { return Hand::find("headgate::AuditPage") != nullptr; });
         }},
    };
}

QList<State> downStates()
{
    return {
        {"down-workspace",
         [](const Hand &hand) {
             hand.awaitDialog("headgate::StartDialog");
             hand.awaitText(u"No workspace is open"_s);
         }},
        {"down-open-workspace",
         [](const Hand &hand) {
             hand.awaitDialog("headgate::StartDialog");
             hand.press(u"Open another…"_s);
             hand.awaitDialog("headgate::OpenWorkspaceDialog");
         }},
    };
}

}  // namespace headgate::pictures
