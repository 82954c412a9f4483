// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>
#include <vector>

namespace truepeer {

// Rooms of equal names in different namespaces are different rooms.
struct RoomName
{
    QString nameSpace;
    QString name;

    // "name" in the namespace "/", else "namespace:name".
    QString toText() const;

    friend bool operator==(const RoomName &a, const RoomName &b) = default;
};

// How a client that has gone went.
struct ClientEnd
{
    qint64 closedAt = 0; // Unix seconds
    int code = 1006;     // RFC 6455 7.4; 1006: without a close frame
    QString reason;      // may be the client's words
    QString initiator;   // "client", "server" or "network"
};

// One row of clients.list: a WebSocket client as it was at one moment. A plain value without any
// tie to the connection, so it may go to any thread. Numbers are counted from the upgrade on.
struct ClientInfo
{
    using Closed = ClientEnd;

    ClientInfo(quint64 clientId, const IpAddress &socketPeer)
        : id(clientId)
        , client(socketPeer)
        , peer(socketPeer)
    {
    }

    quint64 id;
    IpAddress client;
    IpAddress peer;
    QByteArray host; // lower case, IPv6 in brackets
    QString url;     // as effectiveUrl() shows it
    QString userAgent;
    QString origin;
    QString nameSpace = QStringLiteral("/");
    std::vector<RoomName> rooms;
    std::vector<IpAddress> via; // the trusted hops, with the peer when it is one; for filters only
    std::optional<Closed> closed; // nothing: the client is there
    qint64 connectedAt = 0;       // Unix seconds
    qint64 idle = 0;              // seconds since the last message; in a closed one, when it closed
    qint64 messagesIn = 0;
    qint64 messagesOut = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    qint64 queueBytes = 0; // accepted for sending and not yet with the kernel
    quint64 trustRevision = 0;
    int hops = 0;
    quint16 peerPort = 0;
    quint16 port = 0;
    Scheme scheme = Scheme::Http;
    Source source = Source::Peer;
    bool trustedPeer = false;
    bool known = true;
    bool conflict = false;
};

// The object of clients.list. Texts that the client made up are escaped to printable ASCII.
QJsonObject toJson(const ClientInfo &info);

} // namespace truepeer
