// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "models/audit/auditstore.h"
#include "models/audit/audittablemodel.h"
#include "models/database/database.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/audit/auditdetail.h"
#include "ui/audit/auditpage.h"
#include "ui/audit/auditrange.h"
#include "ui/audit/histogrampanel.h"
#include "ui/audit/restoredialog.h"
#include "ui/audit/timeticks.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listview.h"

#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr qint64 kHour = 3'600'000'000;
constexpr qint64 kDay = 24 * kHour;

/// A trail of ten days: on day n there are n events by "mira" of ACT, and one that failed.
struct ReviewFixture : PageFixture {
    ReviewFixture() : PageFixture(Timestamp{Timestamp::now().us / kDay * kDay - 12 * kDay})
    {
        begin = {Timestamp::now().us / kDay * kDay - 11 * kDay};
        (void)valueOf(workspace->database().write([this](Transaction &t) {
            for (int day = 1; day <= 10; ++day)
                for (int i = 0; i <= day; ++i) record(t, {begin.us + day * kDay + (8 + i) * kHour}, i > 0);
            return Done{};
        }));
        page = std::make_unique<AuditPage>(workspace->audit(), workspace->auditReview(), jobs, notifications, theme);
        page->resize(1300, 860);
        page->show();
        panel = page->findChild<HistogramPanel *>();
        view = panel->view();
    }
    static void record(Transaction &t, Timestamp at, bool success)
    {
        AuditEntry entry;
        entry.actor.name = QStringLiteral("mira");
        entry.action = QStringLiteral("ACT");
        entry.entityType = QStringLiteral("gadget");
        entry.entityId = QStringLiteral("7");
        entry.success = success;
        entry.occurredAt = at;
        AuditStore::record(t, entry);
    }
    qint64 matching() const { return valueOf(workspace->audit().count(model()->query())); }
    AuditTableModel *model() const { return page->findChild<AuditTableModel *>(); }
    ListView *list() const { return page->findChild<ListView *>(QStringLiteral("list")); }
    Timestamp day(int n) const { return {begin.us + n * kDay}; }
    QPoint pointAt(Timestamp at) const { return {int(view->xOf(at)), view->height() / 2}; }
    void drag(Timestamp from, Timestamp to)
    {
        QTest::mousePress(view, Qt::LeftButton, {}, pointAt(from));
        QTest::mouseMove(view, pointAt({(from.us + to.us) / 2}));
        QTest::mouseMove(view, pointAt(to));
        QTest::mouseRelease(view, Qt::LeftButton, {}, pointAt(to));
    }
    /// The events of the trail in what the list is limited to, by the rows themselves.
    qint64 inRange() const
    {
        const auto range = auditRange(model()->query(), QStringLiteral("occurred_at"));
        if (!range) return -1;
        qint64 events = 0;
        for (const AuditRecord &record : valueOf(workspace->audit().page({}, {std::nullopt, 500})).rows) events += range->contains(record.occurredAt);
        return events;
    }
    template <typename Button = QPushButton>
    Button *button(const QString &text) const
    {
        for (Button *each : page->findChildren<Button *>())
            if (each->text() == text) return each;
        return nullptr;
    }

    Timestamp begin;
    std::unique_ptr<AuditPage> page;
    HistogramPanel *panel = nullptr;
    HistogramView *view = nullptr;
};

}  // namespace

class TstAuditReviewPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void marksRoundTimes_data();
    void marksRoundTimes();
    void readsRanges();
    void drawsTheTrail();
    void brushesWithTheMouse();
    void brushesWithTheKeys();
    void zooms();
    void countsInSlicesUnderAFilter();
    void showsOnlyAnomalies();
    void keepsTheTimesOfAnomalies();
    void saysThatAnomaliesAreCutOff();
    void showsALife();
    void showsEachOlderEventOnce();
    void undoesNoPassword();
    void showsAStateAndRestoresIt();
};

