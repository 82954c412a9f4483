// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The limits of a WebSocket client, with a clock and a protocol engine of the test's own.
#include "server/net/clientsession.h"
#include "server/net/tcpstream.h"
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using TimePoint = ClientSession::TimePoint;

constexpr TimePoint Start(1000h);

// Remembers what it is told to do; the test plays the peer through `delegate`.
class RecordingSession final : public WebSocketSession
{
public:
    explicit RecordingSession(Delegate &owner)
        : delegate(owner)
    {
    }

    void bytesReceived(QByteArrayView bytes) override { received += bytes.toByteArray(); }
    void peerFinished() override { delegate.sessionEnded(ended); }
    void sendText(QByteArrayView utf8) override { frames.push_back(utf8.toByteArray()); }
    void sendFrame(const QByteArray &frame) override { frames.push_back(frame); }
    void close(int code, const QByteArray &reason) override
    {
        if (closing)
            return;
        closing = true;
        ended = {code, reason, Initiator::Server};
        delegate.sessionClosing();
    }
    bool isClosing() const override { return closing; }
    qsizetype partialFrameBytes() const override { return partial; }

    Delegate &delegate;
    QByteArray received;
    std::vector<QByteArray> frames;
    CloseInfo ended;
    qsizetype partial = 0;
    bool closing = false;
};

class FakeEngine final : public WebSocketEngine
{
public:
    std::unique_ptr<WebSocketSession> start(TcpStream &, WebSocketSession::Delegate &delegate,
                                            qsizetype) override
    {
        if (refuses)
            return nullptr;
        auto made = std::make_unique<RecordingSession>(delegate);
        session = made.get();
        return made;
    }

    RecordingSession *session = nullptr;
    bool refuses = false;
};

class FakeHost final : public ClientSession::Host, public StreamHost
{
public:
    TimePoint now() const override { return clock; }
    void wakeAt(TimePoint due) override { wake = due; }
    void endGently() override { ++gentleEnds; }
    void endNow() override { ++hardEnds; }

    EpollDispatcher &dispatcher() override { return currentLoop(); }
    std::span<char> readBuffer() override { return m_buffer; }
    void flushLater(TcpStream &) override {}
    void forgetStream(TcpStream &) override {}
    void countBytes(qint64, qint64) override {}

    TimePoint clock = Start;
    TimePoint wake;
    int gentleEnds = 0;
    int hardEnds = 0;

private:
    std::array<char, 4096> m_buffer = {};
};

class IdleOwner final : public TcpStream::Owner
{
public:
    void bytesReceived(QByteArrayView) override {}
    void streamEnded(TcpStream::End) override {}
    void outputDrained() override {}
};

class RecordingObserver final : public EngineObserver
{
public:
    void requestServed(const RequestEvent &) override {}
    void clientConnected(const ClientEvent &event) override { connected.push_back(event.id); }
    void clientClosed(const ClientClosedEvent &event) override
    {
        closes.push_back(event.close);
        duration = event.duration;
        messagesIn = event.messagesIn;
    }
    void connectionRefused(const IpAddress &, QByteArrayView) override {}
    void headersIgnored(const Resolution &) override {}

    std::vector<quint64> connected;
    std::vector<CloseInfo> closes;
    std::chrono::milliseconds duration{0};
    qint64 messagesIn = 0;
};

const IpAddress Client = IpAddress::fromIPv4(0xcb007107);

struct Fixture
{
    explicit Fixture(bool counted = true, const EngineLimits &limits = {})
    {
        settings.limits = limits;
        if (counted)
            state.clients.acquire(Client, 0);
        Resolution resolution(Client);
        session = std::make_unique<ClientSession>(
            17, ClientSession::Handshake{resolution, "/chat"_ba, {}, {}, counted}, settings, state,
            observer, counters, stream, host);
    }

    RecordingSession &start()
    {
        if (!session->start(engine))
            qFatal("the engine of the test has refused");
        return *engine.session;
    }
    // Lets the time go by, and does what the host has to do when it is due.
    void passTime(std::chrono::milliseconds span)
    {
        const TimePoint end = host.clock + span;
        while (host.wake > host.clock && host.wake <= end && host.hardEnds == 0) {
            host.clock = host.wake;
            session->checkDeadlines();
        }
        host.clock = end;
    }
    void receive(QByteArrayView bytes = "x") { session->bytesReceived(bytes); }

    EngineSettings settings;
    EngineState state;
    RecordingObserver observer;
    WorkerCounters counters;
    FakeHost host;
    FakeEngine engine;
    SocketPair pair;
    IdleOwner owner;
    TcpStream stream{pair.takeOurs(), host, owner};
    std::unique_ptr<ClientSession> session;
};

