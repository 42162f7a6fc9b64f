// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

#include <QByteArrayList>

namespace headgate::test {

/// A statement as sqlite3_step or PQexec bring its answer, all columns as text: what nothing built on them can undercut.
class RawQuery {
public:
    /// A connection of its own.
    explicit RawQuery(const ConnectSpec &spec) : m_session(Session::open(spec)) {}

    QList<QByteArrayList> rows(const QByteArray &sql);
    QList<qint64> ids(const QByteArray &sql);
    qint64 number(const QByteArray &sql);
    bool isSqlite() const { return m_session->dialect().isSqlite(); }
    /// As a literal.
    QByteArray time(qint64 us) const;
    Session &session() { return *m_session; }

private:
    std::unique_ptr<Session> m_session;
};

}  // namespace headgate::test
