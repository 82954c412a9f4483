// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the I/O threads count. Each thread owns one WorkerCounters and is its only writer, so that
// counting costs no contention; anybody may read, values are exact once the thread is at rest.
#pragma once

#include <QtGlobal>

#include <atomic>

namespace truepeer {

// A counter or gauge with one writing thread.
class Counter
{
public:
    void add(qint64 amount = 1)
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void set(qint64 value) { m_value.store(value, std::memory_order_relaxed); }
    qint64 value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<qint64> m_value = 0;
};

// Everything that one I/O thread counts; T is Counter in the thread and qint64 in a sum.
template <typename T>
struct CounterSet
{
    T connections{}; // open sockets, HTTP and WebSocket
    T clients{};     // open WebSocket clients, those that are closing included
    T closingClients{};
    T connectionsTotal{};
    T requestsTotal{}; // HTTP requests answered
    T upgradesTotal{};
    T bytesIn{};
    T bytesOut{};
    T messagesIn{};
    T messagesOut{};
    T refusedRequests{};     // malformed, over a cap, for another host, or contradicting itself
    T refusedUpgrades{};     // handshake, Origin, key
    T refusedLimits{};       // max_connections, max_connections_per_client
    T refusedProxyHeaders{}; // PROXY header missing, late or malformed
    T timeouts{};            // a deadline closed the connection
    T slowClosed{};          // send queue over send_queue_bytes
    T frameFaults{};         // frames that RFC 6455 forbids
    T ignoredHeaders{};      // requests with forwarding headers of a peer that is not trusted
    T leftOutHeaders{};      // requests of a trusted peer with headers that a setting leaves out
    T conflicts{};           // header families that disagree
    T unknownClients{};      // trusted peer, client not established
    T writeStalls{};         // peers that stopped reading an HTTP response
    T limitedRequests{};     // rate_limit: requests answered with 429
    T limitedMessages{};     // rate_limit: messages that were not handled
    T limitedClients{};      // accept_rate: upgrades answered with 503
    T invalidMessages{};     // messages that are no event, or no event that anybody handles
    T broadcastFrames{};     // frames that were sent to one of many
    T memberships{};         // of clients in rooms
    T queueBytes{};          // accepted for sending to WebSocket clients, not yet with the kernel
    T refusedRooms{};        // max_rooms_per_client
};

using WorkerCounters = CounterSet<Counter>;
using CounterTotals = CounterSet<qint64>;

// Calls visit(name, member pointer in WorkerCounters, the same in CounterTotals) for each field.
template <typename Visitor>
void forEachCounter(Visitor visit)
{
#define TRUEPEER_COUNTER(name) visit(#name, &WorkerCounters::name, &CounterTotals::name)
    TRUEPEER_COUNTER(connections);
    TRUEPEER_COUNTER(clients);
    TRUEPEER_COUNTER(closingClients);
    TRUEPEER_COUNTER(connectionsTotal);
    TRUEPEER_COUNTER(requestsTotal);
    TRUEPEER_COUNTER(upgradesTotal);
    TRUEPEER_COUNTER(bytesIn);
    TRUEPEER_COUNTER(bytesOut);
    TRUEPEER_COUNTER(messagesIn);
    TRUEPEER_COUNTER(messagesOut);
    TRUEPEER_COUNTER(refusedRequests);
    TRUEPEER_COUNTER(refusedUpgrades);
    TRUEPEER_COUNTER(refusedLimits);
    TRUEPEER_COUNTER(refusedProxyHeaders);
    TRUEPEER_COUNTER(timeouts);
    TRUEPEER_COUNTER(slowClosed);
    TRUEPEER_COUNTER(frameFaults);
    TRUEPEER_COUNTER(ignoredHeaders);
    TRUEPEER_COUNTER(leftOutHeaders);
    TRUEPEER_COUNTER(conflicts);
    TRUEPEER_COUNTER(unknownClients);
    TRUEPEER_COUNTER(writeStalls);
    TRUEPEER_COUNTER(limitedRequests);
    TRUEPEER_COUNTER(limitedMessages);
    TRUEPEER_COUNTER(limitedClients);
    TRUEPEER_COUNTER(invalidMessages);
    TRUEPEER_COUNTER(broadcastFrames);
    TRUEPEER_COUNTER(memberships);
    TRUEPEER_COUNTER(refusedRooms);
    TRUEPEER_COUNTER(queueBytes);
#undef TRUEPEER_COUNTER
}

} // namespace truepeer
