// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/states.h"

#include <QTableWidget>
#include <QToolButton>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

const QString kSearch = u"Search entity names"_s;

void trail(const Hand &hand)
{
    hand.page(u"Audit"_s);
    hand.reset();
    hand.until(u"the events"_s, [] { return Hand::list() && Hand::list()->model()->rowCount() > 0; });
}

void event(const Hand &hand)
{
    trail(hand);
    hand.rowAt(3);
    hand.until(u"the event"_s, [] { return Hand::find("headgate::AuditDetail") != nullptr; });
}

/// By the row of fields below the header.
void updates(const Hand &hand)
{
    trail(hand);
    hand.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    hand.fill(u"filter.action"_s, u"UPDATE"_s);
    hand.awaitText(u" match"_s);
    hand.until(u"events of one kind"_s,
               [] { return Hand::list()->model()->index(0, 2).data().toString() == u"UPDATE"; });
}

/// The newest with values before and after; a refused one has none.
void update(const Hand &hand)
{
    updates(hand);
    const auto isUndoable = [] { return Hand::button(u"Undo this change"_s) != nullptr; };
    const int rows = Hand::ask([] { return Hand::list()->model()->rowCount(); });
    for (int row = 0; row < rows && !Hand::ask(isUndoable); ++row) hand.rowAt(row);
    hand.until(u"an update that can be undone"_s, isUndoable);
    hand.until(u"the changed fields"_s, [] { return Hand::find("headgate::ChangesTable") != nullptr; });
}

void eventTab(const Hand &hand, const QString &title, const char *view)
{
    update(hand);
    hand.tab(title);
    hand.until(u"the tab "_s + title, [view] { return Hand::find(view) != nullptr; });
}

void anomalies(const Hand &hand)
{
    trail(hand);
    hand.run(u"Anomalies only"_s);
    hand.until(u"the unusual events"_s, [] { return Hand::button(u"✓ Anomalies only"_s) != nullptr; });
    hand.awaitText(u" match"_s);
}

void restored(const Hand &hand)
{
    update(hand);
    hand.press(u"Undo this change"_s);
    hand.awaitDialog("headgate::RestoreDialog");
}

}  // namespace

QList<State> auditStates()
{
    return {
        {"audit-plain", trail},
        {"audit-filtered-update", updates},
        {"audit-search",
         [](const Hand &hand) {
             trail(hand);
             hand.fill(kSearch, u"payments"_s);
             hand.awaitText(u" match"_s);
         }},
        {"audit-search-none",
         [](const Hand &hand) {
             trail(hand);
             hand.fill(kSearch, u"no such record"_s);
             hand.awaitText(u"No event matches the filter."_s);
         }},
        {"audit-anomalies", anomalies},
        {"audit-facet-action",
         [](const Hand &hand) {
             trail(hand);
             hand.menuOf(u"facet.action"_s);
         }},
        {"audit-time-menu",
         [](const Hand &hand) {
             trail(hand);
             hand.menuOf(u"timeRange"_s);
         }},
        {"audit-event-selected", event},
        {"audit-update-selected", update},
        {"audit-life", [](const Hand &hand) { eventTab(hand, u"Life"_s, "headgate::TimelineView"); }},
        {"audit-state", [](const Hand &hand) { eventTab(hand, u"State"_s, "headgate::StateView"); }},
        {"audit-event", [](const Hand &hand) { eventTab(hand, u"Event"_s, "headgate::EventView"); }},
        {"audit-row-json",
         [](const Hand &hand) {
             update(hand);
             hand.run(u"Row as JSON"_s);
             hand.awaitText(u"\"action\""_s);
         }},
        {"audit-restore-dialog", restored},
    };
}

QList<State> integrityStates()
{
    return {
        {"audit-integrity-menu",
         [](const Hand &hand) {
             trail(hand);
             hand.menuOf(u"Integrity"_s);
         }},
        {"audit-evidence",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Export evidence…"_s);
             hand.awaitDialog("headgate::EvidenceDialog");
         }},
        {"audit-retention-holds",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Holds and retention…"_s);
             hand.awaitDialog("headgate::RetentionDialog");
             hand.tab(u"Legal holds"_s);
         }},
        {"audit-retention-events",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Holds and retention…"_s);
             hand.awaitDialog("headgate::RetentionDialog");
             hand.tab(u"Old events"_s);
         }},
        {"audit-verify-dialog",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Verify and report…"_s);
             hand.awaitDialog("headgate::IntegrityDialog");
         }},
        {"audit-verified-dialog",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Verify and report…"_s);
             hand.awaitDialog("headgate::IntegrityDialog");
             hand.choose(u"What to verify"_s, u"The whole trail"_s);
             hand.press(u"act"_s);
             hand.awaitText(u"Hash of the last"_s);
         }},
        {"audit-verified",
         [](const Hand &hand) {
             trail(hand);
             hand.run(u"Verify the chain"_s);
             hand.until(u"the verdict"_s, [] { return Hand::find("headgate::StatusChip") != nullptr; });
         }},
    };
}

}  // namespace headgate::pictures
