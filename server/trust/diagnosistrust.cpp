// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/diagnosisparts.h"

#include <QJsonArray>

#include <algorithm>

namespace truepeer::diagnosis {

using namespace Qt::StringLiterals;

namespace {

class TrustFaults
{
public:
    TrustFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings)
        : m_facts(facts)
        , m_findings(findings)
    {
    }

    void run();

private:
    void findUntrusted(const PeerFacts &peer);
    static QString claimsText(const PeerFacts &peer);
    void addUnlistedProxy(const PeerFacts &peer, const QJsonObject &evidence);
    void addSpoofing(const PeerFacts &peer, const QJsonObject &evidence);
    void findMissingHops(const PeerFacts &peer);
    void findSharedAddress();
    void findTrustOfEveryone();
    void findListWarnings();
    void findUnusedEntries();
    void findStoreProblem();

    const TrustSettings &settings() const { return m_facts.policy.settings(); }
    QString whyUntrusted() const;

    const DiagnosisFacts &m_facts;
    std::vector<Finding> &m_findings;
};

void TrustFaults::run()
{
    for (const PeerFacts &peer : m_facts.peers) {
        if (!isFresh(peer, m_facts))
            continue;
        if (!m_facts.policy.match(peer.peer))
            findUntrusted(peer);
        else if (isJudgedProxy(peer, m_facts))
            findMissingHops(peer);
    }
    findSharedAddress();
    findTrustOfEveryone();
    findListWarnings();
    findUnusedEntries();
    findStoreProblem();
}

QString TrustFaults::whyUntrusted() const
{
    return settings().list.mode == TrustMode::None ? u"trust_proxy is false"_s
                                                   : u"it is not on the trust list"_s;
}

void TrustFaults::findUntrusted(const PeerFacts &peer)
{
    if (!sendsHeaders(peer))
        return;
    const auto most =
        std::max_element(AllForwardingHeaders.begin(), AllForwardingHeaders.end(),
                         [&peer](ForwardingHeader a, ForwardingHeader b) {
                             return peer.of(sentTrait(a)).seen < peer.of(sentTrait(b)).seen;
                         });
    QJsonObject evidence = evidenceOf(peer, peer.of(sentTrait(*most)), peer.sample);
    evidence.insert(u"ignored"_s, peer.ignored);
    evidence.insert(u"claims"_s, peer.claims.count);
    evidence.insert(u"claims_at_least"_s, peer.claims.atLeast);
    evidence.insert(u"internal_claims"_s, peer.internalClaims);
    if (looksLikeProxy(peer))
        addUnlistedProxy(peer, evidence);
    else
        addSpoofing(peer, evidence);
}

QString TrustFaults::claimsText(const PeerFacts &peer)
{
    if (peer.claims.count == 1 && !peer.claims.atLeast)
        return u"one client"_s;
    return (peer.claims.atLeast ? u"at least %1 different clients"_s : u"%1 different clients"_s)
        .arg(peer.claims.count);
}

void TrustFaults::addUnlistedProxy(const PeerFacts &peer, const QJsonObject &evidence)
{
    const QString name = peer.peer.toString();
    QJsonObject proof = evidence;
    proof.insert(u"reading"_s, u"proxy"_s);
    m_findings.push_back(
        {.id = u"untrusted-headers"_s,
         .subject = name,
         .severity = Severity::Error,
         .title = u"%1 looks like your proxy, but is not trusted"_s.arg(name),
         .detail =
             u"%1 is an internal address and sends the same forwarding headers with its "
             "requests, as a reverse proxy does. They are ignored, because %2: all clients behind "
             "it have the address %1, the scheme of the socket and the host of the Host header. If "
             "it is your proxy, add it. If it is not, this is an attack from inside your network "
             "(it claims to speak for %3): leave it out."_s.arg(name, whyUntrusted(),
                                                                claimsText(peer)),
         .evidence = proof,
         .fix = {.trust = addCommand(peer.peer)}});
}

void TrustFaults::addSpoofing(const PeerFacts &peer, const QJsonObject &evidence)
{
    constexpr int ManyClaims = 5;
    const QString name = peer.peer.toString();
    const bool impossible = peer.internalClaims > 0 && !isInternalAddress(peer.peer);
    const bool attack = peer.claims.count >= ManyClaims || impossible;
    QString seen;
    if (impossible)
        seen = u"It claims to speak for internal addresses, which a client on the Internet cannot "
               "have. "_s;
    else if (attack)
        seen = u"It claims to speak for %1. "_s.arg(claimsText(peer));
    QJsonObject proof = evidence;
    proof.insert(u"reading"_s, u"spoofing"_s);
    m_findings.push_back(
        {.id = u"untrusted-headers"_s,
         .subject = name,
         .severity = Severity::Warning,
         .title = (attack ? u"%1 forges forwarding headers: this looks like an attack"_s
                          : u"%1 sends forwarding headers and is not trusted"_s)
                      .arg(name),
         .detail = u"%1 sends forwarding headers, and they are ignored, because %2. %3This looks "
                   "like somebody who wants to be taken for somebody else: do not add the address "
                   "unless it is yours. If it is a proxy, load balancer or CDN of yours, its "
                   "clients have the wrong address until it is on the list: truepeerctl trust add "
                   "%1"_s.arg(name, whyUntrusted(), seen),
         .evidence = proof});
}

void TrustFaults::findMissingHops(const PeerFacts &peer)
{
    const PeerFacts::Recent &recent = peer.of(Trait::MissingHop);
    if (!isPresent(recent) || peer.missingHops.empty())
        return;
    const bool oneHop = m_facts.policy.oneHop();
    const bool usual = isUsual(recent);
    QStringList names;
    QStringList commands;
    QJsonArray hops;
    std::vector<IpAddress> proxies = {peer.peer};
    for (const PeerFacts::HopCandidate &hop : peer.missingHops) {
        names += hop.address.toString();
        commands += addCommand(hop.address);
        proxies.push_back(hop.address);
        hops.append(QJsonObject{{u"address"_s, hop.address.toString()}, {u"count"_s, hop.count}});
    }
    QJsonObject evidence = evidenceOf(peer, recent, peer.faultSample);
    evidence.insert(u"hops"_s, hops);
    m_findings.push_back(
        {.id = u"missing-hop"_s,
         .subject = peer.peer.toString(),
         .severity = usual ? Severity::Error : Severity::Warning,
         .title = u"A hop behind %1 is not trusted"_s.arg(peer.peer.toString()),
         .detail =
             u"In %1 from %2 the chain ends at an internal address, and more is written beyond "
             "it: %3. %4 If it is a proxy of yours, add it, and the clients behind it get their "
             "own addresses. If it is the machine of a user, the user wrote the rest by hand: "
             "leave it out."_s.arg(share(recent), peer.peer.toString(), names.join(u", "_s),
                                   oneHop ? u"trust_proxy = true believes one hop only."_s
                                          : u"It is not on the trust list."_s),
         .evidence = evidence,
         .fix = {.trust = oneHop ? listLine(proxies) : commands.join(u'\n')}});
}

// Everybody is the docker gateway, or the load balancer.
void TrustFaults::findSharedAddress()
{
    constexpr qint64 EnoughClients = 3;
    if (!m_facts.sharedAddress || m_facts.clients < EnoughClients)
        return;
    const IpAddress &address = m_facts.sharedAddress->address;
    const qint64 count = m_facts.sharedAddress->clients;
    if (!isInternalAddress(address) || count < EnoughClients || count * 10 < m_facts.clients * 8)
        return;
    const bool trusted = m_facts.policy.match(address);
    const auto peer = std::find_if(m_facts.peers.begin(), m_facts.peers.end(),
                                   [&](const PeerFacts &facts) { return facts.peer == address; });
    const bool silent = peer != m_facts.peers.end() && !sendsHeaders(*peer);
    Fix fix;
    if (trusted || silent) {
        const std::array statements = {addressHeader(m_facts.policy), ForwardingHeader::Proto,
                                       ForwardingHeader::Host, ForwardingHeader::Port};
        const bool single = statements.front() == ForwardingHeader::Forwarded;
        fix = sendingLines(m_facts.policy, std::span(statements).first(single ? 1 : 4));
    }
    if (!trusted)
        fix.trust = addCommand(address);
    QString todo = u"Add it to the trust list"_s;
    if (trusted)
        todo = u"It is trusted, but names no clients: let it send the forwarding headers"_s;
    else if (silent)
        todo = u"Let it send the forwarding headers, and add it to the trust list"_s;
    m_findings.push_back(
        {.id = u"shared-address"_s,
         .subject = address.toString(),
         .severity = address.isLoopback() ? Severity::Warning : Severity::Error,
         .title = u"%1 of %2 clients have the address %3"_s.arg(count)
                      .arg(m_facts.clients)
                      .arg(address.toString()),
         .detail =
             u"%1 is an internal address, and nearly all clients have it. Most likely it is a "
             "proxy, a load balancer or the gateway of a container network, and the clients "
             "are behind it: they share its limits, and a ban would hit all. %2. If the "
             "clients do run on that machine, all is well."_s.arg(address.toString(), todo),
         .evidence = {{u"address"_s, address.toString()},
                      {u"clients_with_it"_s, count},
                      {u"clients"_s, m_facts.clients},
                      {u"trusted"_s, trusted}},
         .fix = fix});
}

void TrustFaults::findTrustOfEveryone()
{
    if (!m_facts.policy.oneHop())
        return;
    constexpr size_t MostProxies = 20;
    std::vector<IpAddress> proxies;
    QJsonArray names;
    for (const PeerFacts &peer : m_facts.peers) {
        if (proxies.size() == MostProxies || !isFresh(peer, m_facts) || !looksLikeProxy(peer))
            continue;
        proxies.push_back(peer.peer);
        names.append(peer.peer.toString());
    }
    // `reset` goes back to what the configuration says.
    const QString reset = m_facts.trustFromConfig ? QString() : u"\ntruepeerctl trust reset"_s;
    m_findings.push_back(
        {.id = u"trust-everyone"_s,
         .severity = Severity::Warning,
         .title = u"Everybody is trusted"_s,
         .detail = u"trust_proxy is true: whoever connects is taken for your proxy, and can say "
                   "who the client is. That is for development. Write the addresses of your "
                   "proxies into a list; the fix holds those that were seen to behave like one."_s,
         .evidence = {{u"proxies"_s, names}},
         .fix = {.trust = listLine(proxies) + reset}});
}

void TrustFaults::findListWarnings()
{
    if (settings().list.mode != TrustMode::List)
        return;
    for (const TrustListCheck::Remark &remark : validate(settings().list).warnings)
        m_findings.push_back(
            {.id = u"list-warning"_s,
             .subject = remark.entry,
             .severity = Severity::Warning,
             .title = remark.entry.isEmpty()
                          ? u"The trust list is not as it should be"_s
                          : u"The entry %1 is not as it should be"_s.arg(remark.entry),
             .detail = u"%1: %2."_s.arg(remark.entry.isEmpty() ? u"The trust list"_s
                                                               : u"The entry "_s + remark.entry,
                                        remark.message),
             .evidence = {{u"entry"_s, remark.entry}, {u"message"_s, remark.message}}});
}

void TrustFaults::findUnusedEntries()
{
    using namespace std::chrono_literals;
    if (settings().list.mode != TrustMode::List || m_facts.peers.empty())
        return;
    for (const EntryUse &use : m_facts.entries) {
        std::chrono::seconds age = m_facts.uptime;
        if (use.addedAt > 0)
            age = std::min(age, std::chrono::seconds(m_facts.now - use.addedAt));
        const bool used = use.lastUsed > 0 || use.matchedPeers > 0 || use.matchedClients > 0;
        if (used || age < 1h)
            continue;
        const qint64 minutes = std::chrono::floor<std::chrono::minutes>(age).count();
        m_findings.push_back(
            {.id = u"unused-entry"_s,
             .subject = use.entry,
             .severity = Severity::Info,
             .title = u"The entry %1 was never used"_s.arg(use.entry),
             .detail = u"No peer and no hop matched %1 of the trust list in the last %2 minutes. "
                       "If there is no proxy any more, remove the entry: whoever gets the "
                       "address would be believed. If there is one, its address is another."_s
                           .arg(use.entry)
                           .arg(minutes),
             .evidence = {{u"entry"_s, use.entry}, {u"minutes"_s, minutes}},
             .fix = {.trust = u"truepeerctl trust remove "_s + use.entry}});
    }
}

void TrustFaults::findStoreProblem()
{
    if (m_facts.trustStoreProblem.isEmpty())
        return;
    m_findings.push_back(
        {.id = u"trust-store"_s,
         .severity = Severity::Error,
         .title = u"The stored trust list cannot be used"_s,
         .detail = u"%1 The list in force may not be the one that was edited last, and edits may "
                   "not survive a restart. Mend the file, or go back to the configuration."_s.arg(
                       m_facts.trustStoreProblem),
         .evidence = {{u"problem"_s, m_facts.trustStoreProblem}},
         .fix = {.trust = u"truepeerctl trust reset"_s}});
}

} // namespace

void findTrustFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings)
{
    TrustFaults(facts, findings).run();
}

} // namespace truepeer::diagnosis
