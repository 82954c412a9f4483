// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The diagnosis: from what was observed of each peer and of the server to findings that say what is
// wrong and how it is mended. Pure functions, safe in any thread; whoever asks gathers the facts.
#pragma once

#include "server/trust/trustpolicy.h"
#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <array>
#include <chrono>
#include <optional>
#include <vector>

namespace truepeer {

// What a single request can show about the peer that it came from.
enum class Trait : quint8 {
    // A forwarding header with something in it, in the order of ForwardingHeader.
    SentFor,
    SentProto,
    SentHost,
    SentPort,
    SentRealIp,
    SentForwarded,
    // One that has the literal (null) of Apache in it, in the same order.
    NullFor,
    NullProto,
    NullHost,
    NullPort,
    NullRealIp,
    NullForwarded,
    Misdirected, // answered with 421
    Limited,     // answered with 429: too much from one client

    // What the policy made of it. These start anew when the list is edited.
    ForwardedConflict, // the families name different clients
    RealIpConflict,    // X-Real-IP is none of the hops
    BothFamilies,      // and no conflict
    Unusable,          // the walk stopped at an element that is no address
    HopCap,            // the walk stopped after max_hops
    MissingHop,        // the walk ended at an internal address, with more behind it
    NoAddress,         // no header named the client
    NoProto,           // there were headers, but no usable scheme
    NoHost,
    NoPort,
};
inline constexpr size_t TraitCount = 24;
inline constexpr Trait FirstJudgedTrait = Trait::ForwardedConflict;

constexpr Trait sentTrait(ForwardingHeader header)
{
    return static_cast<Trait>(static_cast<quint8>(Trait::SentFor) + static_cast<quint8>(header));
}
constexpr Trait nullTrait(ForwardingHeader header)
{
    return static_cast<Trait>(static_cast<quint8>(Trait::NullFor) + static_cast<quint8>(header));
}

// Loopback, private, link-local, or the shared space of carriers (RFC 6598): nobody comes from
// there over the Internet.
bool isInternalAddress(const IpAddress &address);

// What was observed of one peer. Health checks count in `requests` only.
struct PeerFacts
{
    // In how many of the last requests a trait was seen; `latest` counts the newest 20 of them, so
    // that a fault is over once these are without it.
    struct Recent
    {
        int seen = 0;
        int of = 0;
        int latest = 0;
    };
    // A hop that is not on the list although more stands behind it.
    struct HopCandidate
    {
        IpAddress address;
        qint64 count;
    };
    // How many different ones; exactly, unless atLeast.
    struct Distinct
    {
        int count = 0;
        bool atLeast = false;
    };
    // The end of a WebSocket connection.
    struct End
    {
        std::chrono::seconds age{0};        // since the upgrade
        std::chrono::milliseconds quiet{0}; // since the last byte that was sent to the client
        qint64 at = 0;                      // Unix seconds
        bool cut = false;                   // without a close frame, by the network
    };

    explicit PeerFacts(const IpAddress &gatePeer)
        : peer(gatePeer)
        , socketPeer(gatePeer)
    {
    }

    const Recent &of(Trait trait) const { return recent[static_cast<size_t>(trait)]; }

