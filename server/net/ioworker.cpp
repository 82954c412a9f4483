// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/ioworker.h"

#include "server/net/connection.h"
#include "server/net/qtwebsocketsession.h"

#include <QHostAddress>

#include <algorithm>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr size_t ReadBufferSize = 64 * 1024;

using NameFunction = int (*)(int, sockaddr *, socklen_t *);

// One end of a socket, its address unmapped and without its zone.
std::optional<EndPoint> endPoint(int descriptor, NameFunction nameOf)
{
    sockaddr_storage storage = {};
    socklen_t size = sizeof storage;
    auto *address = reinterpret_cast<sockaddr *>(&storage);
    if (nameOf(descriptor, address, &size) != 0)
        return std::nullopt;
    const std::optional<IpAddress> parsed = IpAddress::fromQHostAddress(QHostAddress(address));
    if (!parsed)
        return std::nullopt;
    // The port stands at the same place in both families.
    sockaddr_in head = {};
    std::memcpy(&head, &storage, sizeof head);
    return EndPoint{*parsed, ntohs(head.sin_port)};
}

} // namespace

IoWorker::IoWorker(std::shared_ptr<const EngineSettings> settings, EngineState &state,
                   EngineObserver &observer, WorkerCounters &counters,
                   std::shared_ptr<const TrustPolicy> policy, const Place &place)
    : m_settings(std::move(settings))
    , m_state(state)
    , m_observer(observer)
    , m_counters(counters)
    , m_place(place)
    , m_policy(std::move(policy))
    , m_gate(*m_settings, state, counters)
    , m_parser(m_settings->limits.http, m_settings->forwardingNames)
    , m_webSockets(makeQtWebSocketEngine())
    , m_service(m_settings->services ? &m_settings->services->forThread(place.index) : nullptr)
    , m_deadlines(place.dispatcher.turnTime())
    , m_dateUntil(place.dispatcher.turnTime() - 1s)
    , m_readBuffer(ReadBufferSize)
{
    m_writeBuffer.reserve(4096);
    m_ticker.setInterval(DeadlineWheel::Tick);
    QObject::connect(&m_ticker, &QTimer::timeout, &m_ticker, [this] { tick(); });
    m_place.dispatcher.setTurnHook([this] { endTurn(); });
}

IoWorker::~IoWorker()
{
    m_place.dispatcher.setTurnHook({});
    // The last words of this thread, close frames among them.
    endTurn();
    m_toFlush.clear();
    // One by one: what a handler tells others at its end may find that their connections broke.
    while (!m_connections.empty() || !m_retired.empty()) {
        if (m_retired.empty())
            retire(*m_connections.back());
        const std::vector<std::unique_ptr<Connection>> retired = std::exchange(m_retired, {});
    }
}

void IoWorker::adopt(int descriptor)
{
    const std::optional<EndPoint> peer = endPoint(descriptor, ::getpeername);
    const std::optional<EndPoint> local = endPoint(descriptor, ::getsockname);
    if (!peer || !local) {
        // The peer went away between accept(2) and now.
        ::close(descriptor);
        countClosed();
        return;
    }
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    m_counters.connections.add();
    m_counters.connectionsTotal.add();
    auto connection = std::make_unique<Connection>(descriptor, *peer, local->address, *this);
    connection->index = m_connections.size();
    m_connections.push_back(std::move(connection));
}

void IoWorker::countClosed()
{
    m_state.connections.fetch_sub(1, std::memory_order_relaxed);
    m_place.load.fetch_sub(1, std::memory_order_relaxed);
}

void IoWorker::retire(Connection &connection)
{
    const size_t index = connection.index;
    m_retired.push_back(std::move(m_connections[index]));
    if (index + 1 != m_connections.size()) {
        m_connections[index] = std::move(m_connections.back());
        m_connections[index]->index = index;
    }
    m_connections.pop_back();
    m_counters.connections.add(-1);
    countClosed();
}

void IoWorker::applyPolicy(std::shared_ptr<const TrustPolicy> policy, PolicyApplied applied)
{
    m_policy = std::move(policy);
    resolveClients({m_connections.size(), 0, std::chrono::steady_clock::now()}, applied);
}

