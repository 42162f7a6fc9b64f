// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencearchive.h"

#include "models/base/error.h"

#include <cstring>
#include <zlib.h>

namespace headgate {

namespace {

constexpr qsizetype kBlock = 512;
constexpr qsizetype kChunk = 1 << 18;
constexpr qsizetype kName = 100;
// Places in a ustar header, and what stands there in every one.
constexpr qsizetype kSizeAt = 124;
constexpr qsizetype kTimeAt = 136;
constexpr qsizetype kSumAt = 148;
/// 11 octal digits.
constexpr qint64 kLargest = (1LL << 33) - 1;

[[noreturn]] void outOfPlace(qint64 offset)
{
    throw Exception({ErrorKind::Integrity, QStringLiteral("The archive is not as it was written"), QStringLiteral("at byte %1").arg(offset), {}, {}});
}

[[noreturn]] void unwritten(const QIODevice &device)
{
    throw Exception({ErrorKind::Internal, QStringLiteral("The archive cannot be written"), {}, device.errorString(),
                     QStringLiteral("See that there is room and that you may write there.")});
}

QByteArray octal(qint64 value, int digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0');
}

QByteArray header(const QByteArray &name, qint64 size, qint64 time)
{
    QByteArray block(kBlock, '\0');
    const auto put = [&block](qsizetype at, const QByteArray &text) { std::memcpy(block.data() + at, text.constData(), size_t(text.size())); };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(kSizeAt, octal(size, 11));
    put(kTimeAt, octal(time, 11));
    put(kSumAt, "        ");
    put(156, "0");
    put(257, QByteArray("ustar\0" "00", 8));
    unsigned sum = 0;
    for (const char c : block) sum += uchar(c);
    put(kSumAt, octal(sum, 6) + QByteArray("\0 ", 2));
    return block;
}

qint64 padding(qint64 size) { return (kBlock - size % kBlock) % kBlock; }

QByteArray exactly(QIODevice &device, qint64 size)
{
    const qint64 at = device.pos();
    const QByteArray bytes = device.read(size);
    if (bytes.size() != size) outOfPlace(at + bytes.size());
    return bytes;
}

void compare(const QByteArray &found, const QByteArray &expected, qint64 offset)
{
    for (qsizetype i = 0; i < found.size(); ++i)
        if (found[i] != expected[i]) outOfPlace(offset + i);
}

QByteArray hashOf(QIODevice &device, qint64 size)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (qint64 left = size; left > 0; left -= std::min<qint64>(left, kChunk)) hash.addData(exactly(device, std::min<qint64>(left, kChunk)));
    return hash.result();
}

}  // namespace

// The frame ---------------------------------------------------------------------------------------------------------------

void EvidenceTar::put(const QByteArray &bytes)
{
    if (m_device.write(bytes) != bytes.size()) unwritten(m_device);
}

EvidencePart EvidenceTar::add(const QString &name, const QByteArray &bytes)
{
    put(header(name.toLatin1(), bytes.size(), m_time));
    const qint64 offset = m_device.pos();
    put(bytes);
    put(QByteArray(padding(bytes.size()), '\0'));
    return {name, offset, bytes.size(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256)};
}

void EvidenceTar::finish()
{
    put(QByteArray(2 * kBlock, '\0'));
}

EvidenceTar::Index EvidenceTar::index(QIODevice &device)
{
    Index index;
    const QByteArray none(kBlock, '\0');
    for (;;) {
        const qint64 at = device.pos();
        const QByteArray block = exactly(device, kBlock);
        if (block == none) break;
        const QByteArray name = block.left(qsizetype(qstrnlen(block.constData(), kName)));
        const qint64 size = block.mid(kSizeAt, 11).toLongLong(nullptr, 8);
        if (index.parts.isEmpty()) index.time = block.mid(kTimeAt, 11).toLongLong(nullptr, 8);
        if (name.isEmpty() || size < 0 || size > kLargest || index.time < 0) outOfPlace(at);
        compare(block, header(name, size, index.time), at);
        EvidencePart part{QString::fromLatin1(name), device.pos(), size, hashOf(device, size)};
        const qint64 end = device.pos();
        const QByteArray rest = exactly(device, padding(size));
        compare(rest, QByteArray(rest.size(), '\0'), end);
        index.parts << part;
    }
    const qint64 end = device.pos();
    compare(exactly(device, kBlock), none, end);
    if (!device.atEnd()) outOfPlace(device.pos());
    return index;
}

