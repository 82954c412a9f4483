// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Clients of a pool whose policy changes, and what they are told of it.
#pragma once

#include "server/net/clienthandler.h"
#include "server/net/clientsession.h"
#include "tests/unit/net/poolfixture.h"

#include <QByteArrayList>
#include <QTest>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

// Told of changes, in any I/O thread; may do something at each.
class RecordingServices final : public ClientServices, private ClientService
{
public:
    ClientService &forThread(int) override { return *this; }

    QByteArrayList takeHeard()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_heard, {});
    }

    std::function<void()> onChange; // set before the pool starts
    // Of the clients of one thread, in that thread.
    std::vector<ClientSession *> sessions;

private:
    class Handler final : public ClientHandler
    {
    public:
        Handler(ClientSession &session, RecordingServices &services)
            : m_session(session)
            , m_services(services)
        {
        }
        void opened() override {}
        void messageReceived(const QByteArray &) override {}
        void messageOverLimit(const QByteArray &) override {}
        void resolutionChanged(const Resolution &before) override
        {
            const Resolution &after = m_session.record()->ownResolution();
            m_services.hear(before.client.toText() + " is "_ba + after.client.toText());
        }
        void closing() override {}
        void ended(const CloseInfo &) override { std::erase(m_services.sessions, &m_session); }

    private:
        ClientSession &m_session;
        RecordingServices &m_services;
    };

    std::unique_ptr<ClientHandler> makeHandler(ClientSession &session) override
    {
        if (onChange)
            sessions.push_back(&session);
        return std::make_unique<Handler>(session, *this);
    }
    void hear(const QByteArray &change)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_heard.append(change);
        }
        if (onChange)
            onChange();
    }

    std::mutex m_mutex;
    QByteArrayList m_heard; // guarded by m_mutex
};

inline QByteArray handshakeWith(const QByteArray &lines)
{
    QByteArray request = Handshake;
    return request.insert(request.size() - 2, lines);
}

// Waits for what a policy comes to; -1 when that never comes.
class Applied
{
public:
    std::function<void(qint64)> teller()
    {
        return [promise = m_promise](qint64 changed) { promise->set_value(changed); };
    }
    qint64 wait()
    {
        std::future<qint64> changed = m_promise->get_future();
        return changed.wait_for(LoopbackClient::Patience) == std::future_status::ready
                   ? changed.get()
                   : -1;
    }

private:
    const std::shared_ptr<std::promise<qint64>> m_promise =
        std::make_shared<std::promise<qint64>>();
};

inline qint64 apply(WorkerPool &pool, const QString &trusted, quint64 revision)
{
    Applied applied;
    pool.applyPolicy(policyThatTrusts(trusted, revision), applied.teller());
    return applied.wait();
}

// Clients that open with these lines in their handshakes.
inline void connectClients(PoolFixture &f, int count, const std::function<QByteArray(int)> &lines)
{
    for (int i = 0; i < count; ++i)
        f.connect().send(handshakeWith(lines(i)));
    for (size_t i = f.clients.size() - size_t(count); i < f.clients.size(); ++i)
        QVERIFY(f.clients[i]->readUntil(HeadEnd).startsWith("HTTP/1.1 101 "));
}

// The end for many clients: the ports of those that were reset are free at once.
inline void abortClients(PoolFixture &f)
{
    for (const auto &client : f.clients)
        client->abort();
    f.clients.clear();
    QTRY_COMPARE(f.pool->connections(), 0);
}

inline QByteArray forwardedFor(const QByteArray &client)
{
    return "X-Forwarded-For: "_ba + client + "\r\n"_ba;
}

inline const IpAddress Proxy = IpAddress::fromIPv4(0x7f000001);
inline const IpAddress Forwarded = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7

} // namespace truepeer
