// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/ioworker.h"

#include "server/net/connection.h"
#include "server/net/qtwebsocketsession.h"

#include <QHostAddress>

#include <algorithm>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr size_t ReadBufferSize = 64 * 1024;

using NameFunction = int (*)(int, sockaddr *, socklen_t *);

// The address of one end of a socket, unmapped and without its zone.
std::optional<IpAddress> endAddress(int descriptor, NameFunction nameOf)
{
    sockaddr_storage storage = {};
    socklen_t size = sizeof storage;
    auto *address = reinterpret_cast<sockaddr *>(&storage);
    if (nameOf(descriptor, address, &size) != 0)
        return std::nullopt;
    return IpAddress::fromQHostAddress(QHostAddress(address));
}

} // namespace

IoWorker::IoWorker(std::shared_ptr<const EngineSettings> settings, EngineState &state,
                   EngineObserver &observer, WorkerCounters &counters, std::atomic<int> &load,
                   std::shared_ptr<const TrustPolicy> policy, EpollDispatcher &dispatcher)
    : m_settings(std::move(settings))
    , m_state(state)
    , m_observer(observer)
    , m_counters(counters)
    , m_load(load)
    , m_dispatcher(dispatcher)
    , m_policy(std::move(policy))
    , m_gate(*m_settings, state, counters)
    , m_parser(m_settings->limits.http, m_settings->forwardingNames)
    , m_webSockets(makeQtWebSocketEngine())
    , m_deadlines(dispatcher.turnTime())
    , m_dateUntil(dispatcher.turnTime() - 1s)
    , m_readBuffer(ReadBufferSize)
{
    m_writeBuffer.reserve(4096);
    m_ticker.setInterval(DeadlineWheel::Tick);
    QObject::connect(&m_ticker, &QTimer::timeout, &m_ticker, [this] { tick(); });
    m_dispatcher.setTurnHook([this] { endTurn(); });
}

IoWorker::~IoWorker()
{
    m_dispatcher.setTurnHook({});
    // The last words of this thread, close frames among them.
    endTurn();
    m_toFlush.clear();
    m_connections.clear();
    m_retired.clear();
}

void IoWorker::adopt(int descriptor)
{
    const std::optional<IpAddress> peer = endAddress(descriptor, ::getpeername);
    const std::optional<IpAddress> local = endAddress(descriptor, ::getsockname);
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
    auto connection = std::make_unique<Connection>(descriptor, *peer, *local, *this);
    connection->index = m_connections.size();
    m_connections.push_back(std::move(connection));
}

void IoWorker::countClosed()
{
    m_state.connections.fetch_sub(1, std::memory_order_relaxed);
    m_load.fetch_sub(1, std::memory_order_relaxed);
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

// What the turn wrote goes out, which may let paused connections go on and write more; then
// connections that ended are destroyed, outside of any callback of theirs.
void IoWorker::endTurn()
{
    while (!m_toFlush.empty()) {
        m_flushing.swap(m_toFlush);
        for (size_t i = 0; i < m_flushing.size(); ++i) {
            if (m_flushing[i])
                m_flushing[i]->flushScheduled();
        }
        m_flushing.clear();
    }
    m_retired.clear();
}

} // namespace truepeer
