// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TaskPool has threads for slow work of handlers, which must not hold up an I/O thread. Tasks are
// begun in the order of their posts. The queue is bounded: a task that finds it full is refused at
// once, so that a slow database ends in refusals and not in memory. The threads are started by the
// first post.
//
// Thread: post(), queued() and refused() any, tasks included. stop() and the destructor only the
// owner's, never a task. Not QThreadPool: the thread sanitizer does not see the locks of a Qt that
// is not instrumented.
#pragma once

#include <QtGlobal>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace truepeer {

class TaskPool
{
    Q_DISABLE_COPY_MOVE(TaskPool)

public:
    // An exception that escapes from a task ends the program: who posts it catches what it throws.
    using Task = std::function<void()>;

    static constexpr std::size_t DefaultMaxQueued = 10'000;

    // REQUIRES: threads > 0. `maxQueued` counts tasks that wait, not those that run.
    explicit TaskPool(int threads, std::size_t maxQueued = DefaultMaxQueued);
    // stop()
    ~TaskPool();

    // False: the queue is full, the pool is stopped, or the system gives no thread. The task is
    // then destroyed by the caller's thread, else where it ran. It is never destroyed under the
    // lock, so its captures may use the pool as they go.
    bool post(Task task);

    // Destroys the tasks that have not begun without running them, and then waits for those that
    // run. Nothing is accepted any more. A second call does nothing.
    void stop();

    std::size_t queued() const;
    // Posts that were answered with false.
    qint64 refused() const { return m_refused.load(std::memory_order_relaxed); }

private:
    bool accept(Task &task);
    bool startThreads();
    void runTasks();

    const std::size_t m_threadCount;
    const std::size_t m_maxQueued;
    std::atomic<qint64> m_refused = 0;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;     // there is a task, or the end has come
    std::deque<Task> m_tasks;           // guarded by m_mutex
    std::vector<std::thread> m_threads; // guarded by m_mutex
    bool m_stopped = false;             // guarded by m_mutex
};

} // namespace truepeer