// Backwards from `end`. Between two turns connections go: the last one takes the place of each, and
// has been seen or is new. A handler that is told may break connections in the middle of a turn.
// With a newer policy meanwhile the rest gets that one. A turn takes half as long as what was done
// for others since the last one: a busy thread gets to the end of it in time, and still nobody
// waits for much longer than without.
void IoWorker::resolveClients(Walk walk, const PolicyApplied &applied)
{
    constexpr size_t Least = 200; // in one turn: about half a millisecond
    constexpr size_t Step = 50;   // between looks at the clock
    constexpr std::chrono::steady_clock::duration Longest = 2ms;
    const auto start = std::chrono::steady_clock::now();
    const auto until = start + std::min((start - walk.paused) / 2, Longest);
    const std::shared_ptr<const TrustPolicy> policy = m_policy;
    size_t &end = walk.end;
    end = std::min(end, m_connections.size());
    for (size_t done = 0; end > 0; ++done) {
        if (done >= Least && done % Step == 0 && std::chrono::steady_clock::now() >= until)
            break;
        if (m_connections[end - 1]->resolveAgain(*policy))
            ++walk.changed;
        end = std::min(end - 1, m_connections.size());
    }
    if (end == 0) {
        applied(walk.changed);
        return;
    }
    walk.paused = std::chrono::steady_clock::now();
    m_place.mailbox.post([this, walk, applied] { resolveClients(walk, applied); });
}

int IoWorker::openClients() const
{
    return int(m_counters.clients.value() - m_counters.closingClients.value());
}

void IoWorker::drainHttp()
{
    // Backwards: a connection that ends at once is replaced by the last one, which was seen.
    for (size_t i = m_connections.size(); i-- > 0;)
        m_connections[i]->drain();
}

int IoWorker::closeClients(int most, int code, const QByteArray &reason)
{
    int left = 0;
    for (size_t i = m_connections.size(); i-- > 0;) {
        Connection &connection = *m_connections[i];
        if (most > 0 && connection.closeClient(code, reason))
            --most;
        else if (connection.isOpenClient())
            ++left;
    }
    return left;
}

DeadlineWheel &IoWorker::deadlines()
{
    if (!m_ticker.isActive())
        m_ticker.start();
    return m_deadlines;
}

void IoWorker::tick()
{
    m_deadlines.advance(now());
    if (m_deadlines.isEmpty())
        m_ticker.stop();
}

std::unique_ptr<RequestParser> IoWorker::makeParser() const
{
    return std::make_unique<RequestParser>(m_settings->limits.http, m_settings->forwardingNames);
}

QByteArrayView IoWorker::dateValue()
{
    if (now() >= m_dateUntil) {
        const auto wall = std::chrono::system_clock::now();
        const auto second = std::chrono::floor<std::chrono::seconds>(wall);
        m_date = httpDate(second);
        m_dateUntil =
            now() + std::chrono::duration_cast<std::chrono::nanoseconds>(second + 1s - wall);
    }
    return m_date;
}

void IoWorker::forgetStream(TcpStream &stream)
{
    std::erase(m_toFlush, &stream);
    std::replace(m_flushing.begin(), m_flushing.end(), &stream, static_cast<TcpStream *>(nullptr));
}

void IoWorker::countBytes(qint64 received, qint64 sent)
{
    m_counters.bytesIn.add(received);
    m_counters.bytesOut.add(sent);
}

quint64 IoWorker::awaitAnswer(Connection &connection)
{
    const quint64 ticket = m_nextTicket++;
    m_awaiting.emplace(ticket, &connection);
    return ticket;
}

Responder IoWorker::responderFor(quint64 ticket)
{
    return [this, mailbox = &m_place.mailbox, ticket](Response response) {
        // A task must be copyable.
        const auto shared = std::make_shared<Response>(std::move(response));
        mailbox->post([this, ticket, shared] { answer(ticket, std::move(*shared)); });
    };
}

void IoWorker::answer(quint64 ticket, Response response)
{
    const auto found = m_awaiting.find(ticket);
    if (found == m_awaiting.end())
        return;
    Connection &connection = *found->second;
    m_awaiting.erase(found);
    connection.answer(std::move(response));
}

// What the turn wrote goes out, which may let paused connections go on and write more; then
// connections that ended are destroyed, outside of any callback of theirs. Their handlers may have
// a last word for others, so it goes round until nothing is left.
void IoWorker::endTurn()
{
    while (!m_toFlush.empty() || !m_retired.empty()) {
        m_flushing.swap(m_toFlush);
        for (size_t i = 0; i < m_flushing.size(); ++i) {
            if (m_flushing[i])
                m_flushing[i]->flushScheduled();
        }
        m_flushing.clear();
        const std::vector<std::unique_ptr<Connection>> retired = std::exchange(m_retired, {});
    }
}

} // namespace truepeer
