// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/roomevents.h"

#include "server/net/websocketframe.h"
#include "server/rooms/eventrouter.h"
#include "server/rooms/hub.h"
#include "server/rooms/jsonmember.h"
#include "server/rooms/member.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<const char *, 4> ServerEvents = {"error", "room_joined", "room_left",
                                                      "rate_limit_exceeded"};

void sendProblem(Member &member, const EventMessage &message, const QByteArray &problem)
{
    member.send("error", QJsonObject{{u"message"_s, QString::fromUtf8(problem)},
                                     {u"event"_s, QString::fromLatin1(message.event)}});
}

void sendDone(Member &member, QByteArrayView event, const RoomKey &room)
{
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const qint64 now = std::chrono::duration_cast<std::chrono::seconds>(wall).count();
    member.send(event, QJsonObject{{u"room"_s, QString::fromUtf8(room.name)},
                                   {u"namespace"_s, QString::fromUtf8(room.nameSpace)},
                                   {u"timestamp"_s, now}});
}

void joinRoom(Member &member, const EventMessage &message)
{
    const RoomRequest request = parseRoomRequest(message);
    if (!request.room) {
        sendProblem(member, message, request.problem);
        return;
    }
    if (member.join(*request.room) == Member::JoinResult::TooMany)
        sendProblem(member, message, "Failed to join room"_ba);
    else
        sendDone(member, "room_joined", *request.room);
}

void leaveRoom(Member &member, const EventMessage &message)
{
    const RoomRequest request = parseRoomRequest(message);
    if (!request.room) {
        sendProblem(member, message, request.problem);
        return;
    }
    member.leave(*request.room);
    sendDone(member, "room_left", *request.room);
}

// A member of the data, without a parse of the rest. Undefined when there is none.
QJsonValue memberOf(const EventMessage &message, QByteArrayView name)
{
    const JsonMember member = findJsonMember(message.json, name);
    if (member.isUncertain)
        return message.data().toObject().value(QLatin1StringView(name));
    if (member.value.isEmpty())
        return QJsonValue(QJsonValue::Undefined);
    const QByteArrayView text = member.value;
    if (text.startsWith('"') && !text.contains('\\'))
        return QString::fromUtf8(text.sliced(1).chopped(1));
    // A document holds no scalar.
    const QByteArray list = '[' + text.toByteArray() + ']';
    return QJsonDocument::fromJson(list).array().at(0);
}

bool matches(const QByteArrayList &patterns, const QByteArray &event)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const QByteArray &pattern) {
        return pattern.endsWith('*') ? event.startsWith(QByteArrayView(pattern).chopped(1))
                                     : event == pattern;
    });
}

bool isServerEvent(const QByteArray &event)
{
    return std::any_of(ServerEvents.begin(), ServerEvents.end(),
                       [&](const char *name) { return event == name; });
}

// Where the event goes, or what is wrong with it.
RoomRequest relayTarget(Member &member, const EventMessage &message, bool roomsOnly)
{
    if (!roomsOnly && memberOf(message, "room").isUndefined())
        return {RoomKey{member.nameSpace(), {}}, {}};
    RoomRequest request = parseRoomRequest(message);
    if (request.room && !member.isIn(*request.room))
        return {std::nullopt, "You are not in this room"_ba};
    return request;
}

} // namespace

bool isRoomName(QByteArrayView name)
{
    return !name.isEmpty() && name != "0" && name.size() <= MaxRoomNameBytes;
}

RoomRequest parseRoomRequest(const EventMessage &message)
{
    const QByteArray name = memberOf(message, "room").toString().toUtf8();
    if (!isRoomName(name))
        return {std::nullopt, "Invalid room name"_ba};
    const QJsonValue nameSpace = memberOf(message, "namespace");
    if (nameSpace.isNull() || nameSpace.isUndefined())
        return {RoomKey{"/"_ba, name}, {}};
    const QByteArray text = nameSpace.toString().toUtf8();
    if (!isRoomName(text))
        return {std::nullopt, "Invalid namespace"_ba};
    return {RoomKey{text, name}, {}};
}

void addRoomEvents(EventRouter &router)
{
    router.on("join_room"_ba, joinRoom);
    router.on("leave_room"_ba, leaveRoom);
}

void addRelay(EventRouter &router, const RelaySettings &settings)
{
    const auto handles = [events = settings.events](const QByteArray &event) {
        return matches(events, event) && !isServerEvent(event);
    };
    router.onOthers(handles,
                    [roomsOnly = settings.roomsOnly](Member &member, const EventMessage &message) {
                        const RoomRequest target = relayTarget(member, message, roomsOnly);
                        if (!target.room) {
                            sendProblem(member, message, target.problem);
                            return;
                        }
                        const QByteArray frame = encodeFrame(Opcode::Text, encodeEvent(message));
                        if (!member.shard().hub().broadcast({target.room, {}}, frame))
                            sendProblem(member, message, "The server is too busy"_ba);
                    });
}

} // namespace truepeer
