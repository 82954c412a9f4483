// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/exemptclients.h"
#include "server/net/ratelimiter.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Nanoseconds = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;
using Verdict = RateLimiter::Verdict;

namespace {

constexpr TimePoint Start{1000s}; // the start of a slot of a window of 32 s

IpAddress client(quint32 number)
{
    return IpAddress::fromIPv4(0x0a000000 + number);
}

void runInThreads(int count, const std::function<void(int)> &work)
{
    std::vector<std::thread> threads;
    for (int t = 0; t < count; ++t)
        threads.emplace_back(work, t);
    for (std::thread &thread : threads)
        thread.join();
}

// More strangers than the table of `limiter` takes: afterwards each shard is full. Returns how many
// of their events were admitted.
int flood(RateLimiter &limiter, TimePoint now)
{
    int admitted = 0;
    for (quint32 i = 0; i < 4000; ++i) {
        if (limiter.admit(client(1000 + i), now) == Verdict::Admitted)
            ++admitted;
    }
    return admitted;
}

} // namespace

class tst_RateLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void admitsLimitAndBurst_data();
    void admitsLimitAndBurst();
    void admitsAgainAfterTheWindow_data();
    void admitsAgainAfterTheWindow();
    void refusedEventsDoNotCount();
    void aClockBehindCountsAsTheNewest();
    void keepsWithinASlotOfALog_data();
    void keepsWithinASlotOfALog();
    void isIdleWhenNothingCounts();

    void countsClientsApart();
    void newcomersOfAFullTableShareAWindow();
    void aFullTableKeepsItsClients();
    void sweepsIdleClients();
    void sweepsAtMostOnceAnInterval();
    void neverExceedsTheLimitWithManyThreads();
    void survivesManyThreadsInAFullTable();

    void bucketRefills_data();
    void bucketRefills();
    void bucketIsExactOverManySeconds();
    void bucketIgnoresAClockThatGoesBack();
    void bucketWithManyThreads();

    void exempts_data();
    void exempts();
    void refusesBadExemptions_data();
    void refusesBadExemptions();
};

// --- SlidingWindow

void tst_RateLimiter::admitsLimitAndBurst_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("burst");
    QTest::addColumn<int>("admitted");
    QTest::newRow("the limit alone") << 5 << 0 << 5;
    QTest::newRow("the burst comes on top") << 5 << 3 << 8;
    QTest::newRow("one") << 1 << 0 << 1;
    QTest::newRow("none and none admit nothing") << 0 << 0 << 0;
    QTest::newRow("more than sixteen bits count") << 70'000 << 5 << 70'005;
}

void tst_RateLimiter::admitsLimitAndBurst()
{
    QFETCH(const int, limit);
    QFETCH(const int, burst);
    QFETCH(const int, admitted);
    const RateRule rule{limit, burst, 60s};
    SlidingWindow window;
    for (int i = 0; i < admitted; ++i)
        QVERIFY(window.admit(rule, Start));
    QVERIFY(!window.admit(rule, Start));
    QVERIFY(!window.admit(rule, Start + 59s));
}

void tst_RateLimiter::admitsAgainAfterTheWindow_data()
{
    QTest::addColumn<int>("seconds");
    QTest::addColumn<qint64>("intoSlot"); // nanoseconds between the start of the slot and the event
    QTest::newRow("at the start of a slot") << 32 << qint64{0};
    QTest::newRow("at the end of a slot") << 32 << qint64{999'999'999};
    QTest::newRow("the shortest window") << 1 << qint64{1};
    QTest::newRow("the longest window") << 86'400 << qint64{5};
}

void tst_RateLimiter::admitsAgainAfterTheWindow()
{
    QFETCH(const int, seconds);
    QFETCH(const qint64, intoSlot);
    const RateRule rule{2, 1, std::chrono::seconds(seconds)};
    const TimePoint slot{rule.window * 10};
    const TimePoint event = slot + Nanoseconds(intoSlot);
    const TimePoint free = slot + rule.window + SlidingWindow::slotLength(rule);
    QVERIFY(free - event > rule.window);
    SlidingWindow window;
    for (int i = 0; i < 3; ++i)
        QVERIFY(window.admit(rule, event));
    QVERIFY(!window.admit(rule, event + rule.window));
    QVERIFY(!window.admit(rule, free - 1ns));
    for (int i = 0; i < 3; ++i)
        QVERIFY(window.admit(rule, free));
    QVERIFY(!window.admit(rule, free));
}

void tst_RateLimiter::refusedEventsDoNotCount()
{
    const RateRule rule{1, 0, 32s};
    SlidingWindow window;
    QVERIFY(window.admit(rule, Start));
    for (int i = 1; i < 33; ++i)
        QVERIFY(!window.admit(rule, Start + std::chrono::seconds(i)));
    QVERIFY(window.admit(rule, Start + 33s));
}

