// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/clients/clientfilter.h"
#include "shared/clients/clientinfo.h"
#include "shared/error.h"

#include <QStringList>
#include <QStringView>

#include <vector>

namespace truepeer {

// The members of a row of clients.list, as toJson() names them.
enum class ClientColumn : quint8 {
    Id,
    Client,
    Peer,
    PeerPort,
    Scheme,
    Host,
    Port,
    Url,
    UserAgent,
    Origin,
    Namespace,
    Rooms, // sorted by how many they are
    ConnectedAt,
    Idle,
    MessagesIn,
    MessagesOut,
    BytesIn,
    BytesOut,
    QueueBytes,
    TrustedPeer,
    Known,
    Conflict,
    Source, // sorted by its name
    Hops,
    TrustRevision,
    ClosedAt, // from here on: open clients have none, and come before the least
    CloseCode,
    CloseReason,
    Initiator,
};

// "user_agent" and so on; the error names all columns.
Expected<ClientColumn> clientColumn(QStringView name);
QStringList clientColumnNames(); // in the order of ClientColumn

// Which clients, in which order, and which part of that list.
struct ClientQuery
{
    static constexpr int DefaultLimit = 100;
    static constexpr int MaxLimit = 500;

    ClientFilter filter;
    ClientColumn sort = ClientColumn::Id;
    bool descending = false;
    int limit = DefaultLimit; // outside 0 to MaxLimit: the nearer of both
    qint64 offset = 0;        // below 0: 0

    // Whether the rows must have their texts (url, user agent, origin, namespace and rooms) to be
    // chosen and sorted.
    bool needsTexts() const;
};

struct ClientPage
{
    qint64 total = 0;    // rows
    qint64 filtered = 0; // of these, how many match
    std::vector<ClientInfo> items;
};

// Texts are compared by their code units, addresses as IpAddress orders them. Equal rows come by
// ascending id in both directions, so each list has one order and its pages fit together. Only the
// page itself is sorted. REQUIRES: the ids of the rows differ.
ClientPage runQuery(std::vector<ClientInfo> rows, const ClientQuery &query, qint64 now);

} // namespace truepeer
