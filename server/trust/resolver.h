// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/trustpolicy.h"
#include "shared/net/headerline.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/explanation.h"
#include "shared/trust/resolution.h"

#include <optional>
#include <span>

namespace truepeer {

// All that the resolver looks at, besides the policy. Nothing is kept: the views must live only as
// long as the call.
struct ResolveInput
{
    IpAddress peer;                           // who is at the other end of the socket
    std::optional<IpAddress> announced = {};  // by a PROXY header that the peer may send
    std::span<const HeaderLine> headers = {}; // all field lines, in the order of arrival
    Scheme socketScheme = Scheme::Http;
    IpAddress localAddress; // the host of a request without a usable Host header

    // Bit n: elements on the left of ForwardingHeader n were dropped when the headers were stored
    // (see KeptHeaders). A walk that runs into the cut does not know the client.
    quint8 cut = 0;
};

// Who is calling. A pure function, safe in any thread; on the usual path only the host is
// allocated.
Resolution resolve(const ResolveInput &input, const TrustPolicy &policy);

// The same walk with a recorder: *resolution (may be null) is what resolve() gives.
Explanation explain(const ResolveInput &input, const TrustPolicy &policy,
                    Resolution *resolution = nullptr);

} // namespace truepeer
