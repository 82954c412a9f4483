// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trafficrecorder.h"

#include <utility>

#include <time.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

// What a stranger can cause is told once for each address in this time.
constexpr auto EventInterval = 60s;

std::chrono::milliseconds sinceEpoch()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
}

// Some milliseconds late, but many times cheaper; each request asks for it.
qint64 coarseMsSinceEpoch()
{
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return qint64(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

qint64 unixSeconds()
{
    return std::chrono::duration_cast<std::chrono::seconds>(sinceEpoch()).count();
}

Event eventOf(EventType type, const Resolution &who)
{
    Event event;
    event.type = type;
    event.atMs = sinceEpoch().count();
    event.client = who.client;
    event.peer = who.peer;
    return event;
}

} // namespace

TrafficRecorder::TrafficRecorder(int threads, EngineObserver &next, EventLog &events)
    : m_next(next)
    , m_events(events)
    , m_requests(threads)
    , m_ignored(EventInterval)
    , m_refused(EventInterval)
{
    for (int i = 0; i < threads; ++i)
        m_workers.push_back(std::make_unique<Worker>());
}

std::vector<PeerFacts> TrafficRecorder::peers() const
{
    std::vector<PeerTable *> tables;
    for (const auto &worker : m_workers)
        tables.push_back(&worker->peers);
    return PeerTable::merge(tables);
}

quint64 TrafficRecorder::peerEvictions() const
{
    quint64 sum = 0;
    for (const auto &worker : m_workers)
        sum += worker->peers.evictions();
    return sum;
}

void TrafficRecorder::requestServed(const RequestEvent &event)
{
    m_next.requestServed(event);
    const qint64 atMs = coarseMsSinceEpoch();
    Worker &worker = *m_workers[size_t(event.worker)];
    RequestOrigin origin{.local = event.resolution.peer};
    if (event.input) {
        origin = {event.input->localAddress, event.input->announced, std::move(worker.spare)};
        origin.headers.assign(event.input->headers, *event.policy);
        worker.peers.record({.input = *event.input,
                             .resolution = event.resolution,
                             .policy = *event.policy,
                             .status = event.status,
                             .target = event.target,
                             .userAgent = event.userAgent,
                             .upgrade = event.status == 101,
                             .exempt = event.exempt},
                            atMs / 1000);
    }
    m_requests.add(event.worker, event, std::move(origin), atMs);
    worker.spare = std::move(origin.headers);
    // Routes answer 404 and the like; a detail says that the server itself refused.
    if (event.detail.isEmpty())
        return;
    const QByteArray key = event.resolution.client.toText() + event.detail;
    if (const auto suppressed = m_refused.admit(key, LogThrottle::Clock::now())) {
        Event told = eventOf(EventType::RequestRefused, event.resolution);
        told.code = event.status;
        told.detail = event.detail.toByteArray();
        told.count = qint64(*suppressed) + 1;
        m_events.add(std::move(told));
    }
}

void TrafficRecorder::clientConnected(const ClientEvent &event)
{
    m_next.clientConnected(event);
    Event told = eventOf(EventType::ClientConnected, event.resolution);
    told.clientId = event.id;
    told.detail = event.userAgent.toByteArray();
    m_events.add(std::move(told));
}

void TrafficRecorder::clientClosed(const ClientClosedEvent &event)
{
    m_next.clientClosed(event);
    const ClientRecord &record = *event.client.record;
    Event told = eventOf(EventType::ClientClosed, event.client.resolution);
    told.clientId = event.client.id;
    told.code = event.close.code;
    told.reason = event.close.reason;
    told.initiator = event.close.initiator;
    told.duration = event.duration;
    m_events.add(std::move(told));

    const auto now = std::chrono::steady_clock::now();
    const auto lastSent = std::chrono::steady_clock::duration(record.lastSent.value());
    const PeerFacts::End end{
        .age = std::chrono::duration_cast<std::chrono::seconds>(event.duration),
        .quiet = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()
                                                                       - lastSent),
        .at = unixSeconds(),
        .cut = event.close.code == 1006 && event.close.initiator == Initiator::Network};
    m_workers[size_t(record.connection.worker)]->peers.recordEnd(
        record.announced.value_or(record.peer()), end);
    m_closed.add(event.client.record, event.close, now, end.at);
}

void TrafficRecorder::connectionRefused(const IpAddress &peer, QByteArrayView reason)
{
    m_next.connectionRefused(peer, reason);
    const QByteArray key = peer.toText() + reason;
    if (const auto suppressed = m_refused.admit(key, LogThrottle::Clock::now())) {
        Event told = eventOf(EventType::RequestRefused, Resolution(peer));
        told.detail = reason.toByteArray();
        told.count = qint64(*suppressed) + 1;
        m_events.add(std::move(told));
    }
}

void TrafficRecorder::headersIgnored(const Resolution &resolution)
{
    m_next.headersIgnored(resolution);
    if (const auto suppressed =
            m_ignored.admit(resolution.peer.toText(), LogThrottle::Clock::now())) {
        Event told = eventOf(EventType::HeadersIgnored, resolution);
        told.count = qint64(*suppressed) + 1;
        m_events.add(std::move(told));
    }
}

} // namespace truepeer
