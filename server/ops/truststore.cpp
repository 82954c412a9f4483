// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/truststore.h"

#include "server/ops/configvalue.h"

#include <QFile>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto FileName = "trust.json"_L1;
constexpr auto TemporaryName = "trust.json.tmp"_L1;
constexpr auto LockName = "trust.lock"_L1;
constexpr std::chrono::milliseconds LockStep(2);

QString systemText(int code)
{
    return QString::fromLocal8Bit(::strerror(code));
}

// Errors of the machine at this moment, which say nothing about the file.
bool mayPass(int code)
{
    return code == EMFILE || code == ENFILE || code == ENOMEM || code == EIO;
}

qint64 nanoseconds(const timespec &time)
{
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// With the parents that are missing; 0 or the errno.
int makePath(const QByteArray &path)
{
    if (::mkdir(path.constData(), 0700) == 0 || errno == EEXIST)
        return 0;
    const qsizetype slash = path.lastIndexOf('/');
    if (errno != ENOENT || slash <= 0)
        return errno;
    if (const int code = makePath(path.first(slash)))
        return code;
    return ::mkdir(path.constData(), 0700) == 0 || errno == EEXIST ? 0 : errno;
}

// 0 or the errno.
int writeAll(int descriptor, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), size_t(bytes.size()));
        if (written < 0 && errno != EINTR)
            return errno;
        bytes = bytes.sliced(written < 0 ? 0 : written);
    }
    return 0;
}

int openFile(const QString &path, int flags)
{
    return ::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, 0600);
}

} // namespace

TrustStore::Descriptor::~Descriptor()
{
    if (m_number >= 0)
        ::close(m_number);
}

QString TrustStore::filePath(const QString &name) const
{
    return m_directory % u'/' % name;
}

QString TrustStore::path() const
{
    return filePath(FileName);
}

QString TrustStore::problem() const
{
    return m_fileProblem.isEmpty() ? m_directoryProblem : m_fileProblem;
}

void TrustStore::open(const QString &directory, const TrustList &configured,
                      std::chrono::sys_seconds now)
{
    m_directory = directory;
    m_configured = configured;
    m_document = firstTrustDocument(configured, now);
    makeDirectory();
    Reading reading = read();
    if (reading.document)
        m_document = *reading.document;
    else if (!reading.problem.isEmpty())
        reading.problem += u"; the list of the configuration is in force"_s;
    keep(reading);
}

// Finds out whether edits can be saved.
void TrustStore::makeDirectory()
{
    const QByteArray directory = QFile::encodeName(m_directory);
    int code = makePath(directory);
    if (code == 0 && ::access(QByteArray(directory + '/').constData(), W_OK | X_OK) != 0)
        code = errno;
    m_directoryProblem = code == 0 ? QString()
                                   : u"edits of the trust list cannot be saved in %1: %2"_s.arg(
                                       printableForMessage(m_directory), systemText(code));
}

std::optional<TrustStore::Stamp> TrustStore::stampOf(const Descriptor &file)
{
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0)
        return std::nullopt;
    return Stamp{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
                 nanoseconds(status.st_ctim)};
}

std::optional<TrustStore::Stamp> TrustStore::stampOf(const QString &path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return std::nullopt;
    return Stamp{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
                 nanoseconds(status.st_ctim)};
}

