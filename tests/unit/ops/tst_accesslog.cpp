// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/accesslog.h"

#include <QRegularExpression>
#include <QTest>

#include <array>
#include <functional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const IpAddress Peer = IpAddress::fromIPv4(0x0a000001);   // 10.0.0.1
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7

// What is logged, as lines without time and category, through a pipe as in earnest.
QByteArrayList logged(LogLevel level, bool lines, const std::function<void(AccessLog &)> &use)
{
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        qFatal("cannot create a pipe");
    QByteArray text;
    std::thread reader([&text, end = ends[0]] {
        std::array<char, 4096> part;
        for (ssize_t count = 0; (count = ::read(end, part.data(), part.size())) > 0;)
            text.append(part.data(), count);
    });
    {
        Log::Options options;
        options.descriptor = ends[1];
        options.level = level;
        options.clock = [] { return std::chrono::system_clock::time_point(); };
        Log log(options);
        AccessLog access(log, lines);
        use(access);
    }
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    QByteArrayList result;
    for (const QByteArray &line : text.split('\n')) {
        if (!line.isEmpty())
            result += QByteArray(line)
                          .replace("1970-01-01T00:00:00.000Z "_ba, {})
                          .replace(" truepeer.access "_ba, " "_ba);
    }
    return result;
}

// A client behind a trusted proxy.
Resolution resolved()
{
    Resolution resolution(Peer);
    resolution.client = Client;
    resolution.scheme = Scheme::Https;
    resolution.host = "app.example"_ba;
    resolution.port = 443;
    resolution.source = Source::XForwardedFor;
    resolution.trustedPeer = true;
    return resolution;
}

RequestEvent requestOf(const Resolution &resolution)
{
    return {.resolution = resolution,
            .method = "GET",
            .target = "/a?key=secret",
            .userAgent = "curl/8.0",
            .status = 200,
            .detail = {},
            .duration = 1500us};
}

ClientEvent clientOf(const Resolution &resolution)
{
    return {.id = 17,
            .resolution = resolution,
            .target = "/chat?key=secret",
            .userAgent = "browser",
            .origin = "https://app.example"};
}

} // namespace

class tst_AccessLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void namesPeerClientAndVerdictOfEachRequest_data();
    void namesPeerClientAndVerdictOfEachRequest();
    void writesARequest();
    void writesARequestThatCouldNotBeRead();
    void writesHealthChecksAtDebug_data();
    void writesHealthChecksAtDebug();
    void leavesAnUpgradeToItsClient();
    void writesAClientFromStartToEnd();
    void saysWhoClosed_data();
    void saysWhoClosed();
    void throttlesWarningsByPeer();
    void warnsEvenWithoutLines();
    void writesNothingBelowTheLevel();
    void nobodyForgesALine_data();
    void nobodyForgesALine();
    void takesLinesFromSeveralThreads();
};

void tst_AccessLog::namesPeerClientAndVerdictOfEachRequest_data()
{
    QTest::addColumn<bool>("trusted");
    QTest::addColumn<bool>("known");
    QTest::addColumn<bool>("conflict");
    QTest::addColumn<bool>("fromHeader");
    QTest::addColumn<QByteArray>("verdict");
    QTest::newRow("nobody is believed") << false << true << false << false << "untrusted-peer"_ba;
    QTest::newRow("a proxy that says nothing") << true << true << false << false << "direct"_ba;
    QTest::newRow("a proxy that says who") << true << true << false << true << "resolved"_ba;
    QTest::newRow("a chain that ends in the dark")
        << true << false << false << true << "unknown"_ba;
    QTest::newRow("contradiction") << true << false << true << true << "conflict"_ba;
}

void tst_AccessLog::namesPeerClientAndVerdictOfEachRequest()
{
    QFETCH(const bool, trusted);
    QFETCH(const bool, known);
    QFETCH(const bool, conflict);
    QFETCH(const bool, fromHeader);
    QFETCH(const QByteArray, verdict);
    Resolution who = resolved();
    who.trustedPeer = trusted;
    who.known = known;
    who.conflict = conflict;
    who.source = fromHeader ? Source::XForwardedFor : Source::Peer;
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        log.requestServed(requestOf(who));
        const ClientEvent client = clientOf(who);
        log.clientConnected(client);
        log.clientClosed({.client = client, .close = {}});
        log.headersIgnored(who);
    });
    QCOMPARE(lines.size(), 4);
    const QByteArray expected = " peer=10.0.0.1 client=203.0.113.7 verdict="_ba + verdict + ' ';
    for (const QByteArray &line : lines)
        QVERIFY2(line.contains(expected), line.constData());
}

