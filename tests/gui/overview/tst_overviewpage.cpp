// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/overview/overviewpage.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

using namespace headgate;
using namespace headgate::test;

class TstOverviewPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jumpsToWhatFails();
};

void TstOverviewPage::jumpsToWhatFails()
{
    PageFixture f;
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("missing");
    draft.connection.databaseType = DatabaseType::Sqlite;
    draft.connection.databaseName = f.folder.filePath(QStringLiteral("not-there.db"));
    const Connection connection = valueOf(f.workspace->connections().add(draft));
    valueOf(f.workspace->connections().test(connection.id));

    const auto health = [] { return answered(Result<OverviewHealth>(OverviewHealth{QStringLiteral("SQLite"), 0.2, 1, 30, 1})); };
    OverviewPage page(f.workspace->connections(), f.workspace->audit(), health, f.theme);
    page.resize(1200, 800);
    page.show();
    QSignalSpy jumps(&page, &Page::openRequested);
    const auto link = [&]() -> QPushButton * {
        for (auto *each : page.findChildren<QPushButton *>())
            if (each->text() == QLatin1String("missing") && each->accessibleName().startsWith(QLatin1String("missing, just now"))) return each;
        return nullptr;
    };
    QTRY_VERIFY(link());
    QTest::mouseClick(link(), Qt::LeftButton);
    QCOMPARE(jumps.size(), 1);
    QCOMPARE(jumps[0][0].value<EntityRef>(), (EntityRef{QStringLiteral("connections"), QString::number(connection.id.value)}));
}

HEADGATE_TEST(TstOverviewPage);
#include "tst_overviewpage.moc"
