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

#include <functional>
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
    RecordingSession(Delegate &owner, TcpStream &output)
        : delegate(owner)
        , stream(output)
    {
    }

    void bytesReceived(QByteArrayView bytes) override { received += bytes.toByteArray(); }
    void peerFinished() override { delegate.sessionEnded(ended); }
    void sendText(QByteArrayView utf8) override { frames.push_back(utf8.toByteArray()); }
    void sendFrame(const QByteArray &frame) override
    {
        frames.push_back(frame);
        stream.write(frame);
    }
    void close(int code, const QByteArray &reason) override
    {
        ++closeCalls;
        if (closing)
            return;
        closing = true;
        ended = {code, reason, Initiator::Server};
        delegate.sessionClosing();
    }
    bool isClosing() const override { return closing; }
    qsizetype partialFrameBytes() const override { return partial; }

    Delegate &delegate;
    TcpStream &stream;
    QByteArray received;
    std::vector<QByteArray> frames;
    int closeCalls = 0;
    CloseInfo ended;
    qsizetype partial = 0;
    bool closing = false;
};

class FakeEngine final : public WebSocketEngine
{
public:
    std::unique_ptr<WebSocketSession> start(TcpStream &stream, WebSocketSession::Delegate &delegate,
                                            qsizetype) override
    {
        if (refuses)
            return nullptr;
        auto made = std::make_unique<RecordingSession>(delegate, stream);
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

// Remembers what it is told, and may do something at each message.
class RecordingHandler final : public ClientHandler
{
public:
    RecordingHandler(QByteArrayList &where, const std::function<void()> &onMessage,
                     const std::function<void()> &onChange)
        : m_heard(where)
        , m_onMessage(onMessage)
        , m_onChange(onChange)
    {
    }

    void opened() override { m_heard.append("opened"_ba); }
    void messageReceived(const QByteArray &payload) override
    {
        m_heard.append("message "_ba + payload);
        if (m_onMessage)
            m_onMessage();
    }
    void messageOverLimit(const QByteArray &payload) override
    {
        m_heard.append("over limit "_ba + payload);
    }
    void resolutionChanged(const Resolution &before) override
    {
        m_heard.append("was "_ba + before.client.toText());
        if (m_onChange)
            m_onChange();
    }
    void closing() override { m_heard.append("closing"_ba); }
    void ended(const CloseInfo &info) override
    {
        m_heard.append("ended "_ba + QByteArray::number(info.code));
    }

private:
    QByteArrayList &m_heard;
    const std::function<void()> &m_onMessage;
    const std::function<void()> &m_onChange;
};

class RecordingService final : public ClientService
{
public:
    std::unique_ptr<ClientHandler> makeHandler(ClientSession &session) override
    {
        made.push_back(&session);
        return std::make_unique<RecordingHandler>(heard, onMessage, onChange);
    }

    std::vector<ClientSession *> made;
    QByteArrayList heard;
    std::function<void()> onMessage;
    std::function<void()> onChange;
};

const IpAddress Client = IpAddress::fromIPv4(0xcb007107);
const IpAddress OtherClient = IpAddress::fromIPv4(0xcb007108);
const IpAddress Proxy = IpAddress::fromIPv4(0x0a000001);

Resolution resolutionOf(const IpAddress &client, bool known = true)
{
    Resolution resolution(Proxy);
    resolution.client = client;
    resolution.known = known;
    return resolution;
}

std::shared_ptr<const TrustPolicy> policyThatTrusts(const QString &entries, quint64 revision)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    for (const QString &entry : entries.split(u' ', Qt::SkipEmptyParts))
        settings.list.entries.push_back({entry, {}});
    return TrustPolicy::compile(settings, revision).value();
}

// What the client sent in its handshake, through the proxy.
ClientRecord::Handshake handshakeOf(const Resolution &resolution)
{
    const std::vector<HeaderLine> lines = {{"Host", "app.example"},
                                           {"X-Forwarded-For", "198.51.100.9, 203.0.113.7"}};
    return {.resolution = resolution,
            .target = "/chat"_ba,
            .forwarding = KeptHeaders(lines, *policyThatTrusts(u"10.0.0.1"_s, 1))};
}

struct Fixture
{
    explicit Fixture(const EngineLimits &limits = {}, const ClientLimitSettings &perClient = {},
                     bool known = true)
        : state(perClient)
    {
        settings.limits = limits;
        const Resolution resolution = resolutionOf(Client, known);
        state.limits.acquirePlace(resolution);
        record = std::make_shared<ClientRecord>(17, handshakeOf(resolution),
                                                ClientRecord::Connection{Proxy, Proxy});
        session =
            std::make_unique<ClientSession>(record, ClientSession::Place{Client, known}, settings,
                                            state, observer, counters, stream, host);
    }

