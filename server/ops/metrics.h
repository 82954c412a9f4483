// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The metrics endpoint: what the engine counts, as Prometheus text 0.0.4. Names follow the
// Prometheus rules (base units, _total for counters); no label ever holds an address or another
// text from outside, so the number of series is fixed.
//
// Thread: any; the facts come from a function that is safe in any thread.
#pragma once

#include "server/http/response.h"
#include "server/http/router.h"
#include "server/net/counters.h"
#include "server/ops/health.h"

#include <QByteArray>

#include <functional>

namespace truepeer {

// What the metrics show at one moment.
struct MetricsFacts
{
    CounterTotals totals;
    HealthFacts health;
    qint64 logLinesDropped = 0;
    qint64 rooms = 0;
    qint64 refusedBroadcasts = 0; // a thread was too far behind
    qint64 refusedTasks = 0;      // the queue of slow work was full
    qint64 sparedClients = 0;     // limits that would have bitten a client that is not known
    qint64 limiterOverflows = 0;  // the table of limited clients was full
    qint64 trustRevision = 0;
    qint64 trustEntries = 0;
    qint64 adminSessions = 0;
    qint64 refusedAdminSessions = 0;
    qint64 forgottenPeers = 0; // made room for others in the tables of the diagnosis
};

Response metricsResponse(const MetricsFacts &facts);

} // namespace truepeer
