// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loaded into headgate with LD_PRELOAD, it leads the real window from state to state and takes a picture of the screen
// in each: HEADGATE_PICTURES_CHAPTER names the states, _FOLDER where the pictures go, _SUFFIX what their names end
// with, _SIZE the window. A line a state goes to standard output: "PICTURE name", or "MISSED name: what was not there";
// then the program ends.
#include "tests/gui/pictures/states.h"

#include <cstdio>
#include <QDir>
#include <QThread>

namespace headgate::pictures {

namespace {

using namespace Qt::StringLiterals;

const Chapter kChapters[] = {
    {"list", listStates},           {"editing", editingStates}, {"dialogs", dialogStates},
    {"detail", detailStates},       {"forms", formStates},      {"audit", auditStates},
    {"integrity", integrityStates}, {"empty", emptyStates},     {"down", downStates},
};

QSize size()
{
    const QStringList parts = qEnvironmentVariable("HEADGATE_PICTURES_SIZE").split(u'x');
    return {parts.value(0).toInt(), parts.value(1).toInt()};
}

void take(const Hand &hand, const State &state)
{
    const QDir folder(qEnvironmentVariable("HEADGATE_PICTURES_FOLDER"));
    const QString name =
        QLatin1String(state.name) + u'-' + qEnvironmentVariable("HEADGATE_PICTURES_SUFFIX") + u".png"_s;
    try {
        hand.reset();
        state.go(hand);
        if (state.rests) hand.settle();
        hand.shoot(folder.filePath(name));
        std::printf("PICTURE %s\n", qPrintable(name));
    } catch (const Missed &missed) {
        // Beside the others, where nobody takes it for the state: it shows what stood in the way.
        Hand::ask([&] { return QDir().mkpath(folder.filePath(u"missed"_s)); });
        try {
            hand.shoot(folder.filePath(u"missed/"_s + name));
        } catch (const Missed &) {
        }
        std::printf("MISSED %s: %s\n", qPrintable(name), missed.what());
    }
    std::fflush(stdout);
}

void lead()
{
    const Hand hand;
    const QString wanted = qEnvironmentVariable("HEADGATE_PICTURES_CHAPTER");
    const QStringList only = qEnvironmentVariable("HEADGATE_PICTURES_ONLY").split(u',', Qt::SkipEmptyParts);
    try {
        hand.resize(size());
        for (const Chapter &chapter : kChapters)
            if (wanted == QLatin1String(chapter.name))
                for (const State &state : chapter.states())
                    if (only.isEmpty() || only.contains(QLatin1String(state.name))) take(hand, state);
    } catch (const Missed &missed) {
        std::printf("MISSED %s: %s\n", qPrintable(wanted), missed.what());
    }
    std::printf("END %s\n", qPrintable(wanted));
    std::fflush(stdout);
    // At once: what is staged must not ask whether it may go.
    std::_Exit(0);
}

void start()
{
    if (!qEnvironmentVariableIsSet("HEADGATE_PICTURES_CHAPTER") ||
        !qobject_cast<QApplication *>(QCoreApplication::instance()))
        return;
    QMetaObject::invokeMethod(
        qApp, [] { QThread::create(lead)->start(); }, Qt::QueuedConnection);
}

Q_COREAPP_STARTUP_FUNCTION(start)

}  // namespace

}  // namespace headgate::pictures
