// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

void several(const Hand &hand)
{
    hand.row(u"billing"_s);
    for (int i = 0; i < 3; ++i) hand.key(Qt::Key_Down, Qt::ShiftModifier);
}

void opened(const Hand &hand, const QString &command, const char *dialog)
{
    hand.run(command);
    hand.awaitDialog(dialog);
}

void bulk(const Hand &hand, const QString &command)
{
    several(hand);
    opened(hand, command, "headgate::BulkDialog");
    hand.until(u"the plan"_s, [] { return Hand::button(u"act"_s) != nullptr || Hand::says(u"Type a tag"_s); });
}

void imported(const Hand &hand)
{
    hand.run(u"Import connections…"_s);
    hand.awaitDialog("QFileDialog");
    hand.fill(u"fileNameEdit"_s, qEnvironmentVariable("HEADGATE_PICTURES_IMPORT"));
    hand.key(Qt::Key_Return);
    hand.awaitDialog("headgate::ImportDialog");
    hand.until(u"what is in the file"_s, [] { return Hand::button(u"act"_s) != nullptr; });
}

}  // namespace

QList<State> dialogStates()
{
    return {
        {"bulk-environment", [](const Hand &hand) { bulk(hand, u"Set the environment…"_s); }},
        {"bulk-tag", [](const Hand &hand) { bulk(hand, u"Remove a tag…"_s); }},
        {"delete-dependents",
         [](const Hand &hand) {
             hand.row(u"orders-staging"_s);
             opened(hand, u"Remove"_s, "headgate::BulkDialog");
             hand.until(u"the plan"_s, [] { return Hand::button(u"act"_s) != nullptr; });
         }},
        {"import-dialog", imported},
        {"health-rule",
         [](const Hand &hand) {
             hand.row(u"orders-staging"_s);
             opened(hand, u"Health rule"_s, "headgate::HealthDialog");
         }},
        {"clone",
         [](const Hand &hand) {
             hand.row(u"orders-staging"_s);
             opened(hand, u"Clone…"_s, "headgate::CloneDialog");
         }},
        {"clone-production",
         [](const Hand &hand) {
             hand.row(u"orders-primary"_s);
             opened(hand, u"Clone…"_s, "headgate::CloneDialog");
         }},
        {"open-workspace",
         [](const Hand &hand) { opened(hand, u"Open another workspace…"_s, "headgate::OpenWorkspaceDialog"); }},
        {"about", [](const Hand &hand) { opened(hand, u"About Headgate"_s, "QMessageBox"); }},
    };
}

}  // namespace headgate::pictures
