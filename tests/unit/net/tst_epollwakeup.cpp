// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/net/epollloop.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_EpollWakeUp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aWakeUpBeforeTheTurnIsNotLost_data();
    void aWakeUpBeforeTheTurnIsNotLost();
    void aWakeUpFromWithinIsNotLost();
    void noWakeUpFromAnotherThreadIsLost();
    void manyWakeUpsCostOneTurn();
};

void tst_EpollWakeUp::aWakeUpBeforeTheTurnIsNotLost_data()
{
    QTest::addColumn<bool>("interrupts");
    QTest::newRow("wakeUp()") << false;
    QTest::newRow("interrupt(), as QEventLoop::exit() does") << true;
}

// Somebody looks at a condition, which is then changed, then waits.
void tst_EpollWakeUp::aWakeUpBeforeTheTurnIsNotLost()
{
    QFETCH(const bool, interrupts);
    int turns = 0;
    QVERIFY(runUntil([&] {
        if (turns == 0 && interrupts)
            currentLoop().interrupt();
        else if (turns == 0)
            currentLoop().wakeUp();
        return turns++ > 0;
    }));
}

void tst_EpollWakeUp::aWakeUpFromWithinIsNotLost()
{
    bool hookRan = false;
    int turns = 0;
    currentLoop().setTurnHook([&] {
        if (!std::exchange(hookRan, true))
            currentLoop().wakeUp();
    });
    QVERIFY(runUntil([&] { return turns++ > 0; }));
    currentLoop().setTurnHook({});
    QVERIFY(hookRan);
}

void tst_EpollWakeUp::noWakeUpFromAnotherThreadIsLost()
{
    constexpr int Rounds = 20'000;
    EpollDispatcher &loop = currentLoop();
    std::atomic<int> asked = 0;
    std::atomic<int> answered = 0;
    std::atomic<bool> stop = false;
    std::thread other([&] {
        while (!stop) {
            const int round = asked;
            if (answered == round) {
                std::this_thread::yield();
                continue;
            }
            answered = round;
            loop.wakeUp();
        }
    });
    bool inTime = true;
    for (int round = 1; round <= Rounds && inTime; ++round) {
        asked = round;
        inTime = runUntil([&] { return answered == round; });
    }
    stop = true;
    other.join();
    QVERIFY(inTime);
}

void tst_EpollWakeUp::manyWakeUpsCostOneTurn()
{
    turn();
    for (int i = 0; i < 1000; ++i)
        currentLoop().wakeUp();
    int turns = 0;
    currentLoop().setTurnHook([&] { ++turns; });
    bool fired = false;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { fired = true; });
    timer.start(50);
    QVERIFY(runUntil([&] { return fired; }));
    currentLoop().setTurnHook({});
    QVERIFY2(turns <= 4, qPrintable(QString::number(turns)));
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_EpollWakeUp>(argc, argv);
}
#include "tst_epollwakeup.moc"
