// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Members without a wire: a hub whose first thread is the test's, and clients that are real
// sessions with a protocol engine of the test's own. Needs runOnEpoll().
#pragma once

#include "server/net/clientsession.h"
#include "server/net/tcpstream.h"
#include "server/net/websocketframe.h"
#include "server/rooms/eventrouter.h"
#include "server/rooms/hub.h"
#include "server/rooms/hubshard.h"
#include "server/rooms/member.h"
#include "tests/unit/net/streamfixture.h"

#include <QByteArrayList>
#include <QJsonDocument>
#include <QJsonObject>

#include <memory>
#include <utility>
#include <vector>

namespace truepeer {

// The payload of a frame that a server sends.
inline QByteArray payloadOf(const QByteArray &frame)
{
    if (!frame.startsWith('\x81'))
        return "not a text frame";
    const int length = frame[1] & 0x7f;
    return frame.sliced(length < 126 ? 2 : length == 126 ? 4 : 10);
}

// The same JSON text for equal objects.
inline QByteArray canonical(const QByteArray &json)
{
    return QJsonDocument(QJsonDocument::fromJson(json).object()).toJson(QJsonDocument::Compact);
}

// An event, its data without the timestamp.
inline QByteArray withoutTimestamp(const QByteArray &json)
{
    QJsonObject event = QJsonDocument::fromJson(json).object();
    const auto place = event.find(QStringLiteral("data"));
    QJsonObject data = place->toObject();
    data.remove(QStringLiteral("timestamp"));
    *place = data;
    return QJsonDocument(event).toJson(QJsonDocument::Compact);
}

// Keeps what it is told to send; the test plays the peer through `delegate`.
class WirelessSession final : public WebSocketSession
{
public:
    explicit WirelessSession(Delegate &owner)
        : delegate(owner)
    {
    }

    void bytesReceived(QByteArrayView) override {}
    void peerFinished() override { delegate.sessionEnded(closed); }
    void sendText(QByteArrayView utf8) override { sendFrame(encodeFrame(Opcode::Text, utf8)); }
    void sendFrame(const QByteArray &frame) override { frames.push_back(frame); }
    void close(int code, const QByteArray &reason) override
    {
        if (std::exchange(closing, true))
            return;
        closed = {code, reason, Initiator::Server};
        delegate.sessionClosing();
    }
    bool isClosing() const override { return closing; }
    qsizetype partialFrameBytes() const override { return 0; }

    Delegate &delegate;
    std::vector<QByteArray> frames;
    CloseInfo closed;
    bool closing = false;
};

class WirelessEngine final : public WebSocketEngine
{
public:
    std::unique_ptr<WebSocketSession> start(TcpStream &, WebSocketSession::Delegate &delegate,
                                            qsizetype) override
    {
        auto made = std::make_unique<WirelessSession>(delegate);
        session = made.get();
        return made;
    }

    WirelessSession *session = nullptr;
};

class IdleObserver final : public EngineObserver
{
public:
    void requestServed(const RequestEvent &) override {}
    void clientConnected(const ClientEvent &) override {}
    void clientClosed(const ClientClosedEvent &) override {}
    void connectionRefused(const IpAddress &, QByteArrayView) override {}
    void headersIgnored(const Resolution &) override {}
};

// What clients of one I/O thread have in common.
struct ClientSurroundings
{
    explicit ClientSurroundings(EngineSettings wanted)
        : settings(std::move(wanted))
        , state(settings.clientLimits)
    {
    }

    EngineSettings settings;
    EngineState state;
    IdleObserver observer;
    WorkerCounters counters;
    FlushingHost host;
    WirelessEngine engine;
};

class FakeClient final : private ClientSession::Host
{
public:
    FakeClient(quint64 id, ClientSurroundings &around, HubShard &shard)
        : m_stream(m_pair.takeOurs(), around.host, m_owner)
    {
        const Resolution resolution(IpAddress::fromIPv4(0xcb007107));
        if (!around.state.limits.acquirePlace(resolution))
            qFatal("too many clients for the test");
        auto record = std::make_shared<ClientRecord>(
            id, ClientRecord::Handshake{resolution},
            ClientRecord::Connection{resolution.client, resolution.client});
        const ClientSession::Place place{resolution.client, resolution.known};
        ClientSession::Host &host = *this;
        m_session =
            std::make_unique<ClientSession>(std::move(record), place, around.settings, around.state,
                                            around.observer, around.counters, m_stream, host);
        m_session->start(around.engine, &shard);
        m_wire = around.engine.session;
        m_member = shard.find(id);
    }

    // Also when it is closing; not after end of the session.
    Member &member() { return *m_member; }
    const ClientRecord &record() const { return *m_session->record(); }

    void say(const QByteArray &payload) { m_wire->delegate.messageReceived(payload, true); }
    // What it was sent since it was last asked.
    QByteArrayList heard()
    {
        QByteArrayList payloads;
        for (const QByteArray &frame : std::exchange(m_wire->frames, {}))
            payloads.append(canonical(payloadOf(frame)));
        return payloads;
    }
    // Its answer to our close frame, or its own.
    void end(const CloseInfo &info) { m_wire->delegate.sessionEnded(info); }

private:
    using TimePoint = ClientSession::TimePoint;

    TimePoint now() const override { return TimePoint(); }
    void wakeAt(TimePoint) override {}
    void endGently() override {}
    void endNow() override {}

    SocketPair m_pair;
    RecordingStreamOwner m_owner;
    TcpStream m_stream;
    std::unique_ptr<ClientSession> m_session;
    WirelessSession *m_wire = nullptr;
    Member *m_member = nullptr;
};

struct RoomsFixture
{
    // The router is set up before the first client comes.
    explicit RoomsFixture(int maxRoomsPerClient = 100,
                          const EngineSettings &settings = EngineSettings(), int threads = 1)
        : hub(threads, router, maxRoomsPerClient)
        , shard(static_cast<HubShard &>(hub.forThread(0)))
        , around(settings)
    {
    }

    FakeClient &connect()
    {
        clients.push_back(std::make_unique<FakeClient>(++lastId, around, shard));
        return *clients.back();
    }

    EventRouter router;
    Hub hub;
    HubShard &shard;
    ClientSurroundings around;
    quint64 lastId = 0;
    std::vector<std::unique_ptr<FakeClient>> clients;
};

} // namespace truepeer
