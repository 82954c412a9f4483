// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Drain is the order in which a server goes down without hurting anybody:
//
//   Waiting   health says 503 "draining", everything is still served, so that balancers notice
//   Closing   no new connections; clients are closed with 1001, spread over time, so that they do
//             not all come back to the other instances at once
//   Finished  nobody is connected any more, or the time is up
//
// It only keeps the plan: the owner calls step() and does what it says. The time is an argument.
//
// Thread: one thread.
#pragma once

#include <QtGlobal>

#include <chrono>
#include <optional>

namespace truepeer {

class Drain
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    enum class Phase { Idle, Waiting, Closing, Finished };

    struct Plan
    {
        std::chrono::milliseconds delay{5000};    // length of Waiting
        std::chrono::milliseconds timeout{30000}; // at most for Closing
        int closesPerSecond = 0;                  // 0: spread over the timeout
    };

    // What the owner has to do now.
    struct Step
    {
        Phase phase = Phase::Idle;
        bool entered = false;              // the phase began with this step
        int closes = 0;                    // how many clients to close
        std::chrono::milliseconds next{0}; // when to call again
    };

    explicit Drain(const Plan &plan)
        : m_plan(plan)
    {
    }

    // REQUIRES: phase() is Idle.
    void begin(TimePoint now);
    // Back to Idle. REQUIRES: not Finished.
    void cancel() { m_phase = Phase::Idle; }
    Phase phase() const { return m_phase; }

    // `clients`: open WebSocket clients that are not closing yet; `connections`: all open sockets.
    // What was ordered and did not happen, because the clients of a thread ran out, is ordered
    // again.
    Step step(TimePoint now, qint64 clients, qint64 connections);

private:
    int closesFor(std::chrono::milliseconds elapsed, qint64 clients) const;

    const Plan m_plan;
    Phase m_phase = Phase::Idle;
    TimePoint m_phaseBegan;
    qint64 m_toClose = 0; // clients when Closing began
};

} // namespace truepeer
