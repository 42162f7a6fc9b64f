// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/audit/auditdetail.h"
#include "ui/audit/auditpage.h"
#include "ui/base/changestable.h"
#include "ui/base/chips.h"
#include "ui/base/facetpanel.h"
#include "ui/base/listview.h"

#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace headgate;
using namespace headgate::test;

namespace {

struct AuditFixture : PageFixture {
    AuditFixture() : page(workspace->audit(), workspace->auditReview(), jobs, notifications, theme)
    {
        page.resize(1200, 800);
        page.show();
    }
    Connection add(const QString &name)
    {
        ConnectionDraft draft;
        draft.connection.name = name;
        draft.connection.databaseType = DatabaseType::Sqlite;
        draft.connection.databaseName = folder.filePath(name);
        return valueOf(workspace->connections().add(draft));
    }
    ListView *list() const { return page.findChild<ListView *>(QStringLiteral("list")); }

    AuditPage page;
};

}  // namespace

class TstAuditPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsWhatChanged();
    void filtersByAction();
    void opensAFacetForTheKeyboard();
    void verifiesTheChain();
    void keepsTheFindings();
    void tellsOfNothing();
};

void TstAuditPage::showsWhatChanged()
{
    AuditFixture f;
    ConnectionDraft draft{f.add(QStringLiteral("lake")), std::nullopt};
    draft.connection.description = QStringLiteral("cold storage");
    valueOf(f.workspace->connections().update(draft));
    f.page.refresh();
    QTRY_VERIFY(f.list()->model()->rowCount() >= 2);
    f.list()->setFocus();
    QTRY_COMPARE(f.list()->model()->index(0, 2).data().toString(), QStringLiteral("UPDATE"));
    f.list()->setCurrentIndex(f.list()->model()->index(0, 0));
    auto *changes = f.page.findChild<ChangesTable *>();
    QTRY_VERIFY(changes->isVisible());
    // Until the chosen event is read, the pane may still show the one that was chosen before it.
    const auto row = [changes] { return changes->findItems(QStringLiteral("description"), Qt::MatchExactly).value(0); };
    QTRY_VERIFY(row());
    QCOMPARE(changes->item(row()->row(), 2)->text(), QStringLiteral("cold storage"));
}

void TstAuditPage::filtersByAction()
{
    AuditFixture f;
    const Connection connection = f.add(QStringLiteral("lake"));
    valueOf(f.workspace->connections().remove(connection.id, connection.version));
    f.page.refresh();
    f.page.findChild<FacetPanel *>(QStringLiteral("facets.action"))->choose({QStringLiteral("DELETE")});
    QTRY_COMPARE(f.list()->model()->rowCount(), 1);
    QCOMPARE(f.list()->model()->index(0, 4).data().toString(), QStringLiteral("lake"));
}

void TstAuditPage::opensAFacetForTheKeyboard()
{
    AuditFixture f;
    const Connection connection = f.add(QStringLiteral("lake"));
    valueOf(f.workspace->connections().remove(connection.id, connection.version));
    f.page.refresh();
    auto *button = f.page.findChild<QToolButton *>(QStringLiteral("facet.action"));
    auto *list = f.page.findChild<FacetPanel *>(QStringLiteral("facets.action"))->findChild<QListWidget *>();
    button->menu()->popup({});
    QTRY_COMPARE(button->menu()->focusWidget(), list);
    QTRY_VERIFY(list->count() >= 2);
    list->setCurrentItem(list->findItems(QStringLiteral("DELETE"), Qt::MatchExactly).value(0));
    QTest::keyClick(list, Qt::Key_Space);
    QTRY_COMPARE(f.list()->model()->rowCount(), 1);
    QVERIFY(button->property("filtering").toBool());
    QTest::keyClick(list, Qt::Key_Escape);
    QTRY_VERIFY(button->menu()->isHidden());
}

void TstAuditPage::verifiesTheChain()
{
    AuditFixture f;
    f.add(QStringLiteral("lake"));
    auto *chip = f.page.findChild<StatusChip *>();
    QVERIFY(!chip->isVisible());
    for (const Command &each : f.page.commands())
        if (each.id == QLatin1String("audit.verify")) each.run();
    QTRY_VERIFY(chip->isVisible());
    QVERIFY(chip->text().contains(QStringLiteral("no gaps")));
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
}

void TstAuditPage::keepsTheFindings()
{
    AuditFixture f;
    f.add(QStringLiteral("lake"));
    AuditVerification faulty;
    faulty.rows = 4;
    faulty.findingCount = 1;
    faulty.findings = {{2, QStringLiteral("payload"), QStringLiteral("<b>x</b> was changed"), 2}};
    f.page.setVerifier([&faulty](const auto &, const CancelToken &) { return answered(Result<AuditVerification>(faulty)); });
    for (const Command &each : f.page.commands())
        if (each.id == QLatin1String("audit.verify")) each.run();
    auto *chip = f.page.findChild<StatusChip *>();
    QTRY_VERIFY(chip->isVisible());
    QVERIFY2(chip->text().contains(QStringLiteral("1 finding in 4 events")), qPrintable(chip->text()));
    QTRY_VERIFY(f.page.isIdle() && f.jobs.jobs().isEmpty());
    QTest::qWait(100);  // the list is read and counted anew
    const auto *summary = f.page.findChild<QLabel *>(QStringLiteral("summary"));
    QVERIFY(summary->isVisible());
    QVERIFY2(summary->text().contains(QStringLiteral("<b>x</b> was changed")), qPrintable(summary->text()));
    QCOMPARE(summary->textFormat(), Qt::PlainText);
    faulty = {};
    faulty.incremental = true;
    f.page.showVerification(faulty);
    QVERIFY2(chip->text().contains(QStringLiteral("since the last verification")), qPrintable(chip->text()));
    QVERIFY(!summary->text().contains(QStringLiteral("was changed")));
}

void TstAuditPage::tellsOfNothing()
{
    AuditFixture f;
    f.page.open(QStringLiteral("connection/none"));
    QTRY_COMPARE(f.notifications.list().size(), 1);
}

HEADGATE_TEST(TstAuditPage);
#include "tst_auditpage.moc"
