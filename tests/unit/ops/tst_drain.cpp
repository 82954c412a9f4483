// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/drain.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(Drain::Plan)

namespace {

const Drain::TimePoint Start(1000h);

// How a whole drain went, with a server that does what it is told.
struct Course
{
    std::chrono::milliseconds waited{0};    // in Waiting
    std::chrono::milliseconds lastClose{0}; // since the start of Closing
    std::chrono::milliseconds ended{0};     // since the start of Closing
    qint64 left = 0;                        // clients at the end
    int mostInOneStep = 0;
    int steps = 0; // while closing
};

// `stubborn` clients do not go away when they are closed.
Course runDrain(const Drain::Plan &plan, qint64 clients, qint64 stubborn = 0)
{
    Drain drain(plan);
    Drain::TimePoint now = Start;
    drain.begin(now);
    Course course;
    Drain::TimePoint closingBegan;
    qint64 open = clients;
    while (drain.phase() != Drain::Phase::Finished && course.steps < 100'000) {
        const Drain::Step step = drain.step(now, open, open + stubborn);
        if (step.phase == Drain::Phase::Closing && step.entered) {
            course.waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - Start);
            closingBegan = now;
        }
        if (step.phase != Drain::Phase::Waiting)
            ++course.steps;
        course.ended = std::chrono::duration_cast<std::chrono::milliseconds>(now - closingBegan);
        if (step.closes > 0)
            course.lastClose = course.ended;
        course.mostInOneStep = std::max(course.mostInOneStep, step.closes);
        open -= step.closes;
        if (step.phase != Drain::Phase::Finished && step.next <= 0ms)
            qFatal("a step without a next one");
        now += step.next;
    }
    course.left = open + stubborn;
    return course;
}

} // namespace

class tst_Drain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void doesNothingBeforeItBegins();
    void goesThroughItsPhases();
    void aCallThatComesEarlyChangesNothing();
    void closesEverybodyInTime_data();
    void closesEverybodyInTime();
    void keepsTheRate_data();
    void keepsTheRate();
    void givesUpAtTheTimeout_data();
    void givesUpAtTheTimeout();
    void waitsForConnectionsThatAreNoClients();
    void neverClosesMoreThanThereAre();
    void ordersAgainWhatDidNotHappen();
    void catchesUpAfterALateCall();
};

void tst_Drain::doesNothingBeforeItBegins()
{
    Drain drain({});
    QCOMPARE(drain.phase(), Drain::Phase::Idle);
    const Drain::Step step = drain.step(Start, 10, 10);
    QCOMPARE(step.phase, Drain::Phase::Idle);
    QVERIFY(!step.entered);
    QCOMPARE(step.closes, 0);
}

void tst_Drain::goesThroughItsPhases()
{
    Drain drain({.delay = 5s, .timeout = 30s});
    drain.begin(Start);
    QCOMPARE(drain.phase(), Drain::Phase::Waiting);

    Drain::Step step = drain.step(Start, 3, 4);
    QCOMPARE(step.phase, Drain::Phase::Waiting);
    QVERIFY(!step.entered);
    QCOMPARE(step.closes, 0);
    QCOMPARE(step.next, 5000ms);

    step = drain.step(Start + 5s, 3, 4);
    QCOMPARE(step.phase, Drain::Phase::Closing);
    QVERIFY(step.entered);
    QCOMPARE(step.closes, 3); // so few need no spreading
    QVERIFY(step.next > 0ms);

    step = drain.step(Start + 5s + step.next, 0, 1);
    QCOMPARE(step.phase, Drain::Phase::Closing);
    QVERIFY(!step.entered);
    QCOMPARE(step.closes, 0);

    step = drain.step(Start + 6s, 0, 0);
    QCOMPARE(step.phase, Drain::Phase::Finished);
    QVERIFY(step.entered);
    QCOMPARE(drain.phase(), Drain::Phase::Finished);

    step = drain.step(Start + 7s, 0, 0);
    QCOMPARE(step.phase, Drain::Phase::Finished);
    QVERIFY(!step.entered);
    QCOMPARE(step.closes, 0);
}

