// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QList>
#include <functional>

namespace headgate {

struct StatementText;

/// One field of a connection as people name, read and merge it. `id` is the name that the service uses for it.
struct ConnectionField {
    QString id;
    QString label;
    std::function<QString(const Connection &)> text;
    std::function<void(const Connection &from, Connection &to)> copy;
    bool fixedFont = false;
};

/// Every field that a person can change, in the order of the form; "config" stands for the keys without a field.
const QList<ConnectionField> &connectionFields();
/// The label of a field id; the id itself when it is not known. "config.sslmode" is "sslmode".
QString connectionFieldLabel(const QString &id);

/// Statements with their values below, as a preview shows them.
QString statementsText(const QList<StatementText> &statements);

/// The words for the values of the three enums.
QString roleLabel(ConnectionRole role);
QString environmentLabel(Environment environment);
/// "1 connection", "12 connections".
QString connectionsText(qint64 count);
/// "3 connections", "3 connections on production", "3 connections, 1 of them on production".
QString onProduction(qint64 count, qint64 production);
QString testStatusLabel(const std::optional<TestStatus> &status);

}  // namespace headgate
