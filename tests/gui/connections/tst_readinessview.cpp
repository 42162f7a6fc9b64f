// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"
#include "ui/connections/readinessdelegate.h"
#include "ui/connections/readinesslistmodel.h"
#include "ui/connections/readinessview.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QTcpServer>
#include <QUrl>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// Saves where the test says.
class SavedFiles : public FileDialogs {
public:
    void saveFile(QWidget *, const QString &, const QString &start,
                  std::function<void(const QString &)> chosen) override
    {
        proposed = start;
        chosen(path);
    }
    QString proposed;
    QString path;
};

struct ReadinessFixture : PageFixture {
    ReadinessFixture() : view(workspace->readiness(), jobs, saved, theme)
    {
        view.resize(420, 800);
        view.show();
    }

    Connection add(const QString &name, const QUrl &url, int timeout = 10)
    {
        ConnectionDraft draft;
        Connection &c = draft.connection;
        c.name = name;
        c.host = url.host();
        c.port = url.port();
        c.databaseName = url.path().mid(1);
        c.username = url.userName();
        c.config.insert(u"connect_timeout"_s, timeout);
        draft.password = url.password();
        return valueOf(workspace->connections().add(draft));
    }
    QListView *list() const { return view.findChild<QListView *>(u"readiness"_s); }
    ReadinessListModel *model() const { return static_cast<ReadinessListModel *>(list()->model()); }
    QPushButton *button(const QString &text) const
    {
        for (auto *each : view.findChildren<QPushButton *>())
            if (each->text().remove(u'&') == text) return each;
        return nullptr;
    }
    bool shows(const QString &text) const
    {
        return std::ranges::any_of(view.findChildren<QLabel *>(), [&](QLabel *label) {
            return label->isVisible() && label->text().remove(QChar(0x200B)).contains(text);
        });
    }
    bool choose(const QString &check, const QString &table = {})
    {
        const int row = model()->rowOf(check, table);
        list()->setCurrentIndex(model()->index(row));
        return row >= 0;
    }

    SavedFiles saved;
    ReadinessView view;
};

ReadinessReport wideReport(int tables)
{
    ReadinessReport report{u"wide"_s, u"PostgreSQL 15.20"_s, Timestamp::now(), {}};
    report.checks.push_back({u"wal_level"_s,
                             {},
                             StageStatus::Fail,
                             u"wal_level = replica."_s,
                             u"Set it."_s,
                             FixKind::Sql,
                             u"ALTER SYSTEM SET wal_level = 'logical';"_s});
    for (int i = 0; i < tables; ++i) {
        const QString table = u"app.table_%1"_s.arg(i);
        const StageStatus status = i % 1000 == 7   ? StageStatus::Fail
                                   : i % 1000 == 3 ? StageStatus::Warn
                                                   : StageStatus::Pass;
        for (const QString &check : {u"replica_identity"_s, u"select"_s, u"publication"_s})
            report.checks.push_back({check,
                                     table,
                                     check == u"replica_identity" ? status : StageStatus::Pass,
                                     u"DEFAULT."_s,
                                     {},
                                     FixKind::None,
                                     {}});
    }
    return report;
}

QStringList shownLines(const ReadinessListModel &model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) lines << model.index(row).data().toString();
    return lines;
}

}  // namespace

class TstReadinessView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsAndOffersTheFix();
    void cancels();
    void foldsWhatPasses();
    void staysSmooth();
};

