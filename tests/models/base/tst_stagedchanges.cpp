// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/stagedchanges.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

/// Edits of cells that are not saved, without any list.
class TstStagedChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesAwayWithTheValueThatWasRead();
    void keepsWhatWasReadFirst();
    void tellsNullFromEmpty();
    void forgetsARowForGood();
    void followsAnyOperations();
};

namespace {

const StagedChanges::Cell kName{7, u"name"_s};

QVariant afterOf(const StagedChanges &staged, const StagedChanges::Cell &cell)
{
    const StagedChanges::Change *change = staged.find(cell);
    return change ? change->after : QVariant(u"(as read)"_s);
}

}  // namespace

void TstStagedChanges::goesAwayWithTheValueThatWasRead()
{
    StagedChanges staged;
    QSignalSpy cells(&staged, &StagedChanges::cellChanged);
    staged.stage(kName, 3, u"old"_s, u"new"_s);
    QCOMPARE(staged.count(), 1);
    QCOMPARE(*staged.find(kName), (StagedChanges::Change{kName, 3, u"old"_s, u"new"_s}));
    staged.stage(kName, 3, u"old"_s, u"old"_s);
    QVERIFY(staged.isEmpty());
    QCOMPARE(cells.size(), 2);
    staged.undo();
    QCOMPARE(afterOf(staged, kName), u"new"_s);
    staged.undo();
    QVERIFY(staged.isEmpty() && !staged.canUndo() && staged.canRedo());
}

/// The list was read anew meanwhile: the older version stays the one to compare with.
void TstStagedChanges::keepsWhatWasReadFirst()
{
    StagedChanges staged;
    staged.stage(kName, 3, u"old"_s, u"new"_s);
    staged.stage(kName, 4, u"theirs"_s, u"newer"_s);
    QCOMPARE(*staged.find(kName), (StagedChanges::Change{kName, 3, u"old"_s, u"newer"_s}));
}

void TstStagedChanges::tellsNullFromEmpty()
{
    StagedChanges staged;
    staged.stage(kName, 1, QVariant(), u""_s);
    QCOMPARE(staged.count(), 1);
    staged.stage(kName, 1, QVariant(), QVariant());
    QVERIFY(staged.isEmpty());
}

void TstStagedChanges::forgetsARowForGood()
{
    StagedChanges staged;
    const StagedChanges::Cell other{8, u"name"_s};
    staged.stage(kName, 1, u"a"_s, u"b"_s);
    staged.stage(other, 1, u"a"_s, u"c"_s);
    staged.discardAll();
    staged.undo();
    QCOMPARE(staged.rows(), (QList<qint64>{7, 8}));
    staged.forget(7);
    QCOMPARE(staged.rows(), QList<qint64>{8});
    while (staged.canUndo()) staged.undo();
    while (staged.canRedo()) staged.redo();
    QVERIFY(!staged.find(kName));
}

/// Against a plain model of it: the list of all states so far and a place in it.
void TstStagedChanges::followsAnyOperations()
{
    const quint32 seed = qEnvironmentVariableIsSet("HEADGATE_TEST_SEED") ? qEnvironmentVariable("HEADGATE_TEST_SEED").toUInt() : QRandomGenerator::global()->generate();
    qInfo("HEADGATE_TEST_SEED=%u", seed);
    QRandomGenerator random(seed);
    using State = QMap<StagedChanges::Cell, QVariant>;
    StagedChanges staged;
    QList<State> states{State()};
    int at = 0;
    const auto become = [&](const State &state) {
        if (state == states[at]) return;
        states = states.mid(0, ++at) << state;
    };
    QList<StagedChanges::Cell> cells;
    for (qint64 row = 1; row <= 4; ++row)
        for (const QString &column : {u"a"_s, u"b"_s, u"c"_s}) cells << StagedChanges::Cell{row, column};
    const QVariantList values{QVariant(), u""_s, u"x"_s, qint64(5), true};
    for (int i = 0; i < 20'000; ++i) {
        const StagedChanges::Cell cell = cells[random.bounded(int(cells.size()))];
        const QVariant read = values[(cell.row + i / 5000) % values.size()];  // what is read changes now and then
        State next = states[at];
        switch (random.bounded(8)) {
        case 0:
            next.remove(cell);
            staged.revert(cell);
            become(next);
            break;
        case 1:
        case 2:
            staged.undo();
            at = std::max(0, at - 1);
            break;
        case 3:
            staged.redo();
            at = std::min(int(states.size()) - 1, at + 1);
            break;
        case 4:
            if (random.bounded(40) != 0) break;
            staged.discardAll();
            become({});
            break;
        case 5:
            if (random.bounded(40) != 0) break;
            staged.forget(cell.row);
            for (State &state : states) state.removeIf([&](const auto &each) { return each.key().row == cell.row; });
            for (int k = int(states.size()) - 1; k > 0; --k) {  // steps that change nothing now
                if (states[k] != states[k - 1]) continue;
                states.removeAt(k);
                if (at >= k) --at;
            }
            break;
        default: {
            const QVariant value = values[random.bounded(int(values.size()))];
            const StagedChanges::Change *now = staged.find(cell);
            const QVariant before = now ? now->before : read;
            const bool isBack = before.isValid() == value.isValid() && before == value;
            staged.stage(cell, 1, read, value);
            if (isBack) next.remove(cell);
            else next.insert(cell, value);
            become(next);
        }
        }
        State shown;
        for (const qint64 row : staged.rows())
            for (const StagedChanges::Change &change : staged.ofRow(row)) shown.insert(change.cell, change.after);
        QVERIFY2(shown == states[at], qPrintable(u"operation %1"_s.arg(i)));
        QCOMPARE(staged.count(), int(shown.size()));
        QCOMPARE(staged.canUndo(), at > 0);
        QCOMPARE(staged.canRedo(), at < states.size() - 1);
    }
}

HEADGATE_TEST(TstStagedChanges);
#include "tst_stagedchanges.moc"
