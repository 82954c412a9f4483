// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientcounter.h"

namespace truepeer {

bool ClientCounter::acquire(const IpAddress &client, int limit)
{
    Shard &shard = shardOf(client);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.counts.find(client);
    if (it == shard.counts.end()) {
        shard.counts.emplace(client, 1);
        return true;
    }
    if (limit > 0 && it->second >= limit)
        return false;
    ++it->second;
    return true;
}

void ClientCounter::release(const IpAddress &client)
{
    Shard &shard = shardOf(client);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.counts.find(client);
    Q_ASSERT(it != shard.counts.end());
    if (--it->second == 0)
        shard.counts.erase(it);
}

int ClientCounter::count(const IpAddress &client) const
{
    const Shard &shard = shardOf(client);
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.counts.find(client);
    return it == shard.counts.end() ? 0 : it->second;
}

} // namespace truepeer