const QByteArray Ping = "\x89\x00"_ba;

} // namespace

class tst_ClientSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void isReportedFromStartToEnd();
    void isNotReportedWhenTheEngineRefuses();
    void givesItsPlaceBack_data();
    void givesItsPlaceBack();
    void aSilentPeerIsPinged();
    void anyByteAnswersAPing();
    void aPeerThatAnswersNoPingIsClosed();
    void withoutAnIntervalNobodyIsPinged();
    void aFrameHasToArriveInTime();
    void framesThatArriveHaveNoDeadline();
    void aNewFrameHasItsOwnTime();
    void aPeerThatDoesNotReadIsClosed();
    void aPeerThatDoesNotAnswerTheCloseIsCutOff();
    void theEndIsReportedOnce();
    void countsRefusedFrames();
};

void tst_ClientSession::isReportedFromStartToEnd()
{
    Fixture f;
    QCOMPARE(f.counters.clients.value(), 1);
    RecordingSession &session = f.start();
    QCOMPARE(f.observer.connected, std::vector<quint64>{17});
    f.receive("bytes");
    QCOMPARE(session.received, "bytes"_ba);
    session.delegate.messageReceived("hello"_ba, true);
    session.delegate.messageReceived("bytes"_ba, false);
    QCOMPARE(f.counters.messagesIn.value(), 2);
    f.host.clock += 90s;
    session.delegate.sessionEnded({1000, "bye"_ba, Initiator::Client});
    QCOMPARE(f.observer.closes.size(), 1);
    QCOMPARE(f.observer.closes[0].code, 1000);
    QCOMPARE(f.observer.closes[0].reason, "bye"_ba);
    QCOMPARE(f.observer.closes[0].initiator, Initiator::Client);
    QCOMPARE(f.observer.duration, 90s);
    QCOMPARE(f.observer.messagesIn, 2);
    QCOMPARE(f.host.gentleEnds, 1);
    QVERIFY(f.session->isClosing());
    f.session.reset();
    QCOMPARE(f.counters.clients.value(), 0);
}

void tst_ClientSession::isNotReportedWhenTheEngineRefuses()
{
    Fixture f;
    f.engine.refuses = true;
    QVERIFY(!f.session->start(f.engine));
    f.session.reset();
    QVERIFY(f.observer.connected.empty());
    QVERIFY(f.observer.closes.empty());
    QCOMPARE(f.counters.clients.value(), 0);
    QCOMPARE(f.state.clients.count(Client), 0);
}

void tst_ClientSession::givesItsPlaceBack_data()
{
    QTest::addColumn<bool>("counted");
    QTest::newRow("a client that was counted") << true;
    QTest::newRow("a client that was not") << false;
}

void tst_ClientSession::givesItsPlaceBack()
{
    QFETCH(const bool, counted);
    Fixture f(counted);
    f.state.clients.acquire(Client, 0); // another connection of the client
    f.start();
    QCOMPARE(f.state.clients.count(Client), counted ? 2 : 1);
    f.session.reset();
    QCOMPARE(f.state.clients.count(Client), 1);
    // Gone without a word: 1006.
    QCOMPARE(f.observer.closes.size(), 1);
    QCOMPARE(f.observer.closes[0].code, 1006);
    QCOMPARE(f.observer.closes[0].initiator, Initiator::Network);
}

void tst_ClientSession::aSilentPeerIsPinged()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.passTime(24'999ms);
    QVERIFY(session.frames.empty());
    f.passTime(1ms);
    QCOMPARE(session.frames, std::vector<QByteArray>{Ping});
    f.passTime(10s);
    QCOMPARE(session.frames.size(), 1); // one at a time
    QVERIFY(!session.closing);
}

void tst_ClientSession::anyByteAnswersAPing()
{
    Fixture f;
    RecordingSession &session = f.start();
    for (size_t round = 1; round <= 10; ++round) {
        f.passTime(25s + 19s);
        QCOMPARE(session.frames.size(), round);
        f.receive();
    }
    QVERIFY(!session.closing);
    // A peer that talks by itself is not pinged at all.
    for (int i = 0; i < 100; ++i) {
        f.passTime(20s);
        f.receive();
    }
    QCOMPARE(session.frames.size(), 10);
    QCOMPARE(f.counters.timeouts.value(), 0);
}

void tst_ClientSession::aPeerThatAnswersNoPingIsClosed()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.passTime(25s + 19'999ms);
    QVERIFY(!session.closing);
    f.passTime(1ms);
    QVERIFY(session.closing);
    QCOMPARE(session.ended.code, 1001);
    QCOMPARE(session.ended.reason, "no answer to a ping"_ba);
    QCOMPARE(f.counters.timeouts.value(), 1);
}

