// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/taskpool.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// Threads of this process with the name of the pool's.
int poolThreads()
{
    int count = 0;
    const QStringList ids = QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &id : ids) {
        QFile name(u"/proc/self/task/%1/comm"_s.arg(id));
        count += name.open(QIODevice::ReadOnly) && name.readAll() == "truepeer-pool\n" ? 1 : 0;
    }
    return count;
}

// Tasks that run until the gate opens, which it does at the latest when it goes out of scope. It is
// declared after the pool, so that a failed test does not wait for ever.
class Gate
{
    Q_DISABLE_COPY_MOVE(Gate)

public:
    Gate() = default;
    ~Gate() { open(); }

    void open()
    {
        if (!std::exchange(m_isOpen, true))
            m_promise.set_value();
    }
    std::function<void()> waiter()
    {
        return [reached = m_reached, future = m_future] {
            ++*reached;
            future.wait();
        };
    }
    int reached() const { return *m_reached; }

private:
    bool m_isOpen = false;
    std::promise<void> m_promise;
    std::shared_future<void> m_future = m_promise.get_future().share();
    std::shared_ptr<std::atomic<int>> m_reached = std::make_shared<std::atomic<int>>(0);
};

} // namespace

class tst_TaskPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void startsItsThreadsWithTheFirstPost();
    void beginsTasksInOrder();
    void refusesWhenTheQueueIsFull();
    void refusesEverythingWithoutQueue();
    void tasksMayPost();
    void destroysTasksWithoutTheLock();
    void stopDropsWhatHasNotBegun();
    void stopWaitsForWhatRuns();
    void postAfterStopIsRefused();
    void destructorStops();
    void losesNothingWithManyProducers();
    void stopsWhileManyPost();
};

void tst_TaskPool::startsItsThreadsWithTheFirstPost()
{
    TaskPool pool(3);
    Gate gate;
    QCOMPARE(poolThreads(), 0);
    QVERIFY(pool.post(gate.waiter()));
    QVERIFY(pool.post(gate.waiter()));
    QVERIFY(pool.post(gate.waiter()));
    QVERIFY(pool.post(gate.waiter()));
    // All three at the same time, none of them in this thread.
    QTRY_COMPARE(gate.reached(), 3);
    QCOMPARE(poolThreads(), 3);
    QCOMPARE(pool.queued(), 1U);
    gate.open();
    QTRY_COMPARE(gate.reached(), 4);
    QCOMPARE(pool.queued(), 0U);
}

