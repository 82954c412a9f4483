// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/peertable.h"

#include "server/trust/elementaddress.h"
#include "server/trust/forwarded.h"
#include "shared/net/ascii.h"

namespace truepeer {

namespace {

constexpr quint32 bit(Trait trait)
{
    return quint32(1) << static_cast<int>(trait);
}

constexpr quint32 SentBits = bit(Trait::NullFor) - 1;
constexpr quint32 FaultBits = ((bit(Trait::Misdirected) - 1) & ~SentBits)
                              | bit(Trait::ForwardedConflict) | bit(Trait::RealIpConflict)
                              | bit(Trait::Unusable) | bit(Trait::HopCap) | bit(Trait::MissingHop);

// Whether one of the values has `word` in it, in any case. `word` is in lower case.
bool mentions(const HeaderValues &values, QByteArrayView word)
{
    return std::any_of(values.begin(), values.end(), [word](QByteArrayView value) {
        return std::search(value.begin(), value.end(), word.begin(), word.end(),
                           [](char a, char b) { return ascii::toLower(a) == b; })
               != value.end();
    });
}

bool hasNull(QByteArrayView value)
{
    return value.indexOf('(') >= 0 && value.contains("(null)");
}

QByteArrayView withoutQuery(QByteArrayView target)
{
    const qsizetype query = target.indexOf('?');
    return query < 0 ? target : target.first(query);
}

} // namespace

// What a request shows, found out before the lock is taken.
class PeerTable::Reading
{
public:
    explicit Reading(const RequestSeen &seen);

    const RequestSeen &seen() const { return m_seen; }
    quint32 traits() const { return m_traits; }
    bool sendsHeaders() const { return (m_traits & SentBits) != 0; }
    bool has(Trait trait) const { return (m_traits & bit(trait)) != 0; }
    const std::optional<IpAddress> &missingHop() const { return m_missingHop; }
    // The right-most element, empty without one: who the peer says is calling.
    QByteArrayView claim() const { return m_claim; }
    bool claimsInternal() const;
    quint32 claimHash() const { return m_claimHash; }
    quint32 clientHash() const { return m_clientHash; }
    void writeSample(Text<200> &text) const;

private:
    void readHeaders();
    void readClaim();
    void judge();
    void judgeWalk();
    void judgeStatements();
    std::optional<IpAddress> findMissingHop() const;
    void set(Trait trait) { m_traits |= bit(trait); }
    const HeaderValues &values(ForwardingHeader header) const
    {
        return m_values[static_cast<size_t>(header)];
    }
    bool reads(ForwardingHeader header) const
    {
        return m_seen.policy.reads(header) && has(sentTrait(header));
    }