// What is in the file; the problem is without the path.
void TrustStore::readContent(Reading &reading)
{
    struct stat status = {};
    ::fstat(reading.file.number(), &status);
    if (!S_ISREG(status.st_mode)) {
        reading.problem = u"it is not a regular file"_s;
        return;
    }
    QByteArray bytes;
    QByteArray chunk(1024 * 1024, Qt::Uninitialized);
    while (bytes.size() <= MaxTrustDocumentBytes) {
        const ssize_t count = ::read(reading.file.number(), chunk.data(), size_t(chunk.size()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            reading.mayPass = mayPass(errno);
            reading.problem = systemText(errno);
            return;
        }
        if (count == 0)
            break;
        bytes.append(chunk.constData(), count);
    }
    if (bytes.size() > MaxTrustDocumentBytes) {
        reading.problem = u"it is larger than 32 MiB"_s;
        return;
    }
    const Expected<TrustDocument> parsed = parseTrustDocument(bytes);
    if (parsed.ok())
        reading.document = *parsed;
    else
        reading.problem = parsed.error().message;
}

TrustStore::Reading TrustStore::read() const
{
    Reading reading;
    // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
    reading.file = Descriptor(openFile(path(), O_RDONLY | O_NONBLOCK));
    if (reading.file.isOpen()) {
        reading.stamp = stampOf(reading.file);
        readContent(reading);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        reading.mayPass = mayPass(errno);
        reading.problem = systemText(errno);
        reading.stamp = stampOf(path());
    }
    if (!reading.problem.isEmpty())
        reading.problem = u"cannot use %1: %2"_s.arg(printableForMessage(path()), reading.problem);
    if (reading.document)
        adoptConfigured(*reading.document, m_configured);
    return reading;
}

void TrustStore::keep(Reading &reading)
{
    m_stamp = reading.stamp;
    m_file = std::move(reading.file);
    m_fileProblem = reading.problem;
    m_readAgain = reading.mayPass;
}

TrustStore::News TrustStore::poll()
{
    const std::optional<Stamp> stamp = stampOf(path());
    if (stamp == m_stamp && !m_readAgain)
        return {};
    Reading reading = read();
    News news;
    if (reading.document) {
        const TrustDocument &found = *reading.document;
        if (found.revision != m_document.revision || found.origin != m_document.origin
            || found.list != m_document.list)
            news.document = found;
        m_document = found;
    } else {
        if (reading.problem.isEmpty())
            reading.problem = u"%1 is gone"_s.arg(printableForMessage(path()));
        reading.problem += u"; the list that was in force stays"_s;
        if (reading.problem != m_fileProblem)
            news.problem = reading.problem;
    }
    keep(reading);
    return news;
}

TrustResult TrustStore::prepare(const TrustEdit &edit, std::chrono::sys_seconds now) const
{
    return editTrust(m_document, m_configured, edit, now);
}

TrustResult TrustStore::apply(const TrustEdit &edit, std::chrono::sys_seconds now)
{
    return this->edit(
        [&](const TrustDocument &document) { return editTrust(document, m_configured, edit, now); },
        now);
}

TrustResult TrustStore::setConfiguredList(const TrustList &configured, std::chrono::sys_seconds now)
{
    const auto make = [&](const TrustDocument &document) {
        TrustEdit edit;
        edit.kind = TrustEdit::Kind::Reset;
        edit.by = TrustByConfiguration;
        if (document.origin == TrustOrigin::Config)
            return editTrust(document, configured, edit, now);
        TrustResult same;
        same.document = document;
        return same;
    };
    const bool isInForce =
        m_document.origin == TrustOrigin::Config && m_document.list != configured;
    TrustResult result = isInForce ? edit(make, now) : make(m_document);
    if (result.ok())
        m_configured = configured;
    return result;
}

// Takes the lock, which closing it gives back; or says why not.
QString TrustStore::lock(Descriptor &lock)
{
    const QString name = printableForMessage(filePath(LockName));
    lock = Descriptor(openFile(filePath(LockName), O_RDWR | O_CREAT | O_NOFOLLOW));
    if (!lock.isOpen())
        return u"%1: %2"_s.arg(name, systemText(errno));
    const auto deadline = std::chrono::steady_clock::now() + m_lockWait;
    while (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return u"%1: %2"_s.arg(name, systemText(errno));
        if (std::chrono::steady_clock::now() >= deadline)
            return u"another server holds %1"_s.arg(name);
        std::this_thread::sleep_for(LockStep);
    }
    return {};
}

TrustResult TrustStore::edit(const std::function<TrustResult(const TrustDocument &)> &make,
                             std::chrono::sys_seconds now)
{
    const auto notSaved = [this](const QString &reason) {
        TrustResult result;
        result.failure = TrustResult::Failure::NotSaved;
        result.message = u"cannot save %1: %2"_s.arg(printableForMessage(path()), reason);
        result.document = m_document;
        return result;
    };
    makeDirectory();
    Descriptor locked;
    if (const QString reason = lock(locked); !reason.isEmpty())
        return notSaved(reason);

    Reading reading;
    const bool isKnown = stampOf(path()) == m_stamp && m_fileProblem.isEmpty();
    if (!isKnown)
        reading = read();
    if (reading.mayPass)
        return notSaved(reading.problem);
    TrustResult result = make(reading.document ? *reading.document : m_document);
    // What another server did is left to poll(), which tells it.
    if (!result.changed)
        return result;
    const QString reason = save(result.document, !reading.problem.isEmpty(), now);
    if (!reason.isEmpty())
        return notSaved(reason);
    m_document = result.document;
    return result;
}

// Nothing, or why not.
QString TrustStore::save(const TrustDocument &document, bool setAside, std::chrono::sys_seconds now)
{
    const QByteArray bytes = trustDocumentToJson(document);
    if (bytes.size() > MaxTrustDocumentBytes)
        return u"the list and its history are larger than 32 MiB"_s;
    const Descriptor directory(openFile(m_directory, O_RDONLY | O_DIRECTORY));
    if (!directory.isOpen())
        return systemText(errno);
    Descriptor file;
    QString reason = writeTemporary(bytes, file);
    if (reason.isEmpty())
        reason = replace(setAside, now);
    if (!reason.isEmpty()) {
        if (file.isOpen())
            ::unlink(QFile::encodeName(filePath(TemporaryName)).constData());
        return reason;
    }
    // Some file systems cannot do this for a directory, and do not need it. After a failure the new
    // file is there all the same, but nobody knows for how long; poll() tells what it finds.
    if (::fsync(directory.number()) != 0 && errno != EINVAL)
        return systemText(errno);
    m_stamp = stampOf(file);
    m_file = std::move(file);
    m_fileProblem.clear();
    m_readAgain = false;
    return {};
}

QString TrustStore::writeTemporary(const QByteArray &bytes, Descriptor &file) const
{
    // A server that was killed may have left one; the lock says that nobody writes it now.
    const QByteArray name = QFile::encodeName(filePath(TemporaryName));
    ::unlink(name.constData());
    file = Descriptor(openFile(filePath(TemporaryName), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW));
    if (!file.isOpen())
        return u"%1: %2"_s.arg(printableForMessage(filePath(TemporaryName)), systemText(errno));
    if (const int code = writeAll(file.number(), bytes))
        return systemText(code);
    if (::fsync(file.number()) != 0)
        return systemText(errno);
    return {};
}

// Puts the temporary file in the place of the old one.
QString TrustStore::replace(bool setAside, std::chrono::sys_seconds now) const
{
    const QByteArray name = QFile::encodeName(path());
    if (setAside) {
        const QByteArray base =
            name + ".damaged-" + QByteArray::number(qint64(now.time_since_epoch().count()));
        QByteArray aside = base;
        for (int i = 2; ::access(aside.constData(), F_OK) == 0; ++i)
            aside = base + '-' + QByteArray::number(i);
        if (::rename(name.constData(), aside.constData()) != 0)
            return systemText(errno);
    }
    const QByteArray temporary = QFile::encodeName(filePath(TemporaryName));
    if (::rename(temporary.constData(), name.constData()) != 0)
        return systemText(errno);
    return {};
}

} // namespace truepeer
