// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Clients, requests and lists as short texts.
#pragma once

#include "server/net/clientrecord.h"
#include "server/ops/recentrequests.h"
#include "server/trust/diagnosis.h"
#include "tests/unit/trust/resolvecase.h"

#include <QByteArrayList>
#include <QStringList>

#include <memory>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

inline constexpr qint64 Now = 1'800'000'000;

using TestClients = std::vector<std::shared_ptr<ClientRecord>>;

// "none", "all", or the entries of a list.
inline TrustList listOf(const QString &text)
{
    if (text == "none"_L1 || text == "all"_L1)
        return {*trustModeFromName(text), {}};
    return testList(text.split(u' ', Qt::SkipEmptyParts));
}

inline std::shared_ptr<const TrustPolicy> policyOf(const TrustList &list, quint64 revision = 7)
{
    TrustSettings settings;
    settings.list = list;
    return TrustPolicy::compile(settings, revision).value();
}

inline std::shared_ptr<const TrustPolicy> policyOf(const QString &text, quint64 revision = 7)
{
    return policyOf(listOf(text), revision);
}

// A client with this text of header lines, resolved by `policy`.
inline std::shared_ptr<ClientRecord> makeRecord(quint64 id, const TestRequest &request,
                                                const TrustPolicy &policy)
{
    return request.with([&](const ResolveInput &input) {
        return std::make_shared<ClientRecord>(
            id,
            ClientRecord::Handshake{.resolution = resolve(input, policy),
                                    .forwarding = KeptHeaders(input.headers, policy),
                                    .announced = input.announced},
            ClientRecord::Connection{input.peer, input.localAddress, 4711, 0, Now});
    });
}

// From "peer", "peer < X-Forwarded-For", or "peer < header lines"; "+" before a peer announces it
// with the PROXY protocol.
inline TestRequest requestOf(const QByteArray &text)
{
    const qsizetype arrow = text.indexOf(" < ");
    QByteArray peer = arrow < 0 ? text : text.first(arrow);
    const QByteArray sent = arrow < 0 ? QByteArray() : text.sliced(arrow + 3);
    TestRequest request;
    if (peer.startsWith('+')) {
        request.announced = testAddress(QByteArrayView(peer).sliced(1));
        peer = "192.0.2.1";
    }
    request.peer = peer;
    request.headers = headersFrom(sent);
    if (!sent.isEmpty() && request.headers.isEmpty())
        request.headers = {{"X-Forwarded-For", sent}};
    return request;
}

inline TestClients clientsOf(const QByteArrayList &texts, const TrustPolicy &policy)
{
    TestClients clients;
    for (const QByteArray &text : texts)
        clients.push_back(makeRecord(clients.size() + 1, requestOf(text), policy));
    return clients;
}

inline RecentRequest recentOf(const QByteArray &text, const TrustPolicy &policy, qint64 at = Now)
{
    const TestRequest request = requestOf(text);
    return request.with([&](const ResolveInput &input) {
        RecentRequest recent(input.peer);
        recent.resolution = resolve(input, policy);
        recent.atMs = at * 1000 + 999;
        recent.method = "GET";
        recent.local = input.localAddress;
        recent.announced = input.announced;
        recent.headers = KeptHeaders(input.headers, policy);
        return recent;
    });
}

inline PeerFacts peerOf(const QByteArray &address, qint64 lastSeen)
{
    PeerFacts facts(testAddress(address));
    facts.lastSeen = lastSeen;
    return facts;
}

} // namespace truepeer