void tst_Drain::aCallThatComesEarlyChangesNothing()
{
    Drain drain({.delay = 5s, .timeout = 30s});
    drain.begin(Start);
    const Drain::Step step = drain.step(Start + 4999ms, 10, 10);
    QCOMPARE(step.phase, Drain::Phase::Waiting);
    QCOMPARE(step.next, 1ms);
    QCOMPARE(drain.step(Start + 5s, 10, 10).phase, Drain::Phase::Closing);
}

void tst_Drain::closesEverybodyInTime_data()
{
    QTest::addColumn<Drain::Plan>("plan");
    QTest::addColumn<qint64>("clients");
    QTest::addColumn<int>("earliest"); // milliseconds: of the last close
    QTest::addColumn<int>("latest");
    QTest::newRow("nobody is connected") << Drain::Plan{} << qint64(0) << 0 << 0;
    QTest::newRow("one client goes at once") << Drain::Plan{} << qint64(1) << 0 << 0;
    QTest::newRow("ten go at once") << Drain::Plan{} << qint64(10) << 0 << 0;
    QTest::newRow("a hundred within a second") << Drain::Plan{} << qint64(100) << 800 << 1000;
    QTest::newRow("many: spread over four fifths of the time")
        << Drain::Plan{} << qint64(10'000) << 23'000 << 24'000;
    QTest::newRow("very many") << Drain::Plan{} << qint64(1'000'000) << 23'000 << 24'000;
    QTest::newRow("many in a short time")
        << Drain::Plan{.delay = 1s, .timeout = 2s} << qint64(50'000) << 1400 << 1600;
    QTest::newRow("a day") << Drain::Plan{.delay = 0s, .timeout = 24h} << qint64(10'000'000)
                           << 68'000'000 << 69'120'000;
    QTest::newRow("no delay") << Drain::Plan{.delay = 0s, .timeout = 30s} << qint64(10) << 0 << 0;
}

void tst_Drain::closesEverybodyInTime()
{
    QFETCH(const Drain::Plan, plan);
    QFETCH(const qint64, clients);
    QFETCH(const int, earliest);
    QFETCH(const int, latest);
    if (plan.timeout > 1h) {
        // Step by step that would take a million; the two ends are enough.
        Drain drain(plan);
        drain.begin(Start);
        const Drain::Step first = drain.step(Start, clients, clients);
        QVERIFY(first.closes > 0);
        QVERIFY(first.closes < 20);
        const Drain::Step last =
            drain.step(Start + std::chrono::milliseconds(latest), clients - first.closes, clients);
        QCOMPARE(last.closes + first.closes, int(clients));
        return;
    }
    const Course course = runDrain(plan, clients);
    QCOMPARE(course.waited, plan.delay);
    QCOMPARE(course.left, 0);
    QVERIFY2(course.lastClose >= std::chrono::milliseconds(earliest),
             qPrintable(QString::number(course.lastClose.count())));
    QVERIFY2(course.lastClose <= std::chrono::milliseconds(latest),
             qPrintable(QString::number(course.lastClose.count())));
    QVERIFY(course.ended <= course.lastClose + 100ms);
}

void tst_Drain::keepsTheRate_data()
{
    QTest::addColumn<int>("rate");
    QTest::addColumn<qint64>("clients");
    QTest::addColumn<int>("mostInOneStep");
    QTest::addColumn<int>("lastClose"); // milliseconds, give or take one step
    QTest::newRow("50 a second") << 50 << qint64(500) << 5 << 9900;
    QTest::newRow("1 a second") << 1 << qint64(20) << 1 << 19'000;
    QTest::newRow("10 000 a second") << 10'000 << qint64(5000) << 1000 << 400;
    QTest::newRow("a rate holds for a few as well") << 2 << qint64(3) << 1 << 1000;
}

void tst_Drain::keepsTheRate()
{
    QFETCH(const int, rate);
    QFETCH(const qint64, clients);
    QFETCH(const int, mostInOneStep);
    QFETCH(const int, lastClose);
    const Course course = runDrain({.delay = 0s, .timeout = 60s, .closesPerSecond = rate}, clients);
    QCOMPARE(course.left, 0);
    QCOMPARE(course.mostInOneStep, mostInOneStep);
    QVERIFY2(std::abs(course.lastClose.count() - lastClose) <= 100,
             qPrintable(QString::number(course.lastClose.count())));
}

void tst_Drain::givesUpAtTheTimeout_data()
{
    QTest::addColumn<Drain::Plan>("plan");
    QTest::addColumn<qint64>("clients");
    QTest::addColumn<qint64>("stubborn");
    QTest::addColumn<qint64>("left");
    QTest::newRow("connections that do not end")
        << Drain::Plan{.delay = 1s, .timeout = 3s} << qint64(10) << qint64(2) << qint64(2);
    QTest::newRow("a rate that is too slow for so many")
        << Drain::Plan{.delay = 0s, .timeout = 10s, .closesPerSecond = 10} << qint64(500)
        << qint64(0) << qint64(400);
    QTest::newRow("no time at all closes all at once")
        << Drain::Plan{.delay = 0s, .timeout = 0s} << qint64(1000) << qint64(0) << qint64(0);
}

void tst_Drain::givesUpAtTheTimeout()
{
    QFETCH(const Drain::Plan, plan);
    QFETCH(const qint64, clients);
    QFETCH(const qint64, stubborn);
    QFETCH(const qint64, left);
    const Course course = runDrain(plan, clients, stubborn);
    QCOMPARE(course.left, left);
    QVERIFY(course.ended >= plan.timeout);
    QVERIFY(course.ended <= plan.timeout + 100ms);
}

void tst_Drain::waitsForConnectionsThatAreNoClients()
{
    Drain drain({.delay = 0s, .timeout = 30s});
    drain.begin(Start);
    QCOMPARE(drain.step(Start, 0, 5).phase, Drain::Phase::Closing);
    QCOMPARE(drain.step(Start + 1s, 0, 5).phase, Drain::Phase::Closing);
    QCOMPARE(drain.step(Start + 2s, 0, 0).phase, Drain::Phase::Finished);
}

void tst_Drain::neverClosesMoreThanThereAre()
{
    // Most of them go by themselves meanwhile, faster than they would be closed.
    Drain drain({.delay = 0s, .timeout = 10s});
    drain.begin(Start);
    QVERIFY(drain.step(Start, 10'000, 10'000).closes > 10);
    QCOMPARE(drain.step(Start + 5s, 7, 7).closes, 0);
    QCOMPARE(drain.step(Start + 8s, 7, 7).closes, 7);
    QCOMPARE(drain.step(Start + 8100ms, 0, 7).closes, 0);
}

// A thread had fewer clients than its share.
void tst_Drain::ordersAgainWhatDidNotHappen()
{
    Drain drain({.delay = 0s, .timeout = 10s});
    drain.begin(Start);
    QCOMPARE(drain.step(Start, 10, 10).closes, 10);
    QCOMPARE(drain.step(Start + 100ms, 4, 10).closes, 4);
    QCOMPARE(drain.step(Start + 200ms, 0, 10).closes, 0);
}

void tst_Drain::catchesUpAfterALateCall()
{
    Drain punctual({.delay = 0s, .timeout = 30s});
    Drain late({.delay = 0s, .timeout = 30s});
    punctual.begin(Start);
    late.begin(Start);
    int closedInTime = 0;
    for (auto elapsed = 0ms; elapsed <= 10s; elapsed += 100ms)
        closedInTime += punctual.step(Start + elapsed, 10'000 - closedInTime, 10'000).closes;
    const int first = late.step(Start, 10'000, 10'000).closes;
    const int second = late.step(Start + 10s, 10'000 - first, 10'000).closes;
    QCOMPARE(first + second, closedInTime);
}

QTEST_APPLESS_MAIN(tst_Drain)
#include "tst_drain.moc"
