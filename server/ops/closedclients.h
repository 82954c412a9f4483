// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClosedClients remembers the WebSocket clients that went last, and how they went. It holds their
// records; rows are made when somebody asks. By then the counters are final, and what they were a
// member of is gone.
//
// Thread: any. Its lock is held to store one client, or to copy the pointers.
#pragma once

#include "server/net/clientrecord.h"
#include "server/net/engine.h"
#include "shared/clients/clientinfo.h"

#include <QLatin1StringView>

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace truepeer {

QLatin1StringView initiatorName(Initiator initiator); // "client", "server", "network"

class ClosedClients
{
    Q_DISABLE_COPY_MOVE(ClosedClients)

public:
    static constexpr size_t Capacity = 1000;
    using TimePoint = std::chrono::steady_clock::time_point;

    ClosedClients() = default;

    // It closed `now`, which is `unixSeconds` for people.
    void add(std::shared_ptr<const ClientRecord> record, const CloseInfo &close, TimePoint now,
             qint64 unixSeconds);

    // The last one first; `closed` is set in each.
    std::vector<ClientInfo> list() const;
    std::optional<ClientInfo> find(quint64 id) const;
    // To explain its resolution; null when it is not here.
    std::shared_ptr<const ClientRecord> record(quint64 id) const;

private:
    struct Entry
    {
        std::shared_ptr<const ClientRecord> record;
        CloseInfo close;
        TimePoint closed;
        qint64 closedAt = 0;
    };

    static ClientInfo row(const Entry &entry);
    Entry entry(quint64 id) const; // without a record when it is not here

    mutable std::mutex m_mutex;
    std::deque<Entry> m_entries; // oldest first; guarded by m_mutex
};

} // namespace truepeer
