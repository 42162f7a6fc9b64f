// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/step.h"

#include "models/base/error.h"
#include "models/database/dialect.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QRegularExpression>

static void initResource() { Q_INIT_RESOURCE(migrations); }

namespace headgate {

namespace {

[[noreturn]] void invalid(const QString &what, const QString &where)
{
    throw Exception({ErrorKind::Invalid,
                     what,
                     where,
                     {},
                     QStringLiteral("Steps are folders NNNN_name, numbered from 0001 without gaps.")});
}

QByteArray readText(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        invalid(QStringLiteral("A half of a schema step is missing: %1").arg(file.errorString()), path);
    return normalisedText(file.readAll());
}

int minCompatibleOf(const QByteArray &up, int version)
{
    static const QRegularExpression line(QStringLiteral("^-- min_compatible: (\\d+)$"),
                                         QRegularExpression::MultilineOption);
    const QRegularExpressionMatch match = line.match(QString::fromUtf8(up));
    return match.hasMatch() ? match.captured(1).toInt() : version;
}

SchemaStep readStep(const QDir &folder, const Dialect &dialect, int version, const QString &name)
{
    SchemaStep step;
    step.version = version;
    step.name = name;
    step.up = readText(folder.filePath(QStringLiteral("up.%1.sql").arg(dialect.name())));
    step.down = readText(folder.filePath(QStringLiteral("down.%1.sql").arg(dialect.name())));
    step.minCompatible = minCompatibleOf(step.up, version);
    step.checksum = textChecksum(step.up);
    return step;
}

}  // namespace

const SchemaStep *StepSet::find(int version) const
{
    for (const SchemaStep &step : steps)
        if (step.version == version) return &step;
    return nullptr;
}

StepSet loadSteps(const Dialect &dialect, const QString &root)
{
    initResource();  // the linker drops the resources of a static library that nothing names
    static const QRegularExpression form(QStringLiteral("^(\\d{4})_([a-z0-9_]+)$"));
    StepSet set;
    const QFileInfoList entries =
        QDir(root).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo &entry : entries) {
        const QRegularExpressionMatch match = form.match(entry.fileName());
        if (!entry.isDir() || !match.hasMatch()) {
            set.ignored.append({entry.fileName(), entry.isDir() ? QStringLiteral("not named NNNN_name")
                                                                : QStringLiteral("not a folder")});
            continue;
        }
        const int version = match.captured(1).toInt();
        if (version != set.head() + 1)
            invalid(QStringLiteral("Step %1 does not follow step %2").arg(version).arg(set.head()), entry.filePath());
        set.steps.append(readStep(QDir(entry.filePath()), dialect, version, match.captured(2)));
    }
    return set;
}

QByteArray normalisedText(QByteArray text)
{
    if (text.startsWith("\xEF\xBB\xBF")) text.remove(0, 3);
    return text.replace("\r\n", "\n").replace('\r', '\n');
}

QString textChecksum(const QByteArray &text)
{
    const QByteArray digest = QCryptographicHash::hash(normalisedText(text), QCryptographicHash::Sha256);
    return QStringLiteral("sha256:") + QString::fromLatin1(digest.toHex());
}

}  // namespace headgate
