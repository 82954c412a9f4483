// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminsocket.h"

#include "shared/admin/socketpath.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int Backlog = 32;

QByteArray lockPath(const QString &path)
{
    return QFile::encodeName(path) + ".lock";
}

Error failure(const QString &what, const QString &path, const QString &hint = {})
{
    const QString reason = QString::fromLocal8Bit(::strerror(errno));
    return {u"cannot "_s + what + u' ' + path + u": "_s + reason
            + (hint.isEmpty() ? QString() : u"; "_s + hint)};
}

// Whether the file that is locked is the one that the next server would find.
bool isSameFile(int descriptor, const QByteArray &path)
{
    struct stat held = {};
    struct stat found = {};
    return ::fstat(descriptor, &held) == 0 && ::stat(path.constData(), &found) == 0
           && held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

// The lock lasts as long as the descriptor, and so ends with the process however that ends.
Expected<int> takeLock(const QString &path)
{
    const QByteArray name = lockPath(path);
    for (;;) {
        const int lock = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (lock < 0)
            return failure(u"create the lock"_s, QString::fromUtf8(name),
                           u"the server needs a directory of its own for its admin socket"_s);
        if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
            std::array<char, 32> pid{};
            [[maybe_unused]] const ssize_t size = ::pread(lock, pid.data(), pid.size() - 1, 0);
            ::close(lock);
            return Error{
                u"another server has the admin socket %1 (pid %2); stop it, or give this "
                "one another admin.socket"_s.arg(path, QString::fromLatin1(pid.data()).trimmed())};
        }
        if (isSameFile(lock, name)) {
            const QByteArray pid = QByteArray::number(::getpid()) + '\n';
            [[maybe_unused]] const int cut = ::ftruncate(lock, 0);
            [[maybe_unused]] const ssize_t size =
                ::pwrite(lock, pid.constData(), size_t(pid.size()), 0);
            return lock;
        }
        // Its owner removed it between our open() and flock().
        ::close(lock);
    }
}

Expected<gid_t> groupId(const QString &group)
{
    std::array<char, 16384> buffer{};
    struct group entry = {};
    struct group *found = nullptr;
    ::getgrnam_r(group.toLocal8Bit().constData(), &entry, buffer.data(), buffer.size(), &found);
    if (!found)
        return Error{
            u"admin.group: there is no group \"%1\"; create it with: groupadd --system %1"_s.arg(
                group)};
    return entry.gr_gid;
}

// With the lock held, whatever is there belongs to nobody.
Expected<bool> removeStale(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat status = {};
    if (::lstat(name.constData(), &status) != 0)
        return true;
    if (!S_ISSOCK(status.st_mode))
        return Error{path
                     + u" is there and is no socket; remove it, or choose another admin.socket"_s};
    if (::unlink(name.constData()) != 0)
        return failure(u"remove the socket that a server left behind,"_s, path);
    return true;
}

// Nobody can connect before listen(), so the permissions are right before anybody could.
Expected<int> bindSocket(const QString &path, const QString &group)
{
    std::optional<gid_t> gid;
    if (!group.isEmpty()) {
        const Expected<gid_t> found = groupId(group);
        if (!found)
            return found.error();
        gid = *found;
    }
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.constData(), size_t(name.size()));
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0)
        return failure(u"create the admin socket"_s, path);
    bool isBound = false;
    const auto giveUp = [&](const QString &what, const QString &hint = {}) {
        const Error error = failure(what, path, hint);
        if (isBound)
            ::unlink(name.constData());
        ::close(socket);
        return error;
    };
    ::fchmod(socket, 0600);
    if (::bind(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return giveUp(u"create the admin socket"_s);
    isBound = true;
    if (gid && ::chown(name.constData(), uid_t(-1), *gid) != 0) {
        return giveUp(u"give to the group "_s + group + u" the socket"_s,
                      u"the server must run as a member of that group"_s);
    }
    if (::chmod(name.constData(), gid ? 0660 : 0600) != 0 || ::listen(socket, Backlog) != 0)
        return giveUp(u"set up the admin socket"_s);
    return socket;
}

} // namespace

Expected<std::unique_ptr<AdminSocket>> AdminSocket::open(const QString &path, const QString &group)
{
    if (QFile::encodeName(path).size() > MaxSocketPath) {
        return Error{u"the path of the admin socket is too long: %1 (at most %2 bytes)"_s.arg(
            path, QString::number(MaxSocketPath))};
    }
    const QString directory = QFileInfo(path).absolutePath();
    errno = 0;
    if (!QDir().mkpath(directory))
        return failure(u"create the directory"_s, directory,
                       u"set admin.socket, or --admin-socket, to a path that can be written"_s);
    const Expected<int> lock = takeLock(path);
    if (!lock)
        return lock.error();
    const auto giveUp = [&](const Error &error) {
        ::unlink(lockPath(path).constData());
        ::close(*lock);
        return error;
    };
    if (const Expected<bool> removed = removeStale(path); !removed)
        return giveUp(removed.error());
    const Expected<int> socket = bindSocket(path, group);
    if (!socket)
        return giveUp(socket.error());
    return std::unique_ptr<AdminSocket>(new AdminSocket(path, *lock, *socket));
}

AdminSocket::AdminSocket(const QString &path, int lock, int descriptor)
    : m_path(path)
    , m_lock(lock)
    , m_descriptor(descriptor)
{
}

AdminSocket::~AdminSocket()
{
    ::unlink(QFile::encodeName(m_path).constData());
    // While it is still ours: the next owner makes a new one.
    ::unlink(lockPath(m_path).constData());
    ::close(m_lock);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

int AdminSocket::takeDescriptor()
{
    return std::exchange(m_descriptor, -1);
}

} // namespace truepeer
