// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/diagnostician.h"

#include <algorithm>
#include <unordered_map>

#include <sys/resource.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr auto MarkInterval = 30s;
constexpr size_t MaxMarks = 10; // what was lost in the last five minutes
constexpr auto StepMemory = 10min;
constexpr auto SmallestStep = 2s;

// Sockets of clients are most of the descriptors; this stands for the others.
constexpr qint64 OtherDescriptors = 64;

qint64 unixSeconds(std::chrono::system_clock::time_point time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

qint64 descriptorLimit()
{
    rlimit limit = {};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? qint64(limit.rlim_cur) : 0;
}

// The client address that most open clients have, when it is an internal one.
std::optional<DiagnosisFacts::SharedAddress>
sharedAddress(const std::vector<std::shared_ptr<ClientRecord>> &records)
{
    std::unordered_map<IpAddress, qint64, IpAddressHash> counts;
    for (const auto &record : records)
        ++counts[record->resolution().client];
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto &a, const auto &b) { return a.second < b.second; });
    if (most == counts.end() || !isInternalAddress(most->first))
        return std::nullopt;
    return DiagnosisFacts::SharedAddress{most->first, most->second};
}

} // namespace

Diagnostician::Diagnostician(Sources sources)
    : m_sources(std::move(sources))
{
}

void Diagnostician::tick(SteadyTime now, WallTime wall)
{
    const bool isFirst = m_lastSteady == SteadyTime();
    const auto step = (wall - m_lastWall) - (now - m_lastSteady);
    m_lastSteady = now;
    m_lastWall = wall;
    const std::lock_guard lock(m_mutex);
    if (!isFirst && std::chrono::abs(step) >= SmallestStep) {
        m_clockStep = std::chrono::duration_cast<std::chrono::seconds>(step);
        m_stepped = now;
    } else if (now - m_stepped > StepMemory) {
        m_clockStep = 0s;
    }
    if (!m_marks.empty() && now - m_marks.back().at < MarkInterval)
        return;
    m_marks.push_back({now, m_sources.totals()});
    if (m_marks.size() > MaxMarks)
        m_marks.pop_front();
}

DiagnosisFacts::Losses Diagnostician::losses() const
{
    const CounterTotals now = m_sources.totals();
    const std::lock_guard lock(m_mutex);
    const CounterTotals before = m_marks.empty() ? now : m_marks.front().totals;
    return {.refusedLimits = now.refusedLimits - before.refusedLimits,
            .limitedClients = now.limitedClients - before.limitedClients,
            .limitedRequests = now.limitedRequests - before.limitedRequests,
            .limitedMessages = now.limitedMessages - before.limitedMessages,
            .slowClosed = now.slowClosed - before.slowClosed};
}

std::shared_ptr<const Diagnostician::Report> Diagnostician::latest() const
{
    const std::lock_guard lock(m_mutex);
    return m_report;
}

std::shared_ptr<const Diagnostician::Report> Diagnostician::report(std::chrono::seconds age)
{
    const std::lock_guard making(m_making);
    const SteadyTime now = SteadyTime::clock::now();
    const std::shared_ptr<const Report> last = latest();
    if (last && now - last->made < age
        && last->revision == m_sources.trust.snapshot().policy->revision())
        return last;
    const std::shared_ptr<const Report> made = make(now);
    const std::lock_guard lock(m_mutex);
    m_report = made;
    return made;
}

std::shared_ptr<const Diagnostician::Report> Diagnostician::make(SteadyTime now)
{
    const TrustControl::Snapshot trust = m_sources.trust.snapshot();
    const Config config = m_sources.config();
    const CounterTotals totals = m_sources.totals();
    const std::vector<std::shared_ptr<ClientRecord>> records = m_sources.directory.all();
    const qint64 wall = unixSeconds(std::chrono::system_clock::now());

    DiagnosisFacts facts{.policy = *trust.policy};
    facts.now = wall;
    facts.uptime = std::chrono::duration_cast<std::chrono::seconds>(now - m_sources.started);
    facts.peers = m_sources.traffic.peers();
    facts.entries = m_usage.update(*trust.policy, trust.document.get(), records, facts.peers,
                                   m_sources.traffic.requests().all(), wall);
    facts.clients = qint64(records.size());
    facts.sharedAddress = sharedAddress(records);
    facts.connections = {totals.connections, config.limits.maxConnections};
    facts.descriptors = {totals.connections + OtherDescriptors, descriptorLimit()};
    facts.losses = losses();
    {
        const std::lock_guard lock(m_mutex);
        facts.clockStep = m_clockStep;
    }
    facts.idlePing = config.limits.idlePing;
    facts.trustStoreProblem = trust.problem;
    facts.trustFromConfig = trust.document->origin == TrustOrigin::Config;
    facts.healthPath = config.healthCheckPath;

    auto report = std::make_shared<Report>();
    report->made = now;
    report->revision = trust.policy->revision();
    report->findings = diagnose(facts);
    report->suggestions = suggestions(facts);
    report->entries = std::move(facts.entries);
    return report;
}

} // namespace truepeer
