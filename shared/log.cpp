// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/log.h"

#include "shared/logformat.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace truepeer {

namespace {

// A pipe that poll() calls writable takes this much without blocking (POSIX: PIPE_BUF).
constexpr std::size_t ChunkBytes = 4096;

// How often a writer whose reader does not read looks whether it is to stop.
constexpr int StopCheckMs = 50;

bool isSocket(int descriptor)
{
    struct stat status = {};
    return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

// The thread of a log takes no signals: they are for the threads that watch for them, and a reader
// that went away must not end the process by SIGPIPE.
template <typename Function>
std::thread startWithoutSignals(Function function)
{
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(function);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Error;
}

// Qt hands a plain function to every thread, so the way to the Log has to be global. It is set and
// cleared by QtLogBridge alone.
std::atomic<Log *> bridgedLog{nullptr};

void bridgeMessage(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    Log *log = bridgedLog.load(std::memory_order_acquire);
    if (!log)
        return;
    log->write(levelOf(type), context.category ? context.category : "default", "qt",
               {{"message", text.toUtf8()}});
    if (type == QtFatalMsg)
        log->flush(std::chrono::seconds(2)); // Qt aborts when this returns
}

} // namespace

const char *logLevelName(LogLevel level)
{
    static constexpr std::array<const char *, 4> Names = {"debug", "info", "warning", "error"};
    return Names[static_cast<std::size_t>(level)];
}

Log::Log(Options options)
    : m_options(std::move(options))
    , m_isSocket(isSocket(m_options.descriptor))
    , m_level(m_options.level)
    , m_writer(startWithoutSignals([this] { run(); }))
{
}

Log::~Log()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopDeadline = std::chrono::steady_clock::now() + m_options.flushTimeout;
        m_stopping.store(true, std::memory_order_release);
    }
    m_work.notify_one();
    m_writer.join();
}

void Log::write(LogLevel level, const char *category, QByteArrayView event,
                std::initializer_list<LogField> fields)
{
    if (!isEnabled(level))
        return;
    const std::string line = formatLine(level, category, event, fields);
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        wasEmpty = m_queue.empty();
        if (m_queue.size() + line.size() > static_cast<std::size_t>(m_options.capacity)) {
            ++m_dropped;
        } else {
            m_queue += line;
            m_queuedBytes += line.size();
        }
    }
    if (wasEmpty)
        m_work.notify_one();
}

bool Log::flush(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    const quint64 target = m_queuedBytes;
    return m_written.wait_for(lock, timeout, [&] { return m_writtenBytes >= target; });
}

quint64 Log::droppedLines() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropped;
}

std::string Log::formatLine(LogLevel level, const char *category, QByteArrayView event,
                            std::initializer_list<LogField> fields) const
{
    std::string line;
    line.reserve(256);
    if (m_options.priorityPrefix)
        appendPriority(line, level);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(m_options.clock());
    const LogHead head{now, level, category, event};
    if (m_options.format == LogFormat::Json)
        appendJsonLine(line, head, fields);
    else
        appendTextLine(line, head, fields);
    return line;
}

// The body of the writer thread: takes all that is queued in one go, so that the lock is held only
// to exchange two buffers, and writes it without the lock.
void Log::run()
{
    std::string batch;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_work.wait(lock, [this] {
            return m_stopping || !m_queue.empty() || m_dropped != m_droppedReported;
        });
        const quint64 dropped = m_dropped - m_droppedReported;
        if (m_queue.empty() && dropped == 0)
            return;
        batch.swap(m_queue);
        m_droppedReported = m_dropped;
        lock.unlock();

        const std::size_t taken = batch.size();
        // What was dropped came after all that is in the batch.
        if (dropped != 0)
            batch += formatLine(LogLevel::Warning, "truepeer.log", "dropped", {{"lines", dropped}});
        writeOut(batch);
        batch.clear();

        lock.lock();
        m_writtenBytes += taken;
        m_written.notify_all();
    }
}

// Writes until the end, an error (then there is nobody to tell) or the deadline of the destructor.
void Log::writeOut(std::string_view batch)
{
    while (!batch.empty() && waitUntilWritable()) {
        const std::size_t chunk = std::min(batch.size(), ChunkBytes);
        const ssize_t written = m_isSocket ? ::send(m_options.descriptor, batch.data(), chunk,
                                                    MSG_DONTWAIT | MSG_NOSIGNAL)
                                           : ::write(m_options.descriptor, batch.data(), chunk);
        if (written >= 0)
            batch.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
            return;
    }
}

bool Log::waitUntilWritable() const
{
    pollfd waiting = {m_options.descriptor, POLLOUT, 0};
    while (true) {
        const int ready = ::poll(&waiting, 1, StopCheckMs);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true; // an error shows when writing
        if (m_stopping.load(std::memory_order_acquire)
            && std::chrono::steady_clock::now() >= m_stopDeadline)
            return false;
    }
}

std::optional<quint64> LogThrottle::admit(QByteArrayView key, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    Slot *slot = slotFor(key.first(std::min(key.size(), MaxKeyBytes)), now);
    if (slot->opened && now - *slot->opened < m_interval) {
        ++slot->suppressed;
        return std::nullopt;
    }
    slot->opened = now;
    return std::exchange(slot->suppressed, 0);
}

LogThrottle::Slot *LogThrottle::slotFor(QByteArrayView key, Clock::time_point now)
{
    const auto known = m_slots.find(QByteArray::fromRawData(key.data(), key.size()));
    if (known != m_slots.end())
        return &known->second;
    // At most one sweep an interval, so that a flood of new keys stays cheap.
    if (m_slots.size() >= MaxKeys && now >= m_nextSweep) {
        std::erase_if(m_slots, [&](const auto &item) {
            return item.second.opened && now - *item.second.opened >= m_interval;
        });
        m_nextSweep = now + m_interval;
    }
    if (m_slots.size() >= MaxKeys)
        return &m_shared;
    return &m_slots[key.toByteArray()];
}

QtLogBridge::QtLogBridge(Log &log)
{
    Log *none = nullptr;
    const bool alone = bridgedLog.compare_exchange_strong(none, &log);
    Q_ASSERT_X(alone, "QtLogBridge", "there may be one bridge at a time");
    Q_UNUSED(alone)
    m_previous = qInstallMessageHandler(bridgeMessage);
}

QtLogBridge::~QtLogBridge()
{
    qInstallMessageHandler(m_previous);
    bridgedLog.store(nullptr, std::memory_order_release);
}

} // namespace truepeer
