// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientSession is a WebSocket client after its upgrade: who it is, what it counts, and the limits
// that hold for it whatever the engine: pings and their answers, the cap of the send queue, the
// deadlines of a frame and of the closing handshake.
//
// Thread: the I/O thread of its connection, which owns it.
#pragma once

#include "server/net/counters.h"
#include "server/net/engine.h"
#include "server/net/websocketsession.h"
#include "shared/trust/resolution.h"

#include <QByteArray>

#include <chrono>
#include <memory>

namespace truepeer {

class TcpStream;

class ClientSession final : private WebSocketSession::Delegate
{
    Q_DISABLE_COPY_MOVE(ClientSession)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // What a session uses of its connection and thread.
    class Host
    {
    public:
        virtual TimePoint now() const = 0;
        // Calls checkDeadlines() at that time.
        virtual void wakeAt(TimePoint due) = 0;
        // The closing handshake is over, or hopeless: let the queue drain, then close the socket.
        virtual void endGently() = 0;
        // Nobody reads any more: close the socket at once.
        virtual void endNow() = 0;

    protected:
        Host() = default;
        ~Host() = default;
        Q_DISABLE_COPY_MOVE(Host)
    };

    // What was said in the handshake; shown in logs and lists.
    struct Handshake
    {
        Resolution resolution;
        QByteArray target;
        QByteArray userAgent;
        QByteArray origin;
        bool counted = false; // holds a place in EngineState::clients
    };

    ClientSession(quint64 id, Handshake handshake, const EngineSettings &settings,
                  EngineState &state, EngineObserver &observer, WorkerCounters &counters,
                  TcpStream &stream, Host &host);
    // Gives back its place, and reports the end if that was not done before.
    ~ClientSession();

    // False: the engine cannot take the connection.
    bool start(WebSocketEngine &engine);

    void bytesReceived(QByteArrayView bytes);
    void streamEnded();
    void checkDeadlines();

    void close(int code, const QByteArray &reason);
    bool isClosing() const { return m_closing; }

    const Resolution &resolution() const { return m_handshake.resolution; }

private:
    void messageReceived(const QByteArray &payload, bool isText) override;
    void sessionClosing() override;
    void frameRefused() override;
    void sessionEnded(const CloseInfo &info) override;

    ClientEvent event() const;
    void beginClosing();
    void watchFrame(qsizetype received);
    void watchQueue();
    TimePoint nextDeadline() const;
    void checkAlive(TimePoint now);
    void reportEnd(const CloseInfo &info);

    const quint64 m_id;
    const Handshake m_handshake;
    const EngineSettings &m_settings;
    EngineState &m_state;
    EngineObserver &m_observer;
    WorkerCounters &m_counters;
    TcpStream &m_stream;
    Host &m_host;
    std::unique_ptr<WebSocketSession> m_session;
    // The connection may have served HTTP requests of others before.
    const qint64 m_receivedBefore;
    const qint64 m_sentBefore;
    const TimePoint m_started;
    TimePoint m_lastReceived;
    TimePoint m_pingSent; // earlier than m_lastReceived: no answer is awaited
    TimePoint m_frameDue = TimePoint::max();
    TimePoint m_closeDue = TimePoint::max();
    qsizetype m_partialFrame = 0; // bytes of the frame that is not complete yet
    qint64 m_messagesIn = 0;
    CloseInfo m_close;
    bool m_closing = false;
    bool m_reported = false;
};

} // namespace truepeer
