// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrafficRecorder remembers what the engine reports, for the people who ask over the admin socket:
// the last requests, the clients that went, what was observed of each peer, and events. The access
// log is told everything too.
//
// Thread: called by all I/O threads; never blocks for longer than a copy of one entry.
#pragma once

#include "server/net/engine.h"
#include "server/ops/closedclients.h"
#include "server/ops/eventlog.h"
#include "server/ops/peertable.h"
#include "server/ops/recentrequests.h"
#include "shared/log.h"

#include <memory>
#include <vector>

namespace truepeer {

class TrafficRecorder final : public EngineObserver
{
    Q_DISABLE_COPY_MOVE(TrafficRecorder)

public:
    // `next` is told too; it and the events must outlive the recorder.
    TrafficRecorder(int threads, EngineObserver &next, EventLog &events);

    const RecentRequests &requests() const { return m_requests; }
    const ClosedClients &closedClients() const { return m_closed; }
    std::vector<PeerFacts> peers() const;
    // Peers that made room for others.
    quint64 peerEvictions() const;

    // EngineObserver
    void requestServed(const RequestEvent &event) override;
    void clientConnected(const ClientEvent &event) override;
    void clientClosed(const ClientClosedEvent &event) override;
    void connectionRefused(const IpAddress &peer, QByteArrayView reason) override;
    void headersIgnored(const Resolution &resolution) override;

private:
    // What each I/O thread has.
    struct Worker
    {
        PeerTable peers;
        KeptHeaders spare; // its memory is for the next request; of that thread only
    };

    EngineObserver &m_next;
    EventLog &m_events;
    RecentRequests m_requests;
    ClosedClients m_closed;
    std::vector<std::unique_ptr<Worker>> m_workers;
    LogThrottle m_ignored; // events about headers, by peer
    LogThrottle m_refused; // events about refusals, by client
};

} // namespace truepeer
