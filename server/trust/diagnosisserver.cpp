// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/diagnosisparts.h"
#include "shared/trust/explanation.h"

#include <QJsonArray>

#include <algorithm>

namespace truepeer::diagnosis {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Values that lie close together.
struct Cluster
{
    std::chrono::milliseconds longest{0};
    int count = 0;
};

// Timers of proxies are exact; what varies is how late the end is noticed.
std::chrono::milliseconds slackOf(std::chrono::milliseconds value)
{
    return 2s + value / 50;
}

// The largest group. Very short ones are pages that were reloaded.
Cluster clusterOf(std::vector<std::chrono::milliseconds> values)
{
    constexpr auto Shortest = 5s;
    std::sort(values.begin(), values.end());
    Cluster best;
    for (auto first = values.begin(); first != values.end(); ++first) {
        if (*first < Shortest)
            continue;
        const auto last = std::upper_bound(first, values.end(), *first + slackOf(*first));
        if (last - first > best.count)
            best = {*std::prev(last), static_cast<int>(last - first)};
    }
    return best;
}

class ServerFaults
{
public:
    ServerFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings)
        : m_facts(facts)
        , m_findings(findings)
    {
    }

    void run();

private:
    void findCuts(const PeerFacts &peer);
    void addIdleTimeout(const PeerFacts &peer, const Cluster &quiet, int cuts);
    void addFixedAge(const PeerFacts &peer, const Cluster &age, int cuts);
    void findMisdirected(const PeerFacts &peer);
    void addRefusedProbe(const PeerFacts &peer);
    void addWrongHost(const PeerFacts &peer);
    void findSharedLimit(const PeerFacts &peer);
    void findScarcity(const QString &id, const DiagnosisFacts::Use &use, const QString &what,
                      const QString &todo);
    void findLosses();
    void findClockStep();

    const DiagnosisFacts &m_facts;
    std::vector<Finding> &m_findings;
};

void ServerFaults::run()
{
    for (const PeerFacts &peer : m_facts.peers) {
        if (!isFresh(peer, m_facts))
            continue;
        findCuts(peer);
        findMisdirected(peer);
        findSharedLimit(peer);
    }
    findScarcity(u"connections-limit"_s, m_facts.connections, u"connections"_s,
                 u"More get 503. Raise limits.max_connections, or find out who holds so many."_s);
    findScarcity(u"descriptors-limit"_s, m_facts.descriptors, u"file descriptors"_s,
                 u"Without a free one no connection can be accepted. Raise LimitNOFILE of the "
                 "service, or ulimit -n."_s);
    findLosses();
    findClockStep();
}

// A proxy that ends tunnels does it by a timer: the ends lie at one age, or at one time of silence.
void ServerFaults::findCuts(const PeerFacts &peer)
{
    constexpr int EnoughCuts = 5;
    constexpr int EnoughSurvivors = 3;
    std::vector<std::chrono::milliseconds> ages;
    std::vector<std::chrono::milliseconds> quiet;
    for (const PeerFacts::End &end : peer.ends) {
        if (!end.cut || end.at + qint64(Memory.count()) < m_facts.now)
            continue;
        ages.emplace_back(end.age);
        quiet.push_back(end.quiet);
    }
    const int cuts = static_cast<int>(ages.size());
    const auto suspicious = [&](const Cluster &cluster, auto valueOf) {
        if (cluster.count < EnoughCuts || cluster.count * 2 < cuts)
            return false;
        // Connections that lasted longer since then: the timer is gone.
        int survivors = 0;
        for (auto end = peer.ends.rbegin(); end != peer.ends.rend(); ++end) {
            const std::chrono::milliseconds value = valueOf(*end);
            if (value > cluster.longest + slackOf(cluster.longest))
                ++survivors;
            else if (end->cut)
                break;
        }
        return survivors < EnoughSurvivors;
    };
    const Cluster byQuiet = clusterOf(quiet);
    const Cluster byAge = clusterOf(ages);
    if (suspicious(byQuiet, [](const PeerFacts::End &end) { return end.quiet; }))
        addIdleTimeout(peer, byQuiet, cuts);
    else if (suspicious(byAge, [](const PeerFacts::End &end) {
                 return std::chrono::milliseconds(end.age);
             }))
        addFixedAge(peer, byAge, cuts);
}

