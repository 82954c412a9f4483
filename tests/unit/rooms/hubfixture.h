// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A hub with whole I/O threads and real sockets. The test thread is every client.
#pragma once

#include "server/net/websocketframe.h"
#include "server/net/workerpool.h"
#include "server/rooms/eventrouter.h"
#include "server/rooms/hub.h"
#include "server/rooms/member.h"
#include "tests/unit/net/loopbackclient.h"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include <poll.h>

namespace truepeer {

// Keeps how clients were closed, by id.
class ClosesObserver final : public EngineObserver
{
public:
    void requestServed(const RequestEvent &) override {}
    void clientConnected(const ClientEvent &) override {}
    void clientClosed(const ClientClosedEvent &event) override
    {
        const std::lock_guard lock(m_mutex);
        m_codes.emplace(event.client.id, event.close.code);
    }
    void connectionRefused(const IpAddress &, QByteArrayView) override {}
    void headersIgnored(const Resolution &) override {}

    std::multimap<quint64, int> codes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_codes;
    }

private:
    mutable std::mutex m_mutex;
    std::multimap<quint64, int> m_codes;
};

// The value, which is there soon unless the test fails.
template <typename T>
T soon(std::future<T> future)
{
    if (future.wait_for(LoopbackClient::Patience) != std::future_status::ready)
        qFatal("an I/O thread does not answer");
    return future.get();
}

inline QByteArray textFrame(const QByteArray &payload)
{
    return encodeFrame(Opcode::Text, payload);
}

inline QByteArray closeFrame(int code, const QByteArray &reason)
{
    QByteArray payload;
    payload.append(char(code >> 8)).append(char(code & 0xff)).append(reason);
    return encodeFrame(Opcode::Close, payload);
}

// The same as a client sends it, masked with zeros.
inline QByteArray maskedFrame(const QByteArray &payload)
{
    if (payload.size() >= 126)
        qFatal("too long for a small frame");
    return QByteArray("\x81").append(char(0x80 | payload.size())).append(4, '\0').append(payload);
}

struct HubClient
{
    HubClient()
        : accepted(socket->takeAccepted())
    {
    }

    // What it was sent before the answer to a ping.
    QByteArray heard() const
    {
        const QByteArray pong("\x8a\x00", 2);
        socket->send(QByteArray("\x89\x80\x00\x00\x00\x00", 6));
        return socket->readUntil(pong).chopped(pong.size());
    }
    // Resets the connection. The server's socket knows it once this returns, its thread does not.
    // REQUIRES: the thread is held.
    void reset()
    {
        socket->abort();
        pollfd server = {accepted, 0, 0};
        if (::poll(&server, 1, int(LoopbackClient::Patience.count()) * 1000) != 1)
            qFatal("the connection is not reset");
    }

    std::unique_ptr<LoopbackClient> socket = std::make_unique<LoopbackClient>();
    const int accepted; // the server's end; not ours
    std::shared_ptr<ClientRecord> record;
};

struct HubFixture
{
    // `setUp` fills the router.
    explicit HubFixture(int threads, const std::function<void(HubFixture &)> &setUp = {},
                        qsizetype sendQueueBytes = 1024 * 1024)
        : hub(threads, router, 100)
    {
        if (setUp)
            setUp(*this);
        auto settings = std::make_shared<EngineSettings>();
        settings->limits.idlePing = std::chrono::seconds(0);
        settings->limits.sendQueueBytes = sendQueueBytes;
        settings->services = &hub;
        pool =
            std::make_unique<WorkerPool>(threads, settings, *TrustPolicy::compile({}, 1), observer);
        hub.attach(*pool);
    }

    // Clients get the ids 1, 2, 3…, and come to the threads in turn.
    HubClient &connect()
    {
        clients.push_back(std::make_unique<HubClient>());
        HubClient &client = *clients.back();
        pool->adopt(client.accepted);
        client.socket->send("GET /chat HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
                            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        client.socket->readUntil("\r\n\r\n");
        client.record = pool->state().directory.find(clients.size());
        if (!client.record)
            qFatal("the client has no record");
        return client;
    }
    HubClient &client(quint64 id) { return *clients[id - 1]; }

    // Runs the task with the member in its thread and waits for it; false when it is gone.
    bool with(const ClientRecord &record, const std::function<void(Member &)> &task)
    {
        const auto done = std::make_shared<std::promise<bool>>();
        std::future<bool> isHere = done->get_future();
        hub.withMember(record, [done, task](Member *member) {
            if (member)
                task(*member);
            done->set_value(member != nullptr);
        });
        return soon(std::move(isHere));
    }
    bool with(quint64 id, const std::function<void(Member &)> &task)
    {
        return with(*client(id).record, task);
    }

    // Broadcasts in that thread, or in this one (-1), and waits until all threads have sent: to how
    // many.
    qint64 broadcast(const Audience &audience, const QByteArray &frame, int thread = -1)
    {
        const auto done = std::make_shared<std::promise<qint64>>();
        std::future<qint64> count = done->get_future();
        const auto send = [this, audience, frame, done] {
            if (!hub.broadcast(audience, frame, [done](qint64 sent) { done->set_value(sent); }))
                done->set_value(-1);
        };
        if (thread < 0)
            send();
        else
            pool->post(thread, send);
        return soon(std::move(count));
    }

    // Keeps a thread from turning until the promise is kept, and then lets it run the task.
    std::promise<void> hold(
        int thread, const std::function<void()> &task = [] {})
    {
        std::promise<void> go;
        const auto held = std::make_shared<std::promise<void>>();
        std::future<void> isHeld = held->get_future();
        pool->post(thread, [held, going = go.get_future().share(), task] {
            held->set_value();
            going.wait();
            task();
        });
        soon(std::move(isHeld));
        return go;
    }

    EventRouter router;
    Hub hub;
    ClosesObserver observer;
    std::vector<std::unique_ptr<HubClient>> clients;
    std::unique_ptr<WorkerPool> pool;
};

} // namespace truepeer
