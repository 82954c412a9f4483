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
#include "server/net/clienthandler.h"
#include "server/net/counters.h"
#include "server/net/deadlinewheel.h"
#include "server/net/engine.h"
#include "server/net/mailbox.h"
#include "server/net/requestgate.h"
#include "server/net/tcpstream.h"
#include "server/net/websocketsession.h"
#include "server/trust/trustpolicy.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace truepeer {

class Connection;

class IoWorker final : public StreamHost
{
    Q_DISABLE_COPY_MOVE(IoWorker)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // What its thread has been given.
    struct Place
    {
        int index = 0;
        std::atomic<int> &load; // descriptors that this thread was given and has not closed
        Mailbox &mailbox;
        EpollDispatcher &dispatcher;
    };

    IoWorker(std::shared_ptr<const EngineSettings> settings, EngineState &state,
             EngineObserver &observer, WorkerCounters &counters,
             std::shared_ptr<const TrustPolicy> policy, const Place &place);
    // Closes what is still open.
    ~IoWorker();

    // Takes an accepted descriptor. A socket whose addresses cannot be told is closed.
    void adopt(int descriptor);

    // Told how many open clients are other callers now.
    using PolicyApplied = std::function<void(qint64 changed)>;

    // Requests from the next one on are resolved with this policy. The open clients are resolved
    // again, some in each turn, so that nobody waits; `applied` comes after the last one.
    void applyPolicy(std::shared_ptr<const TrustPolicy> policy, PolicyApplied applied);

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
    int index() const { return m_place.index; }
    // Null when nobody handles messages.
    ClientService *service() { return m_service; }
    // A connection whose handler answers later: the responder finds it by its ticket, or finds that
    // it is gone. Responders may outlive this worker, not its mailbox.
    quint64 awaitAnswer(Connection &connection);
    void forgetAnswer(quint64 ticket) { m_awaiting.erase(ticket); }
    Responder responderFor(quint64 ticket);
    // The value of Date; computed once a second.
    QByteArrayView dateValue();
    TimePoint now() const { return m_place.dispatcher.turnTime(); }
    // Destroys the connection at the end of the turn.
    void retire(Connection &connection);

    // StreamHost
    EpollDispatcher &dispatcher() override { return m_place.dispatcher; }
    std::span<char> readBuffer() override { return m_readBuffer; }
    void flushLater(TcpStream &stream) override { m_toFlush.push_back(&stream); }
    void forgetStream(TcpStream &stream) override;
    void countBytes(qint64 received, qint64 sent) override;

private:
    // Through the connections, for a new policy.
    struct Walk
    {
        size_t end; // of those that are left
        qint64 changed;
        TimePoint paused; // when the last turn was over
    };

    void endTurn();
    void answer(quint64 ticket, Response response);
    void countClosed();
    void tick();
    void resolveClients(Walk walk, const PolicyApplied &applied);

    const std::shared_ptr<const EngineSettings> m_settings;
    EngineState &m_state;
    EngineObserver &m_observer;
    WorkerCounters &m_counters;
    const Place m_place;
    std::shared_ptr<const TrustPolicy> m_policy;
    RequestGate m_gate;
    RequestParser m_parser;
    RequestHead m_head;
    std::unique_ptr<WebSocketEngine> m_webSockets;
    ClientService *const m_service;
    DeadlineWheel m_deadlines;
    QTimer m_ticker; // runs only while a deadline is armed
    QByteArray m_writeBuffer;
    QByteArray m_date;
    TimePoint m_dateUntil;
    std::vector<char> m_readBuffer;
    std::unordered_map<quint64, Connection *> m_awaiting;
    quint64 m_nextTicket = 1;
    std::vector<TcpStream *> m_toFlush;
    std::vector<TcpStream *> m_flushing;
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<std::unique_ptr<Connection>> m_retired;
};

} // namespace truepeer
