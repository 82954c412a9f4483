// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A pool of I/O threads with clients, and an observer that remembers what it is told.
#pragma once

#include "server/net/ioworker.h"
#include "server/net/workerpool.h"
#include "tests/unit/net/loopbackclient.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace truepeer {

class RecordingObserver final : public EngineObserver
{
public:
    void requestServed(const RequestEvent &event) override
    {
        const std::lock_guard lock(m_mutex);
        ++m_requests[std::this_thread::get_id()];
        m_statuses.insert(event.status);
    }
    void clientConnected(const ClientEvent &event) override
    {
        const std::lock_guard lock(m_mutex);
        m_ids.insert(event.id);
    }
    void clientClosed(const ClientClosedEvent &event) override
    {
        const std::lock_guard lock(m_mutex);
        m_closeCodes.insert(event.close.code);
    }
    void connectionRefused(const IpAddress &, QByteArrayView) override {}
    void headersIgnored(const Resolution &) override {}

    int requests() const
    {
        const std::lock_guard lock(m_mutex);
        int sum = 0;
        for (const auto &[thread, count] : m_requests)
            sum += count;
        return sum;
    }
    int threads() const
    {
        const std::lock_guard lock(m_mutex);
        return int(m_requests.size());
    }
    std::multiset<int> statuses() const
    {
        const std::lock_guard lock(m_mutex);
        return m_statuses;
    }
    std::set<quint64> clientIds() const
    {
        const std::lock_guard lock(m_mutex);
        return m_ids;
    }
    std::multiset<int> closeCodes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_closeCodes;
    }

private:
    mutable std::mutex m_mutex;
    std::map<std::thread::id, int> m_requests;
    std::multiset<int> m_statuses;
    std::set<quint64> m_ids;
    std::multiset<int> m_closeCodes;
};

inline std::shared_ptr<const TrustPolicy> policyThatTrusts(const QString &entry, quint64 revision)
{
    TrustSettings settings;
    if (!entry.isEmpty()) {
        settings.list.mode = TrustMode::List;
        settings.list.entries = {{entry, {}}};
    }
    const auto policy = TrustPolicy::compile(settings, revision);
    if (!policy)
        qFatal("the policy of the test is wrong");
    return policy.value();
}

inline std::shared_ptr<EngineSettings> makeSettings()
{
    auto settings = std::make_shared<EngineSettings>();
    settings->router.add("GET", "/who", [](const HttpRequest &request) {
        return Response::text(200, request.resolution.client.toText() + '#'
                                       + QByteArray::number(request.resolution.policyRevision)
                                       + '\n');
    });
    return settings;
}

// A pool with clients that stay connected.
struct PoolFixture
{
    explicit PoolFixture(int threadCount, std::shared_ptr<EngineSettings> settings = makeSettings())
        : pool(std::make_unique<WorkerPool>(threadCount, std::move(settings),
                                            policyThatTrusts({}, 1), observer))
    {
    }

    LoopbackClient &connect()
    {
        clients.push_back(std::make_unique<LoopbackClient>());
        pool->adopt(clients.back()->takeAccepted());
        return *clients.back();
    }

    // What each thread answers to a question.
    std::vector<qint64> askThreads(const std::function<qint64(IoWorker &)> &question) const
    {
        struct Answers
        {
            std::mutex mutex;
            std::condition_variable more;
            std::vector<qint64> values; // guarded by mutex
        };
        const auto answers = std::make_shared<Answers>();
        pool->forEachWorker([answers, question](IoWorker &worker) {
            const qint64 value = question(worker);
            const std::lock_guard lock(answers->mutex);
            answers->values.push_back(value);
            answers->more.notify_one();
        });
        std::unique_lock lock(answers->mutex);
        answers->more.wait_for(lock, LoopbackClient::Patience,
                               [&] { return answers->values.size() == size_t(pool->threads()); });
        return answers->values;
    }
    // As each thread sees it itself.
    std::vector<qint64> connectionsOfThreads() const
    {
        return askThreads([](IoWorker &worker) { return worker.counters().connections.value(); });
    }

    RecordingObserver observer;
    std::vector<std::unique_ptr<LoopbackClient>> clients;
    std::unique_ptr<WorkerPool> pool;
};

inline const QByteArray WhoRequest = "GET /who HTTP/1.1\r\nHost: test\r\n"
                                     "X-Forwarded-For: 203.0.113.7\r\n\r\n";
inline const QByteArray Handshake = "GET /chat HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
inline const QByteArray HeadEnd = "\r\n\r\n";

// The body of the next response: "address#revision".
inline QByteArray ask(LoopbackClient &client)
{
    client.send(WhoRequest);
    client.readUntil(HeadEnd);
    return client.readUntil("\n").chopped(1);
}

} // namespace truepeer
