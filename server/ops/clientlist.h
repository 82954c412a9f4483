// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Rows for lists of clients, made from the records. With thousands of clients this is work: do it
// in the task pool, not in an I/O thread.
//
// Thread: any.
#pragma once

#include "server/net/clientdirectory.h"
#include "server/trust/trustpolicy.h"
#include "shared/clients/clientinfo.h"
#include "shared/clients/clientquery.h"
#include "shared/trust/explanation.h"

#include <chrono>
#include <vector>

namespace truepeer {

// `now` is for the idle time. ClientInfo::via stays empty.
ClientInfo clientInfo(const ClientRecord &record, std::chrono::steady_clock::time_point now);

// How the resolution of a client came about, from what was kept of its handshake.
Explanation explainClient(const ClientRecord &record, const TrustPolicy &policy,
                          Resolution *resolution = nullptr);

// The trusted hops of a client, for ClientInfo::via.
std::vector<IpAddress> trustedHops(const ClientRecord &record, const TrustPolicy &policy);

// All open clients; with `policy` their trusted hops as well.
std::vector<ClientInfo> listClients(const ClientDirectory &directory,
                                    std::chrono::steady_clock::time_point now,
                                    const TrustPolicy *policy = nullptr);

// The page that the query wants of the open clients; only its rows get their texts, where that does
// not decide which ones they are. `policy` as above; `wall` are Unix seconds.
ClientPage queryClients(const ClientDirectory &directory, const ClientQuery &query,
                        std::chrono::steady_clock::time_point now, qint64 wall,
                        const TrustPolicy *policy = nullptr);

} // namespace truepeer