void TstAuditReviewPage::marksRoundTimes_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<qint64>("hours");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("a day") << QStringLiteral("2026-11-20T22:30:00") << qint64(24) << QStringList{QStringLiteral("21 Nov"), QStringLiteral("06:00"), QStringLiteral("12:00"), QStringLiteral("18:00")};
    QTest::newRow("a week") << QStringLiteral("2026-11-16T00:00:00") << qint64(7 * 24)
                            << QStringList{QStringLiteral("17 Nov"), QStringLiteral("19 Nov"), QStringLiteral("21 Nov")};
    QTest::newRow("a year") << QStringLiteral("2025-12-31T00:00:00") << qint64(365 * 24)
                            << QStringList{QStringLiteral("Jan 2026"), QStringLiteral("Apr 2026"), QStringLiteral("Jul 2026"), QStringLiteral("Oct 2026")};
}

void TstAuditReviewPage::marksRoundTimes()
{
    QFETCH(QString, from);
    QFETCH(qint64, hours);
    const Timestamp begin = Timestamp::fromDateTime(QDateTime::fromString(from, Qt::ISODate));  // of the zone that is shown
    QStringList texts;
    for (const TimeTick &tick : timeTicks(begin, {begin.us + hours * kHour}, 5)) texts << tick.text;
    QTEST(texts, "expected");
}

void TstAuditReviewPage::readsRanges()
{
    const QString time = QStringLiteral("occurred_at");
    const auto range = [&time](const QList<ColumnFilter> &filters) { return auditRange({{}, filters, {}, false}, time); };
    const AuditSpan span{{1000}, {2000}};
    QCOMPARE(range({auditRangeFilter(span, time)}), std::optional(span));
    QCOMPARE(range({{time, ColumnFilter::Op::AtLeast, {1000}}, {time, ColumnFilter::Op::Less, {2000}}}), std::optional(span));
    QCOMPARE(range({}), std::nullopt);
    QCOMPARE(range({{time, ColumnFilter::Op::NotEqual, {1000}}}), std::nullopt);
    QCOMPARE(range({{QStringLiteral("actor"), ColumnFilter::Op::Equal, {QStringLiteral("x")}}}), std::nullopt);
    const auto lately = range({{time, ColumnFilter::Op::AtLeast, {QStringLiteral("-24h")}}});
    QVERIFY(lately && std::abs(lately->us() - kDay) < kHour / 60);
}

void TstAuditReviewPage::drawsTheTrail()
{
    ReviewFixture f;
    QTRY_VERIFY(!f.view->data().buckets.isEmpty());
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    QCOMPARE(f.view->data().parts, (QStringList{QStringLiteral("failure"), QStringLiteral("success")}));
    const QString text = f.view->textAt({f.day(4).us + 9 * kHour});
    QVERIFY2(text.contains(QStringLiteral("success")), qPrintable(text));
}

void TstAuditReviewPage::brushesWithTheMouse()
{
    ReviewFixture f;
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    f.drag(f.day(3), {f.day(6).us - kHour});
    QTRY_VERIFY(f.inRange() > 0);
    QTRY_COMPARE(f.model()->rowCount(), int(f.inRange()));
    QCOMPARE(f.inRange(), f.matching());
    const AuditSpan chosen = *f.panel->range();
    QVERIFY(chosen.from <= f.day(3) && chosen.to >= Timestamp{f.day(6).us - kHour});
    // Its end by its handle, then all of it.
    f.drag(chosen.to, f.day(8));
    QTRY_VERIFY(f.panel->range()->to >= f.day(8));
    QCOMPARE(f.panel->range()->from, chosen.from);
    const AuditSpan longer = *f.panel->range();
    f.drag(f.day(4), f.day(3));
    QTRY_VERIFY(f.panel->range()->from < longer.from);
    QCOMPARE(f.panel->range()->us(), longer.us());
    QTRY_COMPARE(f.matching(), f.inRange());
    QTest::mouseDClick(f.view, Qt::LeftButton, {}, f.pointAt(f.day(5)));
    QTRY_VERIFY(!f.model()->query().isFiltered());
    QVERIFY(!f.panel->range());
}

