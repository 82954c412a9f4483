// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/ratelimiter.h"

#include <algorithm>

namespace truepeer {

// --- SlidingWindow

bool SlidingWindow::admit(const RateRule &rule, TimePoint now)
{
    advanceTo(slotAt(rule, now));
    if (qint64{m_total} >= qint64{rule.limit} + rule.burst)
        return false;
    ++m_counts[static_cast<size_t>(m_newest % Slots)];
    ++m_total;
    return true;
}

bool SlidingWindow::isIdle(const RateRule &rule, TimePoint now) const
{
    const qint64 oldest = slotAt(rule, now) - SlotsPerWindow;
    for (qint64 slot = std::max<qint64>(oldest, 0); slot <= m_newest; ++slot) {
        if (m_counts[static_cast<size_t>(slot % Slots)] > 0)
            return false;
    }
    return true;
}

qint64 SlidingWindow::slotAt(const RateRule &rule, TimePoint now) const
{
    Q_ASSERT(rule.window.count() > 0);
    return std::max<qint64>(now.time_since_epoch() / slotLength(rule), m_newest);
}

void SlidingWindow::advanceTo(qint64 slot)
{
    const qint64 steps = std::min<qint64>(slot - m_newest, Slots);
    for (qint64 step = 1; step <= steps; ++step) {
        quint32 &count = m_counts[static_cast<size_t>((m_newest + step) % Slots)];
        m_total -= count;
        count = 0;
    }
    m_newest = slot;
}

// --- RateLimiter

RateLimiter::RateLimiter(RateRule rule, size_t maxClients)
    : m_rule(rule)
    , m_maxPerShard(std::max<size_t>(maxClients / ShardCount, 1))
{
}

RateLimiter::Verdict RateLimiter::admit(const IpAddress &client, TimePoint now)
{
    Shard &shard = m_shards[IpAddressHash()(client) % m_shards.size()];
    const std::lock_guard lock(shard.mutex);
    return windowOf(shard, client, now).admit(m_rule, now) ? Verdict::Admitted : Verdict::Refused;
}

SlidingWindow &RateLimiter::windowOf(Shard &shard, const IpAddress &client, TimePoint now)
{
    const auto it = shard.windows.find(client);
    if (it != shard.windows.end())
        return it->second;
    if (hasRoom(shard, now))
        return shard.windows.try_emplace(client).first->second;
    m_overflowed.fetch_add(1, std::memory_order_relaxed);
    return shard.overflow;
}

bool RateLimiter::hasRoom(Shard &shard, TimePoint now) const
{
    if (shard.windows.size() < m_maxPerShard)
        return true;
    // A flood of new addresses finds the shard full each time; it must not buy a sweep with each.
    if (now < shard.nextSweep)
        return false;
    shard.nextSweep = now + SweepInterval;
    std::erase_if(shard.windows,
                  [&](const auto &entry) { return entry.second.isIdle(m_rule, now); });
    return shard.windows.size() < m_maxPerShard;
}

size_t RateLimiter::size() const
{
    size_t size = 0;
    for (const Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        size += shard.windows.size();
    }
    return size;
}

// --- TokenBucket

namespace {

constexpr qint64 Token = std::chrono::nanoseconds(std::chrono::seconds(1)).count();

} // namespace

TokenBucket::TokenBucket(int perSecond)
    : m_perSecond(std::max(perSecond, 0))
    , m_level(m_perSecond * Token)
{
}

bool TokenBucket::take(TimePoint now)
{
    if (m_perSecond == 0)
        return true;
    const std::lock_guard lock(m_mutex);
    if (now > m_newest) {
        // A second fills it, so more of the pause need not be multiplied.
        const std::chrono::nanoseconds pause =
            std::min<std::chrono::nanoseconds>(now - m_newest, std::chrono::seconds(1));
        m_level = std::min(m_level + pause.count() * m_perSecond, m_perSecond * Token);
        m_newest = now;
    }
    if (m_level < Token)
        return false;
    m_level -= Token;
    return true;
}

} // namespace truepeer
