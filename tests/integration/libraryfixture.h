// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What tests of the C++ library share: a server in this process accepts its connections in the
// event loop of the main thread, while clients wait for answers in a thread of their own.
#pragma once

#include <QString>
#include <QStringList>
#include <QTest>

#include <truepeer/server.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace truepeer {

// Runs the clients' side of a test while the event loop of this thread turns. True when nothing in
// it has failed.
inline bool apart(const std::function<void()> &clients)
{
    std::atomic<bool> isDone = false;
    std::thread thread([&] {
        clients();
        isDone.store(true);
    });
    // Clients have deadlines, so it ends.
    while (!isDone.load())
        QTest::qWait(1);
    thread.join();
    return !QTest::currentTestFailed();
}

// A server on a free port of loopback that only logs what went wrong.
inline ServerConfig loopbackConfig()
{
    ServerConfig config;
    config.setHost(QStringLiteral("127.0.0.1")).setPort(0).setThreads(2);
    config.set("log.level", QStringLiteral("error"));
    return config;
}

// What handlers saw, in the order in which they did. Thread: any.
class Notes
{
public:
    void add(const QString &note)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_notes.append(note);
        }
        m_added.notify_all();
    }

    // Waits until there are so many; returns what is there, and forgets it.
    QStringList take(qsizetype count)
    {
        std::unique_lock lock(m_mutex);
        m_added.wait_for(lock, std::chrono::seconds(20), [&] { return m_notes.size() >= count; });
        return std::exchange(m_notes, QStringList());
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_added;
    QStringList m_notes; // guarded by m_mutex
};

// Holds whoever waits at it until it is opened, or for so long that the test fails. Thread: any.
class Barrier
{
public:
    bool wait()
    {
        std::unique_lock lock(m_mutex);
        return m_opened.wait_for(lock, std::chrono::seconds(20), [this] { return m_isOpen; });
    }

    void open()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isOpen = true;
        }
        m_opened.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_opened;
    bool m_isOpen = false; // guarded by m_mutex
};

} // namespace truepeer
