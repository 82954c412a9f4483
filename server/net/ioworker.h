// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// IoWorker is what one I/O thread has: its connections, its deadlines, its trust policy, and the
// buffers and parsers that its connections share. Nothing in it is shared with other threads but
// what engine.h says; others reach it through its thread's mailbox.
//
// Thread: constructed, used and destroyed in its I/O thread, with an EpollDispatcher as its loop.
#pragma once

#include "server/http/requestparser.h"
#include "server/net/counters.h"
#include "server/net/deadlinewheel.h"
#include "server/net/engine.h"
#include "server/net/requestgate.h"
#include "server/net/tcpstream.h"
#include "server/net/websocketsession.h"
#include "server/trust/trustpolicy.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace truepeer {

class Connection;

class IoWorker final : public StreamHost
{
    Q_DISABLE_COPY_MOVE(IoWorker)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    IoWorker(std::shared_ptr<const EngineSettings> settings, EngineState &state,
             EngineObserver &observer, WorkerCounters &counters, std::atomic<int> &load,
             std::shared_ptr<const TrustPolicy> policy, EpollDispatcher &dispatcher);
    // Closes what is still open.
    ~IoWorker();

    // Takes an accepted descriptor. A socket whose addresses cannot be told is closed.
    void adopt(int descriptor);

    // Requests from the next one on are resolved with this policy.
    void setPolicy(std::shared_ptr<const TrustPolicy> policy) { m_policy = std::move(policy); }

    // WebSocket clients that are not closing.
    int openClients() const;

    // Ends idle HTTP connections; the others end after their response.
    void drainHttp();
    // Starts the closing handshake of up to `most` clients; returns how many are still open and not
    // closing.
    int closeClients(int most, int code, const QByteArray &reason);

    // What connections use.
    const EngineSettings &settings() const { return *m_settings; }
    EngineState &state() { return m_state; }
    EngineObserver &observer() { return m_observer; }
    WorkerCounters &counters() { return m_counters; }
    RequestGate &gate() { return m_gate; }
    WebSocketEngine &webSockets() { return *m_webSockets; }
    DeadlineWheel &deadlines();
    std::shared_ptr<const TrustPolicy> policy() const { return m_policy; }
    RequestParser &parser() { return m_parser; }
    RequestHead &head() { return m_head; }
    QByteArray &writeBuffer() { return m_writeBuffer; }
    std::unique_ptr<RequestParser> makeParser() const;
    // The value of Date; computed once a second.
    QByteArrayView dateValue();
    TimePoint now() const { return m_dispatcher.turnTime(); }
    // Destroys the connection at the end of the turn.
    void retire(Connection &connection);

    // StreamHost
    EpollDispatcher &dispatcher() override { return m_dispatcher; }
    std::span<char> readBuffer() override { return m_readBuffer; }
    void flushLater(TcpStream &stream) override { m_toFlush.push_back(&stream); }
    void forgetStream(TcpStream &stream) override;
    void countBytes(qint64 received, qint64 sent) override;

private:
    void endTurn();
    void countClosed();
    void tick();

    const std::shared_ptr<const EngineSettings> m_settings;
    EngineState &m_state;
    EngineObserver &m_observer;
    WorkerCounters &m_counters;
    std::atomic<int> &m_load; // descriptors that this thread was given and has not closed
    EpollDispatcher &m_dispatcher;
    std::shared_ptr<const TrustPolicy> m_policy;
    RequestGate m_gate;
    RequestParser m_parser;
    RequestHead m_head;
    std::unique_ptr<WebSocketEngine> m_webSockets;
    DeadlineWheel m_deadlines;
    QTimer m_ticker; // runs only while a deadline is armed
    QByteArray m_writeBuffer;
    QByteArray m_date;
    TimePoint m_dateUntil;
    std::vector<char> m_readBuffer;
    std::vector<TcpStream *> m_toFlush;
    std::vector<TcpStream *> m_flushing;
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<std::unique_ptr<Connection>> m_retired;
};

} // namespace truepeer
