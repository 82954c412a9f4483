// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/peertable.h"

#include <map>

namespace truepeer {

// In pieces, so that the I/O thread never waits for long.
std::vector<PeerTable::Peer> PeerTable::copy() const
{
    constexpr size_t Piece = 16;
    std::vector<Peer> peers;
    peers.reserve(MaxPeers);
    for (bool more = true; more;) {
        const std::lock_guard lock(m_mutex);
        const size_t end = std::min(peers.size() + Piece, m_peers.size());
        for (size_t i = peers.size(); i < end; ++i)
            peers.push_back(m_peers[i]);
        more = end < m_peers.size();
    }
    return peers;
}

// Puts together what several threads saw of one peer.
class PeerTable::Merger
{
public:
    PeerFacts merged(std::span<const Peer> parts);

private:
    void addCounts(const Peer &part);
    void addRecent(const Peer &part);
    void addNewest(const Peer &part);
    static PeerFacts::Distinct distinct(std::span<const Peer> parts, HashSet Peer::*set);

    std::optional<PeerFacts> m_facts;
    qint64 m_newest = 0;
};

// REQUIRES: parts are not empty and of the same peer.
PeerFacts PeerTable::Merger::merged(std::span<const Peer> parts)
{
    constexpr qint64 Stale = 60; // seconds
    m_facts.emplace(parts.front().address);
    m_facts->firstSeen = parts.front().firstSeen;
    for (const Peer &part : parts) {
        m_newest = std::max(m_newest, part.lastSeen);
        m_facts->revision = std::max(m_facts->revision, part.revision);
        m_facts->firstSeen = std::min(m_facts->firstSeen, part.firstSeen);
    }
    // The newest last, as its texts are to win.
    std::vector<const Peer *> ordered;
    for (const Peer &part : parts)
        ordered.push_back(&part);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Peer *a, const Peer *b) { return a->lastSeen < b->lastSeen; });
    for (const Peer *part : ordered) {
        addCounts(*part);
        addNewest(*part);
        if (part->lastSeen + Stale >= m_newest)
            addRecent(*part);
    }
    m_facts->claims = distinct(parts, &Peer::claims);
    m_facts->clients = distinct(parts, &Peer::clients);
    std::stable_sort(m_facts->ends.begin(), m_facts->ends.end(),
                     [](const PeerFacts::End &a, const PeerFacts::End &b) { return a.at < b.at; });
    return *std::move(m_facts);
}

void PeerTable::Merger::addCounts(const Peer &part)
{
    PeerFacts &facts = *m_facts;
    facts.lastSeen = m_newest;
    facts.requests += part.requests;
    facts.upgrades += part.upgrades;
    for (size_t i = 0; i < ForwardingHeaderCount; ++i)
        facts.withHeader[i] += part.withHeader[i];
    if (part.ignored > 0) {
        facts.firstIgnored = facts.ignored == 0 ? part.firstIgnored
                                                : std::min(facts.firstIgnored, part.firstIgnored);
        facts.lastIgnored = std::max(facts.lastIgnored, part.lastIgnored);
        facts.ignored += part.ignored;
    }
    facts.limited += part.limited;
    facts.misdirected += part.misdirected;
    facts.internalClaims += part.internalClaims;
    for (size_t i = part.ends.count; i > 0; --i)
        facts.ends.push_back(part.ends.newest(i - 1));
}

void PeerTable::Merger::addRecent(const Peer &part)
{
    constexpr size_t Latest = 20;
    PeerFacts &facts = *m_facts;
    const bool current = part.revision == facts.revision;
    for (size_t i = 0; i < part.traits.count; ++i) {
        const quint32 traits = part.traits.newest(i);
        const bool judged = current && i < part.judgedCount;
        for (size_t trait = 0; trait < TraitCount; ++trait) {
            if (!judged && trait >= static_cast<size_t>(FirstJudgedTrait))
                break;
            PeerFacts::Recent &recent = facts.recent[trait];
            ++recent.of;
            if ((traits >> trait & 1) == 0)
                continue;
            ++recent.seen;
            recent.latest += i < Latest ? 1 : 0;
        }
    }
    if (!current)
        return;
    for (const PeerFacts::HopCandidate &hop : part.missingHops) {
        const auto known = std::find_if(
            facts.missingHops.begin(), facts.missingHops.end(),
            [&](const PeerFacts::HopCandidate &one) { return one.address == hop.address; });
        if (known != facts.missingHops.end())
            known->count += hop.count;
        else
            facts.missingHops.push_back(hop);
    }
}

void PeerTable::Merger::addNewest(const Peer &part)
{
    PeerFacts &facts = *m_facts;
    facts.socketPeer = part.socketPeer;
    const auto take = [](QByteArray &text, const auto &newer) {
        if (newer.length > 0)
            text = newer.toByteArray();
    };
    take(facts.sample, part.sample);
    take(facts.faultSample, part.faultSample);
    take(facts.unstatedHost, part.unstatedHost);
    take(facts.misdirectedHost, part.misdirectedHost);
    take(facts.misdirectedAgent, part.misdirectedAgent);
    take(facts.misdirectedPath, part.misdirectedPath);
    if (part.misdirected > 0)
        facts.misdirectedForwarded = part.misdirectedForwarded;
}

PeerFacts::Distinct PeerTable::Merger::distinct(std::span<const Peer> parts, HashSet Peer::*set)
{
    std::vector<quint32> all;
    bool overflowed = false;
    for (const Peer &part : parts) {
        const HashSet &hashes = part.*set;
        all.insert(all.end(), hashes.hashes.begin(), hashes.hashes.begin() + hashes.count);
        overflowed = overflowed || hashes.overflowed;
    }
    std::sort(all.begin(), all.end());
    const auto end = std::unique(all.begin(), all.end());
    return {static_cast<int>(end - all.begin()), overflowed};
}

std::vector<PeerFacts> PeerTable::merge(std::span<PeerTable *const> tables)
{
    std::map<IpAddress, std::vector<Peer>> peers;
    for (const PeerTable *table : tables) {
        for (Peer &peer : table->copy())
            peers[peer.address].push_back(std::move(peer));
    }
    std::vector<PeerFacts> facts;
    facts.reserve(peers.size());
    for (const auto &[address, parts] : peers)
        facts.push_back(Merger().merged(parts));
    return facts;
}

} // namespace truepeer
