// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/hubshard.h"

#include "server/rooms/hub.h"
#include "server/rooms/member.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Everybody and the namespace come before the rooms, in this order.
constexpr size_t NameSpaceSeat = 1;

// Its bytes are static: each client has one.
QByteArray rootNameSpace()
{
    return "/"_ba;
}

} // namespace

HubShard::HubShard(Hub &hub, const EventRouter &router, size_t maxRoomsPerClient)
    : m_hub(hub)
    , m_router(router)
    , m_maxRoomsPerClient(maxRoomsPerClient)
    , m_everybody(RoomKey{})
{
}

HubShard::~HubShard() = default;

std::unique_ptr<ClientHandler> HubShard::makeHandler(ClientSession &session)
{
    return std::make_unique<Member>(session, *this);
}

int HubShard::deliver(const Audience &audience, const QByteArray &frame)
{
    const Group *group = audience.room ? findGroup(*audience.room) : &m_everybody;
    if (!group || group->entries().empty())
        return 0;
    // A slow reader is dealt with after the walk: to close it changes the group.
    std::vector<Member *> slow;
    int sent = 0;
    for (const Group::Entry &entry : group->entries()) {
        const bool isLeftOut = !audience.except.empty()
                               && std::binary_search(audience.except.begin(), audience.except.end(),
                                                     entry.member->record()->id);
        if (isLeftOut)
            continue;
        ++sent;
        if (entry.member->session().queue(frame))
            slow.push_back(entry.member);
    }
    group->entries().front().member->session().counters().broadcastFrames.add(sent);
    // They live until the end of the turn, whatever the others do in their last moments.
    for (Member *member : slow)
        member->session().checkQueue();
    return sent;
}

Member *HubShard::find(quint64 id) const
{
    const auto found = m_members.find(id);
    return found == m_members.end() ? nullptr : found->second;
}

void HubShard::add(Member &member)
{
    m_members.emplace(member.record()->id, &member);
    m_everybody.add(member, member.m_seats);
    group({rootNameSpace(), {}}).add(member, member.m_seats);
    member.record()->setNameSpace(rootNameSpace());
}

void HubShard::remove(Member &member)
{
    if (member.m_seats.empty())
        return;
    m_members.erase(member.record()->id);
    while (!member.m_seats.empty()) {
        const size_t last = member.m_seats.size() - 1;
        Group &group = *member.m_seats[last].group;
        Group::remove(member.m_seats, last);
        if (last >= Member::FirstRoomSeat) {
            countMember(group.key(), -1);
            member.session().counters().memberships.add(-1);
        }
        dropIfEmpty(group);
    }
}

Group &HubShard::group(const RoomKey &room)
{
    std::unique_ptr<Group> &group = m_groups[room];
    if (!group)
        group = std::make_unique<Group>(room);
    return *group;
}

Group *HubShard::findGroup(const RoomKey &room) const
{
    const auto found = m_groups.find(room);
    return found == m_groups.end() ? nullptr : found->second.get();
}

void HubShard::dropIfEmpty(Group &group)
{
    if (group.entries().empty() && &group != &m_everybody)
        m_groups.erase(RoomKey(group.key()));
}

// The new seat comes last and is moved to the place of the old one, which keeps the order of seats.
void HubShard::changeNameSpace(Member &member, const QByteArray &nameSpace)
{
    Group &old = *member.m_seats[NameSpaceSeat].group;
    group({nameSpace, {}}).add(member, member.m_seats);
    Group::remove(member.m_seats, NameSpaceSeat);
    dropIfEmpty(old);
}

void HubShard::countMember(const RoomKey &room, int change)
{
    m_hub.rooms().count(room, change);
}

} // namespace truepeer
