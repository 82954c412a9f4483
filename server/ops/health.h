// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The health endpoints: what a load balancer asks. The main path keeps the shape that the original
// has, <path>/live says whether the loops turn, <path>/ready whether new clients should come here.
//
// Thread: any; the facts come from a function that is safe in any thread.
#pragma once

#include "server/http/response.h"
#include "server/http/router.h"

#include <QByteArray>

#include <chrono>
#include <functional>

namespace truepeer {

// The state of the server at one moment.
struct HealthFacts
{
    qint64 now = 0; // Unix seconds
    std::chrono::seconds uptime{0};
    qint64 clients = 0;     // open WebSocket clients
    qint64 connections = 0; // open sockets, HTTP ones included
    qint64 maxConnections = 0;
    bool draining = false;
    bool loopsTurning = true;
};

using HealthSource = std::function<HealthFacts()>;

// The non-zero parts of days, hours, minutes and seconds: "3h 25m 45s"; "0s" at the start.
QByteArray humanDuration(std::chrono::seconds duration);

// {"status","timestamp","server":{"clients","uptime","uptime_human"}}; 503 while draining.
Response healthResponse(const HealthFacts &facts);
// 200 while the loops turn, 503 when one is stuck.
Response liveResponse(const HealthFacts &facts);
// application/health+json (draft-inadarei-api-health-check-06): 200 or 503, with `checks`.
Response readyResponse(const HealthFacts &facts);

// Adds `path`, `path`/live and `path`/ready.
void addHealthRoutes(Router &router, const QByteArray &path, const HealthSource &source);

} // namespace truepeer
