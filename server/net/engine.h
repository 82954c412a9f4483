// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the engine is given from outside, and what it tells. The engine (net/) knows neither
// configuration files nor logs nor the meaning of a route: application hands all of that in here.
#pragma once

#include "server/http/corspolicy.h"
#include "server/http/originpolicy.h"
#include "server/http/requestparser.h"
#include "server/http/router.h"
#include "server/net/clientdirectory.h"
#include "server/net/clientlimits.h"
#include "server/trust/proxyheader.h"
#include "server/trust/resolver.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace truepeer {

struct EngineLimits
{
    // Requests beyond this many open connections get 503. Health checks are still answered by a
    // reserve of ReserveConnections; beyond that a connection is closed at the door.
    int maxConnections = 10000;
    std::chrono::milliseconds handshakeTimeout{10000}; // PROXY header, request head, body progress
    std::chrono::seconds keepAlive{75};                // 0: one request a connection
    std::chrono::seconds idlePing{25};                 // 0: no pings
    std::chrono::seconds pongTimeout{20};
    qsizetype sendQueueBytes = 1048576;
    qsizetype maxMessageSize = 65536;
    HttpLimits http;

    static constexpr int ReserveConnections = 256;
};

class ClientRecord;
class ClientServices;

// A last word on a handshake that passed all checks: a response refuses it.
using AdmitClient = std::function<std::optional<Response>(const HttpRequest &)>;

// Constant after the start, shared by all I/O threads.
struct EngineSettings
{
    EngineLimits limits;
    ClientLimitSettings clientLimits;
    Router router;
    OriginPolicy origins;
    CorsPolicy cors;
    AdmitClient admitClient;            // may be empty
    ClientServices *services = nullptr; // null: messages are counted and dropped
    bool keepHeads = false;             // records keep the head of the handshake
    QByteArray authKey;                 // empty: no key is asked for
    QByteArrayList forwardingNames;     // custom header names that Connection must not name
    std::shared_ptr<const ProxyProtocolPolicy> proxyProtocol;
};

// Shared state of all I/O threads; every member is safe to use from any of them.
struct EngineState
{
    explicit EngineState(const ClientLimitSettings &settings = {})
        : limits(settings)
    {
    }

    std::atomic<int> connections = 0; // open sockets of all threads
    std::atomic<bool> draining = false;
    std::atomic<quint64> nextClientId = 1;
    ClientLimits limits;
    ClientDirectory directory;
};

// One HTTP request that was answered, or refused before it could be understood.
struct RequestEvent
{
    const Resolution &resolution;
    QByteArrayView method = {}; // empty: the head could not be parsed
    QByteArrayView target = {};
    QByteArrayView userAgent = {};
    int status = 0;
    QByteArrayView detail = {}; // why it was refused, in our words; may be empty
    bool exempt = false;        // a health check
    std::chrono::microseconds duration{0};
    int worker = 0; // the index of the I/O thread
    // What the resolution was made of; null where the head could not be parsed.
    const ResolveInput *input = nullptr;
    const TrustPolicy *policy = nullptr;
};

// One WebSocket client.
struct ClientEvent
{
    quint64 id = 0;
    const Resolution &resolution;
    QByteArrayView target;
    QByteArrayView userAgent;
    QByteArrayView origin;
    std::shared_ptr<const ClientRecord> record = {};
};

enum class Initiator : quint8 { Client, Server, Network };

// How a WebSocket connection ended. 1006: without a close frame (RFC 6455 7.1.5).
struct CloseInfo
{
    int code = 1006;
    QByteArray reason;
    Initiator initiator = Initiator::Network;
};

struct ClientClosedEvent
{
    const ClientEvent &client;
    const CloseInfo &close;
    std::chrono::milliseconds duration{0};
    qint64 messagesIn = 0;
    qint64 messagesOut = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
};

// Told what happens, on the I/O thread where it happens: implementations are thread-safe and never
// block. The views are only valid during the call.
class EngineObserver
{
public:
    virtual void requestServed(const RequestEvent &event) = 0;
    virtual void clientConnected(const ClientEvent &event) = 0;
    virtual void clientClosed(const ClientClosedEvent &event) = 0;
    // A connection that ended before its first request: PROXY header missing or wrong, or nothing
    // came in time.
    virtual void connectionRefused(const IpAddress &peer, QByteArrayView reason) = 0;
    // A peer that is not trusted sent forwarding headers; they were ignored.
    virtual void headersIgnored(const Resolution &resolution) = 0;

protected:
    EngineObserver() = default;
    ~EngineObserver() = default;
    Q_DISABLE_COPY_MOVE(EngineObserver)
};

} // namespace truepeer
