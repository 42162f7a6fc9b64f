// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace headgate {

/// Exit codes of every verb.
enum ExitCode { Exit_Done = 0, Exit_Failed = 1, Exit_Usage = 2, Exit_Unreachable = 3 };

/// What a verb prints: with --json one object on standard output and nothing else there, else text for a person.
class Output {
public:
    explicit Output(bool json) : m_json(json) {}
    bool json() const { return m_json; }

    void object(const QJsonObject &object) const;  ///< only with --json
    void line(const QString &text) const;          ///< only without --json
    /// Columns as wide as their widest cell; numbers are for the caller to format. Only without --json.
    void table(const QStringList &header, const QList<QStringList> &rows) const;
    /// {"error": {"code", "message", "hint"}} on standard output, or text on standard error. Returns the exit code.
    int error(const Error &error) const;
    /// A remark for a person, on standard error in either form.
    static void remark(const QString &text);

private:
    bool m_json;
};

int exitCode(ErrorKind kind);

}  // namespace headgate
