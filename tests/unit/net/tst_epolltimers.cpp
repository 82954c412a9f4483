// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QSocketNotifier>
#include <QTest>
#include <QTimerEvent>

#include <functional>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// QObject's own timers, without QTimer in between.
class TimedObject : public QObject
{
public:
    std::function<void(int timerId)> onTimer;

protected:
    void timerEvent(QTimerEvent *event) override { onTimer(event->timerId()); }
};

} // namespace

Q_DECLARE_METATYPE(Qt::TimerType)

class tst_EpollTimers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aSingleShotFiresOnceAndNotEarly_data();
    void aSingleShotFiresOnceAndNotEarly();
    void aRepeatingTimerFiresUntilItIsStopped();
    void aTimerStoppedInItsSlotFiresNoMore();
    void aTimerMayBeStartedAgainInItsSlot();
    void aTimerWithoutIntervalFiresOnceATurn();
    void aTimerWithoutIntervalLetsDescriptorsIn();
    void dueTimersFireInTheirOrder();
    void aTimerMayStopAnotherThatIsDue();
    void anObjectMayDeleteItselfInItsTimer();
    void aTimerDoesNotFireWithinItself();
    void waitingForATimerTakesOneTurn();
    void tellsTheRemainingTime_data();
    void tellsTheRemainingTime();
    void listsTheTimersOfAnObject();
};

void tst_EpollTimers::aSingleShotFiresOnceAndNotEarly_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::newRow("precise, 30 ms") << Qt::PreciseTimer << 30;
    QTest::newRow("coarse, 30 ms") << Qt::CoarseTimer << 30;
    QTest::newRow("very coarse, 30 ms") << Qt::VeryCoarseTimer << 30;
    QTest::newRow("without interval") << Qt::PreciseTimer << 0;
}

void tst_EpollTimers::aSingleShotFiresOnceAndNotEarly()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    int fired = 0;
    QTimer timer;
    timer.setTimerType(type);
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++fired; });
    QElapsedTimer elapsed;
    elapsed.start();
    timer.start(interval);
    QVERIFY(timer.isActive());
    QVERIFY(runUntil([&] { return fired > 0; }));
    QVERIFY(elapsed.elapsed() >= interval);
    QVERIFY(!timer.isActive());
    turn();
    turn();
    QCOMPARE(fired, 1);
}

void tst_EpollTimers::aRepeatingTimerFiresUntilItIsStopped()
{
    int fired = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++fired; });
    QElapsedTimer elapsed;
    elapsed.start();
    timer.start(5);
    QVERIFY(runUntil([&] { return fired == 4; }));
    QVERIFY(elapsed.elapsed() >= 4 * 5);
    timer.stop();
    bool later = false;
    QTimer::singleShot(20, this, [&] { later = true; });
    QVERIFY(runUntil([&] { return later; }));
    QCOMPARE(fired, 4);
}

void tst_EpollTimers::aTimerStoppedInItsSlotFiresNoMore()
{
    int fired = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        ++fired;
        timer.stop();
    });
    timer.start(0);
    turn();
    turn();
    turn();
    QCOMPARE(fired, 1);
}

void tst_EpollTimers::aTimerMayBeStartedAgainInItsSlot()
{
    int fired = 0;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        if (++fired < 3)
            timer.start(0);
    });
    timer.start(0);
    for (int i = 0; i < 6; ++i)
        turn();
    QCOMPARE(fired, 3);
}

void tst_EpollTimers::aTimerWithoutIntervalFiresOnceATurn()
{
    int fired = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++fired; });
    timer.start(0);
    for (int i = 1; i <= 10; ++i) {
        // Such a timer also keeps a waiting turn from waiting.
        currentLoop().processEvents(QEventLoop::WaitForMoreEvents);
        QCOMPARE(fired, i);
    }
}

void tst_EpollTimers::aTimerWithoutIntervalLetsDescriptorsIn()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int fired = 0;
    int reads = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++fired; });
    QSocketNotifier notifier(pair.ours(), QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { ++reads; });
    timer.start(0);
    for (int i = 0; i < 10; ++i)
        turn();
    QCOMPARE(fired, 10);
    QCOMPARE(reads, 10);
}

void tst_EpollTimers::dueTimersFireInTheirOrder()
{
    std::vector<int> order;
    TimedObject object;
    std::vector<int> ids;
    object.onTimer = [&](int timerId) {
        object.killTimer(timerId);
        order.push_back(timerId);
    };
    for (const auto interval : {30ms, 10ms, 20ms})
        ids.push_back(object.startTimer(interval, Qt::PreciseTimer));
    QVERIFY(runUntil([&] { return order.size() == 3; }));
    QCOMPARE(order, std::vector<int>({ids[1], ids[2], ids[0]}));
}

