// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/diagnosisparts.h"
#include "shared/net/ipaddress.h"

#include <QJsonArray>

#include <algorithm>

namespace truepeer::diagnosis {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array XForwarded = {ForwardingHeader::For, ForwardingHeader::Proto,
                                   ForwardingHeader::Host, ForwardingHeader::Port};

// An upstream's name or address where the public name should be.
bool looksInternal(const QByteArray &host)
{
    return host.startsWith('[') || !host.contains('.') || IpAddress::parse(host);
}

// What one trusted proxy sends.
class ProxyFaults
{
public:
    ProxyFaults(const DiagnosisFacts &facts, const PeerFacts &peer, std::vector<Finding> &findings)
        : m_policy(facts.policy)
        , m_peer(peer)
        , m_name(peer.peer.toString())
        , m_findings(findings)
    {
    }

    void run();

private:
    void findUnstated();
    bool findPinMismatch();
    void findNoAddress();
    void findNoProto();
    void findNoHost();
    void findNoPort();
    void findNull();
    void findFamilies();
    void addConflict(Trait trait, const QString &what, const Fix &fix);
    void findUnknown();
    void findHopCap();

    const PeerFacts::Recent &of(Trait trait) const { return m_peer.of(trait); }
    const PeerFacts::Recent &sent(ForwardingHeader header) const
    {
        return m_peer.of(sentTrait(header));
    }
    QString headerName(ForwardingHeader header) const
    {
        return QString::fromLatin1(m_policy.headerName(header));
    }
    // Whether the proxy says with Forwarded what others say with this header.
    bool usesForwarded(ForwardingHeader header) const;
    QString statementName(ForwardingHeader header, const QString &parameter) const;
    Fix statement(ForwardingHeader header) const;
    Fix familyFix() const;
    void add(Finding finding) { m_findings.push_back(std::move(finding)); }

