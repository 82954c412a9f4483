// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/httpapi.h"

#include "server/api/apiorders.h"
#include "server/api/apirequest.h"
#include "server/api/clientsquery.h"
#include "server/net/taskpool.h"
#include "server/ops/clientlist.h"
#include "server/rooms/hub.h"
#include "server/rooms/member.h"

#include <QJsonArray>
#include <QJsonObject>

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto BroadcastPath = "/api/broadcast";
constexpr auto ClientsPath = "/api/clients";
constexpr auto SendPath = "/api/clients/{id}/send";
constexpr auto KickPath = "/api/clients/{id}/kick";

using HeldRequest = std::shared_ptr<const HttpRequest>;
using Call = std::function<void(const ApiBackend &, const HeldRequest &, const Responder &)>;

Response done(QJsonObject body = {})
{
    body.insert(u"success"_s, true);
    return Response::json(body);
}

Response busy()
{
    Response response = Response::error(503, "The server is too busy", "busy");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

Response noSuchClient()
{
    return Response::error(404, "There is no client with this id", "not_found");
}

// ---- the calls --------------------------------------------------------------------------------

void broadcast(const ApiBackend &backend, const HeldRequest &request, const Responder &respond)
{
    const auto body =
        apiBody(*request, {u"event"_s, u"data"_s, u"namespace"_s, u"room"_s, u"except"_s});
    if (const auto *refusal = std::get_if<Response>(&body))
        return respond(*refusal);
    const auto &object = std::get<QJsonObject>(body);
    const Expected<EventOrder> event = parseEventOrder(object);
    if (!event)
        return respond(invalidRequest(event.error().message));
    const Expected<Audience> audience = parseAudience(object);
    if (!audience)
        return respond(invalidRequest(audience.error().message));
    const bool accepted =
        backend.hub.broadcast(*audience, event->frame(), [respond](qint64 delivered) {
            respond(done({{u"delivered"_s, delivered}}));
        });
    if (!accepted)
        respond(busy());
}

// Runs the task with the client that the path names.
void withClient(const ApiBackend &backend, const HttpRequest &request, const Responder &respond,
                const std::function<void(Member &)> &task)
{
    const auto id = parseClientId(request.parameters.value("id").value_or(QByteArrayView()));
    const auto record = id ? backend.directory().find(*id) : nullptr;
    if (!record)
        return respond(noSuchClient());
    backend.hub.withMember(*record, [respond, task](Member *member) {
        if (!member)
            return respond(noSuchClient());
        task(*member);
        respond(done());
    });
}

void sendTo(const ApiBackend &backend, const HeldRequest &request, const Responder &respond)
{
    const auto body = apiBody(*request, {u"event"_s, u"data"_s});
    if (const auto *refusal = std::get_if<Response>(&body))
        return respond(*refusal);
    const Expected<EventOrder> event = parseEventOrder(std::get<QJsonObject>(body));
    if (!event)
        return respond(invalidRequest(event.error().message));
    withClient(backend, *request, respond,
               [frame = event->frame()](Member &member) { member.session().send(frame); });
}

void kick(const ApiBackend &backend, const HeldRequest &request, const Responder &respond)
{
    const auto body = apiBody(*request, {u"reason"_s, u"code"_s});
    if (const auto *refusal = std::get_if<Response>(&body))
        return respond(*refusal);
    const Expected<KickOrder> order = parseKickOrder(std::get<QJsonObject>(body));
    if (!order)
        return respond(invalidRequest(order.error().message));
    withClient(backend, *request, respond,
               [order = *order](Member &member) { member.close(order.code, order.reason); });
}

Response clientsPage(const ApiBackend &backend, const ClientQuery &query)
{
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const qint64 now = std::chrono::duration_cast<std::chrono::seconds>(wall).count();
    const std::shared_ptr<const TrustPolicy> policy =
        query.filter.needsVia() ? backend.policy() : nullptr;
    const ClientPage page = queryClients(backend.directory(), query,
                                         std::chrono::steady_clock::now(), now, policy.get());
    QJsonArray items;
    for (const ClientInfo &info : page.items)
        items.append(toJson(info));
    return Response::json(
        {{u"total"_s, page.total}, {u"filtered"_s, page.filtered}, {u"items"_s, items}});
}

void clients(const ApiBackend &backend, const HeldRequest &request, const Responder &respond)
{
    const Expected<ClientQuery> query = parseClientsQuery(request->head.query);
    if (!query)
        return respond(invalidRequest(query.error().message));
    const bool accepted = backend.tasks.post(
        [backend, query = *query, respond] { respond(clientsPage(backend, query)); });
    if (!accepted)
        respond(busy());
}

DeferredHandler guarded(const ApiBackend &backend, const Call &call)
{
    return [backend, call](const HeldRequest &request, const Responder &respond) {
        const Responder uncached = [respond](Response response) {
            response.headers.emplace_back("Cache-Control", "no-store");
            respond(std::move(response));
        };
        if (std::optional<Response> refusal = refuseWithoutKey(request->head, backend.keys))
            return uncached(std::move(*refusal));
        call(backend, request, uncached);
    };
}

} // namespace

void addApiRoutes(Router &router, const ApiBackend &backend)
{
    const RouteOptions takesBody{.takesBody = true};
    router.add("POST", BroadcastPath, guarded(backend, broadcast), takesBody);
    router.add("GET", ClientsPath, guarded(backend, clients));
    router.add("POST", SendPath, guarded(backend, sendTo), takesBody);
    router.add("POST", KickPath, guarded(backend, kick), takesBody);
}

} // namespace truepeer
