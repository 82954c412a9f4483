// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientsession.h"

#include "server/net/tcpstream.h"
#include "server/net/websocketframe.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto CloseTimeout = 5s;              // for the peer's answer to our close frame
constexpr qint64 MinimumFrameRate = 16 * 1024; // bytes a second that a frame must come at

constexpr int CloseGoingAway = 1001;
constexpr int CloseTryAgainLater = 1013;

} // namespace

ClientSession::ClientSession(std::shared_ptr<ClientRecord> record, const Place &place,
                             const EngineSettings &settings, EngineState &state,
                             EngineObserver &observer, WorkerCounters &counters, TcpStream &stream,
                             Host &host)
    : m_record(std::move(record))
    , m_place(place)
    , m_settings(settings)
    , m_state(state)
    , m_observer(observer)
    , m_counters(counters)
    , m_stream(stream)
    , m_host(host)
    , m_receivedBefore(stream.bytesReceivedTotal())
    , m_sentBefore(stream.bytesSentTotal() + stream.queuedBytes())
    , m_started(host.now())
    , m_lastReceived(m_started)
    , m_pingSent(m_started - 1s)
{
    m_counters.clients.add();
    m_record->lastMessage.set(m_started.time_since_epoch().count());
    m_record->lastSent.set(m_started.time_since_epoch().count());
}

ClientSession::~ClientSession()
{
    reportEnd(m_close);
    m_counters.clients.add(-1);
    if (m_closing)
        m_counters.closingClients.add(-1);
    setQueueBytes(0);
    m_state.limits.releasePlace(m_place.client, m_place.known);
}

bool ClientSession::start(WebSocketEngine &engine, ClientService *service)
{
    m_session = engine.start(m_stream, *this, m_settings.limits.maxMessageSize);
    if (!m_session) {
        m_reported = true;
        return false;
    }
    m_state.directory.add(m_record);
    m_observer.clientConnected(event());
    m_host.wakeAt(nextDeadline());
    if (service) {
        m_handler = service->makeHandler(*this);
        m_handler->opened();
    }
    return true;
}

ClientEvent ClientSession::event() const
{
    return {m_record->id,        m_record->ownResolution(), m_record->target,
            m_record->userAgent, m_record->origin,          m_record};
}

bool ClientSession::resolveAgain(const TrustPolicy &policy)
{
    Resolution after = m_record->resolveBy(policy);
    const Resolution before = m_record->ownResolution();
    const bool changed = !isSameCaller(before, after);
    if (after.client != m_place.client || after.known != m_place.known) {
        m_state.limits.movePlace(m_place.client, m_place.known, after);
        m_place = {after.client, after.known};
    }
    m_record->setResolution(std::move(after),
                            changed ? std::optional<Resolution>(before) : std::nullopt);
    if (changed && m_handler && !m_closing)
        m_handler->resolutionChanged(before);
    return changed;
}

void ClientSession::bytesReceived(QByteArrayView bytes)
{
    const bool answersPing = m_pingSent >= m_lastReceived;
    m_lastReceived = m_host.now();
    m_record->bytesIn.set(m_stream.bytesReceivedTotal() - m_receivedBefore);
    m_session->bytesReceived(bytes);
    // The next ping may be due before the answer to this one would have been.
    if (answersPing && !m_closing)
        m_host.wakeAt(nextDeadline());
    watchFrame(bytes.size());
    checkQueue();
}

// A frame that has begun must come at a reasonable rate, or one byte every now and then would hold
// its buffer for ever.
void ClientSession::watchFrame(qsizetype received)
{
    const qsizetype partial = m_session->partialFrameBytes();
    const bool isSameFrame = m_partialFrame > 0 && partial == m_partialFrame + received;
    m_partialFrame = partial;
    if (partial == 0) {
        m_frameDue = TimePoint::max();
    } else if (!isSameFrame) {
        const auto transfer =
            std::chrono::seconds(m_settings.limits.maxMessageSize / MinimumFrameRate);
        m_frameDue = m_host.now() + m_settings.limits.handshakeTimeout + transfer;
        m_host.wakeAt(nextDeadline());
    }
}

void ClientSession::send(const QByteArray &frame)
{
    if (queue(frame))
        checkQueue();
}

bool ClientSession::queue(const QByteArray &frame)
{
    if (m_closing)
        return false;
    m_record->messagesOut.add();
    m_counters.messagesOut.add();
    m_session->sendFrame(frame);
    return m_stream.queuedBytes() > m_settings.limits.sendQueueBytes;
}

