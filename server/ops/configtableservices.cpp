// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configbinding.h"
#include "server/ops/configtable.h"

namespace truepeer {

namespace {

constexpr qint64 Million = 1'000'000;
constexpr qint64 KiB = 1024;
constexpr qint64 MiB = 1024 * KiB;
constexpr qint64 GiB = 1024 * MiB;
constexpr qint64 SecondsPerHour = 3600;
constexpr qint64 SecondsPerDay = 24 * SecondsPerHour;

using Keys = std::vector<ConfigKey>;

void addConnectionLimits(Keys &keys)
{
    using Limits = Config::Limits;
    add<&Config::limits, &Limits::maxConnections>(
        keys, "limits.max_connections",
        "How many connections may be open at the same time; further ones get 503.")
        .range(1, Million);
    add<&Config::limits, &Limits::maxConnectionsPerClient>(
        keys, "limits.max_connections_per_client",
        "How many connections one client may have open; further ones get 429. 0: no cap.")
        .range(0, Million);
    add<&Config::limits, &Limits::acceptRate>(
        keys, "limits.accept_rate",
        "How many new WebSocket clients the whole server takes in a second; further ones get 503. "
        "0: no cap.")
        .range(0, Million);
    add<&Config::limits, &Limits::handshakeTimeout>(
        keys, "limits.handshake_timeout_ms",
        "How long a request may take to arrive, in milliseconds.")
        .range(100, 600'000);
    add<&Config::limits, &Limits::idlePing>(
        keys, "limits.idle_ping_s",
        "After how many seconds without traffic a WebSocket client is pinged. 0: never.")
        .range(0, SecondsPerHour);
    add<&Config::limits, &Limits::pongTimeout>(
        keys, "limits.pong_timeout_s", "How many seconds a client has for the answer to a ping.")
        .range(1, SecondsPerHour);
    add<&Config::limits, &Limits::keepAlive>(
        keys, "limits.keep_alive_s",
        "How many seconds an HTTP connection may wait for its next request. 0: one request a "
        "connection.")
        .range(0, SecondsPerHour);
}

void addSizeLimits(Keys &keys)
{
    using Limits = Config::Limits;
    add<&Config::limits, &Limits::headerBytes>(
        keys, "limits.header_bytes",
        "The largest head of a request, in bytes; a larger one gets 431.")
        .range(KiB, MiB);
    add<&Config::limits, &Limits::headerCount>(
        keys, "limits.header_count", "How many header lines a request may have; more get 431.")
        .range(10, 10'000);
    add<&Config::limits, &Limits::bodyBytes>(
        keys, "limits.body_bytes",
        "The largest body of a request, in bytes; a larger one gets 413.")
        .range(0, GiB);
    add<&Config::limits, &Limits::sendQueueBytes>(
        keys, "limits.send_queue_bytes",
        "How many bytes may wait for one client; a client that reads too slowly is closed with "
        "1013.")
        .range(16 * KiB, GiB);
    add<&Config::limits, &Limits::maxRoomsPerClient>(keys, "limits.max_rooms_per_client",
                                                     "How many rooms one client may be in.")
        .range(1, 100'000);
}

void addRateLimitKeys(Keys &keys)
{
    using RateLimit = Config::RateLimit;
    add<&Config::rateLimit, &RateLimit::enabled>(
        keys, "rate_limit.enabled", "Whether requests and messages are counted and limited.");
    add<&Config::rateLimit, &RateLimit::maxHttpRequestsPerIp>(
        keys, "rate_limit.max_http_requests_per_ip",
        "How many HTTP requests one client may make in a window.")
        .range(1, Million);
    add<&Config::rateLimit, &RateLimit::httpTimeWindow>(keys, "rate_limit.http_time_window",
                                                        "The window for HTTP requests, in seconds.")
        .range(1, SecondsPerDay);
    add<&Config::rateLimit, &RateLimit::maxWebsocketMessagesPerClient>(
        keys, "rate_limit.max_websocket_messages_per_client",
        "How many WebSocket messages one client may send in a window.")
        .range(1, Million);
    add<&Config::rateLimit, &RateLimit::websocketTimeWindow>(
        keys, "rate_limit.websocket_time_window", "The window for WebSocket messages, in seconds.")
        .range(1, SecondsPerDay);
    add<&Config::rateLimit, &RateLimit::burstAllowance>(
        keys, "rate_limit.burst_allowance", "How many more are let through before the limit bites.")
        .range(0, Million);
    add<&Config::rateLimit, &RateLimit::whitelist>(
        keys, "rate_limit.whitelist",
        "Clients for whom none of these limits holds, nor those of limits.accept_rate and "
        "limits.max_connections_per_client; written as in trust_proxy.")
        .check(checkAddressRanges);
}

void addCorsKeys(Keys &keys)
{
    using Cors = Config::Cors;
    add<&Config::cors, &Cors::allowedOrigins>(
        keys, "cors.allowed_origins",
        "The origins that pages may connect from. \"*\" is any; \"self\", like an empty list, is "
        "the scheme, host and port that the request was for.")
        .check(checkOrigins);
    add<&Config::cors, &Cors::allowedMethods>(keys, "cors.allowed_methods",
                                              "The methods that a preflight answer allows.")
        .check(checkTokens);
    add<&Config::cors, &Cors::allowedHeaders>(keys, "cors.allowed_headers",
                                              "The headers that a preflight answer allows.")
        .check(checkTokens);
    add<&Config::cors, &Cors::allowCredentials>(keys, "cors.allow_credentials",
                                                "Whether pages may send cookies.");
    add<&Config::cors, &Cors::maxAge>(keys, "cors.max_age",
                                      "How many seconds a browser may remember a preflight answer.")
        .range(0, SecondsPerDay);
}

void addRelayKeys(Keys &keys)
{
    add<&Config::relay, &Config::Relay::events>(
        keys, "relay.events",
        "Events of clients that the server passes on without a handler; a name, or the start of "
        "names and a *.")
        .check(checkEventPatterns);
    add<&Config::relay, &Config::Relay::roomsOnly>(
        keys, "relay.rooms_only", "Whether they are passed on within rooms of the sender only.");
}

void addAdminKeys(Keys &keys)
{
    using Admin = Config::Admin;
    add<&Config::admin, &Admin::socket>(
        keys, "admin.socket",
        "The path of the admin socket. \"\" is $RUNTIME_DIRECTORY/PORT.sock, else "
        "$XDG_RUNTIME_DIR/truepeer/PORT.sock, else /run/truepeer/PORT.sock.")
        .check(checkSocketPath)
        .flag("admin-socket", "PATH");
    add<&Config::admin, &Admin::group>(keys, "admin.group",
                                       "The group that may use the admin socket besides its owner.")
        .check(checkGroupName);
    add<&Config::admin, &Admin::readOnlySocket>(
        keys, "admin.read_only_socket",
        "The path of a second socket that shows everything and changes nothing.")
        .check(checkSocketPath);
}

void addDrainKeys(Keys &keys)
{
    using Drain = Config::Drain;
    add<&Config::drain, &Drain::delay>(
        keys, "drain.delay_s",
        "How many seconds the server goes on as before when it is to stop, while the health check "
        "already says so.")
        .range(0, SecondsPerHour);
    add<&Config::drain, &Drain::timeout>(
        keys, "drain.timeout_s", "How many seconds closing the connections may take after that.")
        .range(0, SecondsPerHour);
    add<&Config::drain, &Drain::closesPerSecond>(
        keys, "drain.closes_per_s",
        "How many connections are closed in a second. 0 spreads them over the timeout.")
        .range(0, Million);
}

void addClusterKeys(Keys &keys)
{
    using Cluster = Config::Cluster;
    using Redis = Config::Redis;
    add<&Config::cluster, &Cluster::nodeId>(
        keys, "cluster.node_id", "The name of this server among others. \"\" makes one up.")
        .check(checkNodeId)
        .notInForce();
    add<&Config::cluster, &Cluster::publisher>(
        keys, "cluster.publisher",
        "How broadcasts reach other servers. local: they do not. redis: by a Redis channel.")
        .notInForce();
    add<&Config::cluster, &Cluster::redis, &Redis::host>(keys, "cluster.redis.host",
                                                         "The host of the Redis server.")
        .check(checkRedisHost)
        .notInForce();
    add<&Config::cluster, &Cluster::redis, &Redis::port>(keys, "cluster.redis.port",
                                                         "The port of the Redis server.")
        .range(1, 65535)
        .notInForce();
    add<&Config::cluster, &Cluster::redis, &Redis::password>(
        keys, "cluster.redis.password", "The password of the Redis server. \"\": none.")
        .check(checkAuthKey)
        .secret()
        .notInForce();
    add<&Config::cluster, &Cluster::redis, &Redis::database>(keys, "cluster.redis.database",
                                                             "The number of the Redis database.")
        .range(0, 65535)
        .notInForce();
    add<&Config::cluster, &Cluster::redis, &Redis::channel>(
        keys, "cluster.redis.channel", "The Redis channel that broadcasts are published on.")
        .check(checkChannel)
        .notInForce();
}

void addLogKeys(Keys &keys)
{
    using LogSettings = Config::LogSettings;
    add<&Config::log, &LogSettings::format>(
        keys, "log.format", "How log lines are written. text: key=value. json: one object a line.")
        .flag("log-format", "text|json");
    add<&Config::log, &LogSettings::level>(keys, "log.level",
                                           "The least level that is written to the log.")
        .flag("log-level", "debug|info|warning|error")
        .reloadable();
    add<&Config::log, &LogSettings::access>(
        keys, "log.access", "Whether each HTTP request and each WebSocket upgrade is logged.");
}

} // namespace

void addLimitKeys(Keys &keys)
{
    addConnectionLimits(keys);
    addSizeLimits(keys);
    addRateLimitKeys(keys);
    addCorsKeys(keys);
    addRelayKeys(keys);
}

void addServiceKeys(Keys &keys)
{
    addAdminKeys(keys);
    addDrainKeys(keys);
    addClusterKeys(keys);
    addLogKeys(keys);
}

} // namespace truepeer
