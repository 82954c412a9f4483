// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/log.h"

#include <QRegularExpression>
#include <QTemporaryFile>
#include <QTest>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// 2026-11-23T15:14:57.123Z, as in the description of the format.
std::chrono::system_clock::time_point fixedTime()
{
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 15h + 14min + 57s + 123ms;
}

Log::Options fixedOptions(int descriptor, LogFormat format = LogFormat::Text)
{
    Log::Options options;
    options.descriptor = descriptor;
    options.format = format;
    options.level = LogLevel::Debug;
    options.clock = fixedTime;
    return options;
}

// What a Log writes while `use` has it, to the last byte.
QByteArray logged(const Log::Options &options, const std::function<void(Log &)> &use)
{
    QTemporaryFile file;
    if (!file.open())
        return "no temporary file";
    Log::Options toFile = options;
    toFile.descriptor = file.handle();
    {
        Log log(toFile);
        use(log);
    }
    file.seek(0);
    return file.readAll();
}

// Two ends of a stream; closes what is still open.
class Ends
{
public:
    enum class Kind { Pipe, Socket };

    explicit Ends(Kind kind)
    {
        const int result = kind == Kind::Pipe ? ::pipe2(m_ends.data(), O_CLOEXEC)
                                              : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
                                                             m_ends.data());
        if (result != 0)
            m_ends = {-1, -1};
    }
    ~Ends()
    {
        closeReader();
        closeWriter();
    }
    Q_DISABLE_COPY_MOVE(Ends)

    int reader() const { return m_ends[0]; }
    int writer() const { return m_ends[1]; }
    void closeReader() { closeEnd(0); }
    void closeWriter() { closeEnd(1); }

    // All bytes until the writer's end is closed.
    QByteArray readAll() const
    {
        QByteArray all;
        QByteArray part(65536, '\0');
        while (true) {
            const ssize_t count = ::read(reader(), part.data(), static_cast<size_t>(part.size()));
            if (count <= 0)
                return all;
            all.append(part.constData(), count);
        }
    }

private:
    void closeEnd(std::size_t which)
    {
        if (m_ends[which] >= 0)
            ::close(m_ends[which]);
        m_ends[which] = -1;
    }

    std::array<int, 2> m_ends = {-1, -1};
};

} // namespace

Q_DECLARE_METATYPE(Ends::Kind)

class tst_Log : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aReaderThatDoesNotReadBlocksNobody_data();
    void aReaderThatDoesNotReadBlocksNobody();
    void dropsAreReportedWhileRunning();
    void aLineLargerThanTheQueueIsCounted();
    void theDestructorGivesUpOnAStuckReader();
    void aReaderThatWentAwayIsNoHarm_data();
    void aReaderThatWentAwayIsNoHarm();
    void aNonBlockingDescriptorLosesNothing();
    void flushWaitsForTheWriter();
    void severalWriters();
    void throttle_data();
    void throttle();
    void throttleIsBounded();
    void throttleForgetsOldKeys();
    void qtMessages_data();
    void qtMessages();
    void theBridgeEndsWithItsObject();
};

void tst_Log::aReaderThatDoesNotReadBlocksNobody_data()
{
    QTest::addColumn<Ends::Kind>("kind");
    QTest::newRow("a pipe") << Ends::Kind::Pipe;
    QTest::newRow("a socket, as journald's") << Ends::Kind::Socket;
}

// All lines are written while nobody reads; then the reader comes, and what it gets plus what the
// report counts is what was written.
void tst_Log::aReaderThatDoesNotReadBlocksNobody()
{
    QFETCH(const Ends::Kind, kind);
    constexpr int Lines = 20'000; // more than pipe or socket buffer and queue together
    Ends ends(kind);
    QVERIFY(ends.writer() >= 0);
    Log::Options options = fixedOptions(ends.writer());
    options.capacity = 8192;
    options.flushTimeout = 60s;
    QByteArray text;
    quint64 dropped = 0;
    {
        auto log = std::make_unique<Log>(options);
        for (int i = 0; i < Lines; ++i)
            log->write(LogLevel::Info, "truepeer.test", "line", {{"number", i}});
        dropped = log->droppedLines();
        QVERIFY(dropped > 0);
        std::thread reader([&] { text = ends.readAll(); });
        log.reset();
        ends.closeWriter();
        reader.join();
    }
    quint64 reported = 0;
    qsizetype arrived = 0;
    int lastNumber = -1;
    const QByteArrayList lines = text.chopped(1).split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype equals = line.lastIndexOf('=');
        if (line.contains(" warning truepeer.log dropped lines=")) {
            reported += line.sliced(equals + 1).toULongLong();
            continue;
        }
        const int number = line.sliced(equals + 1).toInt();
        QVERIFY2(number > lastNumber, line.constData());
        lastNumber = number;
        ++arrived;
    }
    QCOMPARE(reported, dropped);
    QCOMPARE(static_cast<quint64>(arrived) + reported, quint64{Lines});
}