    IpAddress peer;       // whose headers are in question: behind PROXY, the announced source
    IpAddress socketPeer; // of the last request
    quint64 revision = 0; // of the policy that judged the traits from FirstJudgedTrait on
    qint64 requests = 0;
    qint64 upgrades = 0;
    qint64 firstSeen = 0; // Unix seconds
    qint64 lastSeen = 0;
    std::array<qint64, ForwardingHeaderCount> withHeader{};
    qint64 ignored = 0; // had headers, and the peer was not trusted
    qint64 firstIgnored = 0;
    qint64 lastIgnored = 0;
    qint64 limited = 0; // answered with 429 or 503
    qint64 misdirected = 0;
    std::array<Recent, TraitCount> recent{};
    Distinct claims;        // right-most elements
    int internalClaims = 0; // how many of these are internal addresses
    Distinct clients;       // resolved ones
    std::vector<HopCandidate> missingHops;
    std::vector<End> ends; // the last ones, oldest first
    // As received, so to be escaped. Forwarding headers, one line each.
    QByteArray sample;       // of the first request of a second that had some
    QByteArray faultSample;  // of the last one with a conflict, (null), or a walk that went wrong
    QByteArray unstatedHost; // the Host of the last request that no header stated a host of
    // Of the last request that was misdirected.
    QByteArray misdirectedHost;
    QByteArray misdirectedAgent;
    QByteArray misdirectedPath;        // without the query
    bool misdirectedForwarded = false; // it had forwarding headers
};

// How an entry of the list was used.
struct EntryUse
{
    QString entry;
    qint64 matchedPeers = 0;
    qint64 matchedClients = 0;
    qint64 lastUsed = 0; // Unix seconds; 0: never
    qint64 addedAt = 0;  // 0: it was there at the start
};

// All that the diagnosis looks at. The defaults are those of a server that is well.
struct DiagnosisFacts
{
    // Open clients that all have one internal address: the most frequent one.
    struct SharedAddress
    {
        IpAddress address;
        qint64 clients;
    };
    struct Use
    {
        qint64 used = 0;
        qint64 limit = 0; // 0: none
    };
    // Counted over the last minutes, not since the start: a finding has to end.
    struct Losses
    {
        qint64 refusedLimits = 0;   // max_connections, max_connections_per_client
        qint64 limitedClients = 0;  // accept_rate
        qint64 limitedRequests = 0; // rate_limit
        qint64 limitedMessages = 0;
        qint64 slowClosed = 0; // send queues that were full
    };

    const TrustPolicy &policy; // in force
    qint64 now = 0;            // Unix seconds
    std::chrono::seconds uptime{0};
    std::vector<PeerFacts> peers = {};
    std::vector<EntryUse> entries = {};
    qint64 clients = 0; // open WebSocket clients
    std::optional<SharedAddress> sharedAddress = {};
    Use connections = {};
    Use descriptors = {};
    Losses losses = {};
    std::chrono::seconds clockStep{0}; // how far the wall clock jumped against the steady one
    std::chrono::seconds idlePing{25}; // limits.idle_ping_s; 0: off
    QString trustStoreProblem = {};    // why the stored list could not be read or written
    bool trustFromConfig = true;       // false: the live list is in force
    QByteArray healthPath = "/health"; // empty: off
};

enum class Severity : quint8 {
    Info,
    Warning, // a risk, or something is lost
    Error,   // clients are taken for somebody else, or requests fail
};

// Lines that can be pasted. `trust` is for Truepeer itself: a command of truepeerctl, or lines of
// its configuration.
struct Fix
{
    QString nginx = {};
    QString apache = {};
    QString haproxy = {};
    QString trust = {};
};

struct Finding
{
    QString id;           // which kind, for scripts: "untrusted-headers"
    QString subject = {}; // what it is about, a peer or an entry; empty: the server
    Severity severity = Severity::Info;
    QString title;
    QString detail; // what is seen, what it means, what to do
    QJsonObject evidence = {};
    Fix fix = {};
};

// The worst ones first, then by id. Of one kind at most ten are listed; one more tells how many
// were left out.
std::vector<Finding> diagnose(const DiagnosisFacts &facts);

// An element of the result of `diagnose`.
QJsonObject toJson(const Finding &finding);

// A peer that sends forwarding headers and is not trusted.
struct Suggestion
{
    IpAddress peer;
    qint64 hits = 0;
    qint64 firstSeen = 0;
    qint64 lastSeen = 0;
    QString sample = {};
    QString entry = {}; // what to add, if it is a proxy
};

// At most 100, most hits first.
std::vector<Suggestion> suggestions(const DiagnosisFacts &facts);

// An element of the result of `trust.suggestions`.
QJsonObject toJson(const Suggestion &suggestion);

} // namespace truepeer
