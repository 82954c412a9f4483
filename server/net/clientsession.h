// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientSession is a WebSocket client after its upgrade: who it is, what it counts, and the limits
// that hold for it whatever the engine: pings and their answers, the cap of the send queue, the
// rate of messages, the deadlines of a frame and of the closing handshake. What messages mean is
// the business of its ClientHandler.
//
// Thread: the I/O thread of its connection, which owns it.
#pragma once

#include "server/net/clienthandler.h"
#include "server/net/clientrecord.h"
#include "server/net/counters.h"
#include "server/net/engine.h"
#include "server/net/websocketsession.h"

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

    // The place of acquirePlace() that a session gives back at its end.
    struct Place
    {
        IpAddress client;
        bool known = true;
    };

    ClientSession(std::shared_ptr<ClientRecord> record, const Place &place,
                  const EngineSettings &settings, EngineState &state, EngineObserver &observer,
                  WorkerCounters &counters, TcpStream &stream, Host &host);
    // Gives back its place, and reports the end if that was not done before.
    ~ClientSession();

    // False: the engine cannot take the connection. Without a service messages are only counted.
    bool start(WebSocketEngine &engine, ClientService *service);

    void bytesReceived(QByteArrayView bytes);
    void streamEnded();
    void checkDeadlines();

    void close(int code, const QByteArray &reason);
    bool isClosing() const { return m_closing; }

    // Resolves the client again; true when it is another caller now. Origin, key and limits are not
    // held against it again: the connection stays.
    bool resolveAgain(const TrustPolicy &policy);

    // Sends one message as a whole frame (encodeFrame()); nothing once the session is closing. A
    // client that does not read is closed with 1013.
    void send(const QByteArray &frame);
    // The same in two steps, for a frame with many receivers: queue() only queues, so that nothing
    // happens to the list of receivers meanwhile. True: too much waits, call checkQueue().
    bool queue(const QByteArray &frame);
    void checkQueue();
    // Its output went to the kernel, as far as that took it.
    void outputFlushed();

    const std::shared_ptr<ClientRecord> &record() const { return m_record; }
    const EngineSettings &settings() const { return m_settings; }
    WorkerCounters &counters() { return m_counters; }

private:
    void messageReceived(const QByteArray &payload, bool isText) override;
    void sessionClosing() override;
    void frameRefused() override;
    void sessionEnded(const CloseInfo &info) override;

    ClientEvent event() const;
    void setQueueBytes(qint64 bytes);
    qint64 bytesSent() const;
    void beginClosing();
    void watchFrame(qsizetype received);
    TimePoint nextDeadline() const;
    void checkAlive(TimePoint now);
    void reportEnd(const CloseInfo &info);

    const std::shared_ptr<ClientRecord> m_record;
    Place m_place;
    const EngineSettings &m_settings;
    EngineState &m_state;
    EngineObserver &m_observer;
    WorkerCounters &m_counters;
    TcpStream &m_stream;
    Host &m_host;
    std::unique_ptr<WebSocketSession> m_session;
    std::unique_ptr<ClientHandler> m_handler;
    std::unique_ptr<SlidingWindow> m_messageWindow; // of a client that is not known
    // The connection may have served HTTP requests of others before; the answer to the handshake
    // does not count either.
    const qint64 m_receivedBefore;
    const qint64 m_sentBefore;
    const TimePoint m_started;
    TimePoint m_lastReceived;
    TimePoint m_pingSent; // earlier than m_lastReceived: no answer is awaited
    TimePoint m_frameDue = TimePoint::max();
    TimePoint m_closeDue = TimePoint::max();
    qsizetype m_partialFrame = 0; // bytes of the frame that is not complete yet
    CloseInfo m_close;
    bool m_closing = false;
    bool m_reported = false;
};

} // namespace truepeer
