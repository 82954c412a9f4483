// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientCounter counts open WebSocket connections by resolved client, over all I/O threads. It is
// asked once at an upgrade and once at its end, never for a plain request.
//
// Thread: any. Its locks are sharded by address and held for one hash operation. The table has at
// most one entry for each open connection, so max_connections bounds it.
#pragma once

#include "shared/net/ipaddress.h"

#include <array>
#include <mutex>
#include <unordered_map>

namespace truepeer {

class ClientCounter
{
    Q_DISABLE_COPY_MOVE(ClientCounter)

public:
    ClientCounter() = default;

    // Counts one more connection of this client; false when it has `limit` of them already.
    // A limit of 0 is none.
    bool acquire(const IpAddress &client, int limit);
    // REQUIRES: an acquire() that returned true.
    void release(const IpAddress &client);

    int count(const IpAddress &client) const;

private:
    struct Shard
    {
        mutable std::mutex mutex;
        std::unordered_map<IpAddress, int, IpAddressHash> counts; // guarded by mutex
    };

    Shard &shardOf(const IpAddress &client)
    {
        return m_shards[IpAddressHash()(client) % m_shards.size()];
    }
    const Shard &shardOf(const IpAddress &client) const
    {
        return m_shards[IpAddressHash()(client) % m_shards.size()];
    }

    std::array<Shard, 32> m_shards;
};

} // namespace truepeer