QJsonObject cutEvidence(const PeerFacts &peer, const Cluster &cluster, int cuts)
{
    return {{u"peer"_s, peer.peer.toString()},
            {u"cut"_s, cuts},
            {u"alike"_s, cluster.count},
            {u"seconds"_s, double(cluster.longest.count()) / 1000}};
}

void ServerFaults::addIdleTimeout(const PeerFacts &peer, const Cluster &quiet, int cuts)
{
    const QString name = peer.peer.toString();
    const qint64 seconds = std::chrono::round<std::chrono::seconds>(quiet.longest).count();
    const qint64 ping = m_facts.idlePing.count();
    const bool pingsTooLate = ping == 0 || ping >= seconds;
    QString ours = ping == 0 ? u"limits.idle_ping_s is 0, so a quiet connection sends nothing"_s
                             : u"limits.idle_ping_s is %1, which is too late"_s.arg(ping);
    if (!pingsTooLate)
        ours = u"Pings of the server go out every %1 seconds, so the client or a proxy before it "
               "does not answer them"_s.arg(ping);
    m_findings.push_back(
        {.id = u"idle-timeout"_s,
         .subject = name,
         .severity = Severity::Warning,
         .title = u"WebSockets through %1 are cut after %2 s of silence"_s.arg(name).arg(seconds),
         .detail = u"%1 of the last %2 connections that were cut through %3 had been quiet for "
                   "about %4 seconds: the idle time-out of a proxy, such as proxy_read_timeout of "
                   "nginx. %5. Raise the time-out, and keep limits.idle_ping_s below it."_s
                       .arg(quiet.count)
                       .arg(cuts)
                       .arg(name)
                       .arg(seconds)
                       .arg(ours),
         .evidence = cutEvidence(peer, quiet, cuts),
         .fix = {.nginx = u"proxy_read_timeout 90s;\nproxy_send_timeout 90s;"_s,
                 .apache = u"ProxyTimeout 90"_s,
                 .haproxy = u"timeout tunnel 1h"_s,
                 .trust = pingsTooLate && seconds > 1 ? u"[limits]\nidle_ping_s = %1"_s.arg(
                              std::min<qint64>(25, seconds / 2))
                                                      : QString()}});
}

void ServerFaults::addFixedAge(const PeerFacts &peer, const Cluster &age, int cuts)
{
    const QString name = peer.peer.toString();
    const qint64 seconds = std::chrono::round<std::chrono::seconds>(age.longest).count();
    m_findings.push_back(
        {.id = u"fixed-age"_s,
         .subject = name,
         .severity = Severity::Warning,
         .title = u"WebSockets through %1 are cut at an age of %2 s"_s.arg(name).arg(seconds),
         .detail = u"%1 of the last %2 connections that were cut through %3 were about %4 seconds "
                   "old, busy or not: a proxy or a balancer limits how long a request may take. "
                   "Pings do not help against that. Raise the limit for WebSockets; in HAProxy "
                   "the client and server time-outs are replaced by timeout tunnel, and in nginx "
                   "only the reading and sending time-outs matter."_s.arg(age.count)
                       .arg(cuts)
                       .arg(name)
                       .arg(seconds),
         .evidence = cutEvidence(peer, age, cuts),
         .fix = {.nginx = u"proxy_read_timeout 1h;\nproxy_send_timeout 1h;"_s,
                 .apache = u"ProxyTimeout 3600"_s,
                 .haproxy = u"timeout tunnel 1h"_s}});
}

bool isAddress(const QByteArray &host)
{
    return host.startsWith('[') || IpAddress::parse(host);
}

bool looksLikeProbe(const PeerFacts &peer)
{
    constexpr std::array Agents = {"HealthChecker", "kube-probe", "GoogleHC", "HAProxy",
                                   "Consul",        "Traefik",    "health"};
    const QByteArray &agent = peer.misdirectedAgent;
    const bool named = std::any_of(Agents.begin(), Agents.end(),
                                   [&agent](const char *word) { return agent.contains(word); });
    // What a proxy passes on for others has forwarding headers, whatever the host.
    return isInternalAddress(peer.peer) && !peer.misdirectedForwarded
           && (named || isAddress(peer.misdirectedHost));
}