void tst_ClientSession::withoutAnIntervalNobodyIsPinged()
{
    EngineLimits limits;
    limits.idlePing = 0s;
    Fixture f(true, limits);
    RecordingSession &session = f.start();
    f.passTime(24h);
    QVERIFY(session.frames.empty());
    QVERIFY(!session.closing);
}

void tst_ClientSession::aFrameHasToArriveInTime()
{
    EngineLimits limits;
    limits.idlePing = 0s;
    limits.handshakeTimeout = 10s;
    limits.maxMessageSize = 160 * 1024; // ten seconds more at the slowest rate
    Fixture f(true, limits);
    RecordingSession &session = f.start();
    session.partial = 1;
    f.receive();
    // A byte every now and then gives no more time.
    for (int i = 0; i < 19; ++i) {
        f.passTime(1s);
        ++session.partial;
        f.receive();
        QVERIFY(!session.closing);
    }
    f.passTime(1s);
    QVERIFY(session.closing);
    QCOMPARE(session.ended.code, 1001);
    QCOMPARE(session.ended.reason, "frame did not arrive in time"_ba);
    QCOMPARE(f.counters.timeouts.value(), 1);
}

void tst_ClientSession::framesThatArriveHaveNoDeadline()
{
    EngineLimits limits;
    limits.idlePing = 0s;
    Fixture f(true, limits);
    RecordingSession &session = f.start();
    for (int i = 0; i < 20; ++i) {
        session.partial = 1;
        f.receive();
        f.passTime(9s);
        session.partial = 0;
        f.receive();
        f.passTime(9s);
    }
    QVERIFY(!session.closing);
    QCOMPARE(f.counters.timeouts.value(), 0);
}

// Each read completes a frame and ends within the next one.
void tst_ClientSession::aNewFrameHasItsOwnTime()
{
    EngineLimits limits;
    limits.idlePing = 0s;
    Fixture f(true, limits);
    RecordingSession &session = f.start();
    session.partial = 5;
    for (int i = 0; i < 100; ++i) {
        f.receive(QByteArray(100, 'x'));
        f.passTime(1s);
    }
    QVERIFY(!session.closing);
    QCOMPARE(f.counters.timeouts.value(), 0);
}

void tst_ClientSession::aPeerThatDoesNotReadIsClosed()
{
    EngineLimits limits;
    limits.sendQueueBytes = 1'000'000;
    Fixture f(true, limits);
    RecordingSession &session = f.start();
    // What the kernel takes at once does not count.
    f.stream.write(QByteArray(10'000, 'x'));
    f.receive();
    QVERIFY(!session.closing);
    f.stream.write(QByteArray(10'000'000, 'x'));
    f.receive();
    QVERIFY(session.closing);
    QCOMPARE(session.ended.code, 1013);
    QCOMPARE(session.ended.reason, "send queue is full"_ba);
    QCOMPARE(f.counters.slowClosed.value(), 1);
    f.receive();
    QCOMPARE(f.counters.slowClosed.value(), 1);
}

void tst_ClientSession::aPeerThatDoesNotAnswerTheCloseIsCutOff()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.session->close(1001, "going"_ba);
    QVERIFY(f.session->isClosing());
    f.receive(); // anything but an answer
    f.passTime(4999ms);
    QCOMPARE(f.host.hardEnds, 0);
    QVERIFY(session.frames.empty()); // and no ping
    f.passTime(1ms);
    QCOMPARE(f.host.hardEnds, 1);
    QCOMPARE(f.counters.timeouts.value(), 1);
    f.session.reset();
    QCOMPARE(f.observer.closes.size(), 1);
    QCOMPARE(f.observer.closes[0].code, 1001);
    QCOMPARE(f.observer.closes[0].reason, "going"_ba);
    QCOMPARE(f.observer.closes[0].initiator, Initiator::Server);
}

void tst_ClientSession::theEndIsReportedOnce()
{
    Fixture f;
    f.start();
    f.session->close(1001, "first"_ba);
    f.session->close(1008, "second"_ba);
    f.session->streamEnded();
    f.session->streamEnded();
    f.session.reset();
    QCOMPARE(f.observer.closes.size(), 1);
    QCOMPARE(f.observer.closes[0].reason, "first"_ba);
}

void tst_ClientSession::countsRefusedFrames()
{
    Fixture f;
    RecordingSession &session = f.start();
    session.delegate.frameRefused();
    QCOMPARE(f.counters.frameFaults.value(), 1);
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_ClientSession>(argc, argv);
}
#include "tst_clientsession.moc"
