// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/rangeindex.h"
#include "shared/error.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <QByteArrayView>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace truepeer {

// The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): what a proxy says about the
// client before the first byte of HTTP.
//
// The parser is pure and stateless: it is given all bytes since the start of the connection each
// time, and asks for more until it can tell. It refuses at the first byte that no header can have,
// so a peer that must send one and does not is found out at once.

struct ProxyEndpoint
{
    IpAddress address;
    quint16 port = 0;
};

struct ProxyHeaderResult
{
    enum class Status { Incomplete, Invalid, Done };

    // The most that a version 2 header may announce behind its 16 fixed bytes. The specification
    // allows 65 535; the addresses take at most 216, and TLVs of real senders a few hundred.
    static constexpr int MaxPayload = 2048;
    static constexpr int MaxSize = 16 + MaxPayload;

    Status status = Status::Incomplete;
    QString message;    // Invalid: why
    qsizetype size = 0; // Done: bytes that the header takes; what follows is HTTP
    int version = 0;    // Done: 1 or 2

    // Done: true for LOCAL, UNKNOWN, and addresses that are no IP (UNIX, UNSPEC): the socket's peer
    // stays who it is. Otherwise source and destination are set.
    bool local = false;
    std::optional<ProxyEndpoint> source;
    std::optional<ProxyEndpoint> destination;
};

ProxyHeaderResult parseProxyHeader(QByteArrayView bytes);

// Who must start with a PROXY header. Its own list, apart from the trust list: a peer on it must
// send one (anything else is closed), a peer that is not on it may not (its bytes are HTTP).
struct ProxyProtocolSettings
{
    bool required = false; // accept = "required"; false is "off"
    std::vector<TrustEntry> from;

    friend bool operator==(const ProxyProtocolSettings &, const ProxyProtocolSettings &) = default;
};

// Compiled and immutable, shared between threads like TrustPolicy.
class ProxyProtocolPolicy
{
public:
    static Expected<std::shared_ptr<const ProxyProtocolPolicy>>
    compile(const ProxyProtocolSettings &settings);

    const ProxyProtocolSettings &settings() const { return m_settings; }

    // True: this socket peer must send a header, and it is believed.
    bool expectsHeader(const IpAddress &socketPeer) const;

private:
    ProxyProtocolPolicy(ProxyProtocolSettings settings, RangeIndex index);

    ProxyProtocolSettings m_settings;
    RangeIndex m_index;
};

} // namespace truepeer
