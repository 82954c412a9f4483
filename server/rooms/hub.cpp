// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/hub.h"

#include "server/net/workerpool.h"

#include <algorithm>
#include <utility>

namespace truepeer {

namespace {

constexpr qint64 PostOverhead = 512; // bytes that a post costs beside its frame

} // namespace

// One broadcast on its way to all threads.
struct Hub::Order
{
    Order(Audience to, QByteArray what, Delivered whenSent, int threads)
        : audience(std::move(to))
        , frame(std::move(what))
        , delivered(std::move(whenSent))
        , threadsLeft(threads)
    {
    }

    const Audience audience;
    const QByteArray frame;
    const Delivered delivered;
    std::atomic<int> threadsLeft;
    std::atomic<qint64> count = 0;

    qint64 weight() const { return frame.size() + PostOverhead; }
};

Hub::Hub(int threads, const EventRouter &router, int maxRoomsPerClient)
    : m_slots(size_t(threads))
{
    for (Slot &slot : m_slots)
        slot.shard = std::make_unique<HubShard>(*this, router, size_t(maxRoomsPerClient));
}

Hub::~Hub() = default;

ClientService &Hub::forThread(int index)
{
    HubShard &shard = *m_slots[size_t(index)].shard;
    shard.setThread(std::this_thread::get_id());
    return shard;
}

int Hub::ownIndex() const
{
    const std::thread::id self = std::this_thread::get_id();
    for (size_t i = 0; i < m_slots.size(); ++i) {
        if (m_slots[i].shard->thread() == self)
            return int(i);
    }
    return -1;
}

bool Hub::broadcast(const Audience &audience, const QByteArray &frame, const Delivered &delivered)
{
    const bool isBehind = std::any_of(m_slots.begin(), m_slots.end(), [](const Slot &slot) {
        return slot.backlog.load(std::memory_order_relaxed) > MaxBacklog;
    });
    if (isBehind) {
        m_refused.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    const auto order = std::make_shared<Order>(audience, frame, delivered, int(m_slots.size()));
    const int own = ownIndex();
    for (size_t i = 0; i < m_slots.size(); ++i) {
        if (int(i) == own)
            continue;
        Slot &slot = m_slots[i];
        slot.backlog.fetch_add(order->weight(), std::memory_order_relaxed);
        m_pool->post(int(i), [this, &slot, order] {
            slot.backlog.fetch_sub(order->weight(), std::memory_order_relaxed);
            serve(slot, *order);
        });
    }
    if (own >= 0)
        serve(m_slots[size_t(own)], *order);
    return true;
}

void Hub::serve(Slot &slot, Order &order)
{
    order.count.fetch_add(slot.shard->deliver(order.audience, order.frame));
    if (order.threadsLeft.fetch_sub(1) == 1 && order.delivered)
        order.delivered(order.count.load());
}

void Hub::withMember(const ClientRecord &record, const MemberTask &task)
{
    const int home = record.connection.worker;
    HubShard &shard = *m_slots[size_t(home)].shard;
    if (ownIndex() == home) {
        task(shard.find(record.id));
        return;
    }
    m_pool->post(home, [&shard, id = record.id, task] { task(shard.find(id)); });
}

} // namespace truepeer
