// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/boundstatement.h"

#include "models/database/query.h"
#include "models/database/session.h"

namespace headgate {

bool BoundStatement::execOne(Session &session) const
{
    Query query(session, m_sql);
    for (const auto &[name, value] : m_values) query.bindVariant(name.constData(), value);
    return query.execOne();
}

StatementText BoundStatement::text(const Dialect &dialect) const
{
    StatementText text{dialect.expand(m_sql), {}};
    for (const auto &[name, value] : m_values) text.values << qMakePair(QString::fromLatin1(name), sqlLiteral(value));
    return text;
}

QString sqlLiteral(const QVariant &value)
{
    if (Codec::isNull(value)) return QStringLiteral("NULL");
    const auto bytes = [](const QByteArray &data) { return QStringLiteral("X'%1'").arg(QString::fromLatin1(data.toHex())); };
    switch (value.typeId()) {
    case QMetaType::Bool: return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::Double: return value.toString();
    case QMetaType::QByteArray: return bytes(value.toByteArray());
    default: break;
    }
    QString text = value.toString();
    if (text.contains(QChar::Null)) return QStringLiteral("cast(%1 as text)").arg(bytes(text.toUtf8()));
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QLatin1String("''")) + QLatin1Char('\'');
}

}  // namespace headgate
