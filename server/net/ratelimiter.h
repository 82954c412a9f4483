// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// How much one client may ask for in a span of time, over all I/O threads. The clock is an argument
// everywhere; a `now` that lies behind one seen before counts as the newest one, because a thread
// may read the clock and then wait for a lock.
#pragma once

#include "shared/net/ipaddress.h"

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <unordered_map>

namespace truepeer {

struct RateRule
{
    int limit = 0;
    int burst = 0; // added to the limit; 0 and 0 admit nothing
    std::chrono::seconds window{60};
};

// Counts the events that it admitted in the last window, in slots of 1/32 of the window: a log of
// timestamps would grow with the limit. An event leaves the count between one window and one window
// and a slot after it came, so no window of any position ever holds more than limit + burst, and an
// event is refused for at most a slot longer than a log would refuse it. Refused events do not
// count.
//
// Thread: none of its own; whoever shares it locks.
// REQUIRES: rule.window is positive and the same in each call.
class SlidingWindow
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr int SlotsPerWindow = 32;
    static constexpr std::chrono::nanoseconds slotLength(const RateRule &rule)
    {
        return std::chrono::nanoseconds(rule.window) / SlotsPerWindow;
    }

    bool admit(const RateRule &rule, TimePoint now);

    // True: nothing counts any more, so a new window would answer the same.
    bool isIdle(const RateRule &rule, TimePoint now) const;

private:
    // One more than a window has, because a window that ends inside a slot starts inside one.
    static constexpr int Slots = SlotsPerWindow + 1;

    qint64 slotAt(const RateRule &rule, TimePoint now) const;
    void advanceTo(qint64 slot);

    std::array<quint32, Slots> m_counts{}; // of slot n at n % Slots
    qint64 m_newest = 0;                   // the slot of the newest event, since the clock began
    quint32 m_total = 0;                   // the sum of m_counts
};

// A SlidingWindow for each resolved client.
//
// The table is capped, for a stranger with an IPv6 network has more addresses than there is memory.
// The share of the cap that belongs to a shard is fixed. A client that finds its shard full of
// others shares one window with all such clients of the shard; should it find room later, it starts
// there with a fresh window.
//
// Thread: any. Its locks are sharded by address and held for one hash operation, or at most once a
// second in each shard for a sweep of idle clients.
class RateLimiter
{
    Q_DISABLE_COPY_MOVE(RateLimiter)

public:
    using TimePoint = SlidingWindow::TimePoint;
    enum class Verdict { Admitted, Refused };

    static constexpr std::chrono::seconds SweepInterval{1};
    static constexpr size_t ShardCount = 32;

    // `maxClients` is rounded to a multiple of ShardCount: down, but at least one for each shard.
    explicit RateLimiter(RateRule rule, size_t maxClients = 100'000);

    Verdict admit(const IpAddress &client, TimePoint now);

    const RateRule &rule() const { return m_rule; }
    // Clients that have a window of their own, idle ones that were not swept yet among them.
    size_t size() const;
    // How many events were judged by a shared window because the table was full.
    quint64 overflowed() const { return m_overflowed.load(std::memory_order_relaxed); }

private:
    struct Shard
    {
        mutable std::mutex mutex;
        // All guarded by mutex.
        std::unordered_map<IpAddress, SlidingWindow, IpAddressHash> windows;
        SlidingWindow overflow;
        TimePoint nextSweep = TimePoint::min();
    };

    // REQUIRES: the lock of the shard is held.
    SlidingWindow &windowOf(Shard &shard, const IpAddress &client, TimePoint now);
    bool hasRoom(Shard &shard, TimePoint now) const;

    const RateRule m_rule;
    const size_t m_maxPerShard;
    std::atomic<quint64> m_overflowed = 0;
    std::array<Shard, ShardCount> m_shards;
};

// The rate of something for the whole server, such as new clients: `perSecond` of them on average,
// and after a pause as many at once as one second brings.
//
// Thread: any.
class TokenBucket
{
    Q_DISABLE_COPY_MOVE(TokenBucket)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // The bucket is full at first. 0: no cap.
    explicit TokenBucket(int perSecond);

    bool take(TimePoint now);

private:
    const qint64 m_perSecond;
    std::mutex m_mutex;
    qint64 m_level;     // guarded by m_mutex; in billionths of a token, so that nothing is rounded
    TimePoint m_newest; // guarded by m_mutex; up to when the bucket has been filled
};

} // namespace truepeer
