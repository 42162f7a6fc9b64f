// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/listoutput.h"

#include <CLI/CLI.hpp>
#include <QFile>

namespace headgate {

void addListOutput(CLI::App *verb, const std::shared_ptr<ListOutput> &output)
{
    verb->add_option("--format", output->format, "Write all rows that match as csv, json, sql or markdown")->check(CLI::IsMember({"csv", "json", "sql", "markdown"}));
    verb->add_option("--out", output->file, "File to write them to; without it standard output");
    verb->add_flag("--guard-formulas", output->guardFormulas, "CSV: put ' before what a spreadsheet would compute");
}

int writeList(CommandContext &context, const ExportSource &source, const ListQuery &query, const ListOutput &output)
{
    const auto named = listFormats.value(QString::fromStdString(output.format));
    const ListFormat otherwise = context.out().json() && output.file.empty() ? ListFormat::Json : ListFormat::Csv;
    const ListExporter::Options options{named.value_or(otherwise), output.guardFormulas, output.file.empty()};
    if (output.file.empty() && context.out().json() && options.format != ListFormat::Json)
        throw Exception({ErrorKind::Invalid, QStringLiteral("With --json nothing but JSON goes to standard output"), QStringLiteral("--format"), QString::fromStdString(output.format),
                         QStringLiteral("Name a file with --out, or leave --json out.")});
    if (output.file.empty()) {
        QFile out;
        if (!out.open(stdout, QIODevice::WriteOnly)) throw Exception({ErrorKind::Internal, QStringLiteral("Standard output cannot be written"), {}, out.errorString(), {}});
        ListExporter::write(out, source, query, options);
        return Exit_Done;
    }
    const QString file = QString::fromStdString(output.file);
    ListExporter exporter;
    const qint64 rows = valueOf(exporter.toFile(source, query, options, file));
    context.out().object({{QStringLiteral("exported"), rows}, {QStringLiteral("file"), file}, {QStringLiteral("format"), listFormats.name(options.format)}});
    context.out().line(QStringLiteral("Wrote %1 rows of %2 to %3.").arg(rows).arg(source.name, file));
    return Exit_Done;
}

}  // namespace headgate
