// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientcounter.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace truepeer;

class tst_ClientCounter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void refusesAboveTheLimit();
    void aLimitOfZeroIsNone();
    void countsClientsApart();
    void neverExceedsTheLimitWithManyThreads();

private:
    const IpAddress m_client = IpAddress::fromIPv4(0xcb007107);
};

void tst_ClientCounter::refusesAboveTheLimit()
{
    ClientCounter counter;
    QVERIFY(counter.acquire(m_client, 2));
    QVERIFY(counter.acquire(m_client, 2));
    QVERIFY(!counter.acquire(m_client, 2));
    QCOMPARE(counter.count(m_client), 2);
    counter.release(m_client);
    QVERIFY(counter.acquire(m_client, 2));
    counter.release(m_client);
    counter.release(m_client);
    QCOMPARE(counter.count(m_client), 0);
}

void tst_ClientCounter::aLimitOfZeroIsNone()
{
    ClientCounter counter;
    for (int i = 0; i < 1000; ++i)
        QVERIFY(counter.acquire(m_client, 0));
    QCOMPARE(counter.count(m_client), 1000);
}

void tst_ClientCounter::countsClientsApart()
{
    ClientCounter counter;
    QVERIFY(counter.acquire(m_client, 1));
    QVERIFY(counter.acquire(IpAddress::fromIPv4(0xcb007108), 1));
    QVERIFY(!counter.acquire(m_client, 1));
}

void tst_ClientCounter::neverExceedsTheLimitWithManyThreads()
{
    constexpr int Limit = 3;
    ClientCounter counter;
    std::atomic<int> held = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 5000; ++i) {
                if (!counter.acquire(m_client, Limit))
                    continue;
                const int now = ++held;
                int seen = most.load();
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                --held;
                counter.release(m_client);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(most.load() >= 1);
    QVERIFY(most.load() <= Limit);
    QCOMPARE(counter.count(m_client), 0);
}

QTEST_APPLESS_MAIN(tst_ClientCounter)
#include "tst_clientcounter.moc"