    RecordingSession &start()
    {
        if (!session->start(engine, &service))
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
    RecordingService service;
    WorkerCounters counters;
    FakeHost host;
    FakeEngine engine;
    SocketPair pair;
    IdleOwner owner;
    TcpStream stream{pair.takeOurs(), host, owner};
    std::shared_ptr<ClientRecord> record;
    std::unique_ptr<ClientSession> session;
};

EngineLimits limitsWithQueue(qsizetype bytes)
{
    EngineLimits limits;
    limits.sendQueueBytes = bytes;
    return limits;
}

// Two messages a minute.
ClientLimitSettings twoMessages()
{
    ClientLimitSettings settings;
    settings.messages = RateRule{.limit = 2, .burst = 0, .window = 60s};
    return settings;
}

// A way to end a session that is open.
using Ending = std::function<void(Fixture &)>;

const QByteArray Ping = "\x89\x00"_ba;

} // namespace

Q_DECLARE_METATYPE(Ending)

class tst_ClientSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void isReportedFromStartToEnd();
    void isNotReportedWhenTheEngineRefuses();
    void isInTheDirectoryWhileItIsOpen();
    void givesItsPlaceBack();
    void givesThePlaceOfAnUnknownClientBack();
    void givesThePlaceBackThatItTook();
    void keepsItsRecord();
    void countsWhatWaits();
    void isResolvedAgain_data();
    void isResolvedAgain();
    void tellsNobodyOnceItIsClosing();
    void aHandlerThatHearsOfAChangeMayClose();

    void tellsItsHandlerInOrder_data();
    void tellsItsHandlerInOrder();
    void countsMessagesWithoutAService();
    void handsNothingOverAfterAClose();
    void aHandlerMayClose();
    void limitsTheMessagesOfAClient();
    void anUnknownClientHasAWindowOfItsOwn();

    void sendsFrames();
    void sendsNothingOnceItIsClosing();
    void sendClosesASlowReaderOnce();
    void queueNeverCloses();
    void whatTheKernelTakesDoesNotWait();

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
    QVERIFY(!f.session->start(f.engine, &f.service));
    QVERIFY(!f.state.directory.find(17));
    f.session.reset();
    QVERIFY(f.observer.connected.empty());
    QVERIFY(f.observer.closes.empty());
    QVERIFY(f.service.made.empty());
    QCOMPARE(f.counters.clients.value(), 0);
    QCOMPARE(f.counters.closingClients.value(), 0);
    QCOMPARE(f.state.limits.connectionsOf(Client), 0);
}

void tst_ClientSession::isInTheDirectoryWhileItIsOpen()
{
    Fixture f;
    QVERIFY(!f.state.directory.find(17));
    RecordingSession &session = f.start();
    QCOMPARE(f.state.directory.find(17), f.record);
    f.session->close(1001, {});
    QCOMPARE(f.state.directory.find(17), f.record); // it may take a while to go
    session.delegate.sessionEnded({1001, {}, Initiator::Server});
    QVERIFY(!f.state.directory.find(17));
}

void tst_ClientSession::givesItsPlaceBack()
{
    Fixture f;
    f.state.limits.acquirePlace(resolutionOf(Client)); // another connection of the client
    f.start();
    QCOMPARE(f.state.limits.connectionsOf(Client), 2);
    f.session.reset();
    QCOMPARE(f.state.limits.connectionsOf(Client), 1);
    // Gone without a word: 1006.
    QCOMPARE(f.observer.closes.size(), 1);
    QCOMPARE(f.observer.closes[0].code, 1006);
    QCOMPARE(f.observer.closes[0].initiator, Initiator::Network);
    QCOMPARE(f.counters.closingClients.value(), 0);
}

