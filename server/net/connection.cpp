// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/connection.h"

#include "server/net/ioworker.h"
#include "server/trust/lazyexplanation.h"
#include "server/trust/proxyheader.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto LingerTimeout = 2s;               // for the peer to read our last response and close
constexpr auto WriteStallTimeout = 30s;          // a peer that takes nothing of its response
constexpr qint64 MaxDiscarded = 4 * 1024 * 1024; // input dropped while ending
constexpr qsizetype PauseAbove = 256 * 1024;     // queued output at which pipelining pauses
constexpr qint64 MinimumBodyRate = 16 * 1024;    // bytes a second that a body must come at

} // namespace

Connection::Connection(int descriptor, const EndPoint &peer, const IpAddress &local,
                       IoWorker &worker)
    : m_worker(worker)
    , m_peer(peer)
    , m_local(local)
    , m_stream(descriptor, worker, *this)
    , m_due(worker.now() + worker.settings().limits.handshakeTimeout)
    , m_writeStallDue(TimePoint::max())
{
    const auto &proxyProtocol = m_worker.settings().proxyProtocol;
    if (proxyProtocol && proxyProtocol->expectsHeader(m_peer.address))
        m_state = State::ProxyHeader;
    wakeAt(m_due);
}

Connection::~Connection()
{
    if (m_pending)
        m_worker.forgetAnswer(m_pending->ticket);
}

Connection::TimePoint Connection::now() const
{
    return m_worker.now();
}

void Connection::wakeAt(TimePoint due)
{
    if (due != TimePoint::max())
        m_worker.deadlines().arm(*this, due);
}

// ---- input ------------------------------------------------------------------------------------

void Connection::bytesReceived(QByteArrayView bytes)
{
    if (m_input.isEmpty()) {
        m_consuming = true;
        const qsizetype used = consume(bytes);
        m_consuming = false;
        if (used < bytes.size())
            m_input = bytes.sliced(used).toByteArray();
    } else {
        m_input.append(bytes);
        consumePending();
    }
}

void Connection::consumePending()
{
    if (m_consuming)
        return;
    m_consuming = true;
    const qsizetype used = consume(m_input);
    m_consuming = false;
    if (used == m_input.size())
        m_input = QByteArray();
    else
        m_input.remove(0, used);
}

// Takes as many bytes as the state can use now; stops while too much output waits.
qsizetype Connection::consume(QByteArrayView bytes)
{
    qsizetype used = 0;
    bool more = true;
    while (more && used < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(used);
        const State before = m_state;
        qsizetype taken = 0;
        switch (m_state) {
        case State::ProxyHeader:
            taken = consumeProxyHeader(rest);
            break;
        case State::Head:
            taken = consumeHead(rest);
            break;
        case State::Body:
            taken = consumeBody(rest);
            break;
        case State::Answering:
            break;
        case State::WebSocket:
            m_client->bytesReceived(rest);
            taken = rest.size();
            break;
        case State::Ending:
            m_discarded += rest.size();
            taken = rest.size();
            if (m_discarded > MaxDiscarded)
                closeNow();
            break;
        case State::Closed:
            taken = rest.size();
            break;
        }
        used += taken;
        more = taken > 0 || m_state != before;
        const bool isHttp = m_state == State::Head || m_state == State::Body;
        if (isHttp && pauseForOutput())
            more = false;
    }
    return used;
}

// True while too much output waits: outputDrained() goes on.
bool Connection::pauseForOutput()
{
    if (m_stream.queuedBytes() <= PauseAbove)
        return false;
    m_stream.setReading(false);
    watchWriteStall();
    return true;
}

qsizetype Connection::consumeProxyHeader(QByteArrayView bytes)
{
    const ProxyHeaderResult result = parseProxyHeader(bytes);
    switch (result.status) {
    case ProxyHeaderResult::Status::Incomplete:
        return 0;
    case ProxyHeaderResult::Status::Invalid:
        m_worker.counters().refusedProxyHeaders.add();
        m_worker.observer().connectionRefused(
            m_peer.address, QByteArray("bad PROXY header: "_ba + result.message.toLatin1()));
        closeNow();
        return bytes.size();
    case ProxyHeaderResult::Status::Done:
        break;
    }
    if (!result.local && result.source)
        m_announced = result.source->address;
    m_state = State::Head;
    return result.size;
}

