// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <span>
#include <vector>

namespace truepeer {

// Finds the most specific of many ranges that holds an address, by binary search over disjoint
// segments: the time grows with the logarithm of the number of ranges, however they are nested.
// QHostAddress::isInSubnet has the last word on each hit. Immutable, so any thread may ask.
class RangeIndex
{
public:
    RangeIndex() = default;
    explicit RangeIndex(std::span<const TrustRange> ranges);

    // Null: in no range. Of equal ranges the first one of the list is found.
    const TrustRange *find(const IpAddress &address) const;

private:
    struct Key
    {
        quint64 high = 0;
        quint64 low = 0;
        friend bool operator==(const Key &a, const Key &b) = default;
        friend bool operator<(const Key &a, const Key &b)
        {
            return a.high != b.high ? a.high < b.high : a.low < b.low;
        }
    };
    // From `first` to the next segment's first: the range in force there, or -1.
    struct Segment
    {
        Key first;
        qsizetype range;
    };

    class Sweep;

    static Key key(const IpAddress &address);
    std::vector<Segment> segments(bool ipv4) const;

    std::vector<TrustRange> m_ranges;
    std::vector<Segment> m_ipv4;
    std::vector<Segment> m_ipv6;
};

} // namespace truepeer
