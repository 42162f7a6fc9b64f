// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/pictures/hand.h"

#include <QList>

namespace headgate::pictures {

/// What is to be looked at: a name, and the way there from a window where everything is closed. The way ends with a
/// look at what makes this state this one.
struct State {
    const char *name;
    std::function<void(const Hand &)> go;
    bool rests = true;  ///< false where something that does not end is what is to be seen
};

/// The states of one start of the program, by the name that tst_pictures.cpp gives it.
struct Chapter {
    const char *name;
    QList<State> (*states)();
};

QList<State> listStates();       ///< the list of connections
QList<State> editingStates();    ///< changes in the list that are not saved
QList<State> dialogStates();     ///< dialogs over the connections
QList<State> detailStates();     ///< the pane of one connection, real servers
QList<State> formStates();       ///< the form of a connection
QList<State> auditStates();      ///< the audit trail
QList<State> integrityStates();  ///< its dialogs
QList<State> emptyStates();      ///< a workspace without anything
QList<State> downStates();       ///< a workspace that does not answer

}  // namespace headgate::pictures
