// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/epolldispatcher.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>
#include <QThread>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace truepeer {

namespace {

constexpr int MaxEventsPerTurn = 256;
constexpr std::array<quint32, 3> NotifierEvents = {EPOLLIN, EPOLLOUT, EPOLLPRI};

int openOrDie(int descriptor, const char *what)
{
    if (descriptor < 0)
        qFatal("cannot create %s: %s", what, qPrintable(qt_error_string(errno)));
    return descriptor;
}

quint64 tag(int descriptor, quint32 generation)
{
    return (quint64(generation) << 32) | quint32(descriptor);
}

// Qt's timer types leave room for grouping wake-ups: coarse timers may be 5 % off, very coarse ones
// go by whole seconds.
EpollDispatcher::Clock::time_point dueTime(EpollDispatcher::Clock::time_point now, qint64 interval,
                                           Qt::TimerType type)
{
    using namespace std::chrono;
    const auto due = now + milliseconds(interval);
    if (type != Qt::VeryCoarseTimer)
        return due;
    const auto rounded = ceil<seconds>(due.time_since_epoch());
    return EpollDispatcher::Clock::time_point(rounded);
}

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
    , m_epoll(openOrDie(epoll_create1(EPOLL_CLOEXEC), "an epoll descriptor"))
    , m_wakeDescriptor(openOrDie(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "an event descriptor"))
{
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = tag(m_wakeDescriptor, 0);
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeDescriptor, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wakeDescriptor);
    ::close(m_epoll);
}

void EpollDispatcher::watch(int descriptor, quint32 events, EpollWatcher *watcher)
{
    Descriptor &entry = descriptorEntry(descriptor);
    Q_ASSERT(!entry.watcher);
    entry.watcher = watcher;
    entry.wanted = events;
    markChanged(descriptor, entry);
}

void EpollDispatcher::modify(int descriptor, quint32 events)
{
    const auto it = m_descriptors.find(descriptor);
    Q_ASSERT(it != m_descriptors.end());
    it->second.wanted = events;
    markChanged(descriptor, it->second);
}

void EpollDispatcher::unwatch(int descriptor)
{
    const auto it = m_descriptors.find(descriptor);
    if (it == m_descriptors.end())
        return;
    if (it->second.inEpoll)
        epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    m_descriptors.erase(it);
}

void EpollDispatcher::setTurnHook(std::function<void()> hook)
{
    m_turnHook = std::move(hook);
}

EpollDispatcher::Descriptor &EpollDispatcher::descriptorEntry(int descriptor)
{
    const auto [it, inserted] = m_descriptors.try_emplace(descriptor);
    if (inserted)
        it->second.generation = m_nextGeneration++;
    return it->second;
}

void EpollDispatcher::markChanged(int descriptor, Descriptor &entry)
{
    if (entry.changed)
        return;
    entry.changed = true;
    m_changed.push_back(descriptor);
}

void EpollDispatcher::applyChanges()
{
    for (const int descriptor : m_changed) {
        const auto it = m_descriptors.find(descriptor);
        if (it != m_descriptors.end() && it->second.changed)
            applyChange(descriptor, it->second);
    }
    m_changed.clear();
}

void EpollDispatcher::applyChange(int descriptor, Descriptor &entry)
{
    entry.changed = false;
    if (entry.inEpoll && entry.wanted == entry.applied)
        return;
    epoll_event event = {};
    event.events = entry.wanted;
    event.data.u64 = tag(descriptor, entry.generation);
    const int operation = entry.inEpoll ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    const int result = epoll_ctl(m_epoll, operation, descriptor, &event);
    if (result < 0) {
        qWarning("cannot watch descriptor %d: %s", descriptor, qPrintable(qt_error_string(errno)));
        return;
    }
    entry.inEpoll = true;
    entry.applied = entry.wanted;
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    // Whoever woke or interrupted us after our caller looked at its condition (QEventLoop at its
    // exit flag) counts on us to return: a turn that begins with a wake-up does not wait.
    const bool woken = m_wakePending.exchange(false);
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();
    if (m_turnHook)
        m_turnHook();
    applyChanges();

    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !woken;
    if (mayWait)
        Q_EMIT aboutToBlock();
    std::array<epoll_event, MaxEventsPerTurn> events;
    const int timeout = waitMilliseconds(mayWait);
    m_waiting.store(timeout != 0);
    // Somebody may have called wakeUp() between the last look and the store above; it wrote to the
    // event descriptor or left m_wakePending for us to see.
    const bool pending = m_wakePending.load();
    const int count = epoll_wait(m_epoll, events.data(), MaxEventsPerTurn, pending ? 0 : timeout);
    m_waiting.store(false);
    m_turnTime = Clock::now();
    if (mayWait)
        Q_EMIT awake();

    const bool mayServe = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    int served = woken || pending ? 1 : 0;
    for (int i = 0; i < count; ++i) {
        const quint64 data = events[size_t(i)].data.u64;
        const int descriptor = int(data & 0xffffffffU);
        if (descriptor == m_wakeDescriptor) {
            readWakeUps();
        } else if (mayServe) {
            dispatchOne(descriptor, quint32(data >> 32), events[size_t(i)].events);
            ++served;
        }
    }
    served += fireTimers();
    return served > 0;
}

