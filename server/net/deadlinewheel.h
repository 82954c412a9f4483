// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// DeadlineWheel keeps one deadline for each of many connections. Arming, moving and cancelling cost
// O(1) and no allocation; a tick looks only at the slot that is due, so that idle connections cost
// nothing until their own deadline.
//
// Deadlines fire late by at most one tick (100 ms), never early.
//
// Thread: one thread. The time is an argument, there is no clock inside.
#pragma once

#include <QtGlobal>

#include <array>
#include <chrono>

namespace truepeer {

class DeadlineWheel;

// A deadline that lives in its owner. Destroying it cancels it.
class Deadline
{
    Q_DISABLE_COPY_MOVE(Deadline)

public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Deadline() = default;
    virtual ~Deadline() { unlink(); }

    bool isArmed() const { return m_wheel != nullptr; }
    TimePoint due() const { return m_due; }

protected:
    // Called once when the deadline has passed; it is no longer armed then and may be armed again.
    virtual void deadlineExpired() = 0;

private:
    friend class DeadlineWheel;

    void unlink();

    // A ring; of one, when it is not armed.
    Deadline *m_next = this;
    Deadline *m_previous = this;
    DeadlineWheel *m_wheel = nullptr;
    TimePoint m_due;
    qint64 m_slotTick = 0; // the tick at which the wheel will look at it
};

class DeadlineWheel
{
    Q_DISABLE_COPY_MOVE(DeadlineWheel)

public:
    using TimePoint = Deadline::TimePoint;
    static constexpr std::chrono::milliseconds Tick{100};

    explicit DeadlineWheel(TimePoint now);
    // Cancels what is still armed.
    ~DeadlineWheel();

    void arm(Deadline &deadline, TimePoint due);
    static void cancel(Deadline &deadline) { deadline.unlink(); }

    // Fires all deadlines that are due at `now`.
    void advance(TimePoint now);

    bool isEmpty() const { return m_armed == 0; }

private:
    friend class Deadline;

    static constexpr qint64 SlotCount = 512; // 51.2 s; later deadlines are looked at once a round

    struct Head final : Deadline
    {
        void deadlineExpired() override {}
    };

    qint64 tickOf(TimePoint time) const;
    void link(Deadline &deadline, qint64 tick);
    void advanceSlot(qint64 tick, TimePoint now);

    const TimePoint m_start;
    qint64 m_currentTick = 0;
    qint64 m_armed = 0;
    std::array<Head, SlotCount> m_slots;
};

} // namespace truepeer
