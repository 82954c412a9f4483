// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/proxyheader.h"
#include "server/trust/trustpolicy.h"
#include "shared/log.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <chrono>
#include <vector>

namespace truepeer {

// The configuration of truepeerd: every key of truepeer.toml(5) as a typed member. The initialisers
// are the defaults; there is no other place for them. A plain value: read once at the start, then
// copied or kept const.
//
// configkeys.h binds each member to its key, its rules and its documentation; configload.h fills a
// Config from file, environment and command line. What loadConfig() hands out without errors obeys
// the ranges that the table states.
struct Config
{
    enum class Publisher : quint8 { Local, Redis };

    struct Limits
    {
        int maxConnections = 10000;
        int maxConnectionsPerClient = 500; // 0: no cap
        int acceptRate = 0;                // connections a second; 0: no cap
        std::chrono::milliseconds handshakeTimeout{10000};
        qint64 headerBytes = 16384;
        int headerCount = 100;
        qint64 bodyBytes = 1048576;
        qint64 sendQueueBytes = 1048576;
        std::chrono::seconds idlePing{25}; // 0: no pings
        std::chrono::seconds pongTimeout{20};
        std::chrono::seconds keepAlive{75}; // 0: one request a connection
        int maxRoomsPerClient = 100;
    };

    struct RateLimit
    {
        bool enabled = false;
        int maxHttpRequestsPerIp = 1000;
        std::chrono::seconds httpTimeWindow{60};
        int maxWebsocketMessagesPerClient = 2000;
        std::chrono::seconds websocketTimeWindow{60};
        int burstAllowance = 100;
        std::vector<TrustEntry> whitelist; // addresses that are not limited
    };

    struct Cors
    {
        QByteArrayList allowedOrigins = {"*"};
        QByteArrayList allowedMethods = {"GET",     "POST",  "PUT", "DELETE",
                                         "OPTIONS", "PATCH", "HEAD"};
        QByteArrayList allowedHeaders = {"Content-Type", "X-Requested-With", "Authorization"};
        bool allowCredentials = false;
        std::chrono::seconds maxAge{86400};
    };

    struct Relay
    {
        QByteArrayList events; // names, or prefixes that end in `*`
        bool roomsOnly = true;
    };

    struct Admin
    {
        QString socket; // empty: the default that truepeer.toml(5) names
        QString group;  // empty: the owner alone
        QString readOnlySocket;
    };

    struct Drain
    {
        std::chrono::seconds delay{5};
        std::chrono::seconds timeout{30};
        int closesPerSecond = 0; // 0: spread over the timeout
    };

    struct Redis
    {
        QString host = QStringLiteral("127.0.0.1");
        quint16 port = 6379;
        QByteArray password;
        int database = 0;
        QByteArray channel = "sockeon:broadcast";
    };

    struct Cluster
    {
        QByteArray nodeId; // empty: made up at the start
        Publisher publisher = Publisher::Local;
        Redis redis;
    };

    struct LogSettings
    {
        LogFormat format = LogFormat::Text;
        LogLevel level = LogLevel::Info;
        bool access = true; // one line for each HTTP request and WebSocket upgrade
    };

    std::vector<IpAddress> hosts = {IpAddress::fromIPv4(0)}; // "::" alone takes IPv4 and IPv6
    quint16 port = 6001;                                     // 0: a free one
    int threads = 0;                                         // 0: one for each core
    // What the resolver needs: trust_proxy (default: nobody), headers, max_hops, on_conflict,
    // allowed_hosts, [trust_attributes] and [proxy_headers].
    TrustSettings trust;
    QByteArray healthCheckPath = "/health"; // empty: off
    QByteArray requestDetailsPath;          // empty: off
    QByteArray metricsPath;                 // empty: off
    QByteArray authKey;                     // empty: no key is asked for
    QByteArrayList apiKeys;                 // empty: the API is off
    qint64 maxMessageSize = 65536;          // bytes
    bool registerSystemControllers = true;
    QString stateDir; // empty: the default of truepeer.toml(5); else absolute
    ProxyProtocolSettings proxyProtocol;
    Limits limits;
    RateLimit rateLimit;
    Cors cors;
    Relay relay;
    Admin admin;
    Drain drain;
    Cluster cluster;
    LogSettings log;

    // The keys that are set to something else than their default although this version does not
    // act on them. The start-up log names them, so that nobody relies on a limit that is not there.
    std::vector<QString> notYetInForce() const;
};

} // namespace truepeer
