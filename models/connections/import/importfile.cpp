// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/import/importfile.h"

#include "models/connections/import/importreaders.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace ImportReaders {

QList<Line> linesOf(const QString &content, const QString &comments)
{
    QList<Line> lines;
    int number = 0;
    for (const QString &each : content.split(u'\n')) {
        ++number;
        const QString text = each.trimmed();
        if (!text.isEmpty() && !comments.contains(text[0])) lines << Line{number, text};
    }
    return lines;
}

}  // namespace ImportReaders

namespace {

ImportFormat formatOf(const QString &fileName, const QString &content)
{
    const QString name = QFileInfo(fileName).fileName().toLower();
    if (name.contains("pgpass"_L1)) return ImportFormat::PgPass;
    if (name.contains("pg_service"_L1)) return ImportFormat::PgService;
    if (name.endsWith(".cnf"_L1)) return ImportFormat::MyCnf;
    if (name.startsWith(".env"_L1) || name.endsWith(".env"_L1)) return ImportFormat::Env;
    static const QRegularExpression client(u"^\\s*\\[client"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression section(u"^\\s*\\["_s, QRegularExpression::MultilineOption);
    static const QRegularExpression password(u"^[^=\\n]*:[^=\\n]*:[^=\\n]*:[^=\\n]*:"_s, QRegularExpression::MultilineOption);
    if (client.match(content).hasMatch()) return ImportFormat::MyCnf;
    if (section.match(content).hasMatch()) return ImportFormat::PgService;
    return password.match(content).hasMatch() ? ImportFormat::PgPass : ImportFormat::Env;
}

/// .env.production, staging.env; a file that names none is for development.
Environment environmentOf(const QString &fileName)
{
    const QString name = QFileInfo(fileName).fileName().toLower();
    if (name.contains("prod"_L1)) return Environment::Production;
    if (name.contains("stag"_L1)) return Environment::Staging;
    return name.contains("test"_L1) ? Environment::Test : Environment::Development;
}

/// Two of a file never get one name.
void makeNamesUnique(QList<ImportedConnection> &found)
{
    QStringList taken;
    for (ImportedConnection &each : found) {
        const QString name = each.connection.name.left(240);
        each.connection.name = name;
        for (int n = 2; taken.contains(each.connection.name); ++n) each.connection.name = u"%1-%2"_s.arg(name).arg(n);
        taken << each.connection.name;
    }
}

}  // namespace

ImportFile readImportFile(const QString &fileName, const QByteArray &content)
{
    QString text = QString::fromUtf8(content);
    text.replace("\r\n"_L1, "\n"_L1);
    ImportFile file;
    file.format = formatOf(fileName, text);
    switch (file.format) {
    case ImportFormat::Env: ImportReaders::readEnv(text, file); break;
    case ImportFormat::PgService: ImportReaders::readPgService(text, file); break;
    case ImportFormat::PgPass: ImportReaders::readPgPass(text, file); break;
    case ImportFormat::MyCnf: ImportReaders::readMyCnf(text, file); break;
    }
    for (ImportedConnection &each : file.found) each.connection.environment = environmentOf(fileName);
    std::ranges::stable_sort(file.found, {}, &ImportedConnection::line);
    std::ranges::stable_sort(file.problems, {}, &ImportProblem::line);
    makeNamesUnique(file.found);
    return file;
}

}  // namespace headgate
