// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditstore.h"
#include "tests/support/testdatabase.h"

namespace headgate::test {

/// A superuser, or the owner of the file, who has taken the guards away and kept a copy of the truth.
class Tamperer {
public:
    explicit Tamperer(const TestDatabase &database) : m_session(database.openAsOwner())
    {
        const bool pg = m_session->dialect().isPostgresql();
        for (const char *table : {"audit_logs", "audit_head", "operations"}) {
            QStringList triggers;
            {
                Query query(*m_session, pg ? QStringLiteral("select tgname from pg_trigger where tgrelid = '%1'::regclass and not tgisinternal").arg(QLatin1String(table))
                                           : QStringLiteral("select name from sqlite_schema where type = 'trigger' and tbl_name = '%1'").arg(QLatin1String(table)));
                query.exec();
                while (query.next()) triggers << query.get<QString>(0);
            }
            for (const QString &trigger : triggers)
                m_session->execute(pg ? QStringLiteral("drop trigger %1 on %2").arg(trigger, QLatin1String(table)) : QStringLiteral("drop trigger %1").arg(trigger));
            m_session->execute(QStringLiteral("create table kept_%1 as select * from %1").arg(QLatin1String(table)));
        }
    }
    void doing(const QStringList &statements) { execute(*m_session, statements); }
    Session &session() { return *m_session; }
    /// Bytes as a literal of this database.
    QString literal(const QByteArray &bytes) const
    {
        return (m_session->dialect().isPostgresql() ? QStringLiteral("decode('%1', 'hex')") : QStringLiteral("x'%1'")).arg(QString::fromLatin1(bytes.toHex()));
    }
    void restore()
    {
        for (const char *table : {"audit_logs", "audit_head", "operations"})
            doing({QStringLiteral("delete from %1").arg(QLatin1String(table)), QStringLiteral("insert into %1 select * from kept_%1").arg(QLatin1String(table))});
    }

private:
    std::unique_ptr<Session> m_session;
};

}  // namespace headgate::test
