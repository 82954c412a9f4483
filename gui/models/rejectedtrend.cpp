// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/rejectedtrend.h"

namespace truepeer {

namespace {

constexpr qint64 MostLate = 5; // seconds

} // namespace

void RejectedTrend::add(qint64 uptime, qint64 total)
{
    if (!m_samples.empty()
        && (uptime < m_samples.back().uptime || total < m_samples.back().total)) {
        m_samples.clear();
        m_series = {};
    }
    if (!m_samples.empty() && uptime == m_samples.back().uptime)
        return;
    if (!m_samples.empty()) {
        const Sample &before = m_samples.back();
        const double rate = double(total - before.total) / double(uptime - before.uptime);
        // Ticks may be a little late; longer, and nobody looked.
        const bool isJoined = uptime - before.uptime <= MostLate;
        std::vector<TimePoint> points;
        for (qint64 time = isJoined ? before.uptime + 1 : uptime; time <= uptime; ++time)
            points.push_back({time, rate});
        m_series.merge(1, points);
    }
    m_samples.push_back({uptime, total});
    // One that is older than the span stays, to count from.
    while (m_samples.size() > 2 && m_samples[1].uptime <= uptime - Span)
        m_samples.pop_front();
    m_series.dropBefore(uptime - Span);
}

RejectedTrend::Delta RejectedTrend::lately() const
{
    if (m_samples.empty())
        return {};
    const Sample &from = m_samples.front();
    const Sample &to = m_samples.back();
    return {to.total - from.total, to.uptime - from.uptime};
}

} // namespace truepeer
