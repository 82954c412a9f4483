// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// HubShard is the part of the hub that lives in one I/O thread: the members of that thread, by
// room, by namespace and by id. A broadcast costs as much as it has members here.
//
// Thread: its I/O thread, but for thread(). Made and destroyed by the hub, in no thread of theirs.
#pragma once

#include "server/net/clienthandler.h"
#include "server/rooms/group.h"

#include <QByteArray>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

namespace truepeer {

class EventRouter;
class Hub;
class Member;

// Who gets a broadcast.
struct Audience
{
    // A room; with an empty name all clients that are in the namespace. Nothing: everybody.
    std::optional<RoomKey> room = {};
    std::vector<quint64> except = {}; // ids, sorted
};

class HubShard final : public ClientService
{
    Q_DISABLE_COPY_MOVE(HubShard)

public:
    HubShard(Hub &hub, const EventRouter &router, size_t maxRoomsPerClient);
    ~HubShard();

    // The I/O thread has begun: this is it.
    void setThread(std::thread::id thread) { m_thread.store(thread, std::memory_order_relaxed); }
    std::thread::id thread() const { return m_thread.load(std::memory_order_relaxed); }

    std::unique_ptr<ClientHandler> makeHandler(ClientSession &session) override;

    // Sends the frame to the members here; returns how many it were.
    int deliver(const Audience &audience, const QByteArray &frame);
    // Null when no such client is here.
    Member *find(quint64 id) const;

    Hub &hub() { return m_hub; }
    const EventRouter &router() const { return m_router; }
    size_t maxRoomsPerClient() const { return m_maxRoomsPerClient; }

    // For members.
    void add(Member &member);
    // Out of everything; nothing when it was done before.
    void remove(Member &member);
    Group &group(const RoomKey &room);
    Group *findGroup(const RoomKey &room) const;
    void dropIfEmpty(Group &group);
    void changeNameSpace(Member &member, const QByteArray &nameSpace);
    void countMember(const RoomKey &room, int change);

private:
    Hub &m_hub;
    const EventRouter &m_router;
    const size_t m_maxRoomsPerClient;
    std::atomic<std::thread::id> m_thread;
    Group m_everybody;
    std::unordered_map<RoomKey, std::unique_ptr<Group>, RoomKeyHash> m_groups;
    std::unordered_map<quint64, Member *> m_members;
};

} // namespace truepeer
