// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What an edit of the trust list would change, before it is made. With thousands of clients this is
// work: do it in the task pool, not in an I/O thread.
//
// Thread: any.
#pragma once

#include "server/net/clientrecord.h"
#include "server/ops/recentrequests.h"
#include "server/trust/trustpolicy.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/resolution.h"

#include <QJsonObject>
#include <QString>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace truepeer {

struct TrustPreview
{
    static constexpr size_t MaxSamples = 20;
    static constexpr size_t MaxSamplesOfAKind = 5;

    struct Sample
    {
        quint64 id; // of the client
        Resolution before;
        Resolution after;
        QString reason; // a sentence without the full stop
    };
    // Whom limits would count as one client. Those that are not known are counted one by one.
    struct Crowd
    {
        IpAddress client;
        qint64 clients;
    };
    struct Shared
    {
        qint64 clients = 0;   // changed ones that would not be alone at their new address
        qint64 addresses = 0; // how many new addresses these are
        std::optional<Crowd> largest = {};
        qint64 overLimit = 0; // how many of the addresses exceed max_connections_per_client
    };
    struct Count
    {
        qint64 changed = 0;
        qint64 total = 0;
    };

    Count clients;
    std::vector<Sample> samples; // of each kind of change one, then a second one, …
    Count recent;                // the last HTTP requests
    Shared shared;
};

// `maxConnectionsPerClient`: 0 is no cap.
TrustPreview previewTrust(std::span<const std::shared_ptr<ClientRecord>> clients,
                          std::span<const RecentRequest> requests, const TrustPolicy &current,
                          const TrustPolicy &next, int maxConnectionsPerClient);

// The part of the result of `trust.preview` that is not the check of the list.
QJsonObject toJson(const TrustPreview &preview);

} // namespace truepeer
