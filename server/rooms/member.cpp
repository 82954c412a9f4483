// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/member.h"

#include "server/net/websocketframe.h"
#include "server/rooms/eventrouter.h"
#include "server/rooms/hubshard.h"

#include <QJsonObject>

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

qint64 unixSeconds()
{
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(wall).count();
}

} // namespace

Member::Member(ClientSession &session, HubShard &shard)
    : m_session(session)
    , m_shard(shard)
{
}

Member::~Member()
{
    m_shard.remove(*this);
}

void Member::send(QByteArrayView event, const QJsonValue &data)
{
    m_session.send(encodeFrame(Opcode::Text, encodeEvent(event, data)));
}

void Member::sendError(QByteArrayView message)
{
    m_session.send(encodeFrame(Opcode::Text, errorEvent(message, unixSeconds())));
}

// ---- rooms ------------------------------------------------------------------------------------

Member::JoinResult Member::join(const RoomKey &room)
{
    if (m_seats.empty())
        return JoinResult::Gone;
    if (isIn(room))
        return JoinResult::AlreadyThere;
    if (m_seats.size() - FirstRoomSeat >= m_shard.maxRoomsPerClient()) {
        m_session.counters().refusedRooms.add();
        return JoinResult::TooMany;
    }
    m_shard.group(room).add(*this, m_seats);
    m_shard.countMember(room, 1);
    m_session.counters().memberships.add();
    record()->addRoom(room);
    return JoinResult::Joined;
}

bool Member::leave(const RoomKey &room)
{
    const std::optional<size_t> seat = seatIn(room);
    if (!seat)
        return false;
    Group &group = *m_seats[*seat].group;
    Group::remove(m_seats, *seat);
    m_shard.countMember(room, -1);
    m_shard.dropIfEmpty(group);
    m_session.counters().memberships.add(-1);
    record()->removeRoom(room);
    return true;
}

bool Member::isIn(const RoomKey &room) const
{
    return seatIn(room).has_value();
}

std::optional<size_t> Member::seatIn(const RoomKey &room) const
{
    const Group *group = m_shard.findGroup(room);
    if (!group)
        return std::nullopt;
    for (size_t seat = FirstRoomSeat; seat < m_seats.size(); ++seat) {
        if (m_seats[seat].group == group)
            return seat;
    }
    return std::nullopt;
}

void Member::setNameSpace(const QByteArray &nameSpace)
{
    if (m_seats.empty() || nameSpace == this->nameSpace())
        return;
    m_shard.changeNameSpace(*this, nameSpace);
    record()->setNameSpace(nameSpace);
}

QByteArray Member::nameSpace() const
{
    return m_session.record()->membership().nameSpace;
}

// ---- events -----------------------------------------------------------------------------------

void Member::opened()
{
    m_shard.add(*this);
    m_shard.router().opened(*this);
}

void Member::messageReceived(const QByteArray &payload)
{
    const EventParseResult result = parseEventMessage(payload);
    switch (result.status) {
    case EventParseResult::Status::Ignored:
        break;
    case EventParseResult::Status::Invalid:
        m_session.counters().invalidMessages.add();
        sendError(result.error);
        break;
    case EventParseResult::Status::Valid:
        dispatch(result.message);
        break;
    }
}

void Member::dispatch(const EventMessage &message)
{
    if (m_shard.router().dispatch(*this, message))
        return;
    m_session.counters().invalidMessages.add();
    sendError(QByteArray("Event '"_ba + message.event + "' does not exist"_ba));
}

// The shape that the clients of the original know.
void Member::messageOverLimit(const QByteArray &payload)
{
    const EventParseResult result = parseEventMessage(payload);
    const RateRule &rule = *m_session.settings().clientLimits.messages;
    const qint64 window = rule.window.count();
    send("rate_limit_exceeded",
         QJsonObject{{u"error"_s, u"Rate limit exceeded"_s},
                     {u"message"_s, u"You have exceeded the global WebSocket message rate limit. "
                                    "Please try again later."_s},
                     {u"original_event"_s, QString::fromLatin1(result.message.event)},
                     {u"retry_after"_s, window},
                     {u"limit"_s, rule.limit},
                     {u"window"_s, window},
                     {u"type"_s, u"global"_s}});
}

void Member::closing()
{
    m_shard.remove(*this);
}

void Member::resolutionChanged(const Resolution &before)
{
    m_shard.router().resolutionChanged(*this, before);
}

void Member::ended(const CloseInfo &info)
{
    m_shard.router().ended(*this, info);
}

} // namespace truepeer
