// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QCryptographicHash>
#include <QIODevice>
#include <QList>
#include <QString>
#include <memory>
#include <optional>

struct z_stream_s;

namespace headgate {

/// One file in an evidence archive.
struct EvidencePart {
    QString name;
    qint64 offset = 0;  ///< of its bytes in the archive
    qint64 size = 0;
    QByteArray sha256;
};

/// A tar archive (POSIX ustar) of plain files in which no byte is free: headers hold nothing but name, size and one time
/// for all, everything else in them has one value, padding is zero, nothing follows the two blocks at the end. So a
/// reader can refuse an archive that differs anywhere from the one that was written, which no general reader of archives
/// would. Written front to back. One thread; throws Exception.
class EvidenceTar {
public:
    EvidenceTar(QIODevice &device, qint64 time) : m_device(device), m_time(time) {}
    EvidencePart add(const QString &name, const QByteArray &bytes);
    void finish();

    struct Index {
        QList<EvidencePart> parts;
        qint64 time = 0;
    };
    /// Reads the whole archive once. Exception(Integrity) at the first byte that is out of place.
    static Index index(QIODevice &device);

private:
    void put(const QByteArray &bytes);

    QIODevice &m_device;
    qint64 m_time;
};

/// Bytes compressed as gzip does (RFC 1952), without a time or a name. One thread.
class GzipWriter {
public:
    GzipWriter();
    ~GzipWriter();
    GzipWriter(const GzipWriter &) = delete;
    GzipWriter &operator=(const GzipWriter &) = delete;

    void add(QByteArrayView bytes);
    qint64 plainSize() const { return m_plainSize; }
    /// What was added, compressed; the writer begins anew.
    QByteArray take();

private:
    void deflateMore(int flush);

    std::unique_ptr<z_stream_s> m_stream;
    QByteArray m_out;
    qint64 m_plainSize = 0;
};

/// The lines of gzip parts of an archive, one after the other, in bounded memory. Exception(Integrity) when a part is no
/// gzip or a line longer than kLongest.
class GzipLines {
public:
    static constexpr qsizetype kLongest = 1 << 30;

    GzipLines(QIODevice &archive, QList<EvidencePart> parts);
    ~GzipLines();
    GzipLines(const GzipLines &) = delete;
    GzipLines &operator=(const GzipLines &) = delete;

    /// Without its line end; none after the last.
    std::optional<QByteArray> next();

private:
    bool inflateMore();
    bool openNext();

    QIODevice &m_archive;
    QList<EvidencePart> m_parts;
    qsizetype m_part = 0;
    qint64 m_read = 0;   ///< of the open part
    bool m_open = false;
    std::unique_ptr<z_stream_s> m_stream;
    QByteArray m_in;
    QByteArray m_plain;
    qsizetype m_begin = 0;
};

}  // namespace headgate