// A peer that does not read, whatever it makes us send: pongs count like messages.
void ClientSession::checkQueue()
{
    if (m_stream.queuedBytes() <= m_settings.limits.sendQueueBytes || m_closing)
        return;
    m_stream.flush();
    if (!m_stream.isOpen() || m_stream.queuedBytes() <= m_settings.limits.sendQueueBytes)
        return;
    m_counters.slowClosed.add();
    close(CloseTryAgainLater, "send queue is full"_ba);
}

qint64 ClientSession::bytesSent() const
{
    return std::max<qint64>(0, m_stream.bytesSentTotal() - m_sentBefore);
}

void ClientSession::outputFlushed()
{
    const qint64 sent = bytesSent();
    if (sent != m_record->bytesOut.value())
        m_record->lastSent.set(m_host.now().time_since_epoch().count());
    m_record->bytesOut.set(sent);
    setQueueBytes(m_stream.queuedBytes());
}

void ClientSession::setQueueBytes(qint64 bytes)
{
    m_counters.queueBytes.add(bytes - m_record->queueBytes.value());
    m_record->queueBytes.set(bytes);
}

void ClientSession::streamEnded()
{
    m_session->peerFinished();
}

void ClientSession::close(int code, const QByteArray &reason)
{
    // What is reported if the peer never answers.
    if (!m_closing)
        m_close = {code, reason, Initiator::Server};
    m_session->close(code, reason);
}

void ClientSession::messageReceived(const QByteArray &payload, bool isText)
{
    Q_UNUSED(isText)
    m_record->messagesIn.add();
    m_record->lastMessage.set(m_host.now().time_since_epoch().count());
    m_counters.messagesIn.add();
    // Messages may stand behind the one that made us close.
    if (!m_handler || m_closing)
        return;
    if (m_state.limits.admitMessage(m_record->ownResolution(), m_messageWindow, m_host.now())) {
        m_handler->messageReceived(payload);
    } else {
        m_counters.limitedMessages.add();
        m_handler->messageOverLimit(payload);
    }
}

void ClientSession::beginClosing()
{
    if (m_closing)
        return;
    m_closing = true;
    m_counters.closingClients.add();
    if (m_handler)
        m_handler->closing();
}

void ClientSession::sessionClosing()
{
    beginClosing();
    m_frameDue = TimePoint::max();
    m_closeDue = m_host.now() + CloseTimeout;
    m_host.wakeAt(nextDeadline());
}

void ClientSession::frameRefused()
{
    m_counters.frameFaults.add();
}

void ClientSession::sessionEnded(const CloseInfo &info)
{
    beginClosing();
    m_closeDue = TimePoint::max();
    reportEnd(info);
    m_host.endGently();
}

void ClientSession::reportEnd(const CloseInfo &info)
{
    if (m_reported)
        return;
    beginClosing();
    m_reported = true;
    m_state.directory.remove(m_record->id);
    const auto duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_host.now() - m_started);
    m_observer.clientClosed({event(), info, duration, m_record->messagesIn.value(),
                             m_record->messagesOut.value(),
                             m_stream.bytesReceivedTotal() - m_receivedBefore, bytesSent()});
    if (m_handler)
        m_handler->ended(info);
}

ClientSession::TimePoint ClientSession::nextDeadline() const
{
    if (m_closing)
        return m_closeDue;
    const EngineLimits &limits = m_settings.limits;
    TimePoint next = m_frameDue;
    if (m_pingSent >= m_lastReceived)
        next = std::min(next, m_pingSent + limits.pongTimeout);
    else if (limits.idlePing > 0s)
        next = std::min(next, m_lastReceived + limits.idlePing);
    return next;
}

void ClientSession::checkDeadlines()
{
    const TimePoint now = m_host.now();
    if (m_closing && now >= m_closeDue) {
        m_counters.timeouts.add();
        // The session knows why it was closing, which is what is reported.
        m_session->peerFinished();
        m_host.endNow();
        return;
    }
    if (!m_closing && now >= m_frameDue) {
        m_counters.timeouts.add();
        close(CloseGoingAway, "frame did not arrive in time"_ba);
    }
    if (!m_closing)
        checkAlive(now);
    if (nextDeadline() != TimePoint::max())
        m_host.wakeAt(nextDeadline());
}

// Any byte since the ping is as good an answer as a pong.
void ClientSession::checkAlive(TimePoint now)
{
    const EngineLimits &limits = m_settings.limits;
    const bool awaiting = m_pingSent >= m_lastReceived;
    if (awaiting && now >= m_pingSent + limits.pongTimeout) {
        m_counters.timeouts.add();
        close(CloseGoingAway, "no answer to a ping"_ba);
    } else if (!awaiting && limits.idlePing > 0s && now >= m_lastReceived + limits.idlePing) {
        m_pingSent = now;
        m_session->sendFrame(encodeFrame(Opcode::Ping, {}));
        checkQueue();
    }
}

} // namespace truepeer
