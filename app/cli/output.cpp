// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include <QJsonDocument>
#include <cstdio>

namespace headgate {

namespace {

void print(FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream);
    std::fflush(stream);
}

/// What comes from a database must not move the cursor of a terminal.
QString harmless(QString text)
{
    for (QChar &c : text)
        if (c.category() == QChar::Other_Control && c != u'\n') c = QChar::ReplacementCharacter;
    return text;
}

}  // namespace

int exitCode(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Invalid: return Exit_Usage;
    case ErrorKind::Unreachable: return Exit_Unreachable;
    default: return Exit_Failed;
    }
}

void Output::object(const QJsonObject &object) const
{
    if (m_json) print(stdout, QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)).trimmed());
}

void Output::line(const QString &text) const
{
    if (!m_json) print(stdout, harmless(text));
}

void Output::table(const QStringList &header, const QList<QStringList> &rows) const
{
    if (m_json) return;
    QList<qsizetype> widths;
    for (qsizetype i = 0; i < header.size(); ++i) {
        qsizetype width = header.at(i).size();
        for (const QStringList &row : rows) width = std::max(width, row.value(i).size());
        widths << width;
    }
    const auto printRow = [&widths](const QStringList &cells) {
        QString text;
        for (qsizetype i = 0; i < cells.size(); ++i) {
            QString cell = harmless(cells.at(i));
            cell.replace(QLatin1Char('\n'), QLatin1Char(' '));
            text += i + 1 < cells.size() ? cell.leftJustified(widths.value(i) + 2) : cell;
        }
        print(stdout, text);
    };
    printRow(header);
    for (const QStringList &row : rows) printRow(row);
}

int Output::error(const Error &error) const
{
    if (m_json) {
        QString message = error.what;
        if (!error.where.isEmpty()) message += QStringLiteral(" (%1)").arg(error.where);
        if (!error.evidence.isEmpty()) message += QStringLiteral(": ") + error.evidence;
        object({{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), errorKindName(error.kind)},
                                                      {QStringLiteral("message"), message},
                                                      {QStringLiteral("hint"), error.hint}}}});
    } else {
        print(stderr, harmless(error.text()));
    }
    return exitCode(error.kind);
}

void Output::remark(const QString &text) { print(stderr, harmless(text)); }

}  // namespace headgate
