// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// EpollDispatcher is the event loop of one I/O thread. Qt's own Unix dispatchers poll every
// descriptor on every turn, so that their cost grows with the number of idle connections; this one
// asks epoll only for what is ready.
//
// Changes of interest (QSocketNotifier::setEnabled, modify()) are collected and applied just before
// the loop waits: enabling and disabling within one turn costs no system call.
//
// Besides QSocketNotifier, which all Qt classes use, it offers watch(): a plain callback without a
// QObject for each descriptor, for the thousands of client connections.
//
// Thread: created anywhere, handed over with QThread::setEventDispatcher(), then used only by that
// thread. wakeUp() and interrupt() may be called from any thread.
#pragma once

#include <QAbstractEventDispatcher>
#include <QHash>

#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <unordered_map>
#include <vector>

namespace truepeer {

// Told what epoll reported for a watched descriptor.
class EpollWatcher
{
public:
    // `events` holds EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP bits. The watcher may unwatch itself or
    // others here; nobody is called after unwatch().
    virtual void descriptorReady(quint32 events) = 0;

protected:
    EpollWatcher() = default;
    ~EpollWatcher() = default;
    Q_DISABLE_COPY_MOVE(EpollWatcher)
};

class EpollDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EpollDispatcher)

public:
    using Clock = std::chrono::steady_clock;

    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    // Level-triggered. REQUIRES: the descriptor is open and not watched yet; unwatch() comes before
    // close(2).
    void watch(int descriptor, quint32 events, EpollWatcher *watcher);
    void modify(int descriptor, quint32 events);
    void unwatch(int descriptor);

    // Called once each turn, after all ready descriptors and posted events were served and before
    // the loop waits: the place to write out what the turn produced.
    void setTurnHook(std::function<void()> hook);

    // The time at which the current turn began. Cheap: no system call.
    Clock::time_point turnTime() const { return m_turnTime; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    using QAbstractEventDispatcher::registerTimer;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override;
    void interrupt() override;

private:
    struct Descriptor
    {
        EpollWatcher *watcher = nullptr;
        QSocketNotifier *notifiers[3] = {nullptr, nullptr, nullptr};
        quint32 generation = 0; // tells a reused descriptor number from the one epoll reported
        quint32 wanted = 0;
        quint32 applied = 0;
        bool inEpoll = false;
        bool changed = false;
    };
    struct Timer
    {
        QObject *object = nullptr;
        qint64 interval = 0;
        Qt::TimerType type = Qt::CoarseTimer;
        Clock::time_point due;
        bool firing = false;
    };
    struct Due
    {
        Clock::time_point at;
        int timerId = 0;
        bool operator<(const Due &other) const
        {
            return at != other.at ? at < other.at : timerId < other.timerId;
        }
    };

    Descriptor &descriptorEntry(int descriptor);
    void markChanged(int descriptor, Descriptor &entry);
    void applyChanges();
    void applyChange(int descriptor, Descriptor &entry);
    int waitMilliseconds(bool mayWait) const;
    void dispatchOne(int descriptor, quint32 generation, quint32 events);
    bool sendToNotifier(int descriptor, quint32 generation, int type);
    int fireTimers();
    void readWakeUps();

    const int m_epoll;
    const int m_wakeDescriptor;
    std::unordered_map<int, Descriptor> m_descriptors;
    std::vector<int> m_changed;
    quint32 m_nextGeneration = 1;
    QHash<int, Timer> m_timers;
    std::set<Due> m_dueTimers;
    std::function<void()> m_turnHook;
    Clock::time_point m_turnTime = Clock::now();
    std::atomic<bool> m_wakePending = false;
    std::atomic<bool> m_waiting = false;
};

} // namespace truepeer
