// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientdirectory.h"

namespace truepeer {

void ClientDirectory::add(const std::shared_ptr<ClientRecord> &record)
{
    Shard &shard = shardOf(record->id);
    const std::lock_guard lock(shard.mutex);
    shard.records.emplace(record->id, record);
}

void ClientDirectory::remove(quint64 id)
{
    Shard &shard = shardOf(id);
    const std::lock_guard lock(shard.mutex);
    shard.records.erase(id);
}

std::shared_ptr<ClientRecord> ClientDirectory::find(quint64 id) const
{
    const Shard &shard = shardOf(id);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.records.find(id);
    return found == shard.records.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<ClientRecord>> ClientDirectory::all() const
{
    std::vector<std::shared_ptr<ClientRecord>> records;
    for (const Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        records.reserve(records.size() + shard.records.size());
        for (const auto &[id, record] : shard.records)
            records.push_back(record);
    }
    return records;
}

} // namespace truepeer
