// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/mysqlgrants.h"

#include <QRegularExpression>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

const QString name = u"(?:`((?:[^`]|``)*)`|\\*)"_s;

/// The name between back quotes; a grant's pattern escapes _ and %.
QString unquoted(QString text)
{
    return text.replace(u"``"_s, u"`"_s).replace(u"\\_"_s, u"_"_s).replace(u"\\%"_s, u"%"_s);
}

/// MariaDB from 10.5 on has new names for two of them.
QString oldName(const QString &privilege)
{
    if (privilege == u"BINLOG MONITOR") return u"REPLICATION CLIENT"_s;
    return privilege == u"REPLICATION REPLICA" ? u"REPLICATION SLAVE"_s : privilege;
}

}  // namespace

MysqlGrants::MysqlGrants(const QStringList &lines)
{
    static const QRegularExpression grant(u"^GRANT (.+?) ON (?:TABLE )?%1\\.%1 TO "_s.arg(name));
    static const QRegularExpression role(u"^GRANT (?:`((?:[^`]|``)+)`(?:@`[^`]*`)?(?:, ?)?)+ TO "_s);
    for (const QString &line : lines) {
        if (const auto match = grant.match(line); match.hasMatch())
            add(match.captured(1),
                match.captured(2).isEmpty()
                    ? QString()
                    : unquoted(match.captured(2)) +
                          (match.captured(3).isEmpty() ? QString() : u'.' + unquoted(match.captured(3))));
        else if (const auto given = role.match(line); given.hasMatch())
            m_roles << unquoted(given.captured(1));
    }
}

void MysqlGrants::add(const QString &privileges, const QString &object)
{
    static const QRegularExpression columns(u"[^,(]+\\([^)]*\\)"_s);  // a right on some columns is none on the table
    QSet<QString> &set = object.isEmpty() ? m_global : object.contains(u'.') ? m_tables[object] : m_databases[object];
    for (const QString &each : QString(privileges).remove(columns).split(u',', Qt::SkipEmptyParts))
        set << oldName(each.trimmed());
}

bool MysqlGrants::contains(const QSet<QString> &set, const QString &privilege)
{
    return set.contains(privilege) || set.contains(u"ALL PRIVILEGES"_s) || set.contains(u"ALL"_s);
}

bool MysqlGrants::has(const QString &privilege) const { return contains(m_global, privilege); }

bool MysqlGrants::has(const QString &privilege, const QString &database) const
{
    return has(privilege) || (!database.isEmpty() && contains(m_databases.value(database), privilege));
}

QStringList MysqlGrants::tablesWith(const QString &privilege) const
{
    QStringList tables;
    for (auto it = m_tables.begin(); it != m_tables.end(); ++it)
        if (contains(*it, privilege)) tables << it.key();
    tables.sort();
    return tables;
}

QString MysqlGrants::text() const
{
    QStringList names(m_global.begin(), m_global.end());
    names.removeAll(u"USAGE"_s);
    names.sort();
    return names.isEmpty() ? u"nothing"_s : names.join(u", "_s);
}

}  // namespace headgate
