// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Diagnostician gathers the facts for the diagnosis: what peers send, how the trust list is used,
// what was refused lately, and whether the clock stands still. A report is made when somebody asks,
// and kept for a moment, because several may ask.
//
// Thread: tick() in the main thread; report() in any but an I/O thread, since with many clients it
// is work.
#pragma once

#include "server/net/clientdirectory.h"
#include "server/net/counters.h"
#include "server/ops/config.h"
#include "server/ops/trafficrecorder.h"
#include "server/ops/trustcontrol.h"
#include "server/ops/trustusage.h"
#include "server/trust/diagnosis.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace truepeer {

class Diagnostician
{
    Q_DISABLE_COPY_MOVE(Diagnostician)

public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    using WallTime = std::chrono::system_clock::time_point;

    struct Sources
    {
        const TrustControl &trust;
        const TrafficRecorder &traffic;
        const ClientDirectory &directory;
        std::function<CounterTotals()> totals;
        std::function<Config()> config;
        SteadyTime started;
    };

    struct Report
    {
        SteadyTime made;
        quint64 revision = 0; // of the trust list
        std::vector<Finding> findings;
        std::vector<Suggestion> suggestions;
        std::vector<EntryUse> entries; // in the order of the list
    };

    explicit Diagnostician(Sources sources);

    // Once a second.
    void tick(SteadyTime now, WallTime wall);

    // At most this old, and of the list in force.
    std::shared_ptr<const Report> report(std::chrono::seconds age = std::chrono::seconds(1));
    // The last one that was made; null before the first. Any thread.
    std::shared_ptr<const Report> latest() const;

private:
    struct Mark
    {
        SteadyTime at;
        CounterTotals totals;
    };

    std::shared_ptr<const Report> make(SteadyTime now);
    DiagnosisFacts::Losses losses() const;

    const Sources m_sources;
    std::mutex m_making; // one report at a time
    TrustUsage m_usage;

    mutable std::mutex m_mutex;
    std::shared_ptr<const Report> m_report; // guarded by m_mutex
    std::deque<Mark> m_marks;               // guarded by m_mutex
    std::chrono::seconds m_clockStep{0};    // guarded by m_mutex
    SteadyTime m_stepped;                   // guarded by m_mutex

    // Of the main thread.
    SteadyTime m_lastSteady;
    WallTime m_lastWall;
};

} // namespace truepeer
