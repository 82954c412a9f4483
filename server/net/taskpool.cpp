// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/taskpool.h"

#include <system_error>
#include <utility>

#include <pthread.h>

namespace truepeer {

TaskPool::TaskPool(int threads, std::size_t maxQueued)
    : m_threadCount(static_cast<std::size_t>(threads))
    , m_maxQueued(maxQueued)
{
    Q_ASSERT(threads > 0);
}

TaskPool::~TaskPool()
{
    stop();
}

bool TaskPool::post(Task task)
{
    if (!accept(task)) {
        m_refused.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    m_wake.notify_one();
    return true;
}

bool TaskPool::accept(Task &task)
{
    const std::lock_guard lock(m_mutex);
    if (m_stopped || m_tasks.size() >= m_maxQueued || !startThreads())
        return false;
    m_tasks.push_back(std::move(task));
    return true;
}

// REQUIRES: m_mutex is held. A system that is short of threads must not take the server down: the
// pool works with those it got, and each post tries again for the rest.
bool TaskPool::startThreads()
{
    try {
        m_threads.reserve(m_threadCount);
        while (m_threads.size() < m_threadCount)
            m_threads.emplace_back([this] { runTasks(); });
    } catch (const std::system_error &) {
        return !m_threads.empty();
    }
    return true;
}

void TaskPool::runTasks()
{
    pthread_setname_np(pthread_self(), "truepeer-pool");
    while (true) {
        Task task;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopped || !m_tasks.empty(); });
            if (m_stopped)
                return;
            task = std::move(m_tasks.front());
            m_tasks.pop_front();
        }
        task();
    }
}

void TaskPool::stop()
{
    std::vector<std::thread> threads;
    {
        // These go before the threads are waited for: one that runs may wait for one that will not.
        std::deque<Task> dropped;
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        dropped.swap(m_tasks);
        threads.swap(m_threads);
    }
    m_wake.notify_all();
    for (std::thread &thread : threads)
        thread.join();
}

std::size_t TaskPool::queued() const
{
    const std::lock_guard lock(m_mutex);
    return m_tasks.size();
}

} // namespace truepeer
