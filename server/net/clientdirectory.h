// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientDirectory holds the records of the open WebSocket clients, so that lists of them can be
// made, filtered and sorted outside of the I/O threads.
//
// Thread: any. Its locks are sharded by id; an I/O thread waits for one hash operation, or for the
// copy of one shard of pointers. max_connections bounds it.
#pragma once

#include "server/net/clientrecord.h"

#include <array>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace truepeer {

class ClientDirectory
{
    Q_DISABLE_COPY_MOVE(ClientDirectory)

public:
    ClientDirectory() = default;

    void add(const std::shared_ptr<ClientRecord> &record);
    void remove(quint64 id);

    // Null when there is no such client, or no longer.
    std::shared_ptr<ClientRecord> find(quint64 id) const;
    // All of them, in no order.
    std::vector<std::shared_ptr<ClientRecord>> all() const;

private:
    struct Shard
    {
        mutable std::mutex mutex;
        std::unordered_map<quint64, std::shared_ptr<ClientRecord>> records; // guarded by mutex
    };

    Shard &shardOf(quint64 id) { return m_shards[id % m_shards.size()]; }
    const Shard &shardOf(quint64 id) const { return m_shards[id % m_shards.size()]; }

    std::array<Shard, 32> m_shards;
};

} // namespace truepeer
