// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserverguard.h"

#include <QRegularExpression>
#include <QStringList>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

const QStringList &refusedWords()
{
    static const QStringList words{
        u"INSERT"_s,  u"UPDATE"_s,   u"DELETE"_s,   u"MERGE"_s,    u"INTO"_s,      u"TRUNCATE"_s, u"CREATE"_s,    u"ALTER"_s,      u"DROP"_s,
        u"GRANT"_s,   u"REVOKE"_s,   u"DENY"_s,     u"EXEC"_s,     u"EXECUTE"_s,   u"SET"_s,      u"USE"_s,       u"BEGIN"_s,      u"COMMIT"_s,
        u"ROLLBACK"_s, u"SAVE"_s,    u"BACKUP"_s,   u"RESTORE"_s,  u"DBCC"_s,      u"KILL"_s,     u"SHUTDOWN"_s,  u"RECONFIGURE"_s, u"BULK"_s,
        u"WRITETEXT"_s, u"UPDATETEXT"_s, u"ENABLE"_s, u"DISABLE"_s, u"OPENROWSET"_s, u"OPENQUERY"_s, u"OPENDATASOURCE"_s, u"DECLARE"_s, u"WAITFOR"_s,
        u"GOTO"_s,    u"RECEIVE"_s,  u"SEND"_s,     u"CHECKPOINT"_s, u"REVERT"_s,  u"ADD"_s};
    return words;
}

/// Blank for each string, comment and quoted name. Comments nest in T-SQL.
QString bareWords(const QString &sql)
{
    QString bare;
    for (qsizetype i = 0; i < sql.size(); ++i) {
        const QStringView rest = QStringView(sql).mid(i);
        if (rest.startsWith("--"_L1)) {
            const qsizetype end = sql.indexOf(u'\n', i);
            i = end < 0 ? sql.size() : end;
        } else if (rest.startsWith("/*"_L1)) {
            int depth = 0;
            for (; i < sql.size(); ++i) {
                const QStringView here = QStringView(sql).mid(i, 2);
                if (here == "/*"_L1) ++depth, ++i;
                else if (here == "*/"_L1 && ++i && --depth == 0) break;
            }
        } else if (sql[i] == u'\'' || sql[i] == u'"' || sql[i] == u'[') {
            const QChar end = sql[i] == u'[' ? QChar(u']') : sql[i];
            for (++i; i < sql.size() && (sql[i] != end || (i + 1 < sql.size() && sql[i + 1] == end && ++i)); ++i) {}
        } else {
            bare += sql[i];
            continue;
        }
        bare += u' ';
    }
    return bare;
}

}  // namespace

QString forbiddenInReadOnlyBatch(const QString &sql)
{
    static const QRegularExpression report(u"\\A\\s*EXEC(UTE)?\\s+sys\\s*\\.\\s*sp_cdc_help_(change_data_capture|jobs)\\s*;?\\s*\\z"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression word(u"[\\w@#$]+"_s, QRegularExpression::UseUnicodePropertiesOption);
    const QString bare = bareWords(sql);
    if (report.match(bare).hasMatch() && report.match(sql).hasMatch()) return {};
    bool first = true;
    for (const auto &match : word.globalMatch(bare)) {
        const QString text = match.captured().toUpper();
        if (first && text != "SELECT"_L1 && text != "WITH"_L1) return text;
        if (refusedWords().contains(text)) return text;
        first = false;
    }
    return first ? u"(nothing)"_s : QString();
}

}  // namespace headgate