// Such places are not shown; that the limit would bite is.
void tst_ClientSession::givesThePlaceOfAnUnknownClientBack()
{
    ClientLimitSettings one;
    one.maxConnectionsPerClient = 1;
    Fixture f({}, one, false);
    f.start();
    f.state.limits.acquirePlace(resolutionOf(Client, false));
    QCOMPARE(f.state.limits.spared(), 1);
    f.state.limits.releasePlace(Client, false);
    f.session.reset();
    f.state.limits.acquirePlace(resolutionOf(Client, false));
    QCOMPARE(f.state.limits.spared(), 1);
    QCOMPARE(f.state.limits.connectionsOf(Client), 0);
}

// Whoever the client turned out to be meanwhile.
void tst_ClientSession::givesThePlaceBackThatItTook()
{
    Fixture f;
    f.state.limits.acquirePlace(resolutionOf(OtherClient));
    f.start();
    f.record->setResolution(resolutionOf(OtherClient, false));
    f.session.reset();
    QCOMPARE(f.state.limits.connectionsOf(Client), 0);
    QCOMPARE(f.state.limits.connectionsOf(OtherClient), 1);
}

void tst_ClientSession::keepsItsRecord()
{
    Fixture f;
    RecordingSession &session = f.start();
    QCOMPARE(f.record->lastMessage.value(), Start.time_since_epoch().count());
    QCOMPARE(f.record->lastSent.value(), Start.time_since_epoch().count());
    f.host.clock += 5s;
    session.delegate.messageReceived("in"_ba, true);
    f.session->send("frame"_ba);
    f.session->send("another"_ba);
    QCOMPARE(f.record->messagesIn.value(), 1);
    QCOMPARE(f.record->messagesOut.value(), 2);
    f.session->outputFlushed(); // the kernel took nothing yet
    QCOMPARE(f.record->bytesOut.value(), 0);
    QCOMPARE(f.record->queueBytes.value(), 12);
    f.stream.flush();
    f.session->outputFlushed();
    QCOMPARE(f.record->bytesOut.value(), 12);
    QCOMPARE(f.record->queueBytes.value(), 0);
    QCOMPARE(f.record->lastSent.value(), (Start + 5s).time_since_epoch().count());
    // An answer to a ping is no message.
    f.host.clock += 5s;
    f.receive();
    QCOMPARE(f.record->lastMessage.value(), (Start + 5s).time_since_epoch().count());
    // Nothing went out.
    f.session->outputFlushed();
    QCOMPARE(f.record->lastSent.value(), (Start + 5s).time_since_epoch().count());
}

// The sum of a thread is that of its clients, whatever becomes of them.
void tst_ClientSession::countsWhatWaits()
{
    Fixture f;
    f.counters.queueBytes.add(1000); // of others
    f.start();
    f.session->send(QByteArray(30, 'x'));
    f.session->outputFlushed();
    QCOMPARE(f.record->queueBytes.value(), 30);
    QCOMPARE(f.counters.queueBytes.value(), 1030);
    QCOMPARE(f.record->lastSent.value(), Start.time_since_epoch().count());
    f.session->send(QByteArray(70, 'x'));
    f.session->outputFlushed();
    QCOMPARE(f.counters.queueBytes.value(), 1100);
    f.session.reset();
    QCOMPARE(f.record->queueBytes.value(), 0);
    QCOMPARE(f.counters.queueBytes.value(), 1000);
}

void tst_ClientSession::isResolvedAgain_data()
{
    QTest::addColumn<QString>("trusted");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<bool>("changed");
    QTest::newRow("its proxy is not trusted any more") << QString() << "10.0.0.1"_ba << true;
    QTest::newRow("another proxy is, too") << u"10.0.0.1 10.0.0.2"_s << "203.0.113.7"_ba << false;
    QTest::newRow("the one behind it is") << u"10.0.0.1 203.0.113.7"_s << "198.51.100.9"_ba << true;
    QTest::newRow("all are, so that the first one is the client")
        << u"0.0.0.0/1 128.0.0.0/1"_s << "198.51.100.9"_ba << true;
}