void ServerFaults::findMisdirected(const PeerFacts &peer)
{
    if (!isPresent(peer.of(Trait::Misdirected)))
        return;
    if (looksLikeProbe(peer))
        addRefusedProbe(peer);
    else
        addWrongHost(peer);
}

QJsonObject misdirectedEvidence(const PeerFacts &peer)
{
    QJsonObject evidence = evidenceOf(peer, peer.of(Trait::Misdirected), {});
    evidence.insert(u"host"_s, escapedText(peer.misdirectedHost));
    evidence.insert(u"user_agent"_s, escapedText(peer.misdirectedAgent));
    evidence.insert(u"path"_s, escapedText(peer.misdirectedPath));
    return evidence;
}

void ServerFaults::addRefusedProbe(const PeerFacts &peer)
{
    const std::vector<QByteArray> &allowed = m_facts.policy.settings().allowedHosts;
    QString host = allowed.empty() ? u"localhost"_s : QString::fromLatin1(allowed.front());
    if (host.startsWith(u"*."_s))
        host.replace(0, 1, u"www"_s);
    const bool off = m_facts.healthPath.isEmpty();
    const QString path = off ? u"/health"_s : QString::fromLatin1(m_facts.healthPath);
    const QString turnOn = uR"(health_check_path = "/health")"_s;
    m_findings.push_back(
        {.id = u"health-check-refused"_s,
         .subject = peer.peer.toString(),
         .severity = Severity::Error,
         .title = u"Health checks from %1 are refused"_s.arg(peer.peer.toString()),
         .detail =
             u"%1 asks for %2 with the host %3, which is not in allowed_hosts, and gets 421: the "
             "balancer takes the server for dead. %4 Let the check ask for %5, which answers for "
             "any host, or let it send an allowed host."_s.arg(
                 peer.peer.toString(), escapedText(peer.misdirectedPath),
                 escapedText(peer.misdirectedHost),
                 off ? u"The health check path is turned off."_s
                     : u"It does not ask for the health check path."_s,
                 path),
         .evidence = misdirectedEvidence(peer),
         .fix = {.haproxy =
                     u"option httpchk\n"
                     "http-check send meth GET uri %1 ver HTTP/1.1 hdr Host %2"_s.arg(path, host),
                 .trust = off ? turnOn : QString()}});
}

void ServerFaults::addWrongHost(const PeerFacts &peer)
{
    const PeerFacts::Recent &recent = peer.of(Trait::Misdirected);
    const bool proxy = m_facts.policy.match(peer.peer) != nullptr;
    const QString host = escapedText(peer.misdirectedHost);
    Finding finding{
        .id = u"host-not-allowed"_s,
        .subject = peer.peer.toString(),
        .severity = isUsual(recent) && proxy ? Severity::Error : Severity::Info,
        .title = u"Requests from %1 are for a host that is not allowed"_s.arg(peer.peer.toString()),
        .detail =
            u"%1 from %2 got 421, the last one for %3. If that is a name of yours, add it to "
            "allowed_hosts. If it is the name of an upstream, let the proxy pass on what the "
            "client asked for. If it is neither, somebody tries names, and all is well."_s.arg(
                share(recent), peer.peer.toString(), host),
        .evidence = misdirectedEvidence(peer)};
    // A stranger's guess must not become a line to paste.
    if (finding.severity == Severity::Error) {
        constexpr std::array Statement = {ForwardingHeader::Host};
        finding.fix = sendingLines(m_facts.policy, Statement);
        QStringList allowed;
        for (const QByteArray &name : m_facts.policy.settings().allowedHosts)
            allowed += u'"' + QString::fromLatin1(name) + u'"';
        allowed += u'"' + host + u'"';
        // An address is that of the upstream: no name of ours.
        if (!isAddress(peer.misdirectedHost))
            finding.fix.trust = u"allowed_hosts = [%1]"_s.arg(allowed.join(u", "_s));
    }
    m_findings.push_back(finding);
}