int EpollDispatcher::waitMilliseconds(bool mayWait) const
{
    if (!mayWait)
        return 0;
    if (m_dueTimers.empty())
        return -1;
    using namespace std::chrono;
    const auto left = m_dueTimers.begin()->at - Clock::now();
    const qint64 wait = ceil<milliseconds>(left).count();
    return int(std::clamp<qint64>(wait, 0, std::numeric_limits<int>::max()));
}

void EpollDispatcher::dispatchOne(int descriptor, quint32 generation, quint32 events)
{
    // An earlier callback of this batch may have closed the descriptor, and even opened another one
    // under the same number: the generation tells.
    const auto it = m_descriptors.find(descriptor);
    if (it == m_descriptors.end() || it->second.generation != generation)
        return;
    if (it->second.watcher) {
        it->second.watcher->descriptorReady(events);
        return;
    }
    const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
    for (int type = 0; type < 3; ++type) {
        const bool due = (events & NotifierEvents[size_t(type)]) != 0 || (broken && type != 2);
        if (due && !sendToNotifier(descriptor, generation, type))
            return;
    }
}

// Returns false when the descriptor is no longer the one that epoll reported.
bool EpollDispatcher::sendToNotifier(int descriptor, quint32 generation, int type)
{
    const auto it = m_descriptors.find(descriptor);
    if (it == m_descriptors.end() || it->second.generation != generation)
        return false;
    if (QSocketNotifier *notifier = it->second.notifiers[type]) {
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(notifier, &event);
    }
    return true;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    Q_ASSERT(notifier->thread() == QThread::currentThread());
    const int descriptor = int(notifier->socket());
    const auto type = size_t(notifier->type());
    Descriptor &entry = descriptorEntry(descriptor);
    if (entry.notifiers[type] && entry.notifiers[type] != notifier)
        qWarning("two socket notifiers of one type for descriptor %d", descriptor);
    entry.notifiers[type] = notifier;
    entry.wanted |= NotifierEvents[type];
    markChanged(descriptor, entry);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    const auto type = size_t(notifier->type());
    const auto it = m_descriptors.find(descriptor);
    if (it == m_descriptors.end() || it->second.notifiers[type] != notifier)
        return;
    it->second.notifiers[type] = nullptr;
    it->second.wanted &= ~NotifierEvents[type];
    // The last interest goes at once: Qt closes the descriptor next, and its number may come back
    // within this turn.
    if (it->second.wanted == 0 && !it->second.watcher)
        unwatch(descriptor);
    else
        markChanged(descriptor, it->second);
}

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                                    QObject *object)
{
    Timer timer;
    timer.object = object;
    timer.interval = std::max<qint64>(interval, 0);
    timer.type = timerType;
    timer.due = dueTime(Clock::now(), timer.interval, timerType);
    m_dueTimers.insert(Due{timer.due, timerId});
    m_timers.insert(timerId, timer);
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    const auto it = m_timers.constFind(timerId);
    if (it == m_timers.constEnd())
        return false;
    m_dueTimers.erase(Due{it->due, timerId});
    m_timers.erase(it);
    return true;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    bool found = false;
    const QList<TimerInfo> timers = registeredTimers(object);
    for (const TimerInfo &timer : timers)
        found |= unregisterTimer(timer.timerId);
    return found;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> timers;
    for (auto it = m_timers.constBegin(); it != m_timers.constEnd(); ++it) {
        if (it->object == object)
            timers.append(TimerInfo(it.key(), int(it->interval), it->type));
    }
    return timers;
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto it = m_timers.constFind(timerId);
    if (it == m_timers.constEnd())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(it->due - Clock::now());
    return int(std::max<qint64>(left.count(), 0));
}

int EpollDispatcher::fireTimers()
{
    // Only what is due now: a timer with interval 0 that is armed again waits for the next turn.
    const auto now = Clock::now();
    std::vector<int> dueIds;
    for (auto it = m_dueTimers.begin(); it != m_dueTimers.end() && it->at <= now; ++it)
        dueIds.push_back(it->timerId);
    int fired = 0;
    for (const int timerId : dueIds) {
        const auto it = m_timers.find(timerId);
        if (it == m_timers.end() || it->due > now || it->firing)
            continue;
        m_dueTimers.erase(Due{it->due, timerId});
        it->due = dueTime(now, it->interval, it->type);
        m_dueTimers.insert(Due{it->due, timerId});
        it->firing = true;
        QTimerEvent event(timerId);
        QCoreApplication::sendEvent(it->object, &event);
        ++fired;
        if (const auto again = m_timers.find(timerId); again != m_timers.end())
            again->firing = false;
    }
    return fired;
}

void EpollDispatcher::wakeUp()
{
    if (m_wakePending.exchange(true))
        return;
    // While the loop is not waiting it sees m_wakePending before it waits again: no system call.
    if (!m_waiting.load())
        return;
    const quint64 one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_wakeDescriptor, &one, sizeof one);
}

void EpollDispatcher::readWakeUps()
{
    quint64 count = 0;
    [[maybe_unused]] const ssize_t bytes = ::read(m_wakeDescriptor, &count, sizeof count);
}

// Each call of processEvents() is one turn, so it is enough that this turn, or the next one if it
// has not begun, does not wait.
void EpollDispatcher::interrupt()
{
    wakeUp();
}

} // namespace truepeer
