// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminhost.h"
#include "server/admin/params.h"
#include "server/ops/clientlist.h"
#include "shared/clients/clientquery.h"

#include <QJsonArray>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxOffset = std::numeric_limits<qint32>::max();

struct ListCall
{
    ClientQuery query;
    bool open = true;
    bool closed = false;
    std::optional<RoomKey> room = {}; // its members only
};

qint64 unixSeconds()
{
    return std::chrono::floor<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// Reads filter, sort, order, limit and offset. The error of a filter has the position in it.
std::optional<RpcError> readQuery(ParamReader &reader, ClientQuery &query)
{
    const QString filter =
        reader.optionalText(u"filter"_s, ClientFilter::MaxCharacters).value_or(QString());
    const QString sort = reader.optionalText(u"sort"_s, 40).value_or(u"id"_s);
    query.descending = reader.oneOf(u"order"_s, {u"asc"_s, u"desc"_s}) == u"desc"_s;
    query.limit =
        int(reader.integer(u"limit"_s, ClientQuery::DefaultLimit, 0, ClientQuery::MaxLimit));
    query.offset = reader.integer(u"offset"_s, 0, 0, MaxOffset);
    const Expected<ClientColumn> column = clientColumn(sort);
    if (column)
        query.sort = *column;
    else
        reader.fail(u"sort: "_s + column.error().message);
    if (auto error = reader.error())
        return error;
    const ClientFilter::Parsed parsed = ClientFilter::parse(filter);
    if (!parsed.filter) {
        return RpcError(
            RpcCode::InvalidParams, u"filter: "_s + parsed.problem.message,
            {{u"position"_s, parsed.problem.position}, {u"message"_s, parsed.problem.message}});
    }
    query.filter = *parsed.filter;
    return std::nullopt;
}

ClientPage pageFor(const AdminHost &host, const ListCall &list)
{
    const auto now = std::chrono::steady_clock::now();
    const std::shared_ptr<const TrustPolicy> policy =
        list.query.filter.needsVia() ? host.trust.snapshot().policy : nullptr;
    if (list.open && !list.closed && !list.room)
        return queryClients(host.directory(), list.query, now, unixSeconds(), policy.get());
    std::vector<ClientInfo> rows;
    if (list.open)
        rows = listClients(host.directory(), now, policy.get());
    if (list.closed) {
        for (ClientInfo &info : host.traffic.closedClients().list())
            rows.push_back(std::move(info));
    }
    if (list.room) {
        const RoomName wanted{QString::fromUtf8(list.room->nameSpace),
                              QString::fromUtf8(list.room->name)};
        std::erase_if(rows, [&wanted](const ClientInfo &info) {
            return std::find(info.rooms.begin(), info.rooms.end(), wanted) == info.rooms.end();
        });
    }
    return runQuery(std::move(rows), list.query, unixSeconds());
}

RpcResult listResult(const AdminHost &host, const ListCall &list)
{
    const ClientPage page = pageFor(host, list);
    QJsonArray items;
    for (const ClientInfo &info : page.items)
        items.append(toJson(info));
    return QJsonObject{
        {u"total"_s, page.total}, {u"filtered"_s, page.filtered}, {u"items"_s, items}};
}

void listAll(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    ListCall list;
    const QString state =
        reader.oneOf(u"state"_s, {u"open"_s, u"closed"_s, u"all"_s}).value_or(u"open"_s);
    list.open = state != "closed"_L1;
    list.closed = state != "open"_L1;
    if (auto error = readQuery(reader, list.query))
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, list] { return listResult(host, list); });
}

// "room" in "namespace", or "/".
std::optional<RoomKey> readRoom(ParamReader &reader)
{
    const QString nameSpace = reader.optionalText(u"namespace"_s, 200).value_or(u"/"_s);
    return RoomKey{nameSpace.toUtf8(), reader.text(u"room"_s, 200).toUtf8()};
}

void listMembers(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    ListCall list;
    list.room = readRoom(reader);
    if (auto error = readQuery(reader, list.query))
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, list] { return listResult(host, list); });
}

