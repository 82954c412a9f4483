// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Hub is where events go out to many: it has one shard for each I/O thread, and sends a broadcast,
// encoded once, with one post to each thread. The thread that calls, if it is one of them, is
// served at once, so that a client gets its own broadcasts and other answers in their order.
//
// Posts to a thread that does not come to serve them are bounded: above MaxBacklog a broadcast is
// refused as a whole.
//
// Thread: any, once attach() was called. It outlives the I/O threads.
#pragma once

#include "server/net/clienthandler.h"
#include "server/net/clientrecord.h"
#include "server/rooms/hubshard.h"
#include "server/rooms/roomdirectory.h"

#include <QByteArray>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace truepeer {

class EventRouter;
class Member;
class WorkerPool;

class Hub final : public ClientServices
{
    Q_DISABLE_COPY_MOVE(Hub)

public:
    // How many bytes of broadcasts, each counted with some overhead, may wait for one thread.
    static constexpr qint64 MaxBacklog = 64 * 1024 * 1024;

    // Told how many clients a broadcast was sent to, in the thread that was the last to send.
    using Delivered = std::function<void(qint64 count)>;
    // Gets null when the client is gone.
    using MemberTask = std::function<void(Member *member)>;

    // The router must be complete before the first client comes, and outlive the hub.
    Hub(int threads, const EventRouter &router, int maxRoomsPerClient);
    ~Hub();

    // REQUIRES: the pool has as many threads, and no client yet.
    void attach(WorkerPool &pool) { m_pool = &pool; }

    ClientService &forThread(int index) override;

    // `frame` is a whole frame (encodeFrame()). False: refused, because a thread is too far behind;
    // then `delivered` is not called.
    bool broadcast(const Audience &audience, const QByteArray &frame,
                   const Delivered &delivered = {});

    // Runs the task in the client's thread: at once when this is it.
    void withMember(const ClientRecord &record, const MemberTask &task);

    RoomDirectory &rooms() { return m_rooms; }
    // Broadcasts that were refused.
    qint64 refused() const { return m_refused.load(std::memory_order_relaxed); }

private:
    struct Slot
    {
        std::unique_ptr<HubShard> shard;
        std::atomic<qint64> backlog = 0;
    };
    struct Order;

    // Of the calling thread; -1 when it is no I/O thread.
    int ownIndex() const;
    void serve(Slot &slot, Order &order);

    RoomDirectory m_rooms;
    std::vector<Slot> m_slots;
    WorkerPool *m_pool = nullptr;
    std::atomic<qint64> m_refused = 0;
};

} // namespace truepeer
