// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace headgate {

class Dialect;

/// One numbered step of the schema in one dialect. Value type, any thread.
struct SchemaStep {
    int version = 0;
    QString name;           ///< "initial"
    int minCompatible = 0;  ///< the oldest console step that may still work on a schema that has this step
    QByteArray up;          ///< UTF-8, line endings normalised
    QByteArray down;
    QString checksum;  ///< of `up`
};

/// The steps of a folder, ascending, without gaps. What stands there and is not a step is named, never skipped
/// silently.
struct StepSet {
    QList<SchemaStep> steps;
    struct Ignored {
        QString file;
        QString reason;
    };
    QList<Ignored> ignored;

    int head() const { return steps.isEmpty() ? 0 : steps.last().version; }
    const SchemaStep *find(int version) const;
};

/// Reads `NNNN_name/{up,down}.DIALECT.sql` below `root`; ":/migrations" holds the steps built in. A line
/// `-- min_compatible: N` in the up file says how old a console may be; without it the step's own number.
/// Throws Exception(Invalid) on a duplicate, a gap or a missing half.
StepSet loadSteps(const Dialect &dialect, const QString &root = QStringLiteral(":/migrations"));

/// Without byte order mark, CRLF and lone CR as LF: a checkout with other line endings is the same step.
QByteArray normalisedText(QByteArray text);
/// "sha256:" and the hex digest of the normalised text.
QString textChecksum(const QByteArray &text);

}  // namespace headgate
