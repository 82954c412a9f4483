// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// WorkerPool runs the I/O threads: it starts them, gives each new connection to the one with the
// fewest, passes orders through their mailboxes and adds up what they count.
//
// Thread: constructed, used and destroyed in one thread (the main thread), except for post(),
// totals(), state() and isTurning(), which may be called from any.
#pragma once

#include "server/net/counters.h"
#include "server/net/engine.h"
#include "server/net/mailbox.h"
#include "server/trust/trustpolicy.h"

#include <QThread>

#include <functional>
#include <memory>
#include <vector>

namespace truepeer {

class IoWorker;

class WorkerPool
{
    Q_DISABLE_COPY_MOVE(WorkerPool)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // `threads` 0: one for each core. The observer must outlive the pool.
    WorkerPool(int threads, std::shared_ptr<const EngineSettings> settings,
               std::shared_ptr<const TrustPolicy> policy, EngineObserver &observer);
    ~WorkerPool();

    // Ends the threads and waits for them; connections that are still open are closed. The figures
    // can still be asked for. The destructor does it too.
    void stop();

    // Takes an accepted, non-blocking descriptor. Beyond max_connections and the reserve it is
    // answered with 503 and closed at once.
    void adopt(int descriptor);

    // Runs a task in one I/O thread. From any thread.
    void post(int index, Mailbox::Task task)
    {
        m_workers[size_t(index)]->mailbox.post(std::move(task));
    }

    // Runs the order in each I/O thread.
    void forEachWorker(const std::function<void(IoWorker &)> &order);

    // The clients of all threads, and what each of them may use.
    EngineState &state() { return m_state; }
    const EngineState &state() const { return m_state; }

    // How many threads a pool for `threads` has.
    static int threadCount(int threads);

    // How many sockets are open, or on their way to a thread.
    int connections() const { return m_state.connections.load(std::memory_order_relaxed); }
    int threads() const { return int(m_workers.size()); }

    // After this, new upgrades are refused and HTTP connections end with their response.
    void setDraining(bool draining) { m_state.draining.store(draining); }

    CounterTotals totals() const;

    // Gives all threads this policy; see IoWorker::applyPolicy(). `applied` comes once, in the
    // thread that was the last, with the sum.
    void applyPolicy(const std::shared_ptr<const TrustPolicy> &policy,
                     std::function<void(qint64 changed)> applied);

    // How late the slowest thread came to its mail when it was last asked; asks again.
    std::chrono::microseconds probeLag(TimePoint now);
    // False when an I/O thread has not come round its loop for `patience`.
    bool isTurning(TimePoint now, std::chrono::milliseconds patience) const;

private:
    struct Worker
    {
        int index = 0;
        std::unique_ptr<QThread> thread;
        Mailbox mailbox;
        // Descriptors given to the thread and not closed yet. Counted here too, because a burst is
        // handed out before the thread sees the first of it.
        std::atomic<int> load = 0;
        WorkerCounters counters;
        std::atomic<qint64> lastBeat = 0; // ticks of TimePoint::clock
        std::atomic<qint64> lag = 0;      // microseconds
        std::atomic<qint64> probed = 0;   // ticks; 0: no probe is on its way
        // Set by the thread as its last act. QThread::wait() is enough for us, but the thread
        // sanitizer does not see the locks of a Qt that was built without it.
        std::atomic<bool> hasEnded = false;
        IoWorker *io = nullptr; // lives in the thread; used by tasks in its mailbox only
    };

    void start(Worker &worker, const std::shared_ptr<const TrustPolicy> &policy);
    void runThread(Worker &worker, const std::shared_ptr<const TrustPolicy> &policy,
                   class EpollDispatcher &dispatcher);

    const std::shared_ptr<const EngineSettings> m_settings;
    EngineObserver &m_observer;
    EngineState m_state;
    Counter m_refusedAtDoor;
    bool m_stopped = false;
    std::vector<std::unique_ptr<Worker>> m_workers;
};

} // namespace truepeer