void tst_ClientSession::isResolvedAgain()
{
    QFETCH(const QString, trusted);
    QFETCH(const QByteArray, client);
    QFETCH(const bool, changed);
    Fixture f;
    f.start();
    f.session->resolveAgain(*policyThatTrusts(u"10.0.0.1"_s, 1));
    const Resolution before = f.record->resolution();
    QCOMPARE(before.client, Client);
    f.record->setResolution(before, resolutionOf(OtherClient));
    f.service.heard.clear();

    QCOMPARE(f.session->resolveAgain(*policyThatTrusts(trusted, 2)), changed);
    const Resolution after = f.record->resolution();
    QCOMPARE(after.client.toText(), client);
    QCOMPARE(after.policyRevision, 2);
    QCOMPARE(f.state.limits.connectionsOf(after.client), 1);
    QCOMPARE(f.state.limits.connectionsOf(Client), after.client == Client ? 1 : 0);
    const Resolution former = changed ? before : resolutionOf(OtherClient);
    QCOMPARE(f.record->formerResolution(), former);
    const QByteArrayList heard = changed ? QByteArrayList{"was 203.0.113.7"} : QByteArrayList();
    QCOMPARE(f.service.heard, heard);
    // The same again is no change.
    QVERIFY(!f.session->resolveAgain(*policyThatTrusts(trusted, 3)));
    QCOMPARE(f.record->resolution().policyRevision, 3);
    QCOMPARE(f.record->formerResolution(), former);
    QCOMPARE(f.service.heard, heard);
    f.session.reset();
    QCOMPARE(f.state.limits.connectionsOf(after.client), 0);
}

void tst_ClientSession::tellsNobodyOnceItIsClosing()
{
    Fixture f;
    f.start();
    f.session->close(1001, {});
    f.service.heard.clear();
    f.session->resolveAgain(*policyThatTrusts({}, 2));
    QCOMPARE(f.service.heard, QByteArrayList());
    QCOMPARE(f.record->resolution().client, Proxy);
    QCOMPARE(f.state.limits.connectionsOf(Client), 0);
}

void tst_ClientSession::aHandlerThatHearsOfAChangeMayClose()
{
    Fixture f;
    f.service.onChange = [&f] { f.session->close(4000, "who are you"_ba); };
    RecordingSession &session = f.start();
    QVERIFY(f.session->resolveAgain(*policyThatTrusts({}, 2)));
    QCOMPARE(f.service.heard, QByteArrayList({"opened", "was 203.0.113.7", "closing"}));
    QCOMPARE(session.ended.code, 4000);
    QVERIFY(!f.session->resolveAgain(*policyThatTrusts({}, 3)));
}

void tst_ClientSession::tellsItsHandlerInOrder_data()
{
    QTest::addColumn<Ending>("end");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, int code, const Ending &end) {
        QTest::newRow(name) << end << code;
    };
    row("it is destroyed without a close", 1006, [](Fixture &) {});
    row("the connection is lost", 1006, [](Fixture &f) { f.session->streamEnded(); });
    row("the peer closes", 1000, [](Fixture &f) {
        f.engine.session->delegate.sessionClosing();
        f.engine.session->delegate.sessionEnded({1000, {}, Initiator::Client});
    });
    row("the peer's close comes with its end", 1000, [](Fixture &f) {
        f.engine.session->delegate.sessionEnded({1000, {}, Initiator::Client});
    });
    row("the peer closes and is lost", 1006,
        [](Fixture &f) { f.engine.session->delegate.sessionClosing(); });
    row("we close and the peer answers", 1001, [](Fixture &f) {
        f.session->close(1001, {});
        f.engine.session->delegate.sessionEnded({1001, {}, Initiator::Server});
    });
    row("we close and the peer is lost", 1001, [](Fixture &f) {
        f.session->close(1001, {});
        f.session->streamEnded();
    });
    row("we close and the peer never answers", 1001, [](Fixture &f) {
        f.session->close(1001, {});
        f.passTime(10s);
    });
    row("it is destroyed in its closing handshake", 1001,
        [](Fixture &f) { f.session->close(1001, {}); });
    row("no ping is answered", 1001, [](Fixture &f) { f.passTime(60s); });
    row("the peer does not read", 1013, [](Fixture &f) {
        f.session->send(QByteArray(10'000'000, 'x'));
        f.passTime(10s);
    });
    row("everything that can end it", 1001, [](Fixture &f) {
        f.session->close(1001, {});
        f.engine.session->delegate.sessionEnded({1001, {}, Initiator::Server});
        f.session->close(1008, {});
        f.session->streamEnded();
        f.session->checkDeadlines();
    });
}