void tst_EpollTimers::aTimerMayStopAnotherThatIsDue()
{
    int fired = 0;
    TimedObject object;
    const int first = object.startTimer(0ms);
    const int second = object.startTimer(0ms);
    object.onTimer = [&](int timerId) {
        ++fired;
        object.killTimer(timerId == first ? second : first);
        object.killTimer(timerId);
    };
    turn();
    turn();
    QCOMPARE(fired, 1);
}

void tst_EpollTimers::anObjectMayDeleteItselfInItsTimer()
{
    int fired = 0;
    auto object = std::make_unique<TimedObject>();
    object->onTimer = [&](int) {
        ++fired;
        object.release()->deleteLater();
    };
    object->startTimer(0ms);
    turn();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    turn();
    QCOMPARE(fired, 1);
}

void tst_EpollTimers::aTimerDoesNotFireWithinItself()
{
    int depth = 0;
    int deepest = 0;
    int fired = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        ++fired;
        deepest = std::max(deepest, ++depth);
        QEventLoop nested;
        QTimer::singleShot(10, &nested, &QEventLoop::quit);
        nested.exec();
        --depth;
    });
    timer.start(1);
    QVERIFY(runUntil([&] { return fired == 3 && depth == 0; }));
    QCOMPARE(deepest, 1);
}

void tst_EpollTimers::waitingForATimerTakesOneTurn()
{
    turn();
    int turns = 0;
    bool fired = false;
    currentLoop().setTurnHook([&] { ++turns; });
    QTimer::singleShot(100, Qt::PreciseTimer, this, [&] { fired = true; });
    QVERIFY(runUntil([&] { return fired; }));
    currentLoop().setTurnHook({});
    // One more is for a clock that stands just before the due time.
    QVERIFY2(turns <= 2, qPrintable(QString::number(turns)));
}

void tst_EpollTimers::tellsTheRemainingTime_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::addColumn<int>("most");
    QTest::newRow("precise") << Qt::PreciseTimer << 1'000'000 << 1'000'000;
    QTest::newRow("coarse") << Qt::CoarseTimer << 1'000'000 << 1'000'000;
    QTest::newRow("very coarse goes to the next whole second")
        << Qt::VeryCoarseTimer << 1'000'000 << 1'001'000;
    QTest::newRow("the longest") << Qt::PreciseTimer << INT_MAX << INT_MAX;
    QTest::newRow("due") << Qt::PreciseTimer << 0 << 0;
}

void tst_EpollTimers::tellsTheRemainingTime()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    QFETCH(const int, most);
    QObject object;
    const int id = object.startTimer(interval, type);
    const int remaining = currentLoop().remainingTime(id);
    QVERIFY2(remaining <= most, qPrintable(QString::number(remaining)));
    // A minute is for a machine that stands still meanwhile.
    QVERIFY2(remaining >= std::max(0, interval - 60'000), qPrintable(QString::number(remaining)));
    object.killTimer(id);
    QCOMPARE(currentLoop().remainingTime(id), -1);
}

void tst_EpollTimers::listsTheTimersOfAnObject()
{
    QObject object;
    QObject other;
    const int first = object.startTimer(1000, Qt::PreciseTimer);
    const int second = object.startTimer(2000, Qt::VeryCoarseTimer);
    other.startTimer(3000);
    QList<QAbstractEventDispatcher::TimerInfo> timers = currentLoop().registeredTimers(&object);
    std::sort(timers.begin(), timers.end(),
              [](const auto &a, const auto &b) { return a.interval < b.interval; });
    QCOMPARE(timers.size(), 2);
    QCOMPARE(timers[0].timerId, first);
    QCOMPARE(timers[0].interval, 1000);
    QCOMPARE(timers[0].timerType, Qt::PreciseTimer);
    QCOMPARE(timers[1].timerId, second);
    QCOMPARE(timers[1].timerType, Qt::VeryCoarseTimer);

    QVERIFY(currentLoop().unregisterTimers(&object));
    QVERIFY(!currentLoop().unregisterTimers(&object));
    QVERIFY(!currentLoop().unregisterTimer(first));
    QCOMPARE(currentLoop().registeredTimers(&object).size(), 0);
    QCOMPARE(currentLoop().registeredTimers(&other).size(), 1);
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_EpollTimers>(argc, argv);
}
#include "tst_epolltimers.moc"
