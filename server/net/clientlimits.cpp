// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientlimits.h"

namespace truepeer {

namespace {

std::unique_ptr<RateLimiter> limiterFor(const std::optional<RateRule> &rule)
{
    return rule ? std::make_unique<RateLimiter>(*rule) : nullptr;
}

} // namespace

ClientLimits::ClientLimits(const ClientLimitSettings &settings)
    : m_settings(settings)
    , m_newClients(settings.acceptRate)
    , m_requests(limiterFor(settings.requests))
    , m_unknownRequests(limiterFor(settings.requests))
    , m_messages(limiterFor(settings.messages))
{
}

bool ClientLimits::isExempt(const Resolution &resolution) const
{
    return resolution.known && m_settings.exempt.contains(resolution.client);
}

bool ClientLimits::acquirePlace(const Resolution &resolution)
{
    const int limit = m_settings.maxConnectionsPerClient;
    if (!resolution.known) {
        if (limit > 0 && m_unknown.count(resolution.client) >= limit)
            spare();
        return m_unknown.acquire(resolution.client, 0);
    }
    return m_known.acquire(resolution.client, isExempt(resolution) ? 0 : limit);
}

void ClientLimits::releasePlace(const IpAddress &client, bool known)
{
    (known ? m_known : m_unknown).release(client);
}

void ClientLimits::movePlace(const IpAddress &client, bool known, const Resolution &now)
{
    (now.known ? m_known : m_unknown).acquire(now.client, 0);
    releasePlace(client, known);
}

bool ClientLimits::admitClient(const Resolution &resolution, TimePoint now)
{
    return isExempt(resolution) || m_newClients.take(now);
}

bool ClientLimits::admitRequest(const Resolution &resolution, TimePoint now)
{
    if (!m_requests || isExempt(resolution))
        return true;
    if (resolution.known)
        return m_requests->admit(resolution.client, now) == RateLimiter::Verdict::Admitted;
    if (m_unknownRequests->admit(resolution.client, now) == RateLimiter::Verdict::Refused)
        spare();
    return true;
}

bool ClientLimits::admitMessage(const Resolution &resolution, std::unique_ptr<SlidingWindow> &own,
                                TimePoint now)
{
    if (!m_messages || isExempt(resolution))
        return true;
    if (resolution.known)
        return m_messages->admit(resolution.client, now) == RateLimiter::Verdict::Admitted;
    if (!own)
        own = std::make_unique<SlidingWindow>();
    return own->admit(*m_settings.messages, now);
}

quint64 ClientLimits::overflowed() const
{
    quint64 sum = 0;
    for (const RateLimiter *limiter :
         {m_requests.get(), m_unknownRequests.get(), m_messages.get()}) {
        if (limiter)
            sum += limiter->overflowed();
    }
    return sum;
}

} // namespace truepeer