/// On the shared server: stock, so its wal_level is not enough.
void TstReadinessView::runsAndOffersTheFix()
{
    ReadinessFixture f;
    const Connection connection = f.add(u"shop"_s, QUrl(serverUrl("HEADGATE_TEST_PG_URL")));
    f.view.setConnection(connection);
    QVERIFY(f.shows(u"Not checked yet"_s));
    QVERIFY(!f.list()->isVisible());
    QTest::mouseClick(f.button(u"Run checks"_s), Qt::LeftButton);
    QVERIFY(f.button(u"Cancel"_s));
    QTRY_VERIFY_WITH_TIMEOUT(f.shows(u"Not ready:"_s), 20000);
    QTRY_VERIFY(f.jobs.jobs().isEmpty());

    QVERIFY(f.choose(u"wal_level"_s));
    QVERIFY(f.shows(u"ALTER SYSTEM SET wal_level = 'logical';"_s));
    QTest::mouseClick(f.button(u"Copy SQL"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"ALTER SYSTEM SET wal_level = 'logical';"_s);
    const int rows = f.model()->rowCount();
    QTest::mouseClick(f.button(u"Re-check"_s), Qt::LeftButton);
    QTRY_VERIFY(f.button(u"Run checks"_s));
    QCOMPARE(f.model()->rowCount(), rows);
    QCOMPARE(f.model()->checkAt(f.list()->currentIndex().row())->check, u"wal_level"_s);

    f.saved.path = f.folder.filePath(u"report.html"_s);
    f.view.findChild<QMenu *>()->actions().last()->trigger();
    QCOMPARE(f.saved.proposed, u"shop-readiness.html"_s);
    QFile file(f.saved.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray html = file.readAll();
    QVERIFY(html.contains("CDC readiness of shop"));
    QVERIFY(!html.contains(QUrl(serverUrl("HEADGATE_TEST_PG_URL")).password().toUtf8()));

    // Another connection has no report; this one's is still there afterwards.
    f.view.setConnection(f.add(u"other"_s, QUrl(serverUrl("HEADGATE_TEST_PG_URL"))));
    QVERIFY(f.shows(u"Not checked yet"_s));
    f.view.setConnection(connection);
    QVERIFY(f.shows(u"Not ready:"_s));
}

/// A listener that accepts and never answers.
void TstReadinessView::cancels()
{
    ReadinessFixture f;
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    f.view.setConnection(f.add(u"silent"_s, QUrl(u"postgresql://u:p@127.0.0.1:%1/d"_s.arg(silent.serverPort())), 30));
    QTest::mouseClick(f.button(u"Run checks"_s), Qt::LeftButton);
    QTRY_VERIFY(silent.hasPendingConnections());
    QElapsedTimer clock;
    clock.start();
    QTest::mouseClick(f.button(u"Cancel"_s), Qt::LeftButton);
    QTRY_VERIFY(f.button(u"Run checks"_s));
    QVERIFY(clock.elapsed() < 3000);
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
    QVERIFY(f.shows(u"Not checked yet"_s));
}

void TstReadinessView::foldsWhatPasses()
{
    ReadinessListModel model;
    QAbstractItemModelTester tester(&model);
    model.setReport(wideReport(10));
    QCOMPARE(shownLines(model),
             (QStringList{u"Server"_s, u"wal_level"_s, u"Tables"_s, u"replica_identity  app.table_7"_s,
                          u"replica_identity  app.table_3"_s, u"▸ 28 checks of tables pass"_s}));
    QCOMPARE(model.worstRow(), 1);
    model.setOpen(true);
    QCOMPARE(model.rowCount(), 6 + 28);
    QCOMPARE(model.index(5).data().toString(), u"▾ 28 checks of tables pass"_s);
    model.setOpen(false);
    QCOMPARE(model.rowCount(), 6);
    model.setFilter(u"TABLE_4"_s);
    QCOMPARE(shownLines(model).filter(u"app.table_4"_s).size(), 3);
    model.setFilter({});
    QCOMPARE(model.rowCount(), 6);
}

void TstReadinessView::staysSmooth()
{
    ReadinessListModel model;
    Theme theme(*qApp);
    QListView list;
    list.setModel(&model);
    list.setItemDelegate(new ReadinessDelegate(model, theme, &list));
    list.resize(400, 800);
    list.show();
    QElapsedTimer clock;
    clock.start();
    const ReadinessReport wide = wideReport(5000);
    clock.restart();
    model.setReport(wide);
    (void)list.grab();
    const qint64 filled = clock.restart();
    model.setOpen(true);
    list.scrollToBottom();
    (void)list.grab();
    const qint64 opened = clock.restart();
    model.setFilter(u"table_499"_s);
    (void)list.grab();
    const qint64 filtered = clock.restart();
    qInfo("15 000 lines: filled %lld ms, opened %lld ms, filtered %lld ms", filled, opened, filtered);
    QCOMPARE(shownLines(model).filter(u"app.table_499"_s).size(), 3 * 11);
    QVERIFY(filled + opened + filtered < 1000);
}

HEADGATE_TEST(TstReadinessView);
#include "tst_readinessview.moc"
