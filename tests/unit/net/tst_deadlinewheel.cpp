// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/deadlinewheel.h"

#include <QTest>

#include <functional>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace std::chrono_literals;

namespace {

using TimePoint = Deadline::TimePoint;

struct RecordingDeadline final : Deadline
{
    int fired = 0;
    std::function<void()> onExpired;

protected:
    void deadlineExpired() override
    {
        ++fired;
        if (onExpired)
            onExpired();
    }
};

} // namespace

class tst_DeadlineWheel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void firesAfterItsTimeAndAtMostOneTickLate_data();
    void firesAfterItsTimeAndAtMostOneTickLate();
    void aMovedDeadlineFiresAtItsNewTime_data();
    void aMovedDeadlineFiresAtItsNewTime();
    void aCancelledDeadlineNeverFires();
    void aDestroyedDeadlineNeverFires();
    void anExpiredDeadlineMayArmItselfAgain();
    void anExpiredDeadlineMayCancelAnother();
    void survivesAClockThatJumps();
    void staysExactOverManyRounds();

private:
    const TimePoint m_start = TimePoint(1000s);
};

void tst_DeadlineWheel::firesAfterItsTimeAndAtMostOneTickLate_data()
{
    QTest::addColumn<int>("milliseconds");
    for (const int ms : {0, 1, 99, 100, 101, 250, 10'000, 51'150, 51'200, 51'201, 75'000, 200'000})
        QTest::addRow("due in %d ms", ms) << ms;
}

void tst_DeadlineWheel::firesAfterItsTimeAndAtMostOneTickLate()
{
    QFETCH(const int, milliseconds);
    DeadlineWheel wheel(m_start);
    RecordingDeadline deadline;
    const TimePoint due = m_start + std::chrono::milliseconds(milliseconds);
    wheel.arm(deadline, due);
    QVERIFY(deadline.isArmed());
    TimePoint now = m_start;
    while (deadline.fired == 0 && now < due + 1s) {
        now += 10ms;
        wheel.advance(now);
    }
    QCOMPARE(deadline.fired, 1);
    QVERIFY(now >= due);
    // Ticks are seen every 10 ms here.
    QVERIFY(now <= due + DeadlineWheel::Tick + 20ms);
    QVERIFY(!deadline.isArmed());
    QVERIFY(wheel.isEmpty());
}

void tst_DeadlineWheel::aMovedDeadlineFiresAtItsNewTime_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::newRow("later") << 1000 << 5000;
    QTest::newRow("earlier") << 75'000 << 1000;
    QTest::newRow("later by more than a round") << 500 << 120'000;
    QTest::newRow("to the same tick") << 1000 << 1001;
}

void tst_DeadlineWheel::aMovedDeadlineFiresAtItsNewTime()
{
    QFETCH(const int, first);
    QFETCH(const int, second);
    DeadlineWheel wheel(m_start);
    RecordingDeadline deadline;
    wheel.arm(deadline, m_start + std::chrono::milliseconds(first));
    const TimePoint due = m_start + std::chrono::milliseconds(second);
    wheel.arm(deadline, due);
    for (TimePoint now = m_start; now < due; now += 100ms)
        wheel.advance(now);
    QCOMPARE(deadline.fired, 0);
    wheel.advance(due + 200ms);
    QCOMPARE(deadline.fired, 1);
}

void tst_DeadlineWheel::aCancelledDeadlineNeverFires()
{
    DeadlineWheel wheel(m_start);
    RecordingDeadline deadline;
    wheel.arm(deadline, m_start + 1s);
    DeadlineWheel::cancel(deadline);
    QVERIFY(wheel.isEmpty());
    wheel.advance(m_start + 5s);
    QCOMPARE(deadline.fired, 0);
}

void tst_DeadlineWheel::aDestroyedDeadlineNeverFires()
{
    DeadlineWheel wheel(m_start);
    RecordingDeadline neighbour;
    auto deadline = std::make_unique<RecordingDeadline>();
    wheel.arm(*deadline, m_start + 1s);
    wheel.arm(neighbour, m_start + 1s);
    deadline.reset();
    wheel.advance(m_start + 5s);
    QCOMPARE(neighbour.fired, 1);
    QVERIFY(wheel.isEmpty());
}

void tst_DeadlineWheel::anExpiredDeadlineMayArmItselfAgain()
{
    DeadlineWheel wheel(m_start);
    RecordingDeadline deadline;
    TimePoint now = m_start;
    deadline.onExpired = [&] { wheel.arm(deadline, now); };
    wheel.arm(deadline, m_start);
    for (int i = 1; i <= 10; ++i) {
        now = m_start + i * 200ms;
        wheel.advance(now);
    }
    // Due at once, again and again: once a tick at most, never an endless loop.
    QVERIFY(deadline.fired >= 5);
    QVERIFY(deadline.fired <= 20);
}

void tst_DeadlineWheel::anExpiredDeadlineMayCancelAnother()
{
    DeadlineWheel wheel(m_start);
    RecordingDeadline first;
    auto second = std::make_unique<RecordingDeadline>();
    first.onExpired = [&] { second.reset(); };
    wheel.arm(first, m_start + 1s);
    wheel.arm(*second, m_start + 1s);
    wheel.advance(m_start + 2s);
    QCOMPARE(first.fired, 1);
    QVERIFY(!second);
    QVERIFY(wheel.isEmpty());
}

void tst_DeadlineWheel::survivesAClockThatJumps()
{
    DeadlineWheel wheel(m_start);
    std::vector<std::unique_ptr<RecordingDeadline>> deadlines;
    for (int i = 0; i < 100; ++i) {
        deadlines.push_back(std::make_unique<RecordingDeadline>());
        wheel.arm(*deadlines.back(), m_start + i * 1s);
    }
    wheel.advance(m_start + 24h);
    for (const auto &deadline : deadlines)
        QCOMPARE(deadline->fired, 1);
    QVERIFY(wheel.isEmpty());
}

void tst_DeadlineWheel::staysExactOverManyRounds()
{
    DeadlineWheel wheel(m_start);
    RecordingDeadline deadline;
    const TimePoint due = m_start + 1h;
    wheel.arm(deadline, due);
    for (TimePoint now = m_start; now < due; now += 1s)
        wheel.advance(now);
    QCOMPARE(deadline.fired, 0);
    wheel.advance(due + 200ms);
    QCOMPARE(deadline.fired, 1);
}

QTEST_APPLESS_MAIN(tst_DeadlineWheel)
#include "tst_deadlinewheel.moc"
