// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/rangeindex.h"

#include <QtEndian>

#include <algorithm>
#include <limits>
#include <optional>

namespace truepeer {

RangeIndex::RangeIndex(std::span<const TrustRange> ranges)
    : m_ranges(ranges.begin(), ranges.end())
    , m_ipv4(segments(true))
    , m_ipv6(segments(false))
{
}

const TrustRange *RangeIndex::find(const IpAddress &address) const
{
    const std::vector<Segment> &table = address.isIPv4() ? m_ipv4 : m_ipv6;
    const Key wanted = key(address);
    const auto above =
        std::upper_bound(table.begin(), table.end(), wanted,
                         [](const Key &a, const Segment &segment) { return a < segment.first; });
    if (above == table.begin())
        return nullptr;
    const qsizetype found = std::prev(above)->range;
    if (found < 0)
        return nullptr;
    const TrustRange &range = m_ranges[static_cast<size_t>(found)];
    return range.range.contains(address) ? &range : nullptr;
}

RangeIndex::Key RangeIndex::key(const IpAddress &address)
{
    return {qFromBigEndian<quint64>(address.bytes().data()),
            qFromBigEndian<quint64>(address.bytes().data() + 8)};
}

// Cuts the line of all addresses where a range begins or ends, going over the ranges from low to
// high. Two CIDR ranges are nested or apart, so the ranges in force form a stack, whose top is the
// most specific one.
class RangeIndex::Sweep
{
public:
    explicit Sweep(const std::vector<TrustRange> &ranges)
        : m_ranges(ranges)
    {
    }

    void open(qsizetype range);
    // Ends the ranges that lie wholly before `next`, or all of them.
    void closeUpTo(const std::optional<Key> &next);
    std::vector<Segment> take() { return std::move(m_segments); }

private:
    const Cidr &at(qsizetype range) const { return m_ranges[static_cast<size_t>(range)].range; }
    void begin(const Key &first, qsizetype range);

    const std::vector<TrustRange> &m_ranges;
    std::vector<qsizetype> m_open;
    std::vector<Segment> m_segments;
};

void RangeIndex::Sweep::open(qsizetype range)
{
    const Key first = key(at(range).address());
    closeUpTo(first);
    if (!m_open.empty() && at(m_open.back()) == at(range))
        return;
    m_open.push_back(range);
    begin(first, range);
}

void RangeIndex::Sweep::closeUpTo(const std::optional<Key> &next)
{
    constexpr quint64 allOnes = std::numeric_limits<quint64>::max();
    while (!m_open.empty()) {
        const Key last = key(at(m_open.back()).last());
        if (next && !(last < *next))
            return;
        m_open.pop_back();
        if (last == Key{allOnes, allOnes})
            continue; // the last address of all: nothing follows
        const Key after{last.low == allOnes ? last.high + 1 : last.high, last.low + 1};
        begin(after, m_open.empty() ? -1 : m_open.back());
    }
}

void RangeIndex::Sweep::begin(const Key &first, qsizetype range)
{
    if (!m_segments.empty() && m_segments.back().first == first)
        m_segments.back().range = range;
    else
        m_segments.push_back({first, range});
}

std::vector<RangeIndex::Segment> RangeIndex::segments(bool ipv4) const
{
    std::vector<qsizetype> order;
    for (size_t i = 0; i < m_ranges.size(); ++i) {
        if (m_ranges[i].range.isIPv4() == ipv4)
            order.push_back(static_cast<qsizetype>(i));
    }
    std::stable_sort(order.begin(), order.end(), [this](qsizetype a, qsizetype b) {
        const Cidr &left = m_ranges[static_cast<size_t>(a)].range;
        const Cidr &right = m_ranges[static_cast<size_t>(b)].range;
        const Key first = key(left.address());
        const Key second = key(right.address());
        return first == second ? left.prefix() < right.prefix() : first < second;
    });
    Sweep sweep(m_ranges);
    for (const qsizetype range : order)
        sweep.open(range);
    sweep.closeUpTo(std::nullopt);
    return sweep.take();
}

} // namespace truepeer
