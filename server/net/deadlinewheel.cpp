// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/deadlinewheel.h"

#include <algorithm>

namespace truepeer {

void Deadline::unlink()
{
    if (!m_wheel)
        return;
    m_previous->m_next = m_next;
    m_next->m_previous = m_previous;
    m_next = this;
    m_previous = this;
    --m_wheel->m_armed;
    m_wheel = nullptr;
}

DeadlineWheel::DeadlineWheel(TimePoint now)
    : m_start(now)
{
}

DeadlineWheel::~DeadlineWheel()
{
    for (Head &head : m_slots) {
        while (head.m_next != &head)
            head.m_next->unlink();
    }
}

qint64 DeadlineWheel::tickOf(TimePoint time) const
{
    // Rounded up: a deadline is looked at when it has passed, not just before.
    return std::chrono::ceil<std::chrono::milliseconds>(time - m_start) / Tick + 1;
}

void DeadlineWheel::arm(Deadline &deadline, TimePoint due)
{
    const qint64 tick = std::max(tickOf(due), m_currentTick + 1);
    deadline.m_due = due;
    // Later than where it hangs now: it stays, and is hung further out when the wheel comes by.
    if (deadline.m_wheel == this && deadline.m_slotTick <= tick)
        return;
    deadline.unlink();
    link(deadline, tick);
}

void DeadlineWheel::link(Deadline &deadline, qint64 tick)
{
    deadline.m_slotTick = std::min(tick, m_currentTick + SlotCount);
    Head &head = m_slots[size_t(deadline.m_slotTick % SlotCount)];
    deadline.m_previous = head.m_previous;
    deadline.m_next = &head;
    head.m_previous->m_next = &deadline;
    head.m_previous = &deadline;
    deadline.m_wheel = this;
    ++m_armed;
}

void DeadlineWheel::advance(TimePoint now)
{
    const qint64 target = (now - m_start) / Tick;
    // A clock that jumped (a stopped process) needs one round at most: every slot is seen then.
    if (target - m_currentTick > SlotCount)
        m_currentTick = target - SlotCount;
    while (m_currentTick < target) {
        ++m_currentTick;
        advanceSlot(m_currentTick, now);
    }
}

void DeadlineWheel::advanceSlot(qint64 tick, TimePoint now)
{
    Head &head = m_slots[size_t(tick % SlotCount)];
    // Taken off as a whole first: an expired deadline may arm itself again, even in this slot.
    Head round;
    if (head.m_next == &head)
        return;
    round.m_next = head.m_next;
    round.m_previous = head.m_previous;
    round.m_next->m_previous = &round;
    round.m_previous->m_next = &round;
    head.m_next = &head;
    head.m_previous = &head;
    while (round.m_next != &round) {
        Deadline &deadline = *round.m_next;
        deadline.unlink();
        if (deadline.m_due <= now)
            deadline.deadlineExpired();
        else
            link(deadline, std::max(tickOf(deadline.m_due), tick + 1));
    }
}

} // namespace truepeer