void TstAuditReviewPage::brushesWithTheKeys()
{
    ReviewFixture f;
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    f.view->setFocus();
    QTest::keyClick(f.view, Qt::Key_Left);
    QTRY_VERIFY(auditRange(f.model()->query(), QStringLiteral("occurred_at")));
    const AuditSpan first = *f.panel->range();
    QCOMPARE(first.us(), f.view->data().bucketUs);
    QTest::keyClick(f.view, Qt::Key_Left, Qt::ControlModifier);
    QTest::keyClick(f.view, Qt::Key_Left, Qt::ControlModifier);
    QTest::keyClick(f.view, Qt::Key_Left);
    QTest::keyClick(f.view, Qt::Key_Right, Qt::ShiftModifier);
    const AuditSpan wanted{{first.from.us - 3 * first.us()}, first.to};
    QCOMPARE(f.panel->range(), std::optional(wanted));
    QTRY_COMPARE(auditRange(f.model()->query(), QStringLiteral("occurred_at")), std::optional(wanted));
    QTest::keyClick(f.view, Qt::Key_Escape);
    QTRY_VERIFY(!f.model()->query().isFiltered());
}

void TstAuditReviewPage::zooms()
{
    ReviewFixture f;
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    const AuditSpan all = f.view->data().span;
    f.drag(f.day(3), f.day(5));
    QTest::keyClick(f.view, Qt::Key_Return);
    QTRY_VERIFY(f.view->data().span.us() < all.us() / 2);
    QTRY_COMPARE(f.view->data().total(), f.inRange());
    QTRY_VERIFY(!f.panel->isCounting());
    const AuditSpan inner = f.view->data().span;
    QTest::keyClick(f.view, Qt::Key_Minus);
    QTRY_VERIFY(f.view->data().span.us() > inner.us());
    QTest::mouseDClick(f.view, Qt::LeftButton, {}, f.pointAt(f.day(4)));
    QTRY_COMPARE(f.view->data().span, all);
}

void TstAuditReviewPage::countsInSlicesUnderAFilter()
{
    ReviewFixture f;
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    ListQuery query;
    query.filters = {{QStringLiteral("actor"), ColumnFilter::Op::In, {QStringLiteral("mira")}}};
    f.model()->setQuery(query);
    QTRY_COMPARE(f.view->data().total(), 65);
    QTRY_VERIFY(!f.panel->isCounting());
    QCOMPARE(f.view->data().total(), 65);
    // What nobody looks at any more is not counted on.
    f.panel->setQuery({QStringLiteral("nothing has this name"), {}, {}, false});
    QVERIFY(f.panel->isCounting());
    f.panel->setQuery({});
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
}

void TstAuditReviewPage::showsOnlyAnomalies()
{
    ReviewFixture f;
    (void)valueOf(f.workspace->database().write([](Transaction &t) {
        for (int i = 0; i < 22; ++i) ReviewFixture::record(t, Timestamp::now(), true);
        return Done{};
    }));
    f.page->refresh();
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    for (const Command &each : f.page->commands())
        if (each.id == u"audit.anomalies") each.run();
    QTRY_COMPARE(f.model()->rowCount(), 3);
    QTRY_COMPARE(f.model()->index(0, 6).data(RecordTableModel::RawRole).toString(), QStringLiteral("burst"));
    QVERIFY(f.model()->index(0, 6).data(Qt::ToolTipRole).toString().contains(QStringLiteral("within one minute")));
    f.list()->setCurrentIndex(f.model()->index(0, 0));
    auto *words = f.page->findChild<QLabel *>(QStringLiteral("anomalies"));
    QTRY_VERIFY(words->isVisible());
    for (const Command &each : f.page->commands())
        if (each.id == u"audit.anomalies") each.run();
    QTRY_VERIFY(!f.model()->query().isFiltered());
}

