// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/elementlist.h"
#include "server/trust/trustpolicy.h"
#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <optional>
#include <vector>

namespace truepeer {

// Why a walk along a header ended.
enum class WalkEnd {
    Untrusted,  // at an address that is not on the list: the client
    OneHop,     // trust_proxy = true believes the first element only
    AllTrusted, // the left-most element was reached
    Unusable,   // at an element that is no address
    HopCap,     // max_hops were walked and there is more
    Cut,        // at the edge of what was kept of the header
};

// What a walk along X-Forwarded-For or Forwarded found.
struct Opinion
{
    explicit Opinion(const IpAddress &start)
        : client(start)
    {
    }

    IpAddress client; // the farthest verified hop
    bool exists = false;
    bool known = true;
    int hops = 0; // k
    WalkEnd end = WalkEnd::AllTrusted;
};

// What the resolver writes down on its way when somebody asked for an explanation. Internal to
// resolver and explainer; views are into the request.
struct WalkRecord
{
    enum class Reading { Walked, Unusable, Unread };
    struct Element
    {
        ForwardingHeader header;
        int index; // from the right, 1 first
        Reading reading;
        std::optional<IpAddress> address; // Walked
        const TrustPolicy::Entry *entry;  // Walked: the entry that trusts it, if any
        QByteArray text;                  // as received
        QString reason;                   // Unusable
    };
    // What one family stated about an attribute.
    struct Statement
    {
        int index = 0; // of the chosen element, from the right; 0: none
        bool valid = false;
    };
    struct Attribute
    {
        Statement x;         // X-Forwarded-Proto, -Host, -Port
        Statement forwarded; // proto=, host=
        bool counted = false;
    };
    enum class RealIp { Absent, Unusable, Usable };

    explicit WalkRecord(const IpAddress &start)
        : forwardedFor(start)
        , forwarded(start)
    {
    }

    const TrustPolicy::Entry *gateEntry = nullptr;          // why the peer is trusted
    std::array<HeaderValues, ForwardingHeaderCount> values; // of all lines, read or not
    std::vector<Element> elements;
    Opinion forwardedFor;
    Opinion forwarded;
    RealIp realIp = RealIp::Absent;
    std::optional<IpAddress> realIpAddress;
    bool realIpDisagrees = false; // with an opinion of the others
    bool bothFamilies = false;
    Attribute scheme;
    Attribute host;
    bool hostHasPort = false; // and the port of the result is that one
    Attribute port;
};

} // namespace truepeer
