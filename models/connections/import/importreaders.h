// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/import/importfile.h"

/// One reader a format; what they share. `readImportFile()` chooses.
namespace headgate::ImportReaders {

struct Line {
    int number = 0;
    QString text;  ///< without blanks around it
};

/// All lines but empty ones and those that begin with one of `comments`.
QList<Line> linesOf(const QString &content, const QString &comments);

/// An INI section with its settings; `flags` are names without a value.
struct Section {
    QString name;
    int line = 0;
    struct Setting {
        int line = 0;
        QString name;
        QString value;
    };
    QList<Setting> settings;
};

void readEnv(const QString &content, ImportFile &file);
void readPgService(const QString &content, ImportFile &file);
void readPgPass(const QString &content, ImportFile &file);
void readMyCnf(const QString &content, ImportFile &file);

}  // namespace headgate::ImportReaders