void tst_RateLimiter::aClockBehindCountsAsTheNewest()
{
    const RateRule rule{2, 0, 32s};
    SlidingWindow window;
    QVERIFY(window.admit(rule, Start + 10s));
    QVERIFY(window.admit(rule, Start));
    QVERIFY(!window.admit(rule, Start));
    QVERIFY(!window.admit(rule, Start + 42s));
    QVERIFY(!window.isIdle(rule, Start + 42s));
    QVERIFY(window.admit(rule, Start + 43s));
}

void tst_RateLimiter::keepsWithinASlotOfALog_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("burst");
    QTest::addColumn<int>("seconds");
    QTest::addColumn<int>("slotsPerGap"); // the longest pause of the usual kind
    QTest::newRow("a trickle") << 5 << 2 << 60 << 12;
    QTest::newRow("a stream just above the limit") << 30 << 2 << 60 << 2;
    QTest::newRow("a flood") << 50 << 10 << 10 << 1;
    QTest::newRow("one in a window") << 1 << 0 << 1 << 20;
    QTest::newRow("pauses of about a window") << 4 << 0 << 3 << 36;
}

void tst_RateLimiter::keepsWithinASlotOfALog()
{
    QFETCH(const int, limit);
    QFETCH(const int, burst);
    QFETCH(const int, seconds);
    QFETCH(const int, slotsPerGap);
    const RateRule rule{limit, burst, std::chrono::seconds(seconds)};
    const Nanoseconds slot = SlidingWindow::slotLength(rule);
    const qsizetype most = limit + burst;

    QRandomGenerator random(static_cast<quint32>(limit * 1000 + slotsPerGap));
    SlidingWindow window;
    std::deque<TimePoint> log; // of what the window admitted
    const auto inLog = [&log](TimePoint from) {
        return log.end() - std::lower_bound(log.begin(), log.end(), from);
    };
    TimePoint now = Start;
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const quint32 kind = random.bounded(100u);
        if (kind == 0)
            now += rule.window + slot * random.bounded(3); // about all of it is gone
        else if (kind < 20)
            now += slot - now.time_since_epoch() % slot; // the next slot starts
        else if (kind < 30)
            now += slot - now.time_since_epoch() % slot - 1ns; // the last moment of this one
        else if (kind < 70)
            now += Nanoseconds(random.bounded(qint64{slot.count()} * slotsPerGap));
        if (window.admit(rule, now)) {
            log.push_back(now);
            QVERIFY2(inLog(now - rule.window) <= most, "more than the rule in one window");
        } else {
            ++refused;
            QVERIFY2(inLog(now - rule.window - slot + 1ns) >= most, "refused for too long");
        }
    }
    QVERIFY(log.size() > 200);
    QVERIFY(refused > 200);
}

void tst_RateLimiter::isIdleWhenNothingCounts()
{
    const RateRule rule{1, 0, 32s};
    SlidingWindow window;
    QVERIFY(window.isIdle(rule, Start));
    QVERIFY(window.admit(rule, Start));
    QVERIFY(!window.isIdle(rule, Start));
    QVERIFY(!window.isIdle(rule, Start + 33s - 1ns));
    QVERIFY(window.isIdle(rule, Start + 33s));
    QVERIFY(!window.admit(rule, Start + 20s)); // the refused event does not keep it
    QVERIFY(!window.isIdle(rule, Start + 33s - 1ns));
    QVERIFY(window.isIdle(rule, Start + 33s));
}

// --- RateLimiter

void tst_RateLimiter::countsClientsApart()
{
    RateLimiter limiter({2, 1, 60s});
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limiter.admit(client(1), Start), Verdict::Admitted);
    QCOMPARE(limiter.admit(client(1), Start), Verdict::Refused);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limiter.admit(client(2), Start), Verdict::Admitted);
    QCOMPARE(limiter.admit(client(2), Start), Verdict::Refused);
    QCOMPARE(limiter.size(), size_t{2});
    QCOMPARE(limiter.overflowed(), quint64{0});
    QCOMPARE(limiter.admit(client(1), Start + 62s), Verdict::Admitted);
}

void tst_RateLimiter::newcomersOfAFullTableShareAWindow()
{
    constexpr auto Shards = int{RateLimiter::ShardCount};
    RateLimiter limiter({3, 0, 60s}, 2 * RateLimiter::ShardCount);
    // Each shard admits one event of each of its two clients, and three of all others together.
    QCOMPARE(flood(limiter, Start), Shards * (2 + 3));
    QCOMPARE(limiter.size(), 2 * RateLimiter::ShardCount);
    QCOMPARE(limiter.overflowed(), quint64{4000 - 2 * RateLimiter::ShardCount});
    QCOMPARE(limiter.admit(client(1), Start), Verdict::Refused);
}

