// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/import/importreaders.h"

/// host:port:database:user:password, \: and \\ inside a field, * for anything.
namespace headgate::ImportReaders {

using namespace Qt::StringLiterals;

namespace {

QStringList fieldsOf(const QString &line)
{
    QStringList fields{QString()};
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == u'\\' && i + 1 < line.size()) fields.last() += line[++i];
        else if (line[i] == u':' && fields.size() < 5) fields << QString();
        else fields.last() += line[i];
    }
    return fields;
}

QString whyNot(const QStringList &fields)
{
    if (fields.size() != 5) return u"It has %1 of the five fields host:port:database:user:password."_s.arg(fields.size());
    if (fields[0] == "*"_L1) return u"Its host is a wildcard: it names no server."_s;
    if (fields[3] == "*"_L1) return u"Its user is a wildcard: it names nobody to sign in as."_s;
    bool ok = false;
    const int port = fields[1].toInt(&ok);
    return fields[1] == "*"_L1 || (ok && port >= 1 && port <= 65535) ? QString() : u"Its port is not a number from 1 to 65535."_s;
}

}  // namespace

void readPgPass(const QString &content, ImportFile &file)
{
    for (const Line &line : linesOf(content, u"#"_s)) {
        const QStringList fields = fieldsOf(line.text);
        const QString subject = u"line %1"_s.arg(line.number);
        if (const QString why = whyNot(fields); !why.isEmpty()) {
            file.problems << ImportProblem{line.number, subject, why};
            continue;
        }
        ImportedConnection found;
        Connection &c = found.connection;
        c.host = fields[0];
        if (fields[1] != "*"_L1) c.port = fields[1].toInt();
        const bool anyDatabase = fields[2] == "*"_L1;
        c.databaseName = anyDatabase ? u"postgres"_s : fields[2];
        if (anyDatabase) found.notes << u"It is for every database: postgres is taken."_s;
        c.username = fields[3];
        c.name = u"%1@%2/%3"_s.arg(c.username, c.host, c.databaseName);
        found.password = fields[4];
        found.origin = subject;
        found.line = line.number;
        file.found << found;
    }
}

}  // namespace headgate::ImportReaders