void tst_AccessLog::writesARequest()
{
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        log.requestServed(requestOf(who));
        RequestEvent refused = requestOf(who);
        refused.status = 421;
        refused.detail = "host is not in allowed_hosts";
        log.requestServed(refused);
    });
    const QByteArray start = "info request peer=10.0.0.1 client=203.0.113.7 verdict=resolved "
                             "source=x-forwarded-for method=GET "
                             "url=\"https://app.example/a?key=***\" status="_ba;
    QCOMPARE(lines, QByteArrayList({start + "200 dur_us=1500 user_agent=curl/8.0 detail=\"\""_ba,
                                    start
                                        + "421 dur_us=1500 user_agent=curl/8.0 "
                                          "detail=\"host is not in allowed_hosts\""_ba}));
}

void tst_AccessLog::writesARequestThatCouldNotBeRead()
{
    const Resolution nobody(Peer);
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        RequestEvent event = requestOf(nobody);
        event.method = {};
        event.status = 400;
        event.detail = "bad request line";
        log.requestServed(event);
    });
    // Without headers there is neither a client nor a verdict.
    QCOMPARE(lines, QByteArrayList({"info request_refused peer=10.0.0.1 status=400 "
                                    "detail=\"bad request line\""_ba}));
}

void tst_AccessLog::writesHealthChecksAtDebug_data()
{
    QTest::addColumn<LogLevel>("level");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("word"); // the level of the line; empty: no line
    QTest::newRow("good, at info") << LogLevel::Info << 200 << QByteArray();
    QTest::newRow("good, at debug") << LogLevel::Debug << 200 << "debug"_ba;
    QTest::newRow("failing, at info") << LogLevel::Info << 503 << "info"_ba;
    QTest::newRow("failing, at debug") << LogLevel::Debug << 503 << "info"_ba;
    QTest::newRow("a wrong method, at info") << LogLevel::Info << 405 << "info"_ba;
}

void tst_AccessLog::writesHealthChecksAtDebug()
{
    QFETCH(const LogLevel, level);
    QFETCH(const int, status);
    QFETCH(const QByteArray, word);
    const Resolution who = resolved();
    const QByteArrayList lines = logged(level, true, [&](AccessLog &log) {
        RequestEvent event = requestOf(who);
        event.exempt = true;
        event.status = status;
        log.requestServed(event);
    });
    QCOMPARE(lines.size(), word.isEmpty() ? 0 : 1);
    if (!word.isEmpty())
        QVERIFY2(lines[0].startsWith(QByteArray(word + " request peer="_ba)), lines[0].constData());
}

void tst_AccessLog::leavesAnUpgradeToItsClient()
{
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Debug, true, [&](AccessLog &log) {
        RequestEvent event = requestOf(who);
        event.status = 101;
        log.requestServed(event);
    });
    QCOMPARE(lines, QByteArrayList());
}

void tst_AccessLog::writesAClientFromStartToEnd()
{
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        const ClientEvent client = clientOf(who);
        log.clientConnected(client);
        log.clientClosed({.client = client,
                          .close = {1001, "going away"_ba, Initiator::Server},
                          .duration = 90s,
                          .messagesIn = 1,
                          .messagesOut = 2,
                          .bytesIn = 30,
                          .bytesOut = 40});
    });
    QCOMPARE(lines,
             QByteArrayList(
                 {"info client_connected id=17 peer=10.0.0.1 client=203.0.113.7 verdict=resolved "
                  "source=x-forwarded-for url=\"https://app.example/chat?key=***\" "
                  "origin=https://app.example user_agent=browser"_ba,
                  "info client_closed id=17 peer=10.0.0.1 client=203.0.113.7 verdict=resolved "
                  "code=1001 reason=\"going away\" initiator=server dur_ms=90000 messages_in=1 "
                  "messages_out=2 bytes_in=30 bytes_out=40"_ba}));
}

void tst_AccessLog::saysWhoClosed_data()
{
    QTest::addColumn<Initiator>("initiator");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("the client") << Initiator::Client << " initiator=client "_ba;
    QTest::newRow("the server") << Initiator::Server << " initiator=server "_ba;
    QTest::newRow("nobody: the connection broke") << Initiator::Network << " initiator=network "_ba;
}

void tst_AccessLog::saysWhoClosed()
{
    QFETCH(const Initiator, initiator);
    QFETCH(const QByteArray, word);
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        log.clientClosed({.client = clientOf(who), .close = {1006, {}, initiator}});
    });
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines[0].contains(word), lines[0].constData());
}