void tst_RateLimiter::aFullTableKeepsItsClients()
{
    RateLimiter limiter({2, 0, 60s}, RateLimiter::ShardCount);
    QCOMPARE(limiter.admit(client(1), Start), Verdict::Admitted);
    flood(limiter, Start + 5s);
    QCOMPARE(limiter.admit(client(1), Start + 5s), Verdict::Admitted);
    QCOMPARE(limiter.admit(client(1), Start + 5s), Verdict::Refused);
}

void tst_RateLimiter::sweepsIdleClients()
{
    RateLimiter limiter({5, 0, 32s}, 3 * RateLimiter::ShardCount);
    flood(limiter, Start);
    QCOMPARE(limiter.size(), 3 * RateLimiter::ShardCount);
    const quint64 overflowed = limiter.overflowed();
    QCOMPARE(limiter.admit(client(1), Start + 33s), Verdict::Admitted);
    // The three of its shard are gone, and it came.
    QCOMPARE(limiter.size(), 3 * RateLimiter::ShardCount - 3 + 1);
    QCOMPARE(limiter.overflowed(), overflowed);
}

void tst_RateLimiter::sweepsAtMostOnceAnInterval()
{
    const RateRule rule{5, 0, 32s};
    RateLimiter limiter(rule, RateLimiter::ShardCount);
    flood(limiter, Start);
    const quint64 overflowed = limiter.overflowed();
    limiter.admit(client(1), Start + 33s - 1ns); // sweeps; nobody is idle yet
    QCOMPARE(limiter.overflowed(), overflowed + 1);
    limiter.admit(client(1), Start + 33s); // all are idle, but it was swept just now
    QCOMPARE(limiter.overflowed(), overflowed + 2);
    limiter.admit(client(1), Start + 33s - 1ns + RateLimiter::SweepInterval);
    QCOMPARE(limiter.overflowed(), overflowed + 2);
}

void tst_RateLimiter::neverExceedsTheLimitWithManyThreads()
{
    RateLimiter limiter({1000, 50, 60s});
    std::atomic<int> admitted = 0;
    runInThreads(4, [&](int) {
        for (int i = 0; i < 2000; ++i) {
            if (limiter.admit(client(1), Start + std::chrono::milliseconds(i)) == Verdict::Admitted)
                ++admitted;
        }
    });
    QCOMPARE(admitted.load(), 1050);
}

void tst_RateLimiter::survivesManyThreadsInAFullTable()
{
    RateLimiter limiter({1, 0, 1s}, 2 * RateLimiter::ShardCount);
    std::atomic<int> admitted = 0;
    std::atomic<size_t> largest = 0;
    runInThreads(4, [&](int thread) {
        for (int i = 0; i < 2000; ++i) {
            const TimePoint now = Start + std::chrono::milliseconds(2 * i);
            const auto number = static_cast<quint32>(thread * 500 + i % 500);
            if (limiter.admit(client(number), now) == Verdict::Admitted)
                ++admitted;
            if (thread == 0 && i % 20 == 0)
                largest = std::max(largest.load(), limiter.size());
        }
    });
    QVERIFY(admitted.load() >= int{3 * RateLimiter::ShardCount}); // two clients and one more
    QVERIFY(admitted.load() < 8000);
    QVERIFY(limiter.overflowed() > 0);
    QVERIFY(largest.load() <= 2 * RateLimiter::ShardCount);
}

// --- TokenBucket

