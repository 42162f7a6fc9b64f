// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QSet>
#include <QString>
#include <QStringList>

namespace headgate {

/// What the lines of SHOW GRANTS give. They may hold the hash of a password: nothing but privileges is kept of them.
class MysqlGrants {
public:
    explicit MysqlGrants(const QStringList &lines);

    /// "SELECT", "RELOAD", "REPLICATION SLAVE" … on everything.
    bool has(const QString &privilege) const;
    /// The same on everything or on this database; an empty database means everything.
    bool has(const QString &privilege, const QString &database) const;
    /// Tables that have it by themselves, as db.table.
    QStringList tablesWith(const QString &privilege) const;
    /// Roles that are granted; what they give is not in these lines unless the server put it there.
    const QStringList &roles() const { return m_roles; }
    /// The global privileges, for a person.
    QString text() const;

private:
    void add(const QString &privileges, const QString &object);
    static bool contains(const QSet<QString> &set, const QString &privilege);

    QSet<QString> m_global;
    QHash<QString, QSet<QString>> m_databases;
    QHash<QString, QSet<QString>> m_tables;
    QStringList m_roles;
};

}  // namespace headgate
