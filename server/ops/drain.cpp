// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/drain.h"

#include <algorithm>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr auto Pace = 100ms; // between two steps while closing

// Few clients need no spreading: so many a second are closed at least.
constexpr qint64 MinimumRate = 100;

} // namespace

void Drain::begin(TimePoint now)
{
    Q_ASSERT(m_phase == Phase::Idle);
    m_phase = Phase::Waiting;
    m_phaseBegan = now;
}

Drain::Step Drain::step(TimePoint now, qint64 clients, qint64 connections)
{
    Step step;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_phaseBegan);
    if (m_phase == Phase::Waiting && elapsed >= m_plan.delay) {
        m_phase = Phase::Closing;
        m_phaseBegan = now;
        m_toClose = clients;
        step.entered = true;
        step.closes = closesFor(0ms, clients);
        step.next = Pace;
    } else if (m_phase == Phase::Waiting) {
        step.next = m_plan.delay - elapsed;
    } else if (m_phase == Phase::Closing) {
        const bool over = connections == 0 || elapsed >= m_plan.timeout;
        if (over) {
            m_phase = Phase::Finished;
            step.entered = true;
        } else {
            step.closes = closesFor(elapsed, clients);
            step.next = Pace;
        }
    }
    step.phase = m_phase;
    return step;
}

// The last close is due at four fifths of the time, so that its closing handshake fits in.
int Drain::closesFor(std::chrono::milliseconds elapsed, qint64 clients) const
{
    const qint64 window = std::max<qint64>(1, m_plan.timeout.count() * 4 / 5);
    const qint64 spread = (m_toClose * 1000 + window - 1) / window;
    const qint64 rate =
        m_plan.closesPerSecond > 0 ? m_plan.closesPerSecond : std::max(MinimumRate, spread);
    const qint64 due = (rate * (elapsed + Pace).count() + 999) / 1000;
    const qint64 closed = m_toClose - clients;
    return int(std::clamp<qint64>(due - closed, 0, clients));
}

} // namespace truepeer