void tst_AccessLog::throttlesWarningsByPeer()
{
    Resolution stranger(Client);
    stranger.ignoredHeaders = true;
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        for (int i = 0; i < 100; ++i) {
            log.connectionRefused(Client, "no PROXY header in time");
            log.connectionRefused(Peer, "bad PROXY header: x");
            log.headersIgnored(stranger);
        }
    });
    // The two kinds do not hide each other.
    QCOMPARE(lines,
             QByteArrayList(
                 {"warning connection_refused peer=203.0.113.7 reason=\"no PROXY header in time\" "
                  "suppressed=0"_ba,
                  "warning connection_refused peer=10.0.0.1 reason=\"bad PROXY header: x\" "
                  "suppressed=0"_ba,
                  "warning forwarding_headers_ignored peer=203.0.113.7 client=203.0.113.7 "
                  "verdict=untrusted-peer hint=\"if this peer is your proxy, add it to "
                  "trust_proxy\" suppressed=0"_ba}));
}

void tst_AccessLog::warnsEvenWithoutLines()
{
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Debug, false, [&](AccessLog &log) {
        const ClientEvent client = clientOf(who);
        log.requestServed(requestOf(who));
        RequestEvent unreadable = requestOf(who);
        unreadable.method = {};
        log.requestServed(unreadable);
        log.clientConnected(client);
        log.clientClosed({.client = client, .close = {}});
        log.connectionRefused(Peer, "x");
        log.headersIgnored(who);
    });
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[0].startsWith("warning connection_refused "));
    QVERIFY(lines[1].startsWith("warning forwarding_headers_ignored "));
}

void tst_AccessLog::writesNothingBelowTheLevel()
{
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Warning, true, [&](AccessLog &log) {
        const ClientEvent client = clientOf(who);
        log.requestServed(requestOf(who));
        log.clientConnected(client);
        log.clientClosed({.client = client, .close = {}});
    });
    QCOMPARE(lines, QByteArrayList());
}

void tst_AccessLog::nobodyForgesALine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("a new line") << "x\n1970 info truepeer.access request peer=6.6.6.6"_ba;
    QTest::newRow("a quote and another field") << "x\" client=\"6.6.6.6"_ba;
    QTest::newRow("a terminal escape") << "\x1b[2J\x1b]0;evil\x07"_ba;
    QTest::newRow("a zero byte") << "x\0 peer=6.6.6.6"_ba;
    QTest::newRow("bytes that are no UTF-8") << "\xff\xfe\x80"_ba;
    QTest::newRow("a blank and another field") << "x client=6.6.6.6"_ba;
}

void tst_AccessLog::nobodyForgesALine()
{
    QFETCH(const QByteArray, text);
    Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        RequestEvent request = requestOf(who);
        request.method = text;
        request.userAgent = text;
        request.target = text;
        log.requestServed(request);
        ClientEvent client = clientOf(who);
        client.userAgent = text;
        client.origin = text;
        log.clientConnected(client);
        log.clientClosed({.client = client, .close = {1000, text, Initiator::Client}});
        log.connectionRefused(Peer, text);
    });
    QCOMPARE(lines.size(), 4);
    static const QRegularExpression quoted(u"\"(?:[^\"\\\\]|\\\\.)*\""_s);
    for (const QByteArray &line : lines) {
        for (const char byte : line)
            QVERIFY2(byte >= 0x20 && byte < 0x7f, line.constData());
        // Outside of quotes nothing of it is left that could be read as a field.
        const QString bare = QString::fromLatin1(line).remove(quoted);
        QVERIFY2(!bare.contains(u"6.6.6.6"_s), line.constData());
    }
}

void tst_AccessLog::takesLinesFromSeveralThreads()
{
    constexpr int Threads = 4;
    constexpr int Requests = 200;
    const Resolution who = resolved();
    const QByteArrayList lines = logged(LogLevel::Info, true, [&](AccessLog &log) {
        std::vector<std::thread> threads;
        for (int i = 0; i < Threads; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < Requests; ++n) {
                    log.requestServed(requestOf(who));
                    log.connectionRefused(Peer, "x");
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
    });
    // Every line is whole, and of the warning there is one.
    QCOMPARE(lines.size(), Threads * Requests + 1);
    QCOMPARE(lines.count(lines.first().startsWith("info") ? lines.first() : lines.last()),
             Threads * Requests);
}

QTEST_APPLESS_MAIN(tst_AccessLog)
#include "tst_accesslog.moc"
