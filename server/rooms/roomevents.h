// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The events that the server itself handles: join_room and leave_room, and those that it passes on
// for others ([relay] of truepeer.toml(5)). See resources/docs/events.md.
#pragma once

#include "server/net/clientrecord.h"
#include "server/rooms/eventmessage.h"

#include <QByteArrayList>

#include <optional>

namespace truepeer {

class EventRouter;

// What clients may pass on to each other.
struct RelaySettings
{
    QByteArrayList events; // names, or starts of names with a * at the end
    bool roomsOnly = true;
};

// The room that {"room":…,"namespace":…} names; the namespace may be left out, which is "/".
struct RoomRequest
{
    std::optional<RoomKey> room;
    QByteArray problem; // without a room: "Invalid room name" or "Invalid namespace"
};
RoomRequest parseRoomRequest(const EventMessage &message);

// A name of a room or namespace, in UTF-8 bytes. The original has no cap.
inline constexpr qsizetype MaxRoomNameBytes = 200;

// What a client that hears of rooms may be called by: not empty, not "0", at most MaxRoomNameBytes.
bool isRoomName(QByteArrayView name);

// join_room and leave_room, with the answers of the original.
void addRoomEvents(EventRouter &router);

// Events that match are sent to the room of their data, of which the sender must be a member, or,
// without a room and unless roomsOnly, to everybody in the sender's namespace. What the server
// itself says (error, room_joined, room_left, rate_limit_exceeded) is never passed on.
void addRelay(EventRouter &router, const RelaySettings &settings);

} // namespace truepeer
