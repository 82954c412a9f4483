// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/clientlist.h"

#include "server/trust/resolver.h"

#include <algorithm>

namespace truepeer {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// A row without its texts.
ClientInfo bareInfo(const ClientRecord &record, SteadyTime now)
{
    using Duration = std::chrono::steady_clock::duration;
    const Resolution who = record.resolution();
    const auto quiet = now.time_since_epoch() - Duration(record.lastMessage.value());
    ClientInfo info(record.id, who.peer);
    info.client = who.client;
    info.host = who.host;
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

void addTexts(ClientInfo &info, const ClientRecord &record)
{
    // As the row has it: the record may have another by now.
    Resolution who(info.peer);
    who.scheme = info.scheme;
    who.host = info.host;
    who.port = info.port;
    const ClientRecord::Membership membership = record.membership();
    info.url = QString::fromUtf8(effectiveUrl(who, record.target));
    info.userAgent = QString::fromUtf8(record.userAgent);
    info.origin = QString::fromUtf8(record.origin);
    info.nameSpace = QString::fromUtf8(membership.nameSpace);
    for (const RoomKey &room : membership.rooms)
        info.rooms.push_back({QString::fromUtf8(room.nameSpace), QString::fromUtf8(room.name)});
}

// One row each, made by `make`; with `policy` the trusted hops as well.
template <typename Make>
std::vector<ClientInfo> rowsOf(const std::vector<std::shared_ptr<ClientRecord>> &records,
                               const TrustPolicy *policy, Make make)
{
    std::vector<ClientInfo> rows;
    rows.reserve(records.size());
    for (const auto &record : records) {
        rows.push_back(make(*record));
        if (policy)
            rows.back().via = trustedHops(*record, *policy);
    }
    return rows;
}

} // namespace

ClientInfo clientInfo(const ClientRecord &record, SteadyTime now)
{
    ClientInfo info = bareInfo(record, now);
    addTexts(info, record);
    return info;
}

Explanation explainClient(const ClientRecord &record, const TrustPolicy &policy,
                          Resolution *resolution)
{
    const std::vector<HeaderLine> lines = record.forwarding.lines();
    return explain(record.input(lines), policy, resolution);
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

std::vector<ClientInfo> listClients(const ClientDirectory &directory, SteadyTime now,
                                    const TrustPolicy *policy)
{
    return rowsOf(directory.all(), policy,
                  [now](const ClientRecord &record) { return clientInfo(record, now); });
}

ClientPage queryClients(const ClientDirectory &directory, const ClientQuery &query, SteadyTime now,
                        qint64 wall, const TrustPolicy *policy)
{
    if (query.needsTexts())
        return runQuery(listClients(directory, now, policy), query, wall);
    const std::vector<std::shared_ptr<ClientRecord>> records = directory.all();
    ClientPage page =
        runQuery(rowsOf(records, policy,
                        [now](const ClientRecord &record) { return bareInfo(record, now); }),
                 query, wall);
    for (ClientInfo &info : page.items) {
        if (const auto record = directory.find(info.id)) {
            addTexts(info, *record);
            continue;
        }
        // It went meanwhile.
        const auto record = std::find_if(records.begin(), records.end(),
                                         [&](const auto &one) { return one->id == info.id; });
        addTexts(info, **record);
    }
    return page;
}

} // namespace truepeer
