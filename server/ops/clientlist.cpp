// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/clientlist.h"

#include "server/trust/resolver.h"

#include <algorithm>

namespace truepeer {

ClientInfo clientInfo(const ClientRecord &record, std::chrono::steady_clock::time_point now)
{
    using Duration = std::chrono::steady_clock::duration;
    const Resolution who = record.resolution();
    const ClientRecord::Membership membership = record.membership();
    const auto quiet = now.time_since_epoch() - Duration(record.lastReceived.value());
    ClientInfo info(record.id, who.peer);
    info.client = who.client;
    info.host = who.host;
    info.url = QString::fromUtf8(effectiveUrl(who, record.target));
    info.userAgent = QString::fromUtf8(record.userAgent);
    info.origin = QString::fromUtf8(record.origin);
    info.nameSpace = QString::fromUtf8(membership.nameSpace);
    for (const RoomKey &room : membership.rooms)
        info.rooms.push_back({QString::fromUtf8(room.nameSpace), QString::fromUtf8(room.name)});
    info.connectedAt = record.connection.connectedAt;
    info.idle =
        std::max<qint64>(0, std::chrono::duration_cast<std::chrono::seconds>(quiet).count());
    info.messagesIn = record.messagesIn.value();
    info.messagesOut = record.messagesOut.value();
    info.bytesIn = record.bytesIn.value();
    info.bytesOut = record.bytesOut.value();
    info.queueBytes = record.queueBytes.value();
    info.trustRevision = who.policyRevision;
    info.hops = who.hops;
    info.peerPort = record.connection.peerPort;
    info.port = who.port;
    info.scheme = who.scheme;
    info.source = who.source;
    info.trustedPeer = who.trustedPeer;
    info.known = who.known;
    info.conflict = who.conflict;
    return info;
}

Explanation explainClient(const ClientRecord &record, const TrustPolicy &policy,
                          Resolution *resolution)
{
    const std::vector<HeaderLine> lines = record.forwarding.lines();
    const ResolveInput input{.peer = record.peer(),
                             .announced = record.announced,
                             .headers = lines,
                             .localAddress = record.connection.local,
                             .cut = record.forwarding.cut()};
    return explain(input, policy, resolution);
}

std::vector<IpAddress> trustedHops(const ClientRecord &record, const TrustPolicy &policy)
{
    const Explanation explanation = explainClient(record, policy);
    std::vector<IpAddress> hops;
    for (const TrailStep &step : explanation.trail) {
        const bool isTrusted =
            step.verdict == TrailStep::Verdict::Trusted
            || (step.verdict == TrailStep::Verdict::Peer && !step.entry.isEmpty());
        if (isTrusted && step.address)
            hops.push_back(*step.address);
    }
    return hops;
}

std::vector<ClientInfo> listClients(const ClientDirectory &directory,
                                    std::chrono::steady_clock::time_point now,
                                    const TrustPolicy *policy)
{
    const std::vector<std::shared_ptr<ClientRecord>> records = directory.all();
    std::vector<ClientInfo> rows;
    rows.reserve(records.size());
    for (const auto &record : records) {
        rows.push_back(clientInfo(*record, now));
        if (policy)
            rows.back().via = trustedHops(*record, *policy);
    }
    return rows;
}

} // namespace truepeer
