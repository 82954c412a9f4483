// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Tests that run on an EpollDispatcher: their main(), single turns of the loop, and waiting for a
// condition without sleeping.
#pragma once

#include "server/net/epolldispatcher.h"

#include <QCoreApplication>
#include <QTest>
#include <QTimer>

#include <chrono>
#include <functional>

namespace truepeer {

// Generous: a busy machine, a sanitizer. It only ends tests that fail.
inline constexpr std::chrono::seconds LoopPatience{30};

inline EpollDispatcher &currentLoop()
{
    return *static_cast<EpollDispatcher *>(QAbstractEventDispatcher::instance());
}

// One turn that does not wait.
inline void turn()
{
    currentLoop().processEvents(QEventLoop::AllEvents);
}

// Turns the loop, waiting where there is nothing to do, until the condition holds. False when it
// does not in time.
inline bool runUntil(const std::function<bool()> &condition)
{
    bool late = false;
    QTimer watchdog;
    watchdog.setSingleShot(true);
    QObject::connect(&watchdog, &QTimer::timeout, &watchdog, [&late] { late = true; });
    watchdog.start(LoopPatience);
    while (!condition() && !late)
        currentLoop().processEvents(QEventLoop::WaitForMoreEvents);
    return !late;
}

template <typename Test>
int runOnEpoll(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollDispatcher);
    QCoreApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace truepeer
