// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

struct sqlite3;

namespace headgate {

/// A SQLite file opened for reading so that nothing is created or changed beside it. One call at a time; a call hangs
/// where the file system hangs.
class SqliteFile {
public:
    /// What statements of one value each gave; `code` is SQLite's primary result code.
    struct Values {
        int code = 0;
        QString error;
        QStringList values;
    };

    explicit SqliteFile(QString path) : m_path(std::move(path)) {}
    ~SqliteFile() { close(); }
    SqliteFile(const SqliteFile &) = delete;
    SqliteFile &operator=(const SqliteFile &) = delete;

    /// A file's path, also where a `file:` URI without options names it; from the root.
    static QString pathOf(const QString &name);

    const QString &path() const { return m_path; }
    /// Journal mode and schema version. An open handle of a file in WAL mode that nobody uses takes the file as it stands
    /// and does not see later writers: use it for moments.
    Values open();
    Values read(const QStringList &statements);
    void close();
    /// Null before open().
    sqlite3 *handle() const { return m_handle; }

    /// Of the file itself; the open connection's pragma may tell another mode.
    bool isWal() const { return m_wal; }
    /// Changes that are still in the log are not looked at: another program's shared memory would have been needed.
    bool isFrozen() const { return m_frozen; }

private:
    Values openWith(const char *options);
    bool headerSaysWal() const;
    bool hasLog() const;

    QString m_path;
    sqlite3 *m_handle = nullptr;
    bool m_frozen = false;
    bool m_wal = false;
};

}  // namespace headgate
