// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientRecord is what the server knows of one WebSocket client: who it is, what it asked for, what
// it is a member of, and what it has used. It outlives the connection for as long as somebody looks
// at it.
//
// Thread: any. The connection's I/O thread is the only one that changes it; what it changes is
// either an atomic with one writer, or guarded by a mutex that is held for a copy.
#pragma once

#include "server/net/counters.h"
#include "server/trust/keptheaders.h"
#include "server/trust/resolver.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace truepeer {

// A room, or with an empty name the namespace itself.
struct RoomKey
{
    QByteArray nameSpace;
    QByteArray name;

    friend bool operator==(const RoomKey &, const RoomKey &) = default;
    friend size_t qHash(const RoomKey &key, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, key.nameSpace, key.name);
    }
};

// For tables of rooms, whose names clients choose.
struct RoomKeyHash
{
    size_t operator()(const RoomKey &key) const { return qHash(key, QHashSeed::globalSeed()); }
};

class ClientRecord
{
    Q_DISABLE_COPY_MOVE(ClientRecord)

public:
    // What was said in the handshake.
    struct Handshake
    {
        Resolution resolution;
        QByteArray target = {};
        QByteArray userAgent = {};
        QByteArray origin = {};
        KeptHeaders forwarding = {};             // to resolve it again
        std::optional<IpAddress> announced = {}; // by a PROXY header
        QByteArray head = {}; // the whole head, where EngineSettings::keepHeads wants it
    };

    // Where the connection came from and when.
    struct Connection
    {
        IpAddress peer;
        IpAddress local; // our end of the socket
        quint16 peerPort = 0;
        int worker = 0;         // the index of its I/O thread
        qint64 connectedAt = 0; // Unix seconds
    };

    ClientRecord(quint64 clientId, Handshake said, const Connection &from);

    const quint64 id;
    const Connection connection;
    const QByteArray target;
    const QByteArray userAgent;
    const QByteArray origin;
    const KeptHeaders forwarding;
    const std::optional<IpAddress> announced;
    const QByteArray head;

    Counter messagesIn;
    Counter messagesOut;
    Counter bytesIn;
    Counter bytesOut;
    Counter queueBytes;
    Counter lastMessage; // of the client: ticks of std::chrono::steady_clock
    Counter lastSent;    // anything to it: the same

    // The socket's peer; no edit of the trust list changes that.
    const IpAddress &peer() const { return connection.peer; }

    // What it was resolved from; `lines` are those of `forwarding`.
    ResolveInput input(std::span<const HeaderLine> lines) const;
    // Who it would be by this policy.
    Resolution resolveBy(const TrustPolicy &policy) const;

    Resolution resolution() const;
    // Who it was before the last edit of the trust list that changed it.
    std::optional<Resolution> formerResolution() const;
    // The same for the I/O thread of the client, which needs no lock to read what it alone writes.
    const Resolution &ownResolution() const { return m_resolution; }
    // `former`: what it replaces, when the caller is somebody else now.
    void setResolution(Resolution resolution, std::optional<Resolution> former = {});

    struct Membership
    {
        QByteArray nameSpace;
        std::vector<RoomKey> rooms;
    };
    // What the application remembers of the client.
    QJsonValue value(const QString &name) const;
    void setValue(const QString &name, const QJsonValue &value);

    Membership membership() const;
    void setNameSpace(QByteArray nameSpace);
    void addRoom(const RoomKey &room);
    void removeRoom(const RoomKey &room);

private:
    mutable std::mutex m_mutex;
    Resolution m_resolution;                    // guarded by m_mutex
    std::unique_ptr<const Resolution> m_former; // guarded by m_mutex; few have one
    Membership m_membership;                    // guarded by m_mutex
    QJsonObject m_values;                       // guarded by m_mutex
};

} // namespace truepeer