qsizetype Connection::consumeHead(QByteArrayView bytes)
{
    // Most heads come in one piece and are parsed by the thread's parser; one that does not gets a
    // parser of its own, which remembers how far it has looked.
    RequestParser &parser = m_parser ? *m_parser : m_worker.parser();
    RequestHead &head = m_worker.head();
    switch (parser.parse(bytes, head)) {
    case ParseStatus::Incomplete:
        if (!m_parser) {
            m_worker.parser().reset();
            m_parser = m_worker.makeParser();
            awaitRequest(true);
        }
        return 0;
    case ParseStatus::Refused: {
        const HttpRefusal refusal = parser.refusal();
        refuseHead(refusal, refusal.status == 413 ? &head : nullptr);
        return bytes.size();
    }
    case ParseStatus::Complete:
        break;
    }
    const qsizetype size = parser.size();
    m_parser.reset();
    if (head.hasBody())
        beginBody(head, bytes.first(size));
    else
        handleRequest(head, bytes.first(size), {});
    return size;
}

void Connection::beginBody(const RequestHead &head, QByteArrayView headBytes)
{
    const RouteMatch match = m_worker.settings().router.match(head.method, head.path);
    const bool wanted = match.status == RouteStatus::Found && match.options.takesBody;
    if (head.expectContinue && !wanted) {
        // The answer is certain before the body, so the client need not send it.
        RequestHead &whole = m_worker.head();
        whole.keepAlive = false;
        handleRequest(whole, headBytes, {});
        return;
    }
    m_exchange = std::make_unique<Exchange>();
    m_exchange->headBytes = headBytes.toByteArray();
    m_worker.parser().parse(m_exchange->headBytes, m_exchange->head);
    const HttpLimits &limits = m_worker.settings().limits.http;
    m_exchange->decoder = BodyDecoder(
        m_exchange->head, limits, wanted ? BodyDecoder::Mode::Keep : BodyDecoder::Mode::Discard);
    const quint64 most =
        head.framing == RequestHead::Framing::Length ? head.contentLength : limits.bodyBytes;
    m_exchange->due = now() + m_worker.settings().limits.handshakeTimeout
                      + std::chrono::seconds(qint64(most) / MinimumBodyRate);
    m_due = std::min(m_exchange->due, now() + m_worker.settings().limits.handshakeTimeout);
    wakeAt(m_due);
    m_state = State::Body;
    if (head.expectContinue)
        m_stream.writeCopy(continueResponse());
}

qsizetype Connection::consumeBody(QByteArrayView bytes)
{
    qsizetype used = 0;
    switch (m_exchange->decoder.feed(bytes, m_exchange->body, &used)) {
    case ParseStatus::Incomplete:
        m_due = std::min(m_exchange->due, now() + m_worker.settings().limits.handshakeTimeout);
        return used;
    case ParseStatus::Refused: {
        const HttpRefusal refusal = m_exchange->decoder.refusal();
        refuseHead(refusal, &m_exchange->head);
        return bytes.size();
    }
    case ParseStatus::Complete:
        break;
    }
    m_state = State::Head;
    const std::unique_ptr<Exchange> exchange = std::move(m_exchange);
    handleRequest(exchange->head, exchange->headBytes, exchange->body);
    return used;
}

// ---- deadlines --------------------------------------------------------------------------------

void Connection::awaitRequest(bool begun)
{
    const EngineLimits &limits = m_worker.settings().limits;
    // Not what is left of the time for waiting: a request that begins at its end needs to arrive
    // too.
    m_due = now() + (begun ? limits.handshakeTimeout : limits.keepAlive);
    wakeAt(m_due);
}

void Connection::deadlineExpired()
{
    if (m_state == State::WebSocket) {
        m_client->checkDeadlines();
        return;
    }
    if (now() >= m_writeStallDue && m_stream.queuedBytes() > 0) {
        if (m_stream.bytesSentTotal() > m_sentBeforeStall) {
            watchWriteStall();
            return;
        }
        m_worker.counters().writeStalls.add();
        closeNow();
    } else if (now() >= m_due) {
        timeOut();
    } else {
        wakeAt(std::min(m_due, m_writeStallDue));
    }
}