void tst_ClientSession::tellsItsHandlerInOrder()
{
    QFETCH(const Ending, end);
    QFETCH(const int, code);
    Fixture f;
    RecordingSession &session = f.start();
    QCOMPARE(f.service.made, std::vector<ClientSession *>{f.session.get()});
    session.delegate.messageReceived("text"_ba, true);
    session.delegate.messageReceived("bytes"_ba, false);
    const QByteArrayList open = {"opened", "message text", "message bytes"};
    QCOMPARE(f.service.heard, open);
    end(f);
    f.session.reset();
    const QByteArray ended = "ended "_ba + QByteArray::number(code);
    QCOMPARE(f.service.heard, open + QByteArrayList({"closing"_ba, ended}));
    QCOMPARE(f.counters.clients.value(), 0);
    QCOMPARE(f.counters.closingClients.value(), 0);
}

void tst_ClientSession::countsMessagesWithoutAService()
{
    Fixture f({}, twoMessages());
    QVERIFY(f.session->start(f.engine, nullptr));
    for (int i = 0; i < 3; ++i)
        f.engine.session->delegate.messageReceived("hello"_ba, true);
    QCOMPARE(f.counters.messagesIn.value(), 3);
    QCOMPARE(f.counters.limitedMessages.value(), 0);
    f.session.reset();
    QVERIFY(f.service.made.empty());
}

void tst_ClientSession::handsNothingOverAfterAClose()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.session->close(1001, {});
    session.delegate.messageReceived("late"_ba, true);
    QCOMPARE(f.service.heard, QByteArrayList({"opened", "closing"}));
    QCOMPARE(f.counters.messagesIn.value(), 1);
    QCOMPARE(f.record->messagesIn.value(), 1);
}

void tst_ClientSession::aHandlerMayClose()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.service.onMessage = [&f] { f.session->close(1008, "no"_ba); };
    session.delegate.messageReceived("bad"_ba, true);
    session.delegate.messageReceived("worse"_ba, true);
    QCOMPARE(session.ended.code, 1008);
    QCOMPARE(f.service.heard, QByteArrayList({"opened", "message bad", "closing"}));
}

void tst_ClientSession::limitsTheMessagesOfAClient()
{
    Fixture f({}, twoMessages());
    RecordingSession &session = f.start();
    // Another connection of the client has sent one.
    std::unique_ptr<SlidingWindow> none;
    QVERIFY(f.state.limits.admitMessage(resolutionOf(Client), none, Start));
    for (const QByteArray &text : {"1"_ba, "2"_ba, "3"_ba})
        session.delegate.messageReceived(text, true);
    f.host.clock += 2min;
    session.delegate.messageReceived("4"_ba, true);
    QCOMPARE(f.service.heard,
             QByteArrayList({"opened", "message 1", "over limit 2", "over limit 3", "message 4"}));
    QCOMPARE(f.counters.limitedMessages.value(), 2);
    QCOMPARE(f.counters.messagesIn.value(), 4);
    QVERIFY(!session.closing);
}