/// Of a relative range, and of one without a begin: the condition stays, and the button too.
void TstAuditReviewPage::keepsTheTimesOfAnomalies()
{
    ReviewFixture f;
    (void)valueOf(f.workspace->database().write([](Transaction &t) {
        for (int i = 0; i < 22; ++i) ReviewFixture::record(t, Timestamp::now(), true);
        return Done{};
    }));
    f.page->refresh();
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    auto *frame = f.page->findChild<ListPageFrame *>();
    const auto *button = f.button<QToolButton>(AuditPage::tr("Anomalies only"));
    const auto press = [&f] {
        for (const Command &each : f.page->commands())
            if (each.id == u"audit.anomalies") each.run();
    };
    const QString time = QStringLiteral("occurred_at");
    ListQuery lately;
    lately.filters = {{time, ColumnFilter::Op::AtLeast, {QStringLiteral("-7d")}}};
    frame->setQuery(lately);
    QTRY_VERIFY(f.page->isIdle());
    press();
    QTRY_VERIFY(f.model()->query().isFilteredOn(QStringLiteral("id")));
    QTRY_COMPARE(f.model()->rowCount(), 3);
    QVERIFY(button->isChecked());
    QVERIFY(f.model()->query().filters.contains(lately.filters.first()));
    press();
    QTRY_COMPARE(f.model()->query().filters, lately.filters);

    ListQuery early;
    early.filters = {{time, ColumnFilter::Op::AtMost, {f.day(3).us}}};
    frame->setQuery(early);
    QTRY_VERIFY(f.page->isIdle());
    press();
    QTRY_VERIFY(f.model()->query().isFilteredOn(QStringLiteral("id")));
    QVERIFY(f.model()->query().filters.contains(early.filters.first()));
    QTRY_COMPARE(f.model()->rowCount(), 0);
    press();
    QTRY_COMPARE(f.model()->query().filters, early.filters);
}

void TstAuditReviewPage::saysThatAnomaliesAreCutOff()
{
    ReviewFixture f;
    (void)valueOf(f.workspace->database().write([](Transaction &t) {
        for (int i = 0; i < 530; ++i) ReviewFixture::record(t, Timestamp::now(), true);
        return Done{};
    }));
    f.page->refresh();
    QTRY_COMPARE(f.view->data().total(), valueOf(f.workspace->audit().count({})));
    for (const Command &each : f.page->commands())
        if (each.id == u"audit.anomalies") each.run();
    QTRY_VERIFY(f.model()->query().isFilteredOn(QStringLiteral("id")));
    QCOMPARE(f.notifications.list().size(), 1);
    QVERIFY(f.notifications.list().first().error.what.contains(QStringLiteral("newest 500")));
}

void TstAuditReviewPage::showsALife()
{
    ReviewFixture f;
    QTRY_VERIFY(f.model()->rowCount() > 60);
    f.page->open(QStringLiteral("gadget/7"));
    auto *tree = f.page->findChild<QTreeWidget *>(QStringLiteral("timeline"));
    QTRY_VERIFY(tree->isVisible() && tree->topLevelItemCount() == 10);
    int events = 0;
    for (int day = 0; day < tree->topLevelItemCount(); ++day) events += tree->topLevelItem(day)->childCount();
    QCOMPARE(events, 65);
    // Enter opens an event: it is shown with its changes.
    QTreeWidgetItem *oldest = tree->topLevelItem(9)->child(1);
    tree->setCurrentItem(oldest);
    Q_EMIT tree->itemActivated(oldest, 0);
    auto *detail = f.page->findChild<AuditDetail *>();
    QTRY_COMPARE(detail->record().occurredAt, (Timestamp{f.day(1).us + 8 * kHour}));
    QTRY_VERIFY(!tree->isVisible());
}

void TstAuditReviewPage::showsEachOlderEventOnce()
{
    ReviewFixture f;
    (void)valueOf(f.workspace->database().write([](Transaction &t) {
        for (int i = 0; i < 120; ++i) ReviewFixture::record(t, Timestamp::now(), true);
        return Done{};
    }));
    f.page->open(QStringLiteral("gadget/7"));
    auto *tree = f.page->findChild<QTreeWidget *>(QStringLiteral("timeline"));
    const auto events = [tree] {
        int count = 0;
        for (int day = 0; day < tree->topLevelItemCount(); ++day) count += tree->topLevelItem(day)->childCount();
        return count;
    };
    QTRY_COMPARE(events(), 100);
    auto *older = f.button(QStringLiteral("Older events"));
    older->click();
    older->click();
    QTRY_VERIFY(events() > 100);
    QTest::qWait(100);
    QCOMPARE(events(), 185);
}