// All users of a proxy that is not known as one are one client to the limits.
void ServerFaults::findSharedLimit(const PeerFacts &peer)
{
    const bool shared = isInternalAddress(peer.peer) && peer.clients.count == 1
                        && isPresent(peer.of(Trait::Limited));
    if (!shared)
        return;
    const bool trusted = m_facts.policy.match(peer.peer) != nullptr;
    Fix fix;
    if (trusted) {
        const std::array header = {addressHeader(m_facts.policy)};
        fix = sendingLines(m_facts.policy, header);
    } else {
        fix.trust = addCommand(peer.peer);
    }
    m_findings.push_back(
        {.id = u"shared-limit"_s,
         .subject = peer.peer.toString(),
         .severity = Severity::Warning,
         .title =
             u"All that comes from %1 shares the limits of one client"_s.arg(peer.peer.toString()),
         .detail =
             u"%1 from %2 were refused with 429, and all its requests are from one client. If "
             "it is a proxy, its users are locked out together: %3. If it is one client, the "
             "limits do their work."_s.arg(share(peer.of(Trait::Limited)), peer.peer.toString(),
                                           trusted ? u"let it say who they are"_s
                                                   : u"add it to the trust list"_s),
         .evidence = evidenceOf(peer, peer.of(Trait::Limited), peer.sample),
         .fix = fix});
}

void ServerFaults::findScarcity(const QString &id, const DiagnosisFacts::Use &use,
                                const QString &what, const QString &todo)
{
    if (use.limit <= 0 || use.used * 10 < use.limit * 8)
        return;
    const bool full = use.used >= use.limit;
    m_findings.push_back(
        {.id = id,
         .severity = full ? Severity::Error : Severity::Warning,
         .title = (full ? u"No more %1"_s : u"Few %1 are left"_s).arg(what),
         .detail = u"%1 of %2 %3 are in use. %4"_s.arg(use.used).arg(use.limit).arg(what, todo),
         .evidence = {{u"used"_s, use.used}, {u"limit"_s, use.limit}}});
}

void ServerFaults::findLosses()
{
    const DiagnosisFacts::Losses &losses = m_facts.losses;
    const qint64 limited = losses.refusedLimits + losses.limitedClients + losses.limitedRequests
                           + losses.limitedMessages;
    if (limited > 0)
        m_findings.push_back(
            {.id = u"limits-hit"_s,
             .severity = Severity::Warning,
             .title = u"Limits turned clients away"_s,
             .detail = u"In the last minutes %1 connections were over max_connections or "
                       "max_connections_per_client, %2 upgrades over accept_rate, and %3 requests "
                       "and %4 messages over rate_limit. If these are honest users, raise the "
                       "limit; if they have a proxy's address, mend that first."_s
                           .arg(losses.refusedLimits)
                           .arg(losses.limitedClients)
                           .arg(losses.limitedRequests)
                           .arg(losses.limitedMessages),
             .evidence = {{u"refused_limits"_s, losses.refusedLimits},
                          {u"limited_clients"_s, losses.limitedClients},
                          {u"limited_requests"_s, losses.limitedRequests},
                          {u"limited_messages"_s, losses.limitedMessages}}});
    if (losses.slowClosed > 0)
        m_findings.push_back(
            {.id = u"slow-clients"_s,
             .severity = Severity::Warning,
             .title = u"Clients were closed because they read too slowly"_s,
             .detail = u"In the last minutes %1 clients had more than limits.send_queue_bytes "
                       "waiting for them and were closed with 1013. Send less, or raise the limit "
                       "if the memory allows."_s.arg(losses.slowClosed),
             .evidence = {{u"slow_closed"_s, losses.slowClosed}}});
}

void ServerFaults::findClockStep()
{
    if (std::chrono::abs(m_facts.clockStep) < 2s)
        return;
    const qint64 seconds = m_facts.clockStep.count();
    m_findings.push_back(
        {.id = u"clock-step"_s,
         .severity = Severity::Warning,
         .title = u"The clock of the machine jumped by %1 s"_s.arg(seconds),
         .detail = u"The time of day moved by %1 seconds against the time that passed. Times in "
                   "logs, in the history of the list and in the lists of clients are off by that "
                   "much; time-outs and rates are not. Let the machine keep its time: timedatectl "
                   "set-ntp true"_s.arg(seconds),
         .evidence = {{u"seconds"_s, seconds}}});
}

} // namespace

void findServerFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings)
{
    ServerFaults(facts, findings).run();
}

} // namespace truepeer::diagnosis
