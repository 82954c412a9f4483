// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A trust list, one entry a line. Oracles: a range written again is the same range without a
// warning about it; everybody is never in a list; the compiled index holds exactly the ends of each
// range; hosts and addresses survive being written.
#include "server/trust/rangeindex.h"
#include "shared/net/hostport.h"
#include "shared/trust/trustlist.h"

#include <QByteArray>

#include <cstdint>
#include <cstdlib>

using namespace truepeer;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void checkText(QByteArrayView line)
{
    if (const std::optional<IpAddress> address = IpAddress::parse(line)) {
        require(IpAddress::parse(address->toText()) == address);
        require(IpAddress::fromQHostAddress(address->toQHostAddress()) == address);
    }
    if (const std::optional<HostPort> host = parseHostPort(line)) {
        const std::optional<HostPort> again = parseHostPort(host->host);
        require(again && again->host == host->host && !again->port && !host->host.isEmpty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    TrustList list;
    list.mode = TrustMode::List;
    for (const QByteArray &line : text.split('\n')) {
        list.entries.push_back({QString::fromUtf8(line), {}});
        checkText(line);
    }
    const TrustListCheck check = validate(list);
    require(check.valid == check.problems.empty());
    require(check.normalised.size() == list.entries.size());

    const RangeIndex index(check.ranges);
    qsizetype ranges = 0;
    for (const QStringList &entry : check.normalised)
        ranges += entry.size();
    require(ranges == static_cast<qsizetype>(check.ranges.size()));
    for (const TrustRange &range : check.ranges) {
        require(range.range.prefix() > 0);
        const Cidr::ParseResult again = Cidr::parse(range.range.toText());
        require(again.range == range.range && !again.hadHostBits);
        for (const IpAddress &address : {range.range.address(), range.range.last()}) {
            // The last address of ::/80 is IPv4-mapped, so it is IPv4, and no IPv6 range holds it.
            if (address.isIPv4() != range.range.isIPv4())
                continue;
            const TrustRange *found = index.find(address);
            require(found && found->range.contains(address)
                    && found->range.prefix() >= range.range.prefix());
        }
    }
    return 0;
}
