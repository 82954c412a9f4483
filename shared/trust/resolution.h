// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QLatin1StringView>
#include <QString>

namespace truepeer {

enum class Scheme : quint8 { Http, Https };

// Where the client's address was taken from.
enum class Source : quint8 { Peer, XForwardedFor, Forwarded, XRealIp, ProxyProtocol };

QLatin1StringView schemeName(Scheme scheme); // "http", "https"
QLatin1StringView sourceName(Source source); // "peer", "x-forwarded-for", …
inline quint16 defaultPort(Scheme scheme)
{
    return scheme == Scheme::Https ? 443 : 80;
}

// Who is calling and what they asked for, as the resolver found it: the compact outcome that is
// kept with each connection. It holds no text from a header except the host, which went through
// parseHostPort. A plain value; the only heap memory is the host's.
struct Resolution
{
    // The answer for a request that nothing is known about yet: the client is the peer.
    explicit Resolution(const IpAddress &socketPeer)
        : client(socketPeer)
        , peer(socketPeer)
    {
    }

    IpAddress client;
    IpAddress peer;  // the socket's peer, also behind the PROXY protocol
    QByteArray host; // lower case, IPv6 in brackets, never empty once resolved
    quint64 policyRevision = 0;
    quint16 port = 0;
    quint16 hops = 0; // k: how many elements of the source were walked
    Scheme scheme = Scheme::Http;
    Source source = Source::Peer;
    bool trustedPeer =
        false;         // the peer's (behind PROXY: the announced source's) headers were believed
    bool known = true; // false: the client is the last verified hop, or the peer of a conflict
    bool conflict = false;         // the headers contradicted each other
    bool schemeStated = true;      // false: the peer is trusted but nobody stated a scheme
    bool ignoredHeaders = false;   // forwarding headers were there and were not read
    bool conflictRejected = false; // conflict, and the policy wants it answered with 400

    friend bool operator==(const Resolution &a, const Resolution &b) = default;
};

// Whether the application would see the same caller: client, scheme, host, port, and whether the
// client is known. How that was found out may differ.
bool isSameCaller(const Resolution &a, const Resolution &b);

// One word for logs: "untrusted-peer", "direct" (a trusted peer without an address in its
// headers), "resolved", "unknown", "conflict".
QLatin1StringView verdict(const Resolution &resolution);

// scheme://host[:port unless default]path?query of a request target in origin-form ("/path?query"),
// absolute-form or "*". The value of each query parameter that is named key after decoding is shown
// as ***. Bytes that may not stand in a URL are percent-encoded.
QByteArray effectiveUrl(const Resolution &resolution, QByteArrayView target);

} // namespace truepeer
