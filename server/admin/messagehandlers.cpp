// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminhost.h"
#include "server/admin/params.h"
#include "server/api/apiorders.h"
#include "server/ops/clientlist.h"
#include "server/rooms/member.h"
#include "shared/clients/clientfilter.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct KickCall
{
    std::optional<quint64> id;
    ClientFilter filter; // without an id
    KickOrder order;
    bool dryRun = false;
    AdminCaller caller;
};

RpcError noSuchClient(quint64 id)
{
    return RpcError(RpcCode::NotFound, u"there is no client "_s + QString::number(id));
}

std::vector<std::shared_ptr<ClientRecord>> matches(const AdminHost &host,
                                                   const ClientFilter &filter)
{
    const auto now = std::chrono::steady_clock::now();
    const qint64 wall = std::chrono::floor<std::chrono::seconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
    const std::shared_ptr<const TrustPolicy> policy = host.trust.snapshot().policy;
    std::vector<std::shared_ptr<ClientRecord>> records = host.directory().all();
    std::erase_if(records, [&](const std::shared_ptr<ClientRecord> &record) {
        ClientInfo info = clientInfo(*record, now);
        if (filter.needsVia())
            info.via = trustedHops(*record, *policy);
        return !filter.matches(info, wall);
    });
    return records;
}

RpcResult kickResult(const AdminHost &host, const KickCall &kick)
{
    std::vector<std::shared_ptr<ClientRecord>> records;
    if (!kick.id)
        records = matches(host, kick.filter);
    else if (auto record = host.directory().find(*kick.id))
        records.push_back(std::move(record));
    else
        return noSuchClient(*kick.id);
    const auto count = qint64(records.size());
    const QJsonObject result{{u"count"_s, count}};
    if (kick.dryRun)
        return result;
    for (const auto &record : records) {
        host.hub.withMember(*record, [order = kick.order](Member *member) {
            if (member)
                member->close(order.code, order.reason);
        });
    }
    if (count > 0) {
        Event event = auditEvent(EventType::ClientKicked, kick.caller);
        event.clientId = kick.id.value_or(0);
        event.client = records.front()->resolution().client;
        event.code = kick.order.code;
        event.reason = kick.order.reason;
        event.count = count;
        host.events.add(std::move(event));
    }
    return result;
}

void kick(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    KickCall kick;
    kick.caller = call.caller;
    if (reader.has(u"id"_s))
        kick.id = reader.id(u"id"_s);
    const std::optional<QString> filter =
        reader.optionalText(u"filter"_s, ClientFilter::MaxCharacters);
    kick.dryRun = reader.flag(u"dry_run"_s);
    reader.allow({u"reason"_s, u"code"_s});
    const Expected<KickOrder> order = parseKickOrder(call.params);
    if (order)
        kick.order = *order;
    else
        reader.fail(order.error().message);
    if (kick.id.has_value() == filter.has_value())
        reader.fail(u"give an id or a filter"_s);
    if (auto error = reader.error())
        return call.reply(*error);
    if (filter) {
        const ClientFilter::Parsed parsed = ClientFilter::parse(*filter);
        if (!parsed.filter) {
            return call.reply(RpcError(RpcCode::InvalidParams,
                                       u"filter: "_s + parsed.problem.message,
                                       {{u"position"_s, parsed.problem.position},
                                        {u"message"_s, parsed.problem.message}}));
        }
        kick.filter = *parsed.filter;
        if (kick.filter.isEmpty()) {
            return call.reply(RpcError(
                RpcCode::InvalidParams,
                u"filter: an empty one would be everybody; write age:>=0 if that is meant"_s));
        }
    }
    answerInPool(host, call.reply, [&host, kick] { return kickResult(host, kick); });
}

void sendTo(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const quint64 id = reader.id(u"id"_s);
    reader.allow({u"event"_s, u"data"_s});
    const Expected<EventOrder> event = parseEventOrder(call.params);
    if (!event)
        reader.fail(event.error().message);
    if (auto error = reader.error())
        return call.reply(*error);
    const std::shared_ptr<ClientRecord> record = host.directory().find(id);
    if (!record)
        return call.reply(noSuchClient(id));
    Event told = auditEvent(EventType::MessageSent, call.caller);
    told.clientId = id;
    told.detail = event->name;
    host.events.add(std::move(told));
    host.hub.withMember(*record, [reply = call.reply, id, frame = event->frame()](Member *member) {
        if (!member)
            return reply(noSuchClient(id));
        member->session().send(frame);
        reply(QJsonObject{{u"delivered"_s, 1}});
    });
}

void broadcast(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    reader.allow({u"event"_s, u"data"_s, u"namespace"_s, u"room"_s, u"except"_s});
    const Expected<EventOrder> event = parseEventOrder(call.params);
    if (!event)
        reader.fail(event.error().message);
    const Expected<Audience> audience = parseAudience(call.params);
    if (!audience)
        reader.fail(audience.error().message);
    if (auto error = reader.error())
        return call.reply(*error);
    Event told = auditEvent(EventType::MessageSent, call.caller);
    told.detail = event->name;
    const bool accepted = host.hub.broadcast(*audience, event->frame(),
                                             [&host, reply = call.reply, told](qint64 delivered) {
                                                 Event counted = told;
                                                 counted.count = delivered;
                                                 host.events.add(std::move(counted));
                                                 reply(QJsonObject{{u"delivered"_s, delivered}});
                                             });
    if (!accepted)
        call.reply(RpcError(RpcCode::Busy, u"the server is too busy; try again"_s));
}

} // namespace

void addMessageMethods(AdminMethods &methods, AdminHost &host)
{
    const auto with = [&](const QString &name, void (*handler)(AdminHost &, const AdminCall &)) {
        methods.addChange(name, [&host, handler](const AdminCall &call) { handler(host, call); });
    };
    with(u"clients.kick"_s, kick);
    with(u"clients.send"_s, sendTo);
    with(u"broadcast"_s, broadcast);
}

} // namespace truepeer
