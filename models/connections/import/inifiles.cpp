// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/import/importreaders.h"
#include "models/connections/url/urlbuilder.h"

#include <functional>

namespace headgate::ImportReaders {

using namespace Qt::StringLiterals;

namespace {

QList<Section> sectionsOf(const QString &content, const QString &comments, ImportFile &file)
{
    QList<Section> sections;
    for (const Line &line : linesOf(content, comments)) {
        if (line.text.startsWith(u'[')) {
            if (line.text.endsWith(u']')) sections << Section{line.text.mid(1, line.text.size() - 2).trimmed(), line.number, {}};
            else file.problems << ImportProblem{line.number, u"section"_s, u"The closing bracket is missing."_s};
            continue;
        }
        const qsizetype equals = line.text.indexOf(u'=');
        const QString name = line.text.left(equals < 0 ? line.text.size() : equals).trimmed();
        if (sections.isEmpty()) file.problems << ImportProblem{line.number, equals > 0 ? name : u"line"_s, u"It stands before the first section."_s};
        else if (equals == 0) file.problems << ImportProblem{line.number, u"line"_s, u"It has no name before the equals sign."_s};
        else sections.last().settings << Section::Setting{line.number, name, equals < 0 ? QString() : line.text.mid(equals + 1).trimmed()};
    }
    return sections;
}

QString unquoted(QString value)
{
    if (value.size() < 2 || value.front() != value.back() || (value.front() != u'"' && value.front() != u'\'')) return value;
    value = value.mid(1, value.size() - 2);
    return value.replace("\\\\"_L1, "\\"_L1);
}

/// Adds what a section says; a setting that cannot be read is a problem of its own line, and the rest counts.
void addSection(const Section &section, DatabaseType type, const QString &name, ImportFile &file, const std::function<bool(UrlBuilder &, const Section::Setting &)> &special)
{
    UrlBuilder builder(type);
    for (const Section::Setting &each : section.settings) {
        try {
            if (!special(builder, each)) builder.parameter(each.name, each.value, {each.value, 0});
        } catch (const Exception &exception) {
            file.problems << ImportProblem{each.line, each.name, exception.error().what};
        }
    }
    try {
        const ParsedUrl parsed = builder.finish();
        ImportedConnection found{parsed.connection, parsed.password, u'[' + section.name + u']', section.line, parsed.notes};
        found.connection.name = name;
        file.found << found;
    } catch (const Exception &exception) {
        file.problems << ImportProblem{section.line, u'[' + section.name + u']', exception.error().what};
    }
}

}  // namespace

void readPgService(const QString &content, ImportFile &file)
{
    for (const Section &section : sectionsOf(content, u"#"_s, file)) {
        const auto special = [&file](UrlBuilder &, const Section::Setting &each) {
            if (!each.name.startsWith("ldap://"_L1) && each.name != "service"_L1) return false;
            file.problems << ImportProblem{each.line, each.name.section(u':', 0, 0), u"It refers to another source, which is not followed."_s};
            return true;
        };
        addSection(section, DatabaseType::Postgresql, section.name, file, special);
    }
}

void readMyCnf(const QString &content, ImportFile &file)
{
    for (Section &section : sectionsOf(content, u"#;!"_s, file)) {
        const bool client = section.name.startsWith("client"_L1);
        if (!client) {
            file.problems << ImportProblem{section.line, u'[' + section.name + u']', u"Only [client] sections describe connections."_s};
            continue;
        }
        for (Section::Setting &each : section.settings) each.value = unquoted(each.value);
        const QString suffix = section.name.mid(6);
        const auto special = [](UrlBuilder &builder, const Section::Setting &each) {
            if (each.name == "ssl-verify-server-cert"_L1 && each.value != "0"_L1) builder.setConfig(u"sslmode"_s, u"verify-full"_s);
            return each.name == "ssl-verify-server-cert"_L1;
        };
        addSection(section, DatabaseType::Mysql, suffix.isEmpty() ? u"mysql-client"_s : suffix.mid(suffix.startsWith(u'-') ? 1 : 0), file, special);
    }
}

}  // namespace headgate::ImportReaders
