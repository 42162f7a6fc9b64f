// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditstore.h"
#include "models/audit/audittablemodel.h"
#include "models/database/database.h"
#include "models/database/dberror.h"
#include "tests/support/memorylimit.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>
#include <malloc.h>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr qint64 kHuge = 256LL * 1024 * 1024;

/// VmRSS, or VmHWM: the most since resetPeak().
qint64 memoryKb(const char *which)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) return -1;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith(which)) return line.simplified().split(' ').at(1).toLongLong();
    return -1;
}

void resetPeak()
{
    malloc_trim(0);
    QFile refs(QStringLiteral("/proc/self/clear_refs"));
    if (refs.open(QIODevice::WriteOnly)) refs.write("5");
}

}  // namespace

/// Rows that somebody with the file, or the server, in their hands has written: the list shows them and stays small.
class TstHostileCells : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void listStaysSmall();
};

void TstHostileCells::listStaysSmall()
{
    QFETCH_GLOBAL(int, kind);
    TestDatabase database{Dialect::Kind(kind)};
    const bool sqlite = Dialect::Kind(kind) == Dialect::Kind::Sqlite;
    {
        const auto owner = database.openAsOwner();
        if (sqlite) owner->execute(QStringLiteral("drop trigger audit_logs_insert"));
        else owner->execute(QStringLiteral("alter table audit_logs disable trigger user"));
        if (!sqlite) owner->execute(QStringLiteral("alter table audit_logs_default disable trigger user"));
        const QString zero = sqlite ? QStringLiteral("zeroblob(32)") : QStringLiteral("decode(repeat('00', 32), 'hex')");
        const QString at = sqlite ? QStringLiteral("1") : QStringLiteral("timestamptz 'epoch'");
        const auto insert = [&](int id, const QString &actor, const QString &name, const QString &values, const QString &message) {
            owner->execute(QStringLiteral("insert into audit_logs (id, occurred_at, actor, action, entity_type, entity_id, entity_name, status, old_values, "
                                          "error_message, metadata, op_id, payload, previous_hash, hash) values (%1, %2, %3, 'UPDATE', 'connection', '1', %4, "
                                          "'success', %5, %6, '{}', '00000000-0000-0000-0000-00000000000%1', %7, %8, %8)")
                               .arg(id)
                               .arg(at, actor, name, values, message, sqlite ? QStringLiteral("zeroblob(10)") : QStringLiteral("''::bytea"), zero));
        };
        const QString text = sqlite ? QStringLiteral("hex(zeroblob(%1))").arg(kHuge / 2) : QStringLiteral("repeat('0', %1)").arg(kHuge);
        const QString nested = QLatin1Char('\'') + QString(900, QLatin1Char('[')) + QString(900, QLatin1Char(']')) + QLatin1Char('\'');
        const auto insertActor = [&](const QString &actor) { insert(1, actor, QStringLiteral("'huge actor'"), QStringLiteral("null"), QStringLiteral("null")); };
        // PostgreSQL's index on actors takes a text only as far as it shrinks to a third of a page: this one does.
        if (!sqlite) QVERIFY_THROWS_EXCEPTION(DbError, insertActor(text));
        insertActor(sqlite ? text : QStringLiteral("repeat('0', 200000)"));
        insert(2, QStringLiteral("'mira'"), QStringLiteral("'huge message'"), QStringLiteral("null"), text);
        insert(3, QStringLiteral("'mira'"), QStringLiteral("'deep'"), nested, QStringLiteral("null"));
        insert(4, QStringLiteral("'mira'"), QStringLiteral("'עברית العربية abc'"), QStringLiteral("null"), QStringLiteral("null"));
        if (sqlite) {
            insert(5, QStringLiteral("cast(x'6d69ff72fe61' as text)"), QStringLiteral("'broken'"), QStringLiteral("null"), QStringLiteral("null"));
            insert(6, QStringLiteral("'mira'"), QStringLiteral("'a' || char(0) || '%1'").arg(QString(400, QLatin1Char('b'))), QStringLiteral("null"), QStringLiteral("null"));
        }
    }
    const int rows = sqlite ? 6 : 4;
    Database pool(database.spec());
    AuditTableModel model([&pool](const auto &query, const auto &cursor, const auto &cancel) { return pool.read([query, cursor](Session &s) { return AuditStore::page(s, query, cursor); }, cancel); },
                          [&pool](const auto &query, const auto &cancel) { return pool.read([query](Session &s) { return AuditStore::count(s, query); }, cancel); });
    // Nobody moved the head of the trail: the order by name does not ask it.
    ListQuery query;
    query.sortColumn = QStringLiteral("entity_name");
    (void)answer(pool.read([](Session &session) { return number(session, QStringLiteral("select 1")); }));
    resetPeak();
    const qint64 before = memoryKb("VmRSS:");
    QSignalSpy loaded(&model, &RecordTableModel::loaded);
    model.setQuery(query);
    QVERIFY(loaded.wait(20'000));
    QCOMPARE(model.rowCount(), rows);
    QStringList cells;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < model.columnCount(); ++column) {
            cells << model.index(row, column).data().toString();
            QVERIFY(cells.last().size() <= 400);
        }
    QVERIFY(cells.contains(QString(300, QLatin1Char('0'))));
    QVERIFY(cells.contains(QStringLiteral("עברית العربية abc")));
    if (sqlite) QVERIFY(cells.contains(QStringLiteral("mi\uFFFDr\uFFFDa")));
    const qint64 peak = memoryKb("VmHWM:") - before;
    qInfo("peak while listing: %lld kB above %lld kB", peak, before);
    // SQLite itself holds one such text while it cuts it; nothing is copied into the list.
    QVERIFY2(peak < (sqlite ? 2 * kHuge / 1024 : 32 * 1024) + test::sanitizerKb, qPrintable(QString::number(peak)));
    malloc_trim(0);
    QVERIFY(memoryKb("VmRSS:") - before < 32 * 1024 + test::sanitizerKb);
}

HEADGATE_TEST(TstHostileCells);
#include "tst_hostilecells.moc"
