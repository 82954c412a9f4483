// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// EventLog remembers what happened last, for people who watch the server: who came and went, and
// who changed what. It is a view of the present; the log is what lasts.
//
// Clients that come and go must not push out the changes, and neither must scripts that keep asking
// over the admin socket. So there are three rings, which are read as one, in the order of `seq`.
//
// Thread: any. Its lock is held to store one event, or to copy those that somebody asked for.
#pragma once

#include "server/net/engine.h"
#include "shared/error.h"
#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QJsonObject>
#include <QLatin1StringView>
#include <QStringList>

#include <array>
#include <bitset>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace truepeer {

enum class EventType : quint8 {
    ClientConnected,
    ClientClosed,
    RequestRefused,
    HeadersIgnored,
    TrustChanged,
    TrustFailed,
    ClientKicked,
    MessageSent, // by an operator
    DrainStarted,
    DrainCancelled,
    ConfigReloaded,
    ServerStarted,
    AdminConnected,
    AdminClosed,
};

inline constexpr size_t EventTypeCount = 14;
using EventTypes = std::bitset<EventTypeCount>; // by the value of EventType

QLatin1StringView eventName(EventType type); // "client.connected"

// Each name is that of a type ("trust.changed"), of all that have it before the dot ("trust"), or
// "audit" (what an operator did, and the start) or "clients" (what strangers can cause). Without
// names: all types.
Expected<EventTypes> parseEventTypes(const QStringList &names);

// Fields that mean nothing to a type stay empty. Texts are raw bytes; toJson() escapes them.
struct Event
{
    static constexpr qsizetype MaxText = 200; // bytes of each text

    EventType type = EventType::ServerStarted;
    qint64 atMs = 0;      // Unix milliseconds
    quint64 clientId = 0; // 0: none
    std::optional<IpAddress> client = {};
    std::optional<IpAddress> peer = {};
    QByteArray detail = {};
    QByteArray actor = {};        // who did it: "uid 1000 (alice)"
    std::optional<int> code = {}; // of a close (RFC 6455 7.4), or the status of a response
    QByteArray reason = {};
    std::optional<Initiator> initiator = {};
    std::optional<std::chrono::milliseconds> duration = {};
    std::optional<qint64> count = {}; // how many clients, or entries, it was about
    quint64 seq = 0;                  // 1, 2, …; given by the log
};

QJsonObject toJson(const Event &event);

// What a subscriber has not seen yet.
struct EventBatch
{
    std::vector<Event> events; // oldest first
    quint64 missed = 0;        // how many are no longer there
    quint64 next = 0;          // what to pass to since() the next time
};

class EventLog
{
    Q_DISABLE_COPY_MOVE(EventLog)

public:
    static constexpr size_t AuditCapacity = 1000;
    static constexpr size_t ClientCapacity = 1000;
    static constexpr size_t AdminCapacity = 200;

    EventLog() = default;

    // Gives the event its seq; longer texts are cut.
    void add(Event event);

    // The last `limit` events of these types, the last one first.
    std::vector<Event> recent(int limit, const EventTypes &types = EventTypes().set()) const;
    // The first `limit` events after that seq.
    EventBatch since(quint64 seq, int limit) const;
    // Of the last event; a subscription starts here.
    quint64 lastSeq() const;

private:
    using Ring = std::deque<Event>; // oldest first

    mutable std::mutex m_mutex;
    std::array<Ring, 3> m_rings; // guarded by m_mutex
    quint64 m_lastSeq = 0;       // guarded by m_mutex
};

} // namespace truepeer
