// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientLimits decides what one client may use: connections, requests, messages, and how fast new
// clients come. It counts by the resolved client, over all I/O threads.
//
// A client that is not known is the address of a proxy that did not say for whom it speaks: to
// count everybody behind it as one client would lock them all out. Such connections take places of
// their own, their messages are counted connection by connection, and their requests are only
// counted; `spared` tells how often a limit would have bitten, so that the proxy gets mended.
//
// Thread: any. Locks are sharded by address and held for one hash operation.
#pragma once

#include "server/net/clientcounter.h"
#include "server/net/exemptclients.h"
#include "server/net/ratelimiter.h"
#include "shared/trust/resolution.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

namespace truepeer {

struct ClientLimitSettings
{
    int maxConnectionsPerClient = 500; // WebSocket connections of one client; 0: no cap
    int acceptRate = 0;                // new WebSocket clients a second, all together; 0: no cap
    // Nothing: requests and messages are not limited.
    std::optional<RateRule> requests;
    std::optional<RateRule> messages;
    ExemptClients exempt; // whom no limit holds for
};

class ClientLimits
{
    Q_DISABLE_COPY_MOVE(ClientLimits)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit ClientLimits(const ClientLimitSettings &settings);

    // A place for one more connection of this client; give it back with releasePlace().
    bool acquirePlace(const Resolution &resolution);
    // `resolution` as it was with acquirePlace().
    void releasePlace(const IpAddress &client, bool known);
    // The client of a place is somebody else now. No limit holds: it is there already.
    void movePlace(const IpAddress &client, bool known, const Resolution &now);

    // Whether a new client may come now.
    bool admitClient(const Resolution &resolution, TimePoint now);
    bool admitRequest(const Resolution &resolution, TimePoint now);
    // `own` is the window of the connection, for a client that is not known.
    bool admitMessage(const Resolution &resolution, std::unique_ptr<SlidingWindow> &own,
                      TimePoint now);

    const std::optional<RateRule> &requestRule() const { return m_settings.requests; }
    const std::optional<RateRule> &messageRule() const { return m_settings.messages; }

    int connectionsOf(const IpAddress &client) const { return m_known.count(client); }
    // How often a limit would have bitten a client that is not known.
    qint64 spared() const { return m_spared.load(std::memory_order_relaxed); }
    // How often the table of clients was full.
    quint64 overflowed() const;

private:
    bool isExempt(const Resolution &resolution) const;
    void spare() { m_spared.fetch_add(1, std::memory_order_relaxed); }

    const ClientLimitSettings m_settings;
    ClientCounter m_known;
    ClientCounter m_unknown; // by the address of the proxy
    TokenBucket m_newClients;
    std::unique_ptr<RateLimiter> m_requests;
    std::unique_ptr<RateLimiter> m_unknownRequests;
    std::unique_ptr<RateLimiter> m_messages;
    std::atomic<qint64> m_spared = 0;
};

} // namespace truepeer