void tst_RateLimiter::bucketRefills_data()
{
    QTest::addColumn<int>("perSecond");
    QTest::addColumn<qint64>("pause"); // nanoseconds after it was emptied
    QTest::addColumn<int>("taken");    // then
    QTest::newRow("no time, no token") << 10 << qint64{0} << 0;
    QTest::newRow("just before a token") << 10 << qint64{99'999'999} << 0;
    QTest::newRow("a token") << 10 << qint64{100'000'000} << 1;
    QTest::newRow("two tokens and a bit") << 10 << qint64{250'000'000} << 2;
    QTest::newRow("a third of a second is rounded up") << 3 << qint64{333'333'334} << 1;
    QTest::newRow("and not down") << 3 << qint64{333'333'333} << 0;
    QTest::newRow("a second fills it") << 10 << qint64{1'000'000'000} << 10;
    QTest::newRow("an hour brings no more") << 10 << qint64{3'600'000'000'000} << 10;
    QTest::newRow("one a second") << 1 << qint64{999'999'999} << 0;
    QTest::newRow("many") << 50'000 << qint64{100'000'000} << 5'000;
}

void tst_RateLimiter::bucketRefills()
{
    QFETCH(const int, perSecond);
    QFETCH(const qint64, pause);
    QFETCH(const int, taken);
    TokenBucket bucket(perSecond);
    for (int i = 0; i < perSecond; ++i)
        QVERIFY(bucket.take(Start));
    QVERIFY(!bucket.take(Start));
    const TimePoint later = Start + Nanoseconds(pause);
    for (int i = 0; i < taken; ++i)
        QVERIFY(bucket.take(later));
    QVERIFY(!bucket.take(later));
}

void tst_RateLimiter::bucketIsExactOverManySeconds()
{
    TokenBucket bucket(7);
    int taken = 0;
    for (TimePoint now = Start; now <= Start + 100s; now += 10ms) {
        while (bucket.take(now))
            ++taken;
    }
    QCOMPARE(taken, 7 + 7 * 100);

    TokenBucket uncapped(0);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(uncapped.take(Start));
}

void tst_RateLimiter::bucketIgnoresAClockThatGoesBack()
{
    TokenBucket bucket(2);
    QVERIFY(bucket.take(Start + 10s));
    QVERIFY(bucket.take(Start));
    QVERIFY(!bucket.take(Start + 1s));
    QVERIFY(!bucket.take(Start + 10s));
    QVERIFY(bucket.take(Start + 10s + 500ms));
}

void tst_RateLimiter::bucketWithManyThreads()
{
    TokenBucket bucket(500);
    std::atomic<int> taken = 0;
    runInThreads(4, [&](int) {
        for (int i = 0; i < 1000; ++i) {
            if (bucket.take(Start))
                ++taken;
        }
    });
    QCOMPARE(taken.load(), 500);
}

// --- ExemptClients

void tst_RateLimiter::exempts_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("exempt");
    QTest::newRow("an address of the list") << "192.0.2.7"_ba << true;
    QTest::newRow("its neighbour") << "192.0.2.8"_ba << false;
    QTest::newRow("an address in a range") << "198.51.100.200"_ba << true;
    QTest::newRow("an address behind the range") << "198.51.101.0"_ba << false;
    QTest::newRow("the same address, mapped") << "::ffff:192.0.2.7"_ba << true;
    QTest::newRow("an IPv6 address in a range") << "2001:db8:1::5"_ba << true;
    QTest::newRow("another IPv6 address") << "2001:db8:2::5"_ba << false;
    QTest::newRow("a keyword") << "127.0.0.1"_ba << true;
    QTest::newRow("the keyword's IPv6 part") << "::1"_ba << true;
}

void tst_RateLimiter::exempts()
{
    QFETCH(const QByteArray, address);
    QFETCH(const bool, exempt);
    const Expected<ExemptClients> clients =
        ExemptClients::compile({{u"192.0.2.7"_s, u"the office"_s},
                                {u"198.51.100.0/24"_s, {}},
                                {u"2001:db8:1::/48"_s, {}},
                                {u"loopback"_s, {}}});
    QVERIFY(clients.ok());
    QCOMPARE(clients->contains(*IpAddress::parse(address)), exempt);

    const Expected<ExemptClients> nobody = ExemptClients::compile({});
    QVERIFY(nobody.ok());
    QVERIFY(!nobody->contains(*IpAddress::parse(address)));
    QVERIFY(!ExemptClients().contains(*IpAddress::parse(address)));
}

void tst_RateLimiter::refusesBadExemptions_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<int>("times");
    QTest::addColumn<QString>("start");
    QTest::newRow("no address") << u"office"_s << 1
                                << u"rate_limit.whitelist entry 2 (\"office\"): "_s;
    QTest::newRow("everybody") << u"0.0.0.0/0"_s << 1
                               << u"rate_limit.whitelist entry 2 (\"0.0.0.0/0\"): "_s;
    QTest::newRow("more entries than allowed")
        << u"10.0.0.1"_s << int{MaxTrustEntries} << u"rate_limit.whitelist: the list has 10001 "_s;
}

void tst_RateLimiter::refusesBadExemptions()
{
    QFETCH(const QString, entry);
    QFETCH(const int, times);
    QFETCH(const QString, start);
    std::vector<TrustEntry> entries{{u"10.0.0.0/8"_s, {}}};
    entries.insert(entries.end(), static_cast<size_t>(times), {entry, {}});
    const Expected<ExemptClients> clients = ExemptClients::compile(entries);
    QVERIFY(!clients.ok());
    QVERIFY2(clients.error().message.startsWith(start), qPrintable(clients.error().message));
}

QTEST_APPLESS_MAIN(tst_RateLimiter)
#include "tst_ratelimiter.moc"
