// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/closedclients.h"

#include "server/ops/clientlist.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

QLatin1StringView initiatorName(Initiator initiator)
{
    switch (initiator) {
    case Initiator::Client:
        return "client"_L1;
    case Initiator::Server:
        return "server"_L1;
    case Initiator::Network:
        break;
    }
    return "network"_L1;
}

void ClosedClients::add(std::shared_ptr<const ClientRecord> record, const CloseInfo &close,
                        TimePoint now, qint64 unixSeconds)
{
    Entry displaced; // freed outside of the lock
    Entry added{std::move(record), close, now, unixSeconds};
    const std::lock_guard lock(m_mutex);
    m_entries.push_back(std::move(added));
    if (m_entries.size() > Capacity) {
        displaced = std::move(m_entries.front());
        m_entries.pop_front();
    }
}

std::vector<ClientInfo> ClosedClients::list() const
{
    std::vector<Entry> entries;
    entries.reserve(Capacity);
    {
        const std::lock_guard lock(m_mutex);
        entries.assign(m_entries.rbegin(), m_entries.rend());
    }
    std::vector<ClientInfo> rows;
    rows.reserve(entries.size());
    for (const Entry &entry : entries)
        rows.push_back(row(entry));
    return rows;
}

std::optional<ClientInfo> ClosedClients::find(quint64 id) const
{
    const Entry found = entry(id);
    if (!found.record)
        return std::nullopt;
    return row(found);
}

std::shared_ptr<const ClientRecord> ClosedClients::record(quint64 id) const
{
    return entry(id).record;
}

ClientInfo ClosedClients::row(const Entry &entry)
{
    ClientInfo info = clientInfo(*entry.record, entry.closed);
    info.closed = ClientEnd{entry.closedAt, entry.close.code, QString::fromUtf8(entry.close.reason),
                            initiatorName(entry.close.initiator)};
    return info;
}

ClosedClients::Entry ClosedClients::entry(quint64 id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [id](const Entry &entry) { return entry.record->id == id; });
    return found == m_entries.end() ? Entry() : *found;
}

} // namespace truepeer