    const RequestSeen &m_seen;
    const Resolution &m_resolution;
    std::array<HeaderValues, ForwardingHeaderCount> m_values;
    quint32 m_traits = 0;
    bool m_bothFamilies = false;
    std::optional<IpAddress> m_missingHop;
    QByteArrayView m_claim;
    quint32 m_claimHash = 0;
    const quint32 m_clientHash;
};

PeerTable::Reading::Reading(const RequestSeen &seen)
    : m_seen(seen)
    , m_resolution(seen.resolution)
    , m_clientHash(static_cast<quint32>(IpAddressHash()(seen.resolution.client)))
{
    readHeaders();
    readClaim();
    if (seen.status == 421)
        set(Trait::Misdirected);
    if (seen.status == 429)
        set(Trait::Limited);
    if (m_resolution.trustedPeer)
        judge();
}

void PeerTable::Reading::readHeaders()
{
    for (const HeaderLine &line : m_seen.input.headers) {
        const std::optional<ForwardingHeader> header = m_seen.policy.forwardingHeader(line.name);
        if (!header || ascii::trimBlanks(line.value).isEmpty())
            continue;
        m_values[static_cast<size_t>(*header)].append(line.value);
        set(sentTrait(*header));
        if (hasNull(line.value))
            set(nullTrait(*header));
    }
}

void PeerTable::Reading::judge()
{
    judgeWalk();
    if (sendsHeaders())
        judgeStatements();
}

void PeerTable::Reading::judgeWalk()
{
    const TrustSettings &settings = m_seen.policy.settings();
    m_bothFamilies = reads(ForwardingHeader::Forwarded)
                     && (reads(ForwardingHeader::For) || reads(ForwardingHeader::Proto)
                         || reads(ForwardingHeader::Host) || reads(ForwardingHeader::Port));
    if (m_resolution.conflict)
        set(reads(ForwardingHeader::Forwarded) ? Trait::ForwardedConflict : Trait::RealIpConflict);
    else if (m_bothFamilies)
        set(Trait::BothFamilies);
    if (m_resolution.conflict || !settings.attributes.address)
        return;
    if (!m_resolution.known)
        set(m_resolution.hops >= settings.maxHops ? Trait::HopCap : Trait::Unusable);
    else if (m_resolution.hops == 0)
        set(Trait::NoAddress);
    m_missingHop = findMissingHop();
    if (m_missingHop)
        set(Trait::MissingHop);
}

// What is said beside the address. Where both families are there, one-sided statements do not
// count, and that is a finding of its own.
void PeerTable::Reading::judgeStatements()
{
    if (m_bothFamilies)
        return;
    const TrustSettings::Attributes &on = m_seen.policy.settings().attributes;
    if (on.proto && !m_resolution.schemeStated && !has(Trait::NullProto))
        set(Trait::NoProto);
    const bool forwardedHost = reads(ForwardingHeader::Forwarded)
                               && mentions(values(ForwardingHeader::Forwarded), "host=");
    if (on.host && !reads(ForwardingHeader::Host) && !forwardedHost)
        set(Trait::NoHost);
    const bool portExpected = on.port && m_seen.policy.reads(ForwardingHeader::Port)
                              && !reads(ForwardingHeader::Forwarded);
    if (portExpected && !reads(ForwardingHeader::Port)
        && m_resolution.port == defaultPort(m_resolution.scheme))
        set(Trait::NoPort);
}

// An internal address that is not trusted and has something on its left.
std::optional<IpAddress> PeerTable::Reading::findMissingHop() const
{
    const TrustPolicy &policy = m_seen.policy;
    if (!m_resolution.known || m_resolution.hops == 0 || !isInternalAddress(m_resolution.client))
        return std::nullopt;
    if (!policy.oneHop() && policy.match(m_resolution.client))
        return std::nullopt;
    bool more = false;
    if (m_resolution.source == Source::XForwardedFor) {
        ElementsFromRight elements(values(ForwardingHeader::For));
        for (int i = 0; i < m_resolution.hops; ++i)
            elements.next();
        more = elements.next().has_value();
    } else if (m_resolution.source == Source::Forwarded) {
        ForwardedList list(values(ForwardingHeader::Forwarded));
        more = list.at(m_resolution.hops) != nullptr;
    }
    return more ? std::optional(m_resolution.client) : std::nullopt;
}

void PeerTable::Reading::readClaim()
{
    constexpr qsizetype Longest = 64;
    for (const ForwardingHeader header :
         {ForwardingHeader::RealIp, ForwardingHeader::Forwarded, ForwardingHeader::For}) {
        if (const std::optional<QByteArrayView> text = ElementsFromRight(values(header)).next())
            m_claim = text->first(std::min(text->size(), Longest));
    }
    if (!m_claim.isEmpty())
        m_claimHash = static_cast<quint32>(qHash(m_claim, QHashSeed::globalSeed()));
}

bool PeerTable::Reading::claimsInternal() const
{
    std::optional<IpAddress> address;
    if (has(Trait::SentFor) || !has(Trait::SentForwarded)) {
        address = elementAddress(m_claim, ElementForm::Plain);
    } else {
        ForwardedList list(values(ForwardingHeader::Forwarded));
        const ForwardedElement *element = list.at(0);
        if (element && element->address)
            address = elementAddress(element->address->text(), ElementForm::Node);
    }
    return address && isInternalAddress(*address);
}

void PeerTable::Reading::writeSample(Text<200> &text) const
{
    text.length = 0;
    for (const ForwardingHeader header : AllForwardingHeaders) {
        for (const QByteArrayView value : values(header)) {
            if (text.length > 0)
                text.append("\n");
            text.append(m_seen.policy.headerName(header));
            text.append(": ");
            text.append(value);
        }
    }
}

bool PeerTable::HashSet::insert(quint32 hash)
{
    const auto end = hashes.begin() + count;
    if (std::find(hashes.begin(), end, hash) != end)
        return false;
    overflowed = count == hashes.size();
    if (overflowed)
        return false;
    hashes[count++] = hash;
    return true;
}

void PeerTable::Peer::note(const Reading &reading)
{
    const RequestSeen &seen = reading.seen();
    limited += seen.status == 429 || seen.status == 503 ? 1 : 0;
    clients.insert(reading.clientHash());
    if (revision != seen.resolution.policyRevision) {
        revision = seen.resolution.policyRevision;
        judgedCount = 0;
        missingHops.clear();
    }
    traits.append(reading.traits());
    judgedCount = std::min(judgedCount + 1, traits.items.size());
    if (reading.has(Trait::NoHost))
        unstatedHost.assign(seen.resolution.host);
    if (reading.has(Trait::Misdirected)) {
        ++misdirected;
        misdirectedHost.assign(seen.resolution.host);
        misdirectedAgent.assign(seen.userAgent);
        misdirectedPath.assign(withoutQuery(seen.target));
        misdirectedForwarded = reading.sendsHeaders();
    }
    if (reading.missingHop())
        noteMissingHop(*reading.missingHop());
}

void PeerTable::Peer::noteHeaders(const Reading &reading, qint64 now)
{
    for (size_t i = 0; i < ForwardingHeaderCount; ++i)
        withHeader[i] += reading.traits() >> i & 1;
    if (!reading.seen().resolution.trustedPeer) {
        firstIgnored = ignored == 0 ? now : firstIgnored;
        lastIgnored = now;
        ++ignored;
    }
    if (sampledAt != now)
        reading.writeSample(sample);
    sampledAt = now;
    if ((reading.traits() & FaultBits) != 0) {
        if (faultSampledAt != now)
            reading.writeSample(faultSample);
        faultSampledAt = now;
    }
    if (!reading.claim().isEmpty() && claims.insert(reading.claimHash()))
        internalClaims += reading.claimsInternal() ? 1 : 0;
}

void PeerTable::Peer::noteMissingHop(const IpAddress &hop)
{
    const auto known =
        std::find_if(missingHops.begin(), missingHops.end(),
                     [&](const PeerFacts::HopCandidate &one) { return one.address == hop; });
    if (known != missingHops.end())
        ++known->count;
    else if (missingHops.size() < MostHops)
        missingHops.append({hop, 1});
}

void PeerTable::record(const RequestSeen &seen, qint64 nowUnixSeconds)
{
    if (seen.exempt) {
        const std::lock_guard lock(m_mutex);
        noteRequest(seen, nowUnixSeconds);
        return;
    }
    const Reading reading(seen);
    const std::lock_guard lock(m_mutex);
    Peer &peer = noteRequest(seen, nowUnixSeconds);
    peer.note(reading);
    if (reading.sendsHeaders())
        peer.noteHeaders(reading, nowUnixSeconds);
}

// REQUIRES: the mutex is held.
PeerTable::Peer &PeerTable::noteRequest(const RequestSeen &seen, qint64 now)
{
    const IpAddress gatePeer = seen.input.announced.value_or(seen.input.peer);
    Peer *&last = m_lastSeen[gatePeer.bytes().back() % m_lastSeen.size()];
    if (!last || last->address != gatePeer)
        last = &peerFor(gatePeer, now);
    Peer &peer = *last;
    peer.socketPeer = seen.input.peer;
    peer.lastSeen = now;
    ++peer.requests;
    peer.upgrades += seen.upgrade ? 1 : 0;
    return peer;
}

void PeerTable::recordEnd(const IpAddress &gatePeer, const PeerFacts::End &end)
{
    const std::lock_guard lock(m_mutex);
    const auto place = m_places.find(gatePeer);
    if (place != m_places.end())
        m_peers[place->second].ends.append(end);
}

quint64 PeerTable::evictions() const
{
    const std::lock_guard lock(m_mutex);
    return m_evictions;
}

PeerTable::Peer &PeerTable::peerFor(const IpAddress &gatePeer, qint64 now)
{
    const auto known = m_places.find(gatePeer);
    if (known != m_places.end())
        return m_peers[known->second];
    const size_t place = placeForNew();
    if (place == m_peers.size()) {
        m_peers.emplace_back(gatePeer);
    } else {
        m_places.erase(m_peers[place].address);
        m_peers[place] = Peer(gatePeer);
        ++m_evictions;
    }
    m_places.emplace(gatePeer, place);
    m_peers[place].firstSeen = now;
    return m_peers[place];
}

// The one of a few that was not seen for longest, and of those the one that said least.
size_t PeerTable::placeForNew()
{
    constexpr size_t Sample = 8;
    constexpr size_t Stride = 61; // has no divisor in common with MaxPeers, so all get their turn
    if (m_peers.size() < MaxPeers)
        return m_peers.size();
    size_t victim = m_nextVictim;
    for (size_t i = 0; i < Sample; ++i) {
        m_nextVictim = (m_nextVictim + Stride) % MaxPeers;
        const Peer &candidate = m_peers[m_nextVictim];
        const Peer &best = m_peers[victim];
        if (std::pair(candidate.lastSeen, candidate.requests)
            < std::pair(best.lastSeen, best.requests))
            victim = m_nextVictim;
    }
    return victim;
}

} // namespace truepeer
