// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverysql.h"

#include <QRegularExpression>

namespace headgate {

using namespace Qt::StringLiterals;

QString Fragments::filled(const char *sql) const
{
    QString text = QString::fromUtf8(sql);
    for (const auto &[name, part] : m_parts) text.replace(u'{' + QLatin1String(name) + u'}', QString::fromUtf8(part));
    return text;
}

BoundSql BoundSql::from(const QString &text, const QMap<QString, QString> &values, bool isNumbered)
{
    static const QRegularExpression placeholder(u"(?<![:\\w]):([a-z]\\w*)"_s, QRegularExpression::CaseInsensitiveOption);
    BoundSql bound;
    QStringList names;
    qsizetype end = 0;
    for (const QRegularExpressionMatch &match : placeholder.globalMatch(text)) {
        const QString name = match.captured(1);
        const bool isKnown = isNumbered && names.contains(name);
        if (!isKnown) {
            names.append(name);
            bound.values.append(values.value(name));
        }
        bound.sql += text.mid(end, match.capturedStart() - end);
        bound.sql += isNumbered ? u"$%1"_s.arg(names.indexOf(name) + 1) : u"?"_s;
        end = match.capturedEnd();
    }
    bound.sql += text.mid(end);
    return bound;
}

}  // namespace headgate