struct RoomQuery
{
    QByteArray part; // of the name
    bool byMembers = false;
    bool descending = false;
    qint64 limit = 100;
    qint64 offset = 0;
};

RpcResult roomsResult(const AdminHost &host, const RoomQuery &query)
{
    std::vector<RoomDirectory::Room> rooms = host.hub.rooms().all();
    const auto total = qint64(rooms.size());
    std::erase_if(rooms, [&query](const RoomDirectory::Room &room) {
        return !room.key.name.contains(query.part);
    });
    std::sort(rooms.begin(), rooms.end(),
              [&query](const RoomDirectory::Room &a, const RoomDirectory::Room &b) {
                  if (query.byMembers && a.members != b.members)
                      return query.descending ? a.members > b.members : a.members < b.members;
                  const auto left = std::tie(a.key.nameSpace, a.key.name);
                  const auto right = std::tie(b.key.nameSpace, b.key.name);
                  return query.descending && !query.byMembers ? right < left : left < right;
              });
    QJsonArray items;
    const auto count = qint64(rooms.size());
    for (qint64 i = query.offset; i < std::min(count, query.offset + query.limit); ++i) {
        const RoomDirectory::Room &room = rooms[size_t(i)];
        items.append(QJsonObject{{u"namespace"_s, QString::fromUtf8(room.key.nameSpace)},
                                 {u"room"_s, QString::fromUtf8(room.key.name)},
                                 {u"members"_s, room.members}});
    }
    return QJsonObject{{u"total"_s, total}, {u"filtered"_s, count}, {u"items"_s, items}};
}

void listRooms(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    RoomQuery query;
    query.part = reader.optionalText(u"filter"_s, 200).value_or(QString()).toUtf8();
    query.byMembers = reader.oneOf(u"sort"_s, {u"room"_s, u"members"_s}) == u"members"_s;
    query.descending = reader.oneOf(u"order"_s, {u"asc"_s, u"desc"_s}) == u"desc"_s;
    query.limit = reader.integer(u"limit"_s, 100, 0, ClientQuery::MaxLimit);
    query.offset = reader.integer(u"offset"_s, 0, 0, MaxOffset);
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, query] { return roomsResult(host, query); });
}

QJsonObject callerObject(const Resolution &who)
{
    return {{u"client"_s, who.client.toString()},
            {u"scheme"_s, schemeName(who.scheme)},
            {u"host"_s, QString::fromLatin1(who.host)},
            {u"port"_s, who.port},
            {u"trust_revision"_s, qint64(who.policyRevision)}};
}

RpcResult oneClient(const AdminHost &host, quint64 id)
{
    std::shared_ptr<const ClientRecord> record = host.directory().find(id);
    std::optional<ClientInfo> info;
    if (record) {
        info = clientInfo(*record, std::chrono::steady_clock::now());
    } else {
        record = host.traffic.closedClients().record(id);
        info = host.traffic.closedClients().find(id);
    }
    if (!record || !info) {
        return RpcError(RpcCode::NotFound,
                        u"there is no client %1, and it is not among the last %2 that closed"_s.arg(
                            QString::number(id), QString::number(ClosedClients::Capacity)));
    }
    Resolution who = record->resolution();
    const Explanation explanation = explainClient(*record, *host.trust.snapshot().policy, &who);
    QJsonObject result = toJson(*info);
    result.insert("resolution"_L1, toJson(who, explanation, record->target));
    if (const std::optional<Resolution> former = record->formerResolution())
        result.insert("before"_L1, callerObject(*former));
    return result;
}

void getClient(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const quint64 id = reader.id(u"id"_s);
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, id] { return oneClient(host, id); });
}

} // namespace

void addClientMethods(AdminMethods &methods, AdminHost &host)
{
    const auto with = [&](const QString &name, void (*handler)(AdminHost &, const AdminCall &)) {
        methods.add(name, [&host, handler](const AdminCall &call) { handler(host, call); });
    };
    with(u"clients.list"_s, listAll);
    with(u"clients.get"_s, getClient);
    with(u"rooms.list"_s, listRooms);
    with(u"rooms.members"_s, listMembers);
}

} // namespace truepeer
