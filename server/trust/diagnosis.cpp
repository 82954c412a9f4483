// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/diagnosis.h"

#include "server/trust/diagnosisparts.h"
#include "shared/trust/explanation.h"

#include <QJsonArray>

#include <algorithm>
#include <tuple>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace diagnosis {

bool isFresh(const PeerFacts &peer, const DiagnosisFacts &facts)
{
    return peer.lastSeen + qint64(Memory.count()) >= facts.now;
}

bool isJudgedProxy(const PeerFacts &peer, const DiagnosisFacts &facts)
{
    return isFresh(peer, facts) && peer.revision == facts.policy.revision()
           && facts.policy.match(peer.peer);
}

bool sendsHeaders(const PeerFacts &peer)
{
    return std::any_of(
        AllForwardingHeaders.begin(), AllForwardingHeaders.end(),
        [&peer](ForwardingHeader header) { return isPresent(peer.of(sentTrait(header))); });
}

bool looksLikeProxy(const PeerFacts &peer)
{
    const auto constant = [&peer](ForwardingHeader header) {
        return isConstant(peer.of(sentTrait(header)));
    };
    const bool namesClients = constant(ForwardingHeader::For) || constant(ForwardingHeader::RealIp)
                              || constant(ForwardingHeader::Forwarded);
    const bool sameSet = std::all_of(AllForwardingHeaders.begin(), AllForwardingHeaders.end(),
                                     [&](ForwardingHeader header) {
                                         const PeerFacts::Recent &sent = peer.of(sentTrait(header));
                                         return sent.seen < EnoughRequests || constant(header);
                                     });
    return isInternalAddress(peer.peer) && namesClients && sameSet;
}

QString share(const PeerFacts::Recent &recent)
{
    return u"%1 of the last %2 requests"_s.arg(recent.seen).arg(recent.of);
}

QString sampleText(const QByteArray &sample)
{
    QByteArray line = sample;
    line.replace("\n", " | ");
    return escapedText(line);
}

QJsonObject evidenceOf(const PeerFacts &peer, const PeerFacts::Recent &recent,
                       const QByteArray &sample)
{
    QJsonObject evidence{{u"peer"_s, peer.peer.toString()}, {u"requests"_s, peer.requests},
                         {u"seen"_s, recent.seen},          {u"of"_s, recent.of},
                         {u"first_seen"_s, peer.firstSeen}, {u"last_seen"_s, peer.lastSeen}};
    if (peer.socketPeer != peer.peer)
        evidence.insert(u"socket_peer"_s, peer.socketPeer.toString());
    if (!sample.isEmpty())
        evidence.insert(u"sample"_s, sampleText(sample));
    return evidence;
}

} // namespace diagnosis

namespace {

constexpr std::ptrdiff_t MostOfOneKind = 10;
constexpr size_t MostSuggestions = 100;

QLatin1StringView severityName(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return "info"_L1;
    case Severity::Warning:
        return "warning"_L1;
    case Severity::Error:
        break;
    }
    return "error"_L1;
}

// A stranger can cause a finding for each address that it has, which must not bury the others.
void appendSome(std::vector<Finding> &result, std::vector<Finding>::iterator first,
                std::vector<Finding>::iterator last)
{
    const auto listed = first + std::min(last - first, MostOfOneKind);
    result.insert(result.end(), std::make_move_iterator(first), std::make_move_iterator(listed));
    if (listed == last)
        return;
    constexpr std::ptrdiff_t MostNames = 50;
    QJsonArray names;
    for (auto finding = listed; finding != last && finding - listed < MostNames; ++finding)
        names.append(finding->subject);
    const qint64 count = last - listed;
    result.push_back({.id = listed->id,
                      .subject = u"more"_s,
                      .severity = listed->severity,
                      .title = u"%1 more like these"_s.arg(count),
                      .detail = u"The same was found in %1 more cases. The evidence names the "
                                "first of them."_s.arg(count),
                      .evidence = {{u"count"_s, count}, {u"subjects"_s, names}}});
}

} // namespace

bool isInternalAddress(const IpAddress &address)
{
    if (address.isLoopback())
        return true;
    if (address.isIPv4()) {
        const quint32 number = address.toIPv4();
        const quint32 first = number >> 24;
        return first == 10 || number >> 20 == 0xac1 || number >> 16 == 0xc0a8
               || number >> 16 == 0xa9fe || number >> 22 == 0x6440 >> 6;
    }
    const IpAddress::Bytes &bytes = address.bytes();
    return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

std::vector<Finding> diagnose(const DiagnosisFacts &facts)
{
    std::vector<Finding> all;
    diagnosis::findTrustFaults(facts, all);
    diagnosis::findHeaderFaults(facts, all);
    diagnosis::findServerFaults(facts, all);
    const auto kind = [](const Finding &finding) {
        return std::make_tuple(-static_cast<int>(finding.severity), QStringView(finding.id));
    };
    std::sort(all.begin(), all.end(), [&kind](const Finding &a, const Finding &b) {
        return std::tuple_cat(kind(a), std::make_tuple(QStringView(a.subject)))
               < std::tuple_cat(kind(b), std::make_tuple(QStringView(b.subject)));
    });

    std::vector<Finding> result;
    for (auto first = all.begin(); first != all.end();) {
        const auto last = std::find_if(first, all.end(), [&](const Finding &finding) {
            return kind(finding) != kind(*first);
        });
        appendSome(result, first, last);
        first = last;
    }
    return result;
}

QJsonObject toJson(const Finding &finding)
{
    QJsonObject fix;
    const auto add = [&fix](const QString &name, const QString &lines) {
        if (!lines.isEmpty())
            fix.insert(name, lines);
    };
    add(u"nginx"_s, finding.fix.nginx);
    add(u"apache"_s, finding.fix.apache);
    add(u"haproxy"_s, finding.fix.haproxy);
    add(u"trust"_s, finding.fix.trust);
    return {{u"id"_s, finding.id},
            {u"subject"_s, finding.subject},
            {u"severity"_s, severityName(finding.severity)},
            {u"title"_s, finding.title},
            {u"detail"_s, finding.detail},
            {u"evidence"_s, finding.evidence},
            {u"fix"_s, fix}};
}

std::vector<Suggestion> suggestions(const DiagnosisFacts &facts)
{
    std::vector<Suggestion> result;
    for (const PeerFacts &peer : facts.peers) {
        const bool candidate =
            peer.ignored > 0 && diagnosis::isFresh(peer, facts) && !facts.policy.match(peer.peer);
        if (candidate)
            result.push_back({peer.peer, peer.ignored, peer.firstIgnored, peer.lastIgnored,
                              diagnosis::sampleText(peer.sample), peer.peer.toString()});
    }
    std::sort(result.begin(), result.end(), [](const Suggestion &a, const Suggestion &b) {
        return a.hits != b.hits ? a.hits > b.hits : a.peer < b.peer;
    });
    if (result.size() > MostSuggestions)
        result.erase(result.begin() + MostSuggestions, result.end());
    return result;
}

QJsonObject toJson(const Suggestion &suggestion)
{
    return {{u"peer"_s, suggestion.peer.toString()}, {u"hits"_s, suggestion.hits},
            {u"first_seen"_s, suggestion.firstSeen}, {u"last_seen"_s, suggestion.lastSeen},
            {u"sample"_s, suggestion.sample},        {u"entry"_s, suggestion.entry}};
}

} // namespace truepeer