void tst_ClientSession::anUnknownClientHasAWindowOfItsOwn()
{
    Fixture f({}, twoMessages(), false);
    RecordingSession &session = f.start();
    std::unique_ptr<SlidingWindow> ofAnother;
    QVERIFY(f.state.limits.admitMessage(resolutionOf(Client, false), ofAnother, Start));
    QVERIFY(f.state.limits.admitMessage(resolutionOf(Client, false), ofAnother, Start));
    QVERIFY(!f.state.limits.admitMessage(resolutionOf(Client, false), ofAnother, Start));
    for (const QByteArray &text : {"1"_ba, "2"_ba, "3"_ba})
        session.delegate.messageReceived(text, true);
    QCOMPARE(f.service.heard, QByteArrayList({"opened", "message 1", "message 2", "over limit 3"}));
    QCOMPARE(f.counters.limitedMessages.value(), 1);
}

void tst_ClientSession::sendsFrames()
{
    Fixture f;
    RecordingSession &session = f.start();
    f.session->send("one"_ba);
    QVERIFY(!f.session->queue("two"_ba));
    QCOMPARE(session.frames, std::vector<QByteArray>({"one"_ba, "two"_ba}));
    QCOMPARE(f.counters.messagesOut.value(), 2);
    QCOMPARE(f.record->messagesOut.value(), 2);
}

void tst_ClientSession::sendsNothingOnceItIsClosing()
{
    Fixture f(limitsWithQueue(1));
    RecordingSession &session = f.start();
    f.session->close(1001, {});
    f.session->send("late"_ba);
    QVERIFY(!f.session->queue("later"_ba));
    QVERIFY(session.frames.empty());
    QCOMPARE(f.counters.messagesOut.value(), 0);
    QCOMPARE(f.record->messagesOut.value(), 0);
}

void tst_ClientSession::sendClosesASlowReaderOnce()
{
    Fixture f(limitsWithQueue(1'000'000));
    RecordingSession &session = f.start();
    const QByteArray frame(300'000, 'x');
    qint64 sent = 0;
    while (!session.closing && sent < 100) {
        f.session->send(frame);
        ++sent;
    }
    // Three fit into the queue, and no more than that stays behind.
    QVERIFY(sent > 3 && sent < 100);
    QVERIFY(f.stream.queuedBytes() > 1'000'000);
    QVERIFY(f.stream.queuedBytes() <= 1'000'000 + frame.size());
    QCOMPARE(session.ended.code, 1013);
    QCOMPARE(session.ended.reason, "send queue is full"_ba);
    for (int i = 0; i < 5; ++i) {
        f.session->send(frame);
        f.session->checkQueue();
    }
    QCOMPARE(session.closeCalls, 1);
    QCOMPARE(f.counters.slowClosed.value(), 1);
    QCOMPARE(f.counters.messagesOut.value(), sent);
}

void tst_ClientSession::queueNeverCloses()
{
    Fixture f(limitsWithQueue(1000));
    RecordingSession &session = f.start();
    QVERIFY(!f.session->queue(QByteArray(1000, 'x')));
    QVERIFY(f.session->queue("x"_ba));
    for (int i = 0; i < 100; ++i)
        QVERIFY(f.session->queue(QByteArray(100'000, 'x')));
    QVERIFY(!session.closing);
    QCOMPARE(f.stream.queuedBytes(), 1001 + 100 * 100'000);
    f.session->checkQueue();
    QCOMPARE(session.ended.code, 1013);
    QCOMPARE(f.counters.slowClosed.value(), 1);
}

void tst_ClientSession::whatTheKernelTakesDoesNotWait()
{
    Fixture f(limitsWithQueue(1000));
    RecordingSession &session = f.start();
    for (int i = 0; i < 1000; ++i) {
        f.session->send(QByteArray(900, 'x'));
        while (!f.pair.receiveTheirs().isNull()) {
        }
    }
    QVERIFY(!session.closing);
    QVERIFY(f.session->queue(QByteArray(1001, 'x')));
    f.session->checkQueue();
    QVERIFY(!session.closing);
    QCOMPARE(f.stream.queuedBytes(), 0);
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
    Fixture f(limits);
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
    Fixture f(limits);
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
    Fixture f(limits);
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
    Fixture f(limits);
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
    Fixture f(limits);
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
