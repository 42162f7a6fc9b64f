// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/readinessreport.h"

#include <functional>

namespace headgate::ReadinessExport {

using namespace Qt::StringLiterals;

namespace {

/// Text that Markdown takes for nothing else, on one line.
QString md(const QString &text)
{
    static const QString special = u"\\`*_[]<>|~&"_s;
    QString out;
    for (const QChar c : text.simplified()) {
        if (special.contains(c)) out += u'\\';
        out += c;
    }
    return out;
}

/// A fence longer than any run of back quotes inside it.
QString fenced(const QString &text)
{
    QString fence = u"```"_s;
    while (text.contains(fence)) fence += u'`';
    return fence + u'\n' + text + u'\n' + fence + u'\n';
}

QString summary(const ReadinessReport &report)
{
    return u"%1, checked %2"_s.arg(report.serverVersion, report.checkedAt.toIso());
}

QString fixTitle(const ReadinessCheck &check)
{
    return check.table.isEmpty() ? check.check : u"%1: %2"_s.arg(check.check, check.table);
}

QString fixKindText(FixKind kind)
{
    switch (kind) {
    case FixKind::Sql: return u"SQL"_s;
    case FixKind::ServerConfig: return u"server configuration"_s;
    case FixKind::ClientConfig: return u"connector configuration"_s;
    case FixKind::None: break;
    }
    return {};
}

using Part = std::function<void(const ReadinessCheck &)>;

void each(const ReadinessReport &report, bool ofTables, const Part &part)
{
    for (const ReadinessCheck &check : report.checks)
        if (check.table.isEmpty() != ofTables) part(check);
}

void eachFix(const ReadinessReport &report, const Part &part)
{
    for (const ReadinessCheck &check : report.checks)
        if (!check.fixSql.isEmpty()) part(check);
}

bool hasFix(const ReadinessReport &report)
{
    bool any = false;
    eachFix(report, [&any](const ReadinessCheck &) { any = true; });
    return any;
}

QString markdownRows(const ReadinessReport &report, bool ofTables)
{
    QString rows;
    each(report, ofTables, [&](const ReadinessCheck &check) {
        rows += u"| %1 | %2 | "_s.arg(stageStatuses.name(check.status), md(check.check));
        if (ofTables) rows += md(check.table) + u" | "_s;
        rows += md(check.evidence) + u" | "_s + md(check.hint) + u" |\n"_s;
    });
    return rows;
}

QString htmlRows(const ReadinessReport &report, bool ofTables)
{
    QString rows;
    each(report, ofTables, [&](const ReadinessCheck &check) {
        const QString status = stageStatuses.name(check.status);
        rows += u"<tr><td class=\""_s + status + u"\">"_s + status + u"</td><td><code>"_s +
                check.check.toHtmlEscaped() + u"</code></td>"_s;
        if (ofTables) rows += u"<td><code>"_s + check.table.toHtmlEscaped() + u"</code></td>"_s;
        rows += u"<td>"_s + check.evidence.toHtmlEscaped() + u"</td><td>"_s + check.hint.toHtmlEscaped() +
                u"</td></tr>\n"_s;
    });
    return rows;
}

QString htmlTable(const QString &title, const QStringList &columns, const QString &rows)
{
    if (rows.isEmpty()) return {};
    return u"<h2>"_s + title + u"</h2>\n<table>\n<tr><th>"_s + columns.join(u"</th><th>"_s) + u"</th></tr>\n"_s + rows +
           u"</table>\n"_s;
}

}  // namespace

QJsonObject toJson(const ReadinessReport &report)
{
    const ReadinessCounts counts = report.counts();
    QJsonArray checks;
    for (const ReadinessCheck &check : report.checks) checks.append(check.toJson());
    return {{u"connection"_s, report.connection},
            {u"server_version"_s, report.serverVersion},
            {u"checked_at"_s, report.checkedAt.toIso()},
            {u"status"_s, stageStatuses.name(readinessStatus(counts))},
            {u"verdict"_s, readinessVerdict(counts)},
            {u"counts"_s, QJsonObject{{u"fail"_s, counts.fail},
                                      {u"warn"_s, counts.warn},
                                      {u"skipped"_s, counts.skipped},
                                      {u"pass"_s, counts.pass}}},
            {u"checks"_s, checks}};
}

QString toMarkdown(const ReadinessReport &report)
{
    QString out = u"# CDC readiness of "_s + md(report.connection) + u"\n\n**"_s + readinessVerdict(report.counts()) +
                  u"**\n\n"_s + md(summary(report)) + u"\n\n"_s;
    out +=
        u"## Server\n\n| Verdict | Check | Found | What to do |\n|---|---|---|---|\n"_s + markdownRows(report, false);
    if (const QString tables = markdownRows(report, true); !tables.isEmpty())
        out += u"\n## Tables\n\n| Verdict | Check | Table | Found | What to do |\n|---|---|---|---|---|\n"_s + tables;
    if (hasFix(report)) out += u"\n## Fixes\n"_s;
    eachFix(report, [&out](const ReadinessCheck &check) {
        out += u"\n"_s + md(fixTitle(check)) + u" ("_s + fixKindText(check.fixKind) + u")\n\n"_s + fenced(check.fixSql);
    });
    return out;
}

QString toHtml(const ReadinessReport &report)
{
    const QString title = u"CDC readiness of "_s + report.connection.toHtmlEscaped();
    QString out =
        u"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"_s + title +
        u"</title>\n<style>\n"
        "body{font-family:sans-serif;margin:2em;color:#1B1F24}table{border-collapse:collapse}\n"
        "td,th{border-bottom:1px solid #D8DEE4;padding:4px 8px;text-align:left;vertical-align:top}\n"
        ".pass{color:#1A7F37}.warn{color:#9A6700}.fail{color:#CF222E;font-weight:bold}.skipped{color:#59636E}\n"
        "pre{background:#F6F7F9;border:1px solid #D8DEE4;padding:8px;overflow-x:auto}\n</style></head><body>\n"_s;
    out += u"<h1>"_s + title + u"</h1>\n<p><strong>"_s + readinessVerdict(report.counts()) + u"</strong></p>\n<p>"_s +
           summary(report).toHtmlEscaped() + u"</p>\n"_s;
    out += htmlTable(u"Server"_s, {u"Verdict"_s, u"Check"_s, u"Found"_s, u"What to do"_s}, htmlRows(report, false));
    out += htmlTable(u"Tables"_s, {u"Verdict"_s, u"Check"_s, u"Table"_s, u"Found"_s, u"What to do"_s},
                     htmlRows(report, true));
    if (hasFix(report)) out += u"<h2>Fixes</h2>\n"_s;
    eachFix(report, [&out](const ReadinessCheck &check) {
        out += u"<p>"_s + fixTitle(check).toHtmlEscaped() + u" ("_s + fixKindText(check.fixKind) + u")</p>\n<pre>"_s +
               check.fixSql.toHtmlEscaped() + u"</pre>\n"_s;
    });
    return out + u"</body></html>\n"_s;
}

}  // namespace headgate::ReadinessExport
