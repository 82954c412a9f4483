// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/workerpool.h"

#include "server/net/epolldispatcher.h"
#include "server/net/ioworker.h"

#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr auto BeatInterval = 1s;

// Best effort: the caller gets to read this if the kernel takes it at once, and sees a closed
// connection otherwise. Waiting for anything would give the flood what it wants.
void refuseAtDoor(int descriptor)
{
    constexpr std::string_view Answer = "HTTP/1.1 503 Service Unavailable\r\n"
                                        "Content-Type: text/plain\r\n"
                                        "Content-Length: 24\r\n"
                                        "Retry-After: 5\r\n"
                                        "Connection: close\r\n\r\n"
                                        "Connection limit reached";
    [[maybe_unused]] const ssize_t sent =
        ::send(descriptor, Answer.data(), Answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::close(descriptor);
}

} // namespace

WorkerPool::WorkerPool(int threads, std::shared_ptr<const EngineSettings> settings,
                       std::shared_ptr<const TrustPolicy> policy, EngineObserver &observer)
    : m_settings(std::move(settings))
    , m_observer(observer)
    , m_state(m_settings->clientLimits)
{
    // All of them exist before the first one runs: threads post to each other.
    for (int i = 0; i < threadCount(threads); ++i) {
        m_workers.push_back(std::make_unique<Worker>());
        m_workers.back()->index = i;
    }
    for (const auto &worker : m_workers)
        start(*worker, policy);
}

int WorkerPool::threadCount(int threads)
{
    return threads > 0 ? threads : std::max(1, QThread::idealThreadCount());
}

WorkerPool::~WorkerPool()
{
    stop();
}

void WorkerPool::stop()
{
    if (std::exchange(m_stopped, true))
        return;
    for (const auto &worker : m_workers) {
        worker->mailbox.post([thread = worker->thread.get()] { thread->quit(); });
    }
    for (const auto &worker : m_workers) {
        worker->thread->wait();
        [[maybe_unused]] const bool hasEnded = worker->hasEnded.load(std::memory_order_acquire);
        Q_ASSERT(hasEnded);
    }
}

void WorkerPool::start(Worker &worker, const std::shared_ptr<const TrustPolicy> &policy)
{
    auto dispatcher = std::make_unique<EpollDispatcher>();
    EpollDispatcher &loop = *dispatcher;
    worker.lastBeat.store(TimePoint::clock::now().time_since_epoch().count());
    worker.thread.reset(QThread::create([this, &worker, policy, &loop] {
        runThread(worker, policy, loop);
        worker.hasEnded.store(true, std::memory_order_release);
    }));
    worker.thread->setObjectName(QStringLiteral("truepeer-io"));
    worker.thread->setEventDispatcher(dispatcher.release());
    worker.thread->start();
}

void WorkerPool::runThread(Worker &worker, const std::shared_ptr<const TrustPolicy> &policy,
                           EpollDispatcher &dispatcher)
{
    IoWorker io(m_settings, m_state, m_observer, worker.counters, policy,
                {worker.index, worker.load, worker.mailbox, dispatcher});
    worker.io = &io;
    QTimer beat;
    QObject::connect(&beat, &QTimer::timeout, &beat, [&worker] {
        worker.lastBeat.store(TimePoint::clock::now().time_since_epoch().count(),
                              std::memory_order_relaxed);
    });
    beat.start(BeatInterval);
    // Only now tasks run, so that they find the worker.
    worker.mailbox.attach();
    QEventLoop loop;
    loop.exec();
    worker.mailbox.detach();
}

void WorkerPool::adopt(int descriptor)
{
    if (connections() >= m_settings->limits.maxConnections + EngineLimits::ReserveConnections) {
        m_refusedAtDoor.add();
        refuseAtDoor(descriptor);
        return;
    }
    const auto least =
        std::min_element(m_workers.begin(), m_workers.end(), [](const auto &a, const auto &b) {
            return a->load.load(std::memory_order_relaxed)
                   < b->load.load(std::memory_order_relaxed);
        });
    Worker &worker = **least;
    m_state.connections.fetch_add(1, std::memory_order_relaxed);
    worker.load.fetch_add(1, std::memory_order_relaxed);
    worker.mailbox.post([&worker, descriptor] { worker.io->adopt(descriptor); });
}

void WorkerPool::forEachWorker(const std::function<void(IoWorker &)> &order)
{
    for (const auto &worker : m_workers)
        worker->mailbox.post([target = worker.get(), order] { order(*target->io); });
}

void WorkerPool::applyPolicy(const std::shared_ptr<const TrustPolicy> &policy,
                             std::function<void(qint64 changed)> applied)
{
    struct Sum
    {
        std::atomic<qint64> changed = 0;
        std::atomic<int> left = 0;
    };
    const auto sum = std::make_shared<Sum>();
    sum->left = threads();
    const auto tell = [sum, applied = std::move(applied)](qint64 changed) {
        sum->changed.fetch_add(changed);
        if (sum->left.fetch_sub(1) == 1)
            applied(sum->changed.load());
    };
    forEachWorker([policy, tell](IoWorker &worker) { worker.applyPolicy(policy, tell); });
}

std::chrono::microseconds WorkerPool::probeLag(TimePoint now)
{
    const auto since = [](TimePoint later, qint64 ticks) -> qint64 {
        return std::chrono::duration_cast<std::chrono::microseconds>(later.time_since_epoch()
                                                                     - TimePoint::duration(ticks))
            .count();
    };
    qint64 worst = 0;
    for (const auto &slot : m_workers) {
        Worker &worker = *slot;
        const qint64 probed = worker.probed.load();
        worst = std::max({worst, worker.lag.load(), probed == 0 ? 0 : since(now, probed)});
        if (probed != 0)
            continue;
        worker.probed.store(now.time_since_epoch().count());
        worker.mailbox.post([&worker, since] {
            worker.lag.store(since(TimePoint::clock::now(), worker.probed.exchange(0)));
        });
    }
    return std::chrono::microseconds(worst);
}

CounterTotals WorkerPool::totals() const
{
    CounterTotals totals;
    totals.refusedLimits = m_refusedAtDoor.value();
    for (const auto &worker : m_workers) {
        forEachCounter([&](const char *, auto counter, auto total) {
            totals.*total += (worker->counters.*counter).value();
        });
    }
    return totals;
}

bool WorkerPool::isTurning(TimePoint now, std::chrono::milliseconds patience) const
{
    return std::all_of(m_workers.begin(), m_workers.end(), [&](const auto &worker) {
        const TimePoint::duration beat(worker->lastBeat.load(std::memory_order_relaxed));
        return now.time_since_epoch() - beat <= BeatInterval + patience;
    });
}

} // namespace truepeer
