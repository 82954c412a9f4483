// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The HTTP API, for backends in any language: broadcast, send, kick, and the list of clients. Each
// call needs a bearer key. See resources/docs/api.md.
#pragma once

#include "server/http/router.h"
#include "server/net/clientdirectory.h"
#include "server/trust/trustpolicy.h"

#include <QByteArrayList>

#include <functional>
#include <memory>

namespace truepeer {

class Hub;
class TaskPool;

// What the API works on. All of it outlives the I/O threads; the functions are safe in any thread,
// and are only called once the server runs.
struct ApiBackend
{
    QByteArrayList keys;
    Hub &hub;
    TaskPool &tasks;
    std::function<ClientDirectory &()> directory;
    std::function<std::shared_ptr<const TrustPolicy>()> policy;
};

// Adds /api/broadcast, /api/clients, /api/clients/{id}/send and /api/clients/{id}/kick.
void addApiRoutes(Router &router, const ApiBackend &backend);

} // namespace truepeer
