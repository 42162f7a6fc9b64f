// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencereader.h"
#include "app/audit/retentionservice.h"
#include "app/base/tasks.h"
#include "models/database/session.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/audit/evidencedialog.h"
#include "ui/audit/integrityacts.h"
#include "ui/audit/integritydialog.h"
#include "ui/audit/retentiondialog.h"
#include "ui/base/chips.h"
#include "ui/base/plaintable.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDateEdit>
#include <QFile>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <algorithm>

using namespace headgate;
using namespace headgate::test;

namespace {

struct Fixture : PageFixture {
    Fixture() : PageFixture(Timestamp::fromIso(QStringLiteral("2018-02-03T10:00:00Z"))) {}
    /// Before the workspace is made.
    struct State {
        State() { qputenv("XDG_STATE_HOME", folder.path().toUtf8()); }
        QTemporaryDir folder;
    };
    void tamper(const QStringList &statements)
    {
        ConnectSpec spec = workspace->database().spec();
        spec.management = false;
        const auto session = Session::open(spec);
        for (const char *trigger : {"audit_logs_update", "audit_logs_delete", "audit_head_update", "audit_head_derive", "operations_delete"})
            session->execute(QStringLiteral("drop trigger if exists %1").arg(QLatin1String(trigger)));
        for (const QString &statement : statements) session->execute(statement);
    }
};

QPushButton *buttonOf(const QWidget &dialog, const QString &name) { return dialog.findChild<QPushButton *>(name); }

QPushButton *buttonWith(const QWidget &dialog, const QString &text)
{
    for (QPushButton *button : dialog.findChildren<QPushButton *>())
        if (button->text().remove(u'&').startsWith(text)) return button;
    return nullptr;
}

bool says(const QWidget &dialog, const QString &text)
{
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        if (label->isVisible() && label->text().contains(text)) return true;
    return false;
}

}  // namespace

class TstIntegrityDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_state = std::make_unique<Fixture::State>(); }
    void cleanup() { m_state.reset(); }
    void verifiesAndReports();
    void showsFindings();
    void acceptsARestoredTrail();
    void exportsEvidence();
    void keepsHolds();
    void retires();
    void tellsWhatItSees();
    void allByKeyboard();

private:
    std::unique_ptr<Fixture::State> m_state;
};