// The output is blocked: the peer has to take some of it from time to time.
void Connection::watchWriteStall()
{
    m_sentBeforeStall = m_stream.bytesSentTotal();
    m_writeStallDue = now() + WriteStallTimeout;
    wakeAt(m_writeStallDue);
}

void Connection::timeOut()
{
    const bool begun = !m_input.isEmpty() || m_state == State::Body;
    switch (m_state) {
    case State::ProxyHeader:
        m_worker.counters().refusedProxyHeaders.add();
        m_worker.observer().connectionRefused(m_peer.address, "no PROXY header in time"_ba);
        closeNow();
        break;
    case State::Head:
    case State::Body:
        if (begun) {
            m_worker.counters().timeouts.add();
            refuseHead({408, "The request did not arrive in time"_ba},
                       m_exchange ? &m_exchange->head : nullptr);
        } else {
            beginEnding();
        }
        break;
    case State::Answering:
    case State::WebSocket:
    case State::Ending:
    case State::Closed:
        closeNow();
        break;
    }
}

// ---- the end ----------------------------------------------------------------------------------

void Connection::outputDrained()
{
    m_writeStallDue = TimePoint::max();
    if (m_state == State::Ending) {
        if (m_peerFinished) {
            closeNow();
        } else {
            m_due = now() + LingerTimeout;
            wakeAt(m_due);
        }
        return;
    }
    if (m_state == State::Answering || m_state == State::WebSocket || m_state == State::Closed)
        return;
    m_stream.setReading(true);
    // The peer could not go on while it was not read.
    if (m_state == State::Body || !m_input.isEmpty())
        awaitRequest(true);
    consumePending();
}

void Connection::outputFlushed()
{
    if (m_state == State::WebSocket)
        m_client->outputFlushed();
}

void Connection::streamEnded(TcpStream::End end)
{
    m_peerFinished = true;
    if (m_state == State::WebSocket) {
        m_client->streamEnded();
        if (end == TcpStream::End::Broken)
            closeNow();
        return;
    }
    if (end == TcpStream::End::Broken || m_state == State::Closed) {
        closeNow();
    } else if (m_state == State::Answering) {
        // It may still read the answer.
    } else if (m_state == State::Ending) {
        if (m_stream.queuedBytes() == 0)
            closeNow();
    } else if (!m_input.isEmpty() && m_state != State::ProxyHeader
               && m_stream.queuedBytes() <= PauseAbove) {
        refuseHead({400, "The connection ended within the request"_ba});
    } else {
        beginEnding();
    }
}

// Sends FIN behind what is queued and waits for the peer's, because closing while input is unread
// would reset the connection and take the last response away from the peer.
void Connection::beginEnding()
{
    if (m_state == State::Ending || m_state == State::Closed)
        return;
    m_state = State::Ending;
    // While it is being consumed the head of the request at hand still refers to it; what is left
    // of it is discarded then.
    if (!m_consuming)
        m_input = QByteArray();
    m_parser.reset();
    m_exchange.reset();
    if (!m_peerFinished)
        m_stream.setReading(true);
    m_stream.finish();
    m_due = now() + LingerTimeout + (m_stream.queuedBytes() > 0 ? WriteStallTimeout : 0s);
    wakeAt(m_due);
}

void Connection::closeNow()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    if (m_pending)
        m_worker.forgetAnswer(std::exchange(m_pending, nullptr)->ticket);
    m_stream.close();
    m_worker.retire(*this);
}

void Connection::endGently()
{
    beginEnding();
}

void Connection::endNow()
{
    m_stream.reset();
    closeNow();
}

void Connection::drain()
{
    const bool idle = m_state == State::Head && m_input.isEmpty();
    if (idle || m_state == State::ProxyHeader)
        beginEnding();
}

bool Connection::closeClient(int code, const QByteArray &reason)
{
    if (!isOpenClient())
        return false;
    m_client->close(code, reason);
    return true;
}

} // namespace truepeer