void tst_TaskPool::beginsTasksInOrder()
{
    constexpr int Count = 500;
    TaskPool pool(1);
    std::vector<int> order;
    std::promise<void> done;
    for (int i = 0; i < Count; ++i)
        QVERIFY(pool.post([&order, i] { order.push_back(i); }));
    QVERIFY(pool.post([&done] { done.set_value(); }));
    done.get_future().wait();
    pool.stop();
    QCOMPARE(order.size(), static_cast<size_t>(Count));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

void tst_TaskPool::refusesWhenTheQueueIsFull()
{
    TaskPool pool(1, 2);
    Gate gate;
    QVERIFY(pool.post(gate.waiter()));
    QTRY_COMPARE(gate.reached(), 1);
    // The one that runs is not in the queue any more.
    QVERIFY(pool.post(gate.waiter()));
    QVERIFY(pool.post(gate.waiter()));
    QCOMPARE(pool.queued(), 2U);
    QCOMPARE(pool.refused(), 0);

    auto capture = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = capture;
    QVERIFY(!pool.post([held = std::move(capture)] { ++*held; }));
    QVERIFY(watched.expired());
    QVERIFY(!pool.post(gate.waiter()));
    QCOMPARE(pool.queued(), 2U);
    QCOMPARE(pool.refused(), 2);

    gate.open();
    QTRY_COMPARE(gate.reached(), 3);
    QVERIFY(pool.post(gate.waiter()));
    QTRY_COMPARE(gate.reached(), 4);
    QCOMPARE(pool.refused(), 2);
}

void tst_TaskPool::refusesEverythingWithoutQueue()
{
    TaskPool pool(1, 0);
    QVERIFY(!pool.post([] {}));
    QCOMPARE(pool.refused(), 1);
    QCOMPARE(poolThreads(), 0);
}

void tst_TaskPool::tasksMayPost()
{
    std::atomic<int> ran = 0;
    TaskPool pool(1);
    QVERIFY(pool.post([&] { pool.post([&] { pool.post([&ran] { ++ran; }); }); }));
    QTRY_COMPARE(ran.load(), 1);
}

void tst_TaskPool::destroysTasksWithoutTheLock()
{
    std::atomic<int> destroyed = 0;
    TaskPool pool(1, 1);
    Gate gate;
    // Asks the pool, which would be a deadlock under its lock.
    const auto task = [&](std::function<void()> work) {
        const std::shared_ptr<void> guard(nullptr, [&pool, &destroyed](void *) {
            pool.queued();
            ++destroyed;
        });
        return [guard, run = std::move(work)] { run(); };
    };
    QVERIFY(pool.post(task([] {})));
    QTRY_COMPARE(destroyed.load(), 1);
    QVERIFY(pool.post(task(gate.waiter())));
    QTRY_COMPARE(gate.reached(), 1);
    QVERIFY(pool.post(task([] {})));
    QVERIFY(!pool.post(task([] {})));
    QCOMPARE(destroyed.load(), 2); // the refused one
    gate.open();
    pool.stop();
    QCOMPARE(destroyed.load(), 4);
}

void tst_TaskPool::stopDropsWhatHasNotBegun()
{
    std::atomic<bool> ran = false;
    TaskPool pool(1);
    std::future<void> stopping;
    Gate gate;
    QVERIFY(pool.post(gate.waiter()));
    QTRY_COMPARE(gate.reached(), 1);
    auto capture = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = capture;
    QVERIFY(pool.post([&ran, held = std::move(capture)] { ran = true; }));
    QVERIFY(!watched.expired());
    stopping = std::async(std::launch::async, [&pool] { pool.stop(); });
    // Gone before the running one has ended, and not by running.
    QTRY_VERIFY(watched.expired());
    QCOMPARE(pool.queued(), 0U);
    gate.open();
    stopping.get();
    QVERIFY(!ran.load());
}

void tst_TaskPool::stopWaitsForWhatRuns()
{
    std::atomic<int> finished = 0;
    TaskPool pool(2);
    std::future<int> finishedAtReturn;
    Gate gate;
    for (int i = 0; i < 2; ++i) {
        QVERIFY(pool.post([&finished, wait = gate.waiter()] {
            wait();
            ++finished;
        }));
    }
    QTRY_COMPARE(gate.reached(), 2);
    finishedAtReturn = std::async(std::launch::async, [&] {
        pool.stop();
        return finished.load();
    });
    QTRY_VERIFY(!pool.post([] {}));
    QCOMPARE(finished.load(), 0);
    gate.open();
    QCOMPARE(finishedAtReturn.get(), 2);
}

void tst_TaskPool::postAfterStopIsRefused()
{
    std::atomic<int> ran = 0;
    TaskPool unused(1);
    unused.stop();
    QVERIFY(!unused.post([&ran] { ++ran; }));
    QCOMPARE(unused.refused(), 1);

    TaskPool used(2);
    QVERIFY(used.post([&ran] { ++ran; }));
    QTRY_COMPARE(ran.load(), 1);
    used.stop();
    used.stop();
    QVERIFY(!used.post([&ran] { ++ran; }));
    QVERIFY(!used.post([&ran] { ++ran; }));
    QCOMPARE(used.refused(), 2);
    QCOMPARE(used.queued(), 0U);
    QCOMPARE(ran.load(), 1);
}

void tst_TaskPool::destructorStops()
{
    std::atomic<int> finished = 0;
    auto capture = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = capture;
    {
        TaskPool pool(1);
        Gate gate; // opens before the pool goes
        QVERIFY(pool.post([&finished, wait = gate.waiter()] {
            wait();
            ++finished;
        }));
        QTRY_COMPARE(gate.reached(), 1);
        QVERIFY(pool.post([held = std::move(capture)] {}));
    }
    QCOMPARE(finished.load(), 1);
    QVERIFY(watched.expired());
}

void tst_TaskPool::losesNothingWithManyProducers()
{
    constexpr int Producers = 4;
    constexpr int Each = 3000;
    constexpr size_t MaxQueued = 20;
    std::atomic<int> ran = 0;
    std::atomic<int> accepted = 0;
    std::atomic<bool> exceeded = false;
    TaskPool pool(3, MaxQueued);
    std::vector<std::thread> producers;
    for (int p = 0; p < Producers; ++p) {
        producers.emplace_back([&] {
            for (int i = 0; i < Each; ++i) {
                accepted += pool.post([&ran] { ++ran; }) ? 1 : 0;
                if (pool.queued() > MaxQueued)
                    exceeded = true;
            }
        });
    }
    for (std::thread &producer : producers)
        producer.join();
    QVERIFY(!exceeded.load());
    QVERIFY(accepted.load() > 0);
    QCOMPARE(pool.refused(), qint64(Producers * Each - accepted.load()));
    QTRY_COMPARE(ran.load(), accepted.load());
    pool.stop();
    QCOMPARE(ran.load(), accepted.load());
}

void tst_TaskPool::stopsWhileManyPost()
{
    for (int round = 0; round < 20; ++round) {
        std::atomic<int> ran = 0;
        const auto capture = std::make_shared<int>(1);
        TaskPool pool(2);
        std::array<std::thread, 3> producers;
        for (std::thread &producer : producers) {
            producer = std::thread([&] {
                while (pool.post([&ran, held = capture] { ran += *held; })) {
                }
            });
        }
        pool.stop();
        const int ranAtReturn = ran.load();
        for (std::thread &producer : producers)
            producer.join();
        // Whatever the moment was, every task is gone and none runs any more.
        QCOMPARE(ran.load(), ranAtReturn);
        QCOMPARE(capture.use_count(), 1L);
        QCOMPARE(pool.queued(), 0U);
    }
}

QTEST_GUILESS_MAIN(tst_TaskPool)
#include "tst_taskpool.moc"