void TstIntegrityDialogs::verifiesAndReports()
{
    Fixture f;
    IntegrityDialog dialog(f.workspace->integrity(), f.files, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    QSignalSpy verified(&dialog, &IntegrityDialog::verified);
    buttonOf(dialog, QStringLiteral("act"))->click();
    QTRY_COMPARE(verified.size(), 1);
    QVERIFY(says(dialog, QStringLiteral("events/s")));
    QVERIFY(dialog.findChild<StatusChip *>()->text().contains(QStringLiteral("whole: 3 events")));
    buttonOf(dialog, QStringLiteral("act"))->click();
    QTRY_COMPARE(verified.size(), 2);
    QVERIFY(says(dialog, QStringLiteral("was verified earlier on this computer")));
    QVERIFY(dialog.findChild<StatusChip *>()->text().contains(QStringLiteral("since the last verification: 0 events")));
    f.files.path = f.folder.filePath(QStringLiteral("report.json"));
    buttonWith(dialog, QStringLiteral("Save report"))->click();
    QFile report(f.files.path);
    QVERIFY(report.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(report.readAll()).object()[u"verification"][u"ok"].toBool(), true);
}

void TstIntegrityDialogs::showsFindings()
{
    Fixture f;
    f.tamper({QStringLiteral("update audit_logs set actor = 'x' where id = 2")});
    IntegrityDialog dialog(f.workspace->integrity(), f.files, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    QSignalSpy asked(&dialog, &IntegrityDialog::eventRequested);
    dialog.verify();
    auto *table = dialog.findChild<PlainTable *>();
    QTRY_COMPARE(table->rowCount(), 1);
    QVERIFY(table->isVisible());
    QCOMPARE(table->item(0, 0)->text(), QStringLiteral("2"));
    QCOMPARE(table->item(0, 1)->text(), QStringLiteral("changed columns"));
    buttonWith(dialog, QStringLiteral("Show event"))->click();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().toLongLong(), 2);
}

void TstIntegrityDialogs::acceptsARestoredTrail()
{
    Fixture f;
    QVERIFY(valueOf(f.workspace->integrity().verify(IntegrityService::Scope::Whole)).ok());
    f.tamper({QStringLiteral("delete from audit_logs where id = 3"), QStringLiteral("delete from operations where audit_id = 3"),
              QStringLiteral("update audit_head set last_id = 2, last_hash = (select hash from audit_logs where id = 2), last_occurred_at = (select occurred_at from audit_logs where id = 2)")});
    IntegrityDialog dialog(f.workspace->integrity(), f.files, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    dialog.verify();
    QPushButton *accept = buttonWith(dialog, QStringLiteral("Accept"));
    QTRY_VERIFY(accept->isVisible());
    QVERIFY(!accept->isEnabled());
    QVERIFY(says(dialog, QStringLiteral("A restored backup")));
    auto *typed = dialog.findChild<QLineEdit *>();
    QTest::keyClicks(typed, QStringLiteral("3"));
    QVERIFY(!accept->isEnabled());
    typed->clear();
    QTest::keyClicks(typed, QStringLiteral("2"));
    QVERIFY(accept->isEnabled());
    accept->click();
    QTRY_VERIFY(!accept->isVisible());
    QTRY_VERIFY(dialog.findChild<StatusChip *>()->text().contains(QStringLiteral("finding")));  // the rollups still count the lost event
    QCOMPARE(valueOf(f.workspace->integrity().look()).size(), 0);
}

void TstIntegrityDialogs::exportsEvidence()
{
    Fixture f;
    EvidenceDialog dialog(f.workspace->integrity(), {}, f.files, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    f.files.path = f.folder.filePath(QStringLiteral("evidence.tar"));
    buttonWith(dialog, QStringLiteral("Browse"))->click();
    QCOMPARE(dialog.findChild<QLineEdit *>()->text(), f.files.path);
    buttonOf(dialog, QStringLiteral("act"))->click();
    dialog.findChild<QLineEdit *>()->setText(f.folder.filePath(QStringLiteral("another.tar")));
    QVERIFY2(!buttonOf(dialog, QStringLiteral("act"))->isEnabled(), "one at a time");
    QTRY_VERIFY(QFile::exists(f.files.path));
    QTRY_VERIFY(buttonWith(dialog, QStringLiteral("Close")));
    QVERIFY(checkEvidence(f.files.path).ok());
}

void TstIntegrityDialogs::keepsHolds()
{
    Fixture f;
    RetentionDialog dialog(f.workspace->retention(), f.messages, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    const auto edits = dialog.findChildren<QLineEdit *>();
    QPushButton *add = buttonWith(dialog, QStringLiteral("Add hold"));
    QVERIFY(!add->isEnabled());
    const auto type = [&edits](const char *field, const QString &text) {
        QTest::keyClicks(*std::ranges::find(edits, QLatin1String(field), &QWidget::accessibleName), text);
    };
    type("Name", QStringLiteral("case 7"));
    type("Reason", QStringLiteral("court order"));
    add->click();
    const auto tables = dialog.findChildren<PlainTable *>();
    PlainTable *table = *std::ranges::find(tables, QStringLiteral("Legal holds"), &QWidget::accessibleName);
    QTRY_COMPARE(table->rowCount(), 1);
    QCOMPARE(table->item(0, 2)->text(), QStringLiteral("everything"));
    QTRY_VERIFY(!buttonOf(dialog, QStringLiteral("retire"))->isEnabled());
    table->setCurrentCell(0, 0);
    QPushButton *release = buttonWith(dialog, QStringLiteral("Release"));
    QVERIFY(release->isEnabled());
    release->click();
    QTRY_COMPARE(table->item(0, 1)->text(), QStringLiteral("released"));
    QVERIFY(!release->isEnabled());
    QCOMPARE(f.messages.asked.size(), 1);
    QTRY_VERIFY(buttonOf(dialog, QStringLiteral("retire"))->isEnabled());
}

void TstIntegrityDialogs::retires()
{
    Fixture f;
    RetentionDialog dialog(f.workspace->retention(), f.messages, f.theme);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    QPushButton *retire = buttonOf(dialog, QStringLiteral("retire"));
    QTRY_COMPARE(retire->text().remove(u'&'), QStringLiteral("Retire 3 events…"));
    for (QLineEdit *edit : dialog.findChildren<QLineEdit *>())
        if (edit->text().endsWith(QStringLiteral("audit-archives"))) edit->setText(f.folder.filePath(QStringLiteral("archives")));
    f.messages.answer = false;
    retire->click();
    QVERIFY(!QFile::exists(f.folder.filePath(QStringLiteral("archives"))));
    f.messages.answer = true;
    retire->click();
    // Whatever asks for another plan meanwhile, the button stays the Cancel of what runs.
    dialog.findChild<QDateEdit *>()->setDate(QDate::currentDate().addDays(-1));
    QVERIFY(retire->isEnabled());
    QCOMPARE(retire->text().remove(u'&'), QStringLiteral("Cancel"));
    QTRY_COMPARE(QDir(f.folder.filePath(QStringLiteral("archives"))).entryList(QDir::Files).size(), 1);
    QTRY_COMPARE(retire->text(), QStringLiteral("Retire…"));
    const AuditVerification after = valueOf(f.workspace->integrity().verify(IntegrityService::Scope::Whole));
    QVERIFY(after.ok());
    QCOMPARE(after.start.id, 3);
}

void TstIntegrityDialogs::tellsWhatItSees()
{
    Fixture f;
    QWidget page;
    auto *acts = new IntegrityActs(f.workspace->integrity(), f.workspace->retention(), {f.theme, f.messages, f.files, f.notifications}, [] { return ListQuery(); }, &page);
    acts->watch();
    const QString memory = m_state->folder.path() + QStringLiteral("/headgate/trail/%1.json").arg(f.workspace->info().uuid.toString(QUuid::WithoutBraces));
    QTRY_VERIFY(QFile::exists(memory));
    QVERIFY(f.notifications.list().isEmpty());
    f.tamper({QStringLiteral("update audit_logs set hash = previous_hash where id = 3")});
    acts->watch();
    QTRY_COMPARE(f.notifications.list().size(), 1);
    QVERIFY(f.notifications.list().first().error.evidence.startsWith(QStringLiteral("Event 3 is not the one")));
    acts->watch();
    QTest::qWait(200);
    QCOMPARE(f.notifications.list().size(), 1);  // said once
    f.notifications.list().first().act();
    QVERIFY(page.findChild<IntegrityDialog *>());
}

/// Every control has a name and can be reached with Tab.
void TstIntegrityDialogs::allByKeyboard()
{
    Fixture f;
    IntegrityDialog verify(f.workspace->integrity(), f.files, f.theme);
    EvidenceDialog evidence(f.workspace->integrity(), {}, f.files, f.theme);
    RetentionDialog retention(f.workspace->retention(), f.messages, f.theme);
    for (QDialog *dialog : {static_cast<QDialog *>(&verify), static_cast<QDialog *>(&evidence), static_cast<QDialog *>(&retention)}) {
        dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        dialog->show();
        for (const QPushButton *button : dialog->findChildren<QPushButton *>()) {
            if (!button->isVisibleTo(dialog)) continue;
            QVERIFY(button->focusPolicy() & Qt::TabFocus);
            QVERIFY(!button->text().isEmpty());
        }
        for (const PlainTable *table : dialog->findChildren<PlainTable *>()) QVERIFY(!table->accessibleName().isEmpty());
    }
    QVERIFY(!verify.findChild<QComboBox *>()->accessibleName().isEmpty());
}

HEADGATE_TEST(TstIntegrityDialogs);
#include "tst_integritydialogs.moc"
