// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/rangeindex.h"
#include "shared/error.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <vector>

namespace truepeer {

// The clients whose rate is not limited: `rate_limit.whitelist`, written like the trust list but a
// list of its own. It is asked for resolved clients, never for peers. Immutable, so any thread may
// ask.
class ExemptClients
{
public:
    // Nobody.
    ExemptClients() = default;

    static Expected<ExemptClients> compile(const std::vector<TrustEntry> &entries);

    bool contains(const IpAddress &client) const { return m_index.find(client) != nullptr; }

private:
    explicit ExemptClients(RangeIndex index);

    RangeIndex m_index;
};

} // namespace truepeer