void tst_Log::dropsAreReportedWhileRunning()
{
    Ends ends(Ends::Kind::Pipe);
    Log::Options options = fixedOptions(ends.writer());
    options.capacity = 1024;
    Log log(options);
    while (log.droppedLines() == 0)
        log.write(LogLevel::Info, "truepeer.test", "line");
    // The reader comes; the report follows without another line being written.
    QByteArray text;
    QByteArray part(65536, '\0');
    while (!text.contains(" dropped lines=")) {
        pollfd waiting = {ends.reader(), POLLIN, 0};
        QVERIFY2(::poll(&waiting, 1, 20'000) == 1, "no report of the dropped lines");
        const ssize_t count = ::read(ends.reader(), part.data(), static_cast<size_t>(part.size()));
        QVERIFY(count > 0);
        text.append(part.constData(), count);
    }
    QVERIFY(text.contains("warning truepeer.log dropped lines="));
}

void tst_Log::aLineLargerThanTheQueueIsCounted()
{
    Log::Options options = fixedOptions(-1);
    options.capacity = 64;
    const QByteArray text = logged(options, [](Log &log) {
        log.write(LogLevel::Info, "truepeer.test", QByteArray(100, 'x'));
        QCOMPARE(log.droppedLines(), quint64{1});
    });
    QCOMPARE(text, "2026-11-23T15:14:57.123Z warning truepeer.log dropped lines=1\n"_ba);
}

void tst_Log::theDestructorGivesUpOnAStuckReader()
{
    Ends ends(Ends::Kind::Pipe);
    Log::Options options = fixedOptions(ends.writer());
    options.flushTimeout = 100ms;
    const auto begin = std::chrono::steady_clock::now();
    {
        Log log(options);
        for (int i = 0; i < 5'000; ++i)
            log.write(LogLevel::Info, "truepeer.test", "line", {{"number", i}});
    }
    QVERIFY(std::chrono::steady_clock::now() - begin < 30s);
}

void tst_Log::aReaderThatWentAwayIsNoHarm_data()
{
    aReaderThatDoesNotReadBlocksNobody_data();
}

// Without care the first write would end the process by SIGPIPE.
void tst_Log::aReaderThatWentAwayIsNoHarm()
{
    QFETCH(const Ends::Kind, kind);
    Ends ends(kind);
    ends.closeReader();
    Log log(fixedOptions(ends.writer()));
    for (int i = 0; i < 100; ++i)
        log.write(LogLevel::Info, "truepeer.test", "line");
    QVERIFY(log.flush(20s));
}

void tst_Log::aNonBlockingDescriptorLosesNothing()
{
    constexpr int Lines = 5'000;
    Ends ends(Ends::Kind::Pipe);
    QVERIFY(::fcntl(ends.writer(), F_SETFL, O_NONBLOCK) == 0);
    Log::Options options = fixedOptions(ends.writer());
    options.flushTimeout = 60s;
    QByteArray text;
    std::thread reader([&] { text = ends.readAll(); });
    {
        Log log(options);
        for (int i = 0; i < Lines; ++i)
            log.write(LogLevel::Info, "truepeer.test", "line", {{"number", i}});
        QCOMPARE(log.droppedLines(), quint64{0});
    }
    ends.closeWriter();
    reader.join();
    QCOMPARE(text.count('\n'), Lines);
}

void tst_Log::flushWaitsForTheWriter()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    Log log(fixedOptions(file.handle()));
    log.write(LogLevel::Info, "truepeer.test", "first");
    QVERIFY(log.flush(20s));
    QVERIFY(file.seek(0));
    QCOMPARE(file.readAll(), "2026-11-23T15:14:57.123Z info truepeer.test first\n"_ba);

    Ends ends(Ends::Kind::Pipe);
    Log::Options options = fixedOptions(ends.writer());
    options.flushTimeout = 0ms;
    Log stuck(options);
    for (int i = 0; i < 5'000; ++i)
        stuck.write(LogLevel::Info, "truepeer.test", "line", {{"number", i}});
    QVERIFY(!stuck.flush(1ms));
}

void tst_Log::severalWriters()
{
    constexpr int Threads = 4;
    constexpr int Lines = 500;
    Log::Options options = fixedOptions(-1);
    options.capacity = 16 * 1024 * 1024;
    const QByteArray text = logged(options, [](Log &log) {
        std::vector<std::thread> threads;
        for (int thread = 0; thread < Threads; ++thread) {
            threads.emplace_back([&log, thread] {
                for (int i = 0; i < Lines; ++i) {
                    log.setLevel(i % 2 == 0 ? LogLevel::Debug : LogLevel::Info);
                    log.write(LogLevel::Info, "truepeer.test", "line",
                              {{"thread", thread}, {"number", i}});
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(log.droppedLines(), quint64{0});
    });
    std::array<int, Threads> next{};
    static const QRegularExpression Shape(
        u"^\\S+ info truepeer\\.test line thread=(\\d) number=(\\d+)$"_s);
    const QByteArrayList lines = text.chopped(1).split('\n');
    QCOMPARE(lines.size(), Threads * Lines);
    for (const QByteArray &line : lines) {
        const auto match = Shape.match(QString::fromLatin1(line));
        QVERIFY2(match.hasMatch(), line.constData());
        int &expected = next.at(static_cast<std::size_t>(match.captured(1).toInt()));
        QCOMPARE(match.captured(2).toInt(), expected);
        ++expected;
    }
}

void tst_Log::throttle_data()
{
    QTest::addColumn<QList<int>>("seconds");
    QTest::addColumn<QList<int>>("expected"); // -1: held back
    QTest::newRow("the first one passes") << QList<int>{0} << QList<int>{0};
    QTest::newRow("more in the interval are held back")
        << QList<int>{0, 1, 9} << QList<int>{0, -1, -1};
    QTest::newRow("the next interval's first carries the count")
        << QList<int>{0, 1, 9, 10, 11} << QList<int>{0, -1, -1, 2, -1};
    QTest::newRow("nothing was held back") << QList<int>{0, 10, 20} << QList<int>{0, 0, 0};
    QTest::newRow("the interval begins with the line that passed")
        << QList<int>{0, 15, 20, 25} << QList<int>{0, 0, -1, 1};
}

void tst_Log::throttle()
{
    QFETCH(const QList<int>, seconds);
    QFETCH(const QList<int>, expected);
    LogThrottle throttle(10s);
    const LogThrottle::Clock::time_point start{1000s};
    QList<int> actual;
    for (const int second : seconds) {
        const auto admitted = throttle.admit("10.0.0.1", start + std::chrono::seconds(second));
        actual += admitted ? static_cast<int>(*admitted) : -1;
        // Another key is not touched by it.
        if (second == 0)
            QVERIFY(throttle.admit("10.0.0.2", start).has_value());
    }
    QCOMPARE(actual, expected);
}

void tst_Log::throttleIsBounded()
{
    LogThrottle throttle(10s);
    const LogThrottle::Clock::time_point start{1000s};
    for (std::size_t i = 0; i < LogThrottle::MaxKeys; ++i)
        QVERIFY(throttle.admit(QByteArray::number(static_cast<qint64>(i)), start).has_value());
    QVERIFY(throttle.admit("one more", start).has_value());
    QVERIFY2(!throttle.admit("and another", start).has_value(), "further keys share a slot");
    QVERIFY2(!throttle.admit("0", start).has_value(), "known keys keep theirs");
    const QByteArray prefix(LogThrottle::MaxKeyBytes, 'k');
    LogThrottle other(10s);
    QVERIFY(other.admit(QByteArray(prefix + "a"), start).has_value());
    QVERIFY2(!other.admit(QByteArray(prefix + "b"), start).has_value(),
             "only the start of a key counts");
}

void tst_Log::throttleForgetsOldKeys()
{
    LogThrottle throttle(10s);
    const LogThrottle::Clock::time_point start{1000s};
    for (std::size_t i = 0; i < LogThrottle::MaxKeys; ++i)
        throttle.admit(QByteArray::number(static_cast<qint64>(i)), start);
    const auto later = start + 20s;
    QVERIFY(throttle.admit("new a", later).has_value());
    QVERIFY2(throttle.admit("new b", later).has_value(), "the old keys made room");
}

void tst_Log::qtMessages_data()
{
    QTest::addColumn<QtMsgType>("type");
    QTest::addColumn<QByteArray>("level");
    QTest::newRow("qDebug is debug") << QtDebugMsg << "debug"_ba;
    QTest::newRow("qInfo is info") << QtInfoMsg << "info"_ba;
    QTest::newRow("qWarning is warning") << QtWarningMsg << "warning"_ba;
    QTest::newRow("qCritical is error") << QtCriticalMsg << "error"_ba;
}

void tst_Log::qtMessages()
{
    QFETCH(const QtMsgType, type);
    QFETCH(const QByteArray, level);
    const QByteArray text = logged(fixedOptions(-1), [type](Log &log) {
        const QtLogBridge bridge(log);
        const QMessageLogger logger("file.cpp", 1, "function()", "qt.network");
        switch (type) {
        case QtDebugMsg:
            logger.debug("socket \"x\"\nbroke");
            break;
        case QtInfoMsg:
            logger.info("socket \"x\"\nbroke");
            break;
        case QtWarningMsg:
            logger.warning("socket \"x\"\nbroke");
            break;
        default:
            logger.critical("socket \"x\"\nbroke");
        }
    });
    QCOMPARE(text, "2026-11-23T15:14:57.123Z " + level
                       + " qt.network qt message=\"socket \\\"x\\\"\\nbroke\"\n");
}

void tst_Log::theBridgeEndsWithItsObject()
{
    const QByteArray text = logged(fixedOptions(-1), [](Log &log) {
        {
            const QtLogBridge bridge(log);
        }
        QTest::ignoreMessage(QtWarningMsg, "for the handler before");
        qWarning("for the handler before");
        const QtLogBridge again(log);
        qWarning("for the log");
    });
    QCOMPARE(text, "2026-11-23T15:14:57.123Z warning default qt message=\"for the log\"\n"_ba);
}

QTEST_APPLESS_MAIN(tst_Log)
#include "tst_log.moc"
