// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the parts of the diagnosis share. Internal to diagnosis*.cpp.
#pragma once

#include "server/trust/diagnosis.h"

#include <QStringList>

#include <span>

namespace truepeer::diagnosis {

// Fewer requests than this prove nothing.
inline constexpr int EnoughRequests = 3;
// Peers that were not seen for this long have nothing to say.
inline constexpr std::chrono::seconds Memory = std::chrono::hours(24);

// Seen often enough, and not mended since.
inline bool isPresent(const PeerFacts::Recent &recent)
{
    return recent.seen >= EnoughRequests && recent.latest > 0;
}
inline bool isUsual(const PeerFacts::Recent &recent)
{
    return recent.seen >= EnoughRequests && recent.seen * 2 >= recent.of;
}
// In all requests but a few.
inline bool isConstant(const PeerFacts::Recent &recent)
{
    return recent.seen >= EnoughRequests && recent.seen * 10 >= recent.of * 9;
}

bool isFresh(const PeerFacts &peer, const DiagnosisFacts &facts);
// Trusted, and judged with the policy in force.
bool isJudgedProxy(const PeerFacts &peer, const DiagnosisFacts &facts);
bool sendsHeaders(const PeerFacts &peer);

// An untrusted peer with internal address and the same headers on all requests.
bool looksLikeProxy(const PeerFacts &peer);

// "12 of the last 32 requests".
QString share(const PeerFacts::Recent &recent);
// Forwarding headers as one printable line.
QString sampleText(const QByteArray &sample);
QJsonObject evidenceOf(const PeerFacts &peer, const PeerFacts::Recent &recent,
                       const QByteArray &sample);

// The lines that make each proxy send these headers, as the policy names them.
Fix sendingLines(const TrustPolicy &policy, std::span<const ForwardingHeader> headers);
// The lines that keep it from passing these on from a client.
Fix strippingLines(const TrustPolicy &policy, std::span<const ForwardingHeader> headers);
// The header that names the client, as far as it is read.
ForwardingHeader addressHeader(const TrustPolicy &policy);
// `headers = "…"`, for the proxy that manages this one.
QString pinLine(ForwardingHeader managed);
QString addCommand(const IpAddress &peer);
// The entries that take the place of `trust_proxy = true`.
QString listLine(const std::vector<IpAddress> &proxies);

// diagnosistrust.cpp: who is on the list, and who should be.
void findTrustFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings);
// diagnosisheaders.cpp: what trusted proxies send.
void findHeaderFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings);
// diagnosisserver.cpp: connections, hosts, limits, clock.
void findServerFaults(const DiagnosisFacts &facts, std::vector<Finding> &findings);

} // namespace truepeer::diagnosis
