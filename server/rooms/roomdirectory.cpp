// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/roomdirectory.h"

namespace truepeer {

void RoomDirectory::count(const RoomKey &room, int change)
{
    Shard &shard = m_shards[RoomKeyHash()(room) % m_shards.size()];
    const std::lock_guard lock(shard.mutex);
    const auto [place, isNew] = shard.members.try_emplace(room, 0);
    place->second += change;
    Q_ASSERT(place->second >= 0);
    if (isNew)
        m_size.fetch_add(1, std::memory_order_relaxed);
    if (place->second == 0) {
        shard.members.erase(place);
        m_size.fetch_sub(1, std::memory_order_relaxed);
    }
}

qint64 RoomDirectory::members(const RoomKey &room) const
{
    const Shard &shard = shardOf(room);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.members.find(room);
    return found == shard.members.end() ? 0 : found->second;
}

std::vector<RoomDirectory::Room> RoomDirectory::all() const
{
    std::vector<Room> rooms;
    for (const Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        for (const auto &[key, members] : shard.members)
            rooms.push_back({key, members});
    }
    return rooms;
}

} // namespace truepeer
