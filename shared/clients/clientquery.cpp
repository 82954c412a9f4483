// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientquery.h"

#include "shared/trust/explanation.h"

#include <QLatin1StringView>

#include <algorithm>
#include <array>
#include <compare>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Ordering = std::strong_ordering;

template <typename T>
Ordering order(const T &a, const T &b)
{
    if constexpr (requires { a.compare(b); })
        return a.compare(b) <=> 0;
    else
        return a <=> b;
}

template <auto Member>
Ordering by(const ClientInfo &a, const ClientInfo &b)
{
    return order(a.*Member, b.*Member);
}

template <auto Member>
Ordering byClosed(const ClientInfo &a, const ClientInfo &b)
{
    if (!a.closed || !b.closed)
        return a.closed.has_value() <=> b.closed.has_value();
    return order((*a.closed).*Member, (*b.closed).*Member);
}

Ordering byRooms(const ClientInfo &a, const ClientInfo &b)
{
    return a.rooms.size() <=> b.rooms.size();
}

Ordering bySource(const ClientInfo &a, const ClientInfo &b)
{
    return order(sourceName(a.source), sourceName(b.source));
}

struct Column
{
    ClientColumn column;
    QLatin1StringView name;
    Ordering (*compare)(const ClientInfo &a, const ClientInfo &b);
};

using Closed = ClientInfo::Closed;

constexpr std::array Columns{
    Column{ClientColumn::Id, "id"_L1, by<&ClientInfo::id>},
    Column{ClientColumn::Client, "client"_L1, by<&ClientInfo::client>},
    Column{ClientColumn::Peer, "peer"_L1, by<&ClientInfo::peer>},
    Column{ClientColumn::PeerPort, "peer_port"_L1, by<&ClientInfo::peerPort>},
    Column{ClientColumn::Scheme, "scheme"_L1, by<&ClientInfo::scheme>},
    Column{ClientColumn::Host, "host"_L1, by<&ClientInfo::host>},
    Column{ClientColumn::Port, "port"_L1, by<&ClientInfo::port>},
    Column{ClientColumn::Url, "url"_L1, by<&ClientInfo::url>},
    Column{ClientColumn::UserAgent, "user_agent"_L1, by<&ClientInfo::userAgent>},
    Column{ClientColumn::Origin, "origin"_L1, by<&ClientInfo::origin>},
    Column{ClientColumn::Namespace, "namespace"_L1, by<&ClientInfo::nameSpace>},
    Column{ClientColumn::Rooms, "rooms"_L1, byRooms},
    Column{ClientColumn::ConnectedAt, "connected_at"_L1, by<&ClientInfo::connectedAt>},
    Column{ClientColumn::Idle, "idle_s"_L1, by<&ClientInfo::idle>},
    Column{ClientColumn::MessagesIn, "messages_in"_L1, by<&ClientInfo::messagesIn>},
    Column{ClientColumn::MessagesOut, "messages_out"_L1, by<&ClientInfo::messagesOut>},
    Column{ClientColumn::BytesIn, "bytes_in"_L1, by<&ClientInfo::bytesIn>},
    Column{ClientColumn::BytesOut, "bytes_out"_L1, by<&ClientInfo::bytesOut>},
    Column{ClientColumn::QueueBytes, "queue_bytes"_L1, by<&ClientInfo::queueBytes>},
    Column{ClientColumn::TrustedPeer, "trusted_peer"_L1, by<&ClientInfo::trustedPeer>},
    Column{ClientColumn::Known, "known"_L1, by<&ClientInfo::known>},
    Column{ClientColumn::Conflict, "conflict"_L1, by<&ClientInfo::conflict>},
    Column{ClientColumn::Source, "source"_L1, bySource},
    Column{ClientColumn::Hops, "hops"_L1, by<&ClientInfo::hops>},
    Column{ClientColumn::TrustRevision, "trust_revision"_L1, by<&ClientInfo::trustRevision>},
    Column{ClientColumn::ClosedAt, "closed_at"_L1, byClosed<&Closed::closedAt>},
    Column{ClientColumn::CloseCode, "close_code"_L1, byClosed<&Closed::code>},
    Column{ClientColumn::CloseReason, "close_reason"_L1, byClosed<&Closed::reason>},
    Column{ClientColumn::Initiator, "initiator"_L1, byClosed<&Closed::initiator>},
};

constexpr bool isIndexedByColumn()
{
    for (size_t i = 0; i < Columns.size(); ++i) {
        if (static_cast<size_t>(Columns[i].column) != i)
            return false;
    }
    return static_cast<size_t>(ClientColumn::Initiator) + 1 == Columns.size();
}
static_assert(isIndexedByColumn());

} // namespace

Expected<ClientColumn> clientColumn(QStringView name)
{
    for (const Column &column : Columns) {
        if (name == column.name)
            return column.column;
    }
    return Error{u"There is no column \"%1\". Allowed are %2."_s.arg(
        escapedText(name.toUtf8(), 40), clientColumnNames().join(u", "))};
}

QStringList clientColumnNames()
{
    QStringList names;
    for (const Column &column : Columns)
        names.append(column.name);
    return names;
}

bool ClientQuery::needsTexts() const
{
    switch (sort) {
    case ClientColumn::Url:
    case ClientColumn::UserAgent:
    case ClientColumn::Origin:
    case ClientColumn::Namespace:
    case ClientColumn::Rooms:
        return true;
    default:
        return filter.needsTexts();
    }
}

ClientPage runQuery(std::vector<ClientInfo> rows, const ClientQuery &query, qint64 now)
{
    std::vector<ClientInfo *> found; // sorted instead of the rows, which are large
    found.reserve(rows.size());
    for (ClientInfo &row : rows) {
        if (query.filter.matches(row, now))
            found.push_back(&row);
    }
    const auto filtered = static_cast<qint64>(found.size());
    const qint64 offset = std::clamp<qint64>(query.offset, 0, filtered);
    const qint64 limit = std::clamp(query.limit, 0, ClientQuery::MaxLimit);
    const auto first = found.begin() + offset;
    const auto last = first + std::min(limit, filtered - offset);

    const auto before = [compare = Columns[static_cast<size_t>(query.sort)].compare,
                         &query](const ClientInfo *a, const ClientInfo *b) {
        const Ordering ordering = compare(*a, *b);
        if (ordering == Ordering::equal)
            return a->id < b->id;
        return query.descending ? ordering == Ordering::greater : ordering == Ordering::less;
    };
    if (first != last) {
        if (offset > 0)
            std::nth_element(found.begin(), first, found.end(), before);
        std::partial_sort(first, last, found.end(), before);
    }

    ClientPage page{static_cast<qint64>(rows.size()), filtered, {}};
    page.items.reserve(static_cast<size_t>(last - first));
    for (auto it = first; it != last; ++it)
        page.items.push_back(std::move(**it));
    return page;
}

} // namespace truepeer