/// Nothing that could be put back: it must not offer what others changed since.
void TstAuditReviewPage::undoesNoPassword()
{
    ReviewFixture f;
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("lake");
    draft.connection.databaseType = DatabaseType::Postgresql;
    draft.connection.host = QStringLiteral("lake.internal");
    draft.connection.databaseName = QStringLiteral("app");
    draft.connection.username = QStringLiteral("cdc");
    draft.connection = valueOf(f.workspace->connections().add(draft));
    draft.password = QStringLiteral("s3cret");
    (void)valueOf(f.workspace->connections().update(draft));
    f.page->refresh();
    QTRY_COMPARE(f.model()->index(0, 2).data().toString(), QStringLiteral("UPDATE"));
    f.list()->setCurrentIndex(f.model()->index(0, 0));
    auto *detail = f.page->findChild<AuditDetail *>();
    QTRY_VERIFY(detail->isVisible() && detail->record().action == u"UPDATE");
    QVERIFY(f.button(AuditDetail::tr("&Follow this %1").arg(QStringLiteral("connection")))->isVisible());
    QVERIFY(!f.button(AuditDetail::tr("&Undo this change…"))->isVisible());
}

void TstAuditReviewPage::showsAStateAndRestoresIt()
{
    ReviewFixture f;
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("lake");
    draft.connection.databaseType = DatabaseType::Sqlite;
    draft.connection.databaseName = f.folder.filePath(QStringLiteral("lake"));
    draft.connection = valueOf(f.workspace->connections().add(draft));
    draft.connection.description = QStringLiteral("cold");
    draft.connection = valueOf(f.workspace->connections().update(draft));
    draft.connection.description = QStringLiteral("colder");
    draft.connection = valueOf(f.workspace->connections().update(draft));
    f.page->refresh();
    QTRY_COMPARE(f.model()->index(0, 2).data().toString(), QStringLiteral("UPDATE"));
    f.list()->setCurrentIndex(f.model()->index(0, 0));
    auto *tabs = f.page->findChild<QTabWidget *>();
    auto *state = f.page->findChild<QTableWidget *>(QStringLiteral("state"));
    QTRY_VERIFY(tabs->isVisible());
    tabs->setCurrentIndex(2);
    const auto valueOfField = [state](const QString &field) {
        const auto found = state->findItems(field, Qt::MatchExactly);
        return found.isEmpty() ? QString() : state->item(found.first()->row(), 1)->text();
    };
    QTRY_COMPARE(valueOfField(QStringLiteral("description")), QStringLiteral("colder"));
    auto *slider = f.page->findChild<QSlider *>();
    QTRY_COMPARE(slider->maximum(), 2);
    slider->setValue(0);
    QTRY_COMPARE(valueOfField(QStringLiteral("description")), QStringLiteral("NULL"));

    tabs->setCurrentIndex(0);
    QTest::mouseClick(f.button(AuditDetail::tr("&Undo this change…")), Qt::LeftButton);
    QTRY_VERIFY(f.page->findChild<RestoreDialog *>());
    auto *dialog = f.page->findChild<RestoreDialog *>();
    QCOMPARE(dialog->chosen(), QStringList{QStringLiteral("description")});
    // Somebody else is first: it says so, compares anew, and then restores.
    ConnectionDraft other = draft;
    other.connection.isActive = false;
    (void)valueOf(f.workspace->connections().update(other));
    dialog->actButton()->click();
    QPushButton *again = nullptr;
    const auto offered = [&] {
        for (QPushButton *each : dialog->findChildren<QPushButton *>())
            if (each->isVisible() && each->text().contains(RestoreDialog::tr("Compare again"))) again = each;
        return again != nullptr;
    };
    QTRY_VERIFY(offered());
    auto *fields = dialog->findChild<QTableWidget *>();
    fields->item(0, 0)->setCheckState(Qt::Unchecked);
    again->click();
    QTRY_VERIFY(!again->isVisible());
    QCOMPARE(dialog->chosen(), QStringList());  // what was not chosen is not chosen by comparing again
    fields->findItems(QStringLiteral("description"), Qt::MatchExactly).constFirst()->setCheckState(Qt::Checked);
    dialog->actButton()->click();
    QTRY_COMPARE(valueOf(f.workspace->connections().get(draft.connection.id)).description, QStringLiteral("cold"));
    QVERIFY(!valueOf(f.workspace->connections().get(draft.connection.id)).isActive);
}

HEADGATE_TEST(TstAuditReviewPage);
#include "tst_auditreviewpage.moc"