// Compression ---------------------------------------------------------------------------------------------------------------

namespace {
/// zlib: a window of 32 KiB and the gzip wrapper.
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemoryLevel = 8;
}  // namespace

GzipWriter::GzipWriter() : m_stream(std::make_unique<z_stream>())
{
    if (deflateInit2(m_stream.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
}

GzipWriter::~GzipWriter() { deflateEnd(m_stream.get()); }

void GzipWriter::add(QByteArrayView bytes)
{
    m_plainSize += bytes.size();
    m_stream->next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    m_stream->avail_in = uInt(bytes.size());
    deflateMore(Z_NO_FLUSH);
}

QByteArray GzipWriter::take()
{
    deflateMore(Z_FINISH);
    deflateReset(m_stream.get());
    m_plainSize = 0;
    return std::exchange(m_out, {});
}

void GzipWriter::deflateMore(int flush)
{
    do {
        const qsizetype before = m_out.size();
        m_out.resize(before + kChunk);
        m_stream->next_out = reinterpret_cast<Bytef *>(m_out.data() + before);
        m_stream->avail_out = uInt(kChunk);
        deflate(m_stream.get(), flush);
        m_out.resize(before + kChunk - qsizetype(m_stream->avail_out));
    } while (m_stream->avail_out == 0);
}

GzipLines::GzipLines(QIODevice &archive, QList<EvidencePart> parts) : m_archive(archive), m_parts(std::move(parts)), m_stream(std::make_unique<z_stream>())
{
    if (inflateInit2(m_stream.get(), kGzipWindow) != Z_OK) throw std::bad_alloc();
}

GzipLines::~GzipLines() { inflateEnd(m_stream.get()); }

std::optional<QByteArray> GzipLines::next()
{
    qsizetype searched = m_begin;
    for (;;) {
        const qsizetype end = m_plain.indexOf('\n', searched);
        if (end >= 0) {
            const QByteArray line = m_plain.mid(m_begin, end - m_begin);
            m_begin = end + 1;
            return line;
        }
        m_plain.remove(0, m_begin);
        m_begin = 0;
        searched = m_plain.size();
        if (searched > kLongest) throw Exception({ErrorKind::Integrity, QStringLiteral("A line of the archive has no end"), {}, {}, {}});
        if (inflateMore()) continue;
        if (m_plain.isEmpty()) return std::nullopt;
        throw Exception({ErrorKind::Integrity, QStringLiteral("The last line of a part is cut off"), m_parts.isEmpty() ? QString() : m_parts.last().name, {}, {}});
    }
}

bool GzipLines::openNext()
{
    if (m_part == m_parts.size()) return false;
    inflateReset(m_stream.get());
    m_stream->avail_in = 0;
    m_read = 0;
    m_open = true;
    return true;
}

bool GzipLines::inflateMore()
{
    if (!m_open && !openNext()) return false;
    const EvidencePart &part = m_parts.at(m_part);
    if (m_stream->avail_in == 0 && m_read < part.size) {
        m_archive.seek(part.offset + m_read);
        m_in = m_archive.read(std::min<qint64>(kChunk, part.size - m_read));
        m_read += m_in.size();
        m_stream->next_in = reinterpret_cast<Bytef *>(m_in.data());
        m_stream->avail_in = uInt(m_in.size());
    }
    const qsizetype before = m_plain.size();
    m_plain.resize(before + kChunk);
    m_stream->next_out = reinterpret_cast<Bytef *>(m_plain.data() + before);
    m_stream->avail_out = uInt(kChunk);
    const int code = inflate(m_stream.get(), Z_NO_FLUSH);
    m_plain.resize(before + kChunk - qsizetype(m_stream->avail_out));
    const bool ended = code == Z_STREAM_END && m_stream->avail_in == 0 && m_read == part.size;
    if (!ended && code != Z_OK) throw Exception({ErrorKind::Integrity, QStringLiteral("A part of the archive cannot be decompressed"), part.name, {}, {}});
    if (ended) {
        m_open = false;
        ++m_part;
    }
    return true;
}

}  // namespace headgate
