// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the application registered, made into what the engine calls: middleware before handlers,
// handlers on the pool, and exceptions caught and logged.
//
// Filled before the start, then only read, by all I/O threads and the pool.
#pragma once

#include "server/http/router.h"
#include "server/library/servercore.h"
#include "server/rooms/eventrouter.h"
#include "shared/log.h"

#include <truepeer/server.h>

#include <memory>
#include <vector>

namespace truepeer {

class Handlers
{
    Q_DISABLE_COPY_MOVE(Handlers)

public:
    struct Route
    {
        QByteArray method;
        QByteArray path;
        Server::RequestHandler handler;
        Server::RunOn where;
    };
    struct Event
    {
        QByteArray name;
        Server::EventHandler handler;
        Server::RunOn where;
    };

    Handlers() = default;

    std::vector<Route> routes;
    std::vector<Event> events;
    std::vector<Server::RequestMiddleware> requestMiddleware;
    std::vector<Server::RequestMiddleware> handshakeMiddleware;
    std::vector<Server::EventMiddleware> eventMiddleware;
    std::vector<Server::ConnectHook> connectHooks;
    std::vector<Server::ConnectHook> changeHooks;
    std::vector<Server::DisconnectHook> disconnectHooks;

    // What can be told before the server runs: names that are none, routes that are there twice.
    QStringList problems() const;
    // Routes that the server has itself; `router` has only those so far.
    QStringList conflicts(const Router &router) const;

    // Handlers may ask a client for the headers of its handshake.
    bool handleClients() const
    {
        return !events.empty() || !eventMiddleware.empty() || !connectHooks.empty()
               || !changeHooks.empty() || !disconnectHooks.empty();
    }

    // REQUIRES: no problems() and no conflicts(). The core and the log outlive the router.
    void addRoutes(Router &router, ServerCore &core, Log &log) const;
    void addEvents(EventRouter &router, ServerCore &core, Log &log) const;
    AdmitClient admitClient(Log &log) const;

private:
    Response serve(const Route &route, const HttpRequest &request, Log &log) const;
    void addHooks(EventRouter &router, ServerCore &core, Log &log) const;
    void addEvent(EventRouter &router, const Event &event, ServerCore &core, Log &log) const;
};

} // namespace truepeer
