// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// RoomDirectory knows how many members each room has, over all I/O threads.
//
// Thread: any. Its locks are sharded by room and held for one hash operation, when somebody joins
// or leaves; broadcasts do not come here. It has at most max_rooms_per_client entries for each open
// connection.
#pragma once

#include "server/net/clientrecord.h"

#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace truepeer {

class RoomDirectory
{
    Q_DISABLE_COPY_MOVE(RoomDirectory)

public:
    RoomDirectory() = default;

    struct Room
    {
        RoomKey key;
        qint64 members = 0;
    };

    // One member more (1) or less (-1).
    void count(const RoomKey &room, int change);

    qint64 members(const RoomKey &room) const;
    // How many rooms there are.
    qint64 size() const { return m_size.load(std::memory_order_relaxed); }
    // All of them, in no order.
    std::vector<Room> all() const;

private:
    struct Shard
    {
        mutable std::mutex mutex;
        std::unordered_map<RoomKey, qint64, RoomKeyHash> members; // guarded by mutex
    };

    const Shard &shardOf(const RoomKey &room) const
    {
        return m_shards[RoomKeyHash()(room) % m_shards.size()];
    }

    std::array<Shard, 32> m_shards;
    std::atomic<qint64> m_size = 0;
};

} // namespace truepeer
