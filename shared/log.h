// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QMessageLogContext>
#include <QString>
#include <QtGlobal>

#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

namespace truepeer {

enum class LogLevel : quint8 { Debug, Info, Warning, Error };
enum class LogFormat : quint8 { Text, Json };

// The value of a field: bytes, a whole number, a yes or no, or a fraction. Bytes are only viewed;
// they must live until the call that takes them returns, which a temporary in that call does.
class LogValue
{
public:
    LogValue(bool value)
        : m_value(value)
    {
    }
    LogValue(double value)
        : m_value(value)
    {
    }
    LogValue(const char *value)
        : m_value(QByteArrayView(value))
    {
    }
    LogValue(QByteArrayView value)
        : m_value(value)
    {
    }
    LogValue(const QByteArray &value)
        : m_value(QByteArrayView(value))
    {
    }
    // Numbers beyond the range of qint64 are shown as its greatest value.
    template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>) LogValue(T value)
        : m_value(std::in_range<qint64>(value) ? static_cast<qint64>(value)
                                               : std::numeric_limits<qint64>::max())
    {
    }

    const std::variant<QByteArrayView, qint64, bool, double> &value() const { return m_value; }

private:
    std::variant<QByteArrayView, qint64, bool, double> m_value;
};

// One key=value of a line. Keys are literals of ours: lower-case words joined by `_`. A field
// whose key the line has already (time, level, category, event) must not be used.
struct LogField
{
    const char *key;
    LogValue value;
};

// The log of a process: one line an event, as logfmt text or as one JSON object.
//
//   2026-11-23T15:14:57.123Z info truepeer.net upgrade peer=10.0.0.1 client=203.0.113.7
//   {"time":"2026-11-23T15:14:57.123Z","level":"info","category":"truepeer.net","event":"upgrade",…}
//
// Every method may be called from any thread. write() formats, appends to a queue of bounded size
// and returns: it never waits for the reader of the log. A thread of the Log's own writes the queue
// to the descriptor. When the queue is full the line is dropped and counted, and a line
// `truepeer.log dropped lines=N` tells so as soon as there is room. The destructor writes what is
// queued (for at most Options::flushTimeout) and ends the thread; the descriptor stays open.
//
// Whatever the bytes of an event or a value are, they cannot end the line or forge a field:
// control characters, quotes and bytes outside ASCII are escaped (text: \n, \xNN; JSON: \uXXXX,
// U+FFFD for what is not UTF-8). Longer values are cut to MaxValueBytes and end in `...`.
class Log
{
public:
    static constexpr qsizetype MaxValueBytes = 2048;

    struct Options
    {
        int descriptor = 2;
        LogFormat format = LogFormat::Text;
        LogLevel level = LogLevel::Info;
        // Starts each line with `<N>`, the syslog priority that journald takes from a stream.
        bool priorityPrefix = false;
        // Bytes that may wait for the writer, beside as many that it has in hand.
        qsizetype capacity = 1024 * 1024;
        // How long the destructor waits for a reader that does not read.
        std::chrono::milliseconds flushTimeout{2000};
        std::function<std::chrono::system_clock::time_point()> clock =
            std::chrono::system_clock::now;
    };

    explicit Log(Options options);
    ~Log();
    Q_DISABLE_COPY_MOVE(Log)

    LogLevel level() const { return m_level.load(std::memory_order_relaxed); }
    void setLevel(LogLevel level) { m_level.store(level, std::memory_order_relaxed); }
    bool isEnabled(LogLevel level) const { return level >= this->level(); }

    // Does nothing below the level. `category` is a literal such as "truepeer.net", `event` a word
    // or words in snake_case that scripts may look for.
    void write(LogLevel level, const char *category, QByteArrayView event,
               std::initializer_list<LogField> fields = {});

    // Waits until all that was queued before has left, or until the time is over; says whether it
    // has. For the last words before an abort, and for tests; not for an I/O thread.
    bool flush(std::chrono::milliseconds timeout);

    // Lines that were dropped since the start because the queue was full.
    quint64 droppedLines() const;

private:
    std::string formatLine(LogLevel level, const char *category, QByteArrayView event,
                           std::initializer_list<LogField> fields) const;
    void run();
    void writeOut(std::string_view batch);
    bool waitUntilWritable() const;

    const Options m_options;
    const bool m_isSocket;
    std::atomic<LogLevel> m_level;
    std::chrono::steady_clock::time_point m_stopDeadline; // written before m_stopping is set
    std::atomic<bool> m_stopping{false};
    mutable std::mutex m_mutex;
    std::condition_variable m_work;    // the writer waits here
    std::condition_variable m_written; // flush() waits here
    std::string m_queue;               // guarded by m_mutex
    quint64 m_queuedBytes = 0;         // since the start, guarded by m_mutex
    quint64 m_writtenBytes = 0;        // since the start, guarded by m_mutex
    quint64 m_dropped = 0;             // guarded by m_mutex
    quint64 m_droppedReported = 0;     // guarded by m_mutex
    std::thread m_writer;              // last: it uses all of the above
};

// The word of a level: debug, info, warning, error.
const char *logLevelName(LogLevel level);

// Keeps warnings that a stranger can trigger from filling the log: of each key one is let through
// in an interval, and the next one carries how many were held back. Safe to call from any thread.
// At most MaxKeys keys are remembered; while all of them are in use, further keys share one slot.
// Keys count by their first MaxKeyBytes bytes.
class LogThrottle
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t MaxKeys = 1024;
    static constexpr qsizetype MaxKeyBytes = 128;

    explicit LogThrottle(std::chrono::milliseconds interval)
        : m_interval(interval)
    {
    }

    // Nothing: hold this one back. A number: write it; so many were held back since the last one.
    std::optional<quint64> admit(QByteArrayView key, Clock::time_point now);

private:
    struct Slot
    {
        std::optional<Clock::time_point> opened;
        quint64 suppressed = 0;
    };

    Slot *slotFor(QByteArrayView key, Clock::time_point now);

    const std::chrono::milliseconds m_interval;
    std::mutex m_mutex;
    std::map<QByteArray, Slot> m_slots; // guarded by m_mutex
    Slot m_shared;                      // guarded by m_mutex
    Clock::time_point m_nextSweep;      // guarded by m_mutex
};

// Sends Qt's own messages (qWarning and the like) into a Log while it lives: the message's
// category, event `qt`, the text as the field `message`. Qt has one handler a process, so there may
// be one bridge at a time; it must end before the Log, and after the threads that may log through
// Qt.
class QtLogBridge
{
public:
    explicit QtLogBridge(Log &log);
    ~QtLogBridge();
    Q_DISABLE_COPY_MOVE(QtLogBridge)

private:
    QtMessageHandler m_previous;
};

} // namespace truepeer