    const TrustPolicy &m_policy;
    const PeerFacts &m_peer;
    const QString m_name;
    std::vector<Finding> &m_findings;
};

void ProxyFaults::run()
{
    findUnstated();
    findNull();
    findFamilies();
    findUnknown();
    findHopCap();
}

void ProxyFaults::findUnstated()
{
    if (isPresent(of(Trait::NoAddress)) && !findPinMismatch())
        findNoAddress();
    if (isPresent(of(Trait::NoProto)))
        findNoProto();
    if (isPresent(of(Trait::NoHost)))
        findNoHost();
    if (isPresent(of(Trait::NoPort)))
        findNoPort();
}

bool ProxyFaults::usesForwarded(ForwardingHeader header) const
{
    return !m_policy.reads(header)
           || (isConstant(sent(ForwardingHeader::Forwarded))
               && m_policy.reads(ForwardingHeader::Forwarded));
}

QString ProxyFaults::statementName(ForwardingHeader header, const QString &parameter) const
{
    if (!usesForwarded(header))
        return headerName(header);
    return u"%1 in %2"_s.arg(parameter, headerName(ForwardingHeader::Forwarded));
}

Fix ProxyFaults::statement(ForwardingHeader header) const
{
    const std::array headers = {usesForwarded(header) ? ForwardingHeader::Forwarded : header};
    return sendingLines(m_policy, headers);
}

bool ProxyFaults::findPinMismatch()
{
    constexpr std::array Naming = {ForwardingHeader::For, ForwardingHeader::Forwarded,
                                   ForwardingHeader::RealIp};
    const auto unread = std::find_if(Naming.begin(), Naming.end(), [this](ForwardingHeader header) {
        return !m_policy.reads(header) && isUsual(sent(header));
    });
    if (unread == Naming.end())
        return false;
    const QString read = headerName(addressHeader(m_policy));
    add({.id = u"pin-mismatch"_s,
         .subject = m_name,
         .severity = Severity::Error,
         .title = u"%1 sends %2, but %3 is read"_s.arg(m_name, headerName(*unread), read),
         .detail = u"The setting headers pins %1, which %2 does not send; it sends %3, which is "
                   "not read. So its clients have its address. Pin what the proxy manages, or let "
                   "it send %1."_s.arg(read, m_name, headerName(*unread)),
         .evidence = evidenceOf(m_peer, of(Trait::NoAddress), m_peer.sample),
         .fix = {.trust = pinLine(*unread)}});
    return true;
}

void ProxyFaults::findNoAddress()
{
    // With trust_proxy = true every direct client is a trusted peer.
    if (m_policy.oneHop() && !sendsHeaders(m_peer))
        return;
    const ForwardingHeader header = addressHeader(m_policy);
    std::vector<ForwardingHeader> missing = {header};
    for (const ForwardingHeader other :
         {ForwardingHeader::Proto, ForwardingHeader::Host, ForwardingHeader::Port}) {
        if (header != ForwardingHeader::Forwarded && !isUsual(sent(other)))
            missing.push_back(other);
    }
    const bool usual = isUsual(of(Trait::NoAddress));
    Severity severity = Severity::Info;
    QString meaning = u"Others come with it. Either some requests do not come through the proxy (a "
                      "monitor on the same machine, for example), and all is well, or one place of "
                      "its configuration lacks the lines. In nginx, a location with a "
                      "proxy_set_header of its own inherits none."_s;
    if (usual && sendsHeaders(m_peer)) {
        severity = Severity::Error;
        meaning = u"It sends other forwarding headers, so it is a proxy, and all its clients have "
                  "its address. Let it send the header."_s;
    } else if (usual) {
        severity = Severity::Warning;
        meaning = u"It sends no forwarding header at all. If it is a proxy, all its clients have "
                  "its address: let it send the headers. If it is a client itself, it need not be "
                  "on the trust list."_s;
    }
    add({.id = u"no-forwarded-for"_s,
         .subject = m_name,
         .severity = severity,
         .title = u"%1 does not say who the client is"_s.arg(m_name),
         .detail = u"%1 is trusted, but in %2 it sent no %3. %4"_s.arg(
             m_name, share(of(Trait::NoAddress)), headerName(header), meaning),
         .evidence = evidenceOf(m_peer, of(Trait::NoAddress), m_peer.sample),
         .fix = sendingLines(m_policy, missing)});
}

void ProxyFaults::findNoProto()
{
    const bool sends = isPresent(sent(ForwardingHeader::Proto));
    const QString name = statementName(ForwardingHeader::Proto, u"proto"_s);
    add({.id = u"no-forwarded-proto"_s,
         .subject = m_name,
         .severity = Severity::Warning,
         .title = u"%1 does not say which scheme the client used"_s.arg(m_name),
         .detail = (sends ? u"In %1 the %2 of %3 was neither http nor https. "_s
                          : u"In %1 there was no %2 from %3. "_s)
                       .arg(share(of(Trait::NoProto)), name, m_name)
                   + u"So the scheme is that of the connection between proxy and server, http, and "
                     "URLs say http where clients use https; a client can even state a scheme by "
                     "itself. Let the proxy set the header."_s,
         .evidence = evidenceOf(m_peer, of(Trait::NoProto), m_peer.sample),
         .fix = statement(ForwardingHeader::Proto)});
}

void ProxyFaults::findNoHost()
{
    const bool wrong = looksInternal(m_peer.unstatedHost);
    QJsonObject evidence = evidenceOf(m_peer, of(Trait::NoHost), m_peer.sample);
    evidence.insert(u"host"_s, QString::fromLatin1(m_peer.unstatedHost));
    add({.id = u"no-forwarded-host"_s,
         .subject = m_name,
         .severity = wrong ? Severity::Warning : Severity::Info,
         .title = u"%1 does not say which host the client asked for"_s.arg(m_name),
         .detail =
             u"In %1 there was no %2 from %3, so the host is that of the Host header: %4. %5"_s.arg(
                 share(of(Trait::NoHost)), statementName(ForwardingHeader::Host, u"host"_s), m_name,
                 QString::fromLatin1(m_peer.unstatedHost),
                 wrong ? u"That looks like the name of the upstream, so URLs are wrong. Let the "
                         "proxy set the header."_s
                       : u"That is right as long as the proxy passes Host on. A client can send "
                         "the header by itself, so let the proxy set it."_s),
         .evidence = evidence,
         .fix = statement(ForwardingHeader::Host)});
}

void ProxyFaults::findNoPort()
{
    add({.id = u"no-forwarded-port"_s,
         .subject = m_name,
         .severity = Severity::Info,
         .title = u"%1 does not say which port the client used"_s.arg(m_name),
         .detail =
             u"In %1 there was no %2 from %3, and the host had no port either, so the port is "
             "443 for https and 80 for http. If the proxy listens on another one, URLs are "
             "wrong: let it set the header."_s.arg(share(of(Trait::NoPort)),
                                                   headerName(ForwardingHeader::Port), m_name),
         .evidence = evidenceOf(m_peer, of(Trait::NoPort), m_peer.sample),
         .fix = statement(ForwardingHeader::Port)});
}

void ProxyFaults::findNull()
{
    QStringList names;
    QStringList lines;
    PeerFacts::Recent most;
    for (const ForwardingHeader header : AllForwardingHeaders) {
        const PeerFacts::Recent &recent = of(nullTrait(header));
        if (!isPresent(recent))
            continue;
        if (recent.seen > most.seen)
            most = recent;
        const QString name = headerName(header);
        names += name;
        const std::array single = {header};
        // mod_proxy_http appends the right value to what stands there.
        lines += header == ForwardingHeader::For ? u"RequestHeader unset "_s + name
                                                 : sendingLines(m_policy, single).apache;
    }
    if (names.isEmpty())
        return;
    const bool unknown = isPresent(of(Trait::Unusable));
    QJsonObject evidence = evidenceOf(m_peer, most, m_peer.faultSample);
    evidence.insert(u"headers"_s, QJsonArray::fromStringList(names));
    add({.id = u"apache-null"_s,
         .subject = m_name,
         .severity = unknown ? Severity::Error : Severity::Warning,
         .title = u"Apache on %1 sends (null)"_s.arg(m_name),
         .detail =
             u"In %1 from %2 there was the literal (null) in %3. Apache writes it for a "
             "%{NAME}e that is not set at that point, as REMOTE_ADDR, HTTP_HOST and "
             "SERVER_PORT are not. It states nothing%4. Replace the RequestHeader lines of "
             "these headers; X-Forwarded-For is best left to mod_proxy_http, which appends "
             "the address by itself."_s.arg(share(most), m_name, names.join(u", "_s),
                                            unknown ? u", and hides the client"_s : QString()),
         .evidence = evidence,
         .fix = {.apache = lines.join(u'\n')}});
}

// Which family the proxy manages is the one that is always there; the other comes from clients.
Fix ProxyFaults::familyFix() const
{
    const bool managesForwarded =
        isConstant(sent(ForwardingHeader::Forwarded)) && !isConstant(sent(ForwardingHeader::For));
    constexpr std::array Other = {ForwardingHeader::Forwarded};
    Fix fix =
        managesForwarded ? strippingLines(m_policy, XForwarded) : strippingLines(m_policy, Other);
    fix.trust = pinLine(managesForwarded ? ForwardingHeader::Forwarded : ForwardingHeader::For);
    return fix;
}

void ProxyFaults::findFamilies()
{
    if (isPresent(of(Trait::ForwardedConflict)))
        addConflict(Trait::ForwardedConflict,
                    u"%1 and %2 name different clients"_s.arg(
                        headerName(ForwardingHeader::For), headerName(ForwardingHeader::Forwarded)),
                    familyFix());
    if (isPresent(of(Trait::RealIpConflict))) {
        const bool managesRealIp =
            isConstant(sent(ForwardingHeader::RealIp)) && !isConstant(sent(ForwardingHeader::For));
        const ForwardingHeader managed =
            managesRealIp ? ForwardingHeader::RealIp : ForwardingHeader::For;
        const std::array other = {managesRealIp ? ForwardingHeader::For : ForwardingHeader::RealIp};
        Fix fix = strippingLines(m_policy, other);
        fix.trust = pinLine(managed);
        addConflict(
            Trait::RealIpConflict,
            u"%1 names none of the hops of the chain"_s.arg(headerName(ForwardingHeader::RealIp)),
            fix);
    }
    const PeerFacts::Recent &both = of(Trait::BothFamilies);
    if (!isPresent(both))
        return;
    add({.id = u"both-families"_s,
         .subject = m_name,
         .severity = Severity::Warning,
         .title = u"%1 passes on both families of headers"_s.arg(m_name),
         .detail = u"In %1 from %2 there were X-Forwarded-* and %3 together. A proxy manages one "
                   "of them and passes on what a client wrote into the other, so scheme and host "
                   "count only where both say the same, and a client can make itself unknown. Pin "
                   "the one that the proxy manages, and let it remove the other."_s.arg(
                       share(both), m_name, headerName(ForwardingHeader::Forwarded)),
         .evidence = evidenceOf(m_peer, both, m_peer.sample),
         .fix = familyFix()});
}

void ProxyFaults::addConflict(Trait trait, const QString &what, const Fix &fix)
{
    const bool rejects = m_policy.settings().onConflict == OnConflict::Reject;
    add({.id = trait == Trait::RealIpConflict ? u"real-ip-conflict"_s : u"families-conflict"_s,
         .subject = m_name,
         .severity = isUsual(of(trait)) ? Severity::Error : Severity::Warning,
         .title = u"Headers from %1 contradict each other"_s.arg(m_name),
         .detail =
             u"In %1 from %2, %3. Nobody can tell which is right, so %4. If it is so in all "
             "requests, two proxies disagree; if it is in some, clients send the header that the "
             "proxy does not manage. Let the proxy remove that header, and pin the one that it "
             "does manage."_s.arg(share(of(trait)), m_name, what,
                                  rejects ? u"these requests were answered with 400"_s
                                          : u"the client is taken to be the proxy"_s),
         .evidence = evidenceOf(m_peer, of(trait), m_peer.faultSample),
         .fix = fix});
}

void ProxyFaults::findUnknown()
{
    const PeerFacts::Recent &recent = of(Trait::Unusable);
    // (null) is a finding of its own.
    if (!isPresent(recent) || isPresent(of(Trait::NullFor)) || isPresent(of(Trait::NullRealIp)))
        return;
    add({.id = u"unusable-element"_s,
         .subject = m_name,
         .severity = isUsual(recent) ? Severity::Error : Severity::Warning,
         .title = u"%1 sends addresses that cannot be read"_s.arg(m_name),
         .detail =
             u"In %1 from %2 the chain had an element that is no address where an address was "
             "needed, so the client beyond it is not known, and its limits are those of the "
             "hop before. Let each proxy write the address that it sees: no name, no "
             "\"unknown\", nothing obfuscated."_s.arg(share(recent), m_name),
         .evidence = evidenceOf(m_peer, recent, m_peer.faultSample),
         .fix = statement(addressHeader(m_policy))});
}

void ProxyFaults::findHopCap()
{
    const PeerFacts::Recent &recent = of(Trait::HopCap);
    if (!isPresent(recent))
        return;
    constexpr int MostHops = 1000; // that the setting allows
    const int cap = m_policy.settings().maxHops;
    add({.id = u"hop-cap"_s,
         .subject = m_name,
         .severity = Severity::Error,
         .title = u"Chains from %1 are longer than max_hops"_s.arg(m_name),
         .detail =
             u"In %1 from %2 the walk stopped after max_hops = %3 trusted hops with more to read, "
             "so the client is not known. Raise max_hops if there are so many proxies. If not, a "
             "proxy sends requests to itself in a circle, or a client inside a trusted range "
             "writes long chains: then make the ranges of the trust list smaller."_s.arg(
                 share(recent), m_name, QString::number(cap)),
         .evidence = evidenceOf(m_peer, recent, m_peer.faultSample),
         .fix = {.trust = cap < MostHops ? u"max_hops = %1"_s.arg(std::min(MostHops, cap * 2))
                                         : QString()}});
}

// The one header that names the client in all requests of this proxy, if there is one.
std::optional<ForwardingHeader> managedHeader(const PeerFacts &peer)
{
    for (const ForwardingHeader header :
         {ForwardingHeader::For, ForwardingHeader::Forwarded, ForwardingHeader::RealIp}) {
        if (isConstant(peer.of(sentTrait(header))))
            return header;
    }
    return std::nullopt;
}

void proposePin(const DiagnosisFacts &facts, std::vector<Finding> &findings)
{
    if (facts.policy.settings().headers != HeaderPin::Auto)
        return;
    std::optional<ForwardingHeader> managed;
    QJsonArray names;
    for (const PeerFacts &peer : facts.peers) {
        const std::optional<ForwardingHeader> header = managedHeader(peer);
        if (!isJudgedProxy(peer, facts) || !header)
            continue;
        if (managed && managed != header)
            return; // no pin suits them all
        managed = header;
        names.append(peer.peer.toString());
    }
    if (!managed)
        return;
    const QString line = pinLine(*managed);
    findings.push_back(
        {.id = u"pin-headers"_s,
         .severity = Severity::Info,
         .title = u"One family of headers is enough"_s,
         .detail = u"All six forwarding headers are read, and all trusted proxies manage %1. What "
                   "stands in the others comes from clients, who can make themselves unknown with "
                   "it. Pin the one: %2"_s.arg(
                       QString::fromLatin1(facts.policy.headerName(*managed)), line),
         .evidence = {{u"peers"_s, names}},
         .fix = {.trust = line}});
}

} // namespace

void findHeaderFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings)
{
    for (const PeerFacts &peer : facts.peers) {
        if (isJudgedProxy(peer, facts))
            ProxyFaults(facts, peer, findings).run();
    }
    proposePin(facts, findings);
}

} // namespace truepeer::diagnosis
