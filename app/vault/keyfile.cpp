// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/keyfile.h"

#include <QByteArray>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headgate::KeyFile {

namespace {

const QByteArray kHead = QByteArrayLiteral("headgate key file 1\n");
constexpr qsizetype kHex = 2 * qsizetype(SecureKey::kSize);

class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() { if (m_fd >= 0) ::close(m_fd); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    operator int() const { return m_fd; }

private:
    int m_fd;
};

/// Text that is wiped: it holds the key in readable form.
struct Wiped {
    QByteArray text;
    ~Wiped() { sodium_memzero(text.data(), static_cast<size_t>(text.size())); }
};

Error systemError(const QString &what, const QString &path, int number)
{
    const ErrorKind kind = number == ENOENT ? ErrorKind::NotFound : ErrorKind::Denied;
    return {kind, what, path, QString::fromLocal8Bit(std::strerror(number)), QStringLiteral("Check the folder and its rights.")};
}

Error refused(const QString &path, const QString &evidence)
{
    return {ErrorKind::Denied, QStringLiteral("The key file is not private"), path, evidence,
            QStringLiteral("Make sure nobody copied it, then: chown it to yourself and chmod 0600.")};
}

Result<Done> checkPrivate(int fd, const QString &path)
{
    struct stat status = {};
    if (::fstat(fd, &status) != 0) return systemError(QStringLiteral("The key file cannot be examined"), path, errno);
    if (!S_ISREG(status.st_mode)) return refused(path, QStringLiteral("not a regular file"));
    if (status.st_uid != ::geteuid()) return refused(path, QStringLiteral("owned by user %1").arg(status.st_uid));
    if (status.st_mode & 077) return refused(path, QStringLiteral("mode %1").arg(status.st_mode & 07777, 4, 8, QLatin1Char('0')));
    return Done{};
}

Result<SecureKey> parse(const QByteArray &text, const QString &path)
{
    SecureKey key;
    size_t length = 0;
    const char *end = nullptr;
    const bool shaped = text.size() == kHead.size() + kHex + 1 && text.startsWith(kHead) && text.endsWith('\n');
    const bool good = shaped && sodium_hex2bin(key.data(), SecureKey::kSize, text.constData() + kHead.size(), size_t(kHex), nullptr, &length, &end) == 0
        && length == SecureKey::kSize;
    if (!good)
        return Error{ErrorKind::Integrity, QStringLiteral("The key file holds no key"), path, {}, QStringLiteral("Put back a copy of it, or unlock another way.")};
    return key;
}

Result<Done> makeFolder(const QString &folder)
{
    const QString parent = QFileInfo(folder).absolutePath();
    if (parent != folder && !QFileInfo::exists(parent))
        if (const auto made = makeFolder(parent); !made) return made;
    if (::mkdir(QFile::encodeName(folder).constData(), 0700) == 0) return Done{};
    if (errno != EEXIST) return systemError(QStringLiteral("The key folder cannot be made"), folder, errno);
    struct stat status = {};
    if (::stat(QFile::encodeName(folder).constData(), &status) == 0 && (status.st_mode & 022) && !(status.st_mode & S_ISVTX))
        return refused(folder, QStringLiteral("others may write to its folder"));
    return Done{};
}

bool writeAll(int fd, const QByteArray &text)
{
    qsizetype done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(fd, text.constData() + done, size_t(text.size() - done));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        done += written;
    }
    return ::fsync(fd) == 0;
}

/// Writes beside the name and links it into place: the name never shows half a key, and an existing file stays.
Result<Done> create(const QString &path)
{
    Wiped content{kHead + QByteArray(kHex + 1, '\0')};
    const SecureKey key = SecureKey::random();
    sodium_bin2hex(content.text.data() + kHead.size(), size_t(kHex) + 1, key.data(), SecureKey::kSize);
    content.text[content.text.size() - 1] = '\n';

    const QByteArray name = QFile::encodeName(path);
    const QByteArray temporary = name + '.' + QByteArray::number(randombytes_random(), 36);
    const Descriptor fd(::open(temporary.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd < 0) return systemError(QStringLiteral("The key file cannot be made"), path, errno);
    const bool written = writeAll(fd, content.text);
    const int linked = written ? ::link(temporary.constData(), name.constData()) : -1;
    const int number = errno;
    ::unlink(temporary.constData());
    if (linked != 0 && number != EEXIST) return systemError(QStringLiteral("The key file cannot be written"), path, number);
    const Descriptor folder(::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder >= 0) ::fsync(folder);
    return Done{};
}

}  // namespace

Result<SecureKey> read(const QString &path)
{
    const Descriptor fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (fd < 0 && errno == ELOOP) return refused(path, QStringLiteral("a symbolic link"));
    if (fd < 0) return systemError(QStringLiteral("The key file cannot be read"), path, errno);
    if (const auto checked = checkPrivate(fd, path); !checked) return checked.error();
    Wiped content{QByteArray(kHead.size() + kHex + 2, '\0')};
    const ssize_t length = ::read(fd, content.text.data(), size_t(content.text.size()));
    if (length < 0) return systemError(QStringLiteral("The key file cannot be read"), path, errno);
    return parse(QByteArray::fromRawData(content.text.constData(), length), path);
}

Result<SecureKey> readOrCreate(const QString &path)
{
    if (const auto folder = makeFolder(QFileInfo(path).absolutePath()); !folder) return folder.error();
    if (const auto made = QFileInfo::exists(path) ? Result<Done>(Done{}) : create(path); !made) return made.error();
    return read(path);
}

Result<Done> remove(const QString &path)
{
    if (::unlink(QFile::encodeName(path).constData()) == 0 || errno == ENOENT) return Done{};
    return systemError(QStringLiteral("The key file cannot be removed"), path, errno);
}

}  // namespace headgate::KeyFile
