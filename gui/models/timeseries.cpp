// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/timeseries.h"

#include <algorithm>
#include <cmath>

namespace truepeer {

std::vector<TimePoint> timePoints(const QJsonArray &points)
{
    std::vector<TimePoint> found;
    found.reserve(size_t(points.size()));
    for (const QJsonValue &item : points) {
        const QJsonArray pair = item.toArray();
        if (pair.size() < 2 || !pair.at(0).isDouble() || !pair.at(1).isDouble())
            continue;
        const TimePoint point{pair.at(0).toInteger(), pair.at(1).toDouble()};
        if (found.empty() || point.time > found.back().time)
            found.push_back(point);
    }
    return found;
}

void TimeSeries::merge(int step, const std::vector<TimePoint> &answer)
{
    if (answer.empty() || step <= 0)
        return;
    if (step != m_step)
        m_points.clear();
    m_step = step;
    // Also what lies after the answer: then the clock was set back.
    const auto from =
        std::lower_bound(m_points.begin(), m_points.end(), answer.front().time,
                         [](const TimePoint &point, qint64 time) { return point.time < time; });
    m_points.erase(from, m_points.end());
    m_points.insert(m_points.end(), answer.begin(), answer.end());
}

void TimeSeries::dropBefore(qint64 time)
{
    const auto from = std::find_if(m_points.begin(), m_points.end(),
                                   [time](const TimePoint &point) { return point.time >= time; });
    m_points.erase(m_points.begin(), from);
}

bool TimeSeries::isJoined(size_t index) const
{
    return index > 0 && index < m_points.size()
           && m_points[index].time - m_points[index - 1].time <= m_step;
}

std::optional<double> TimeSeries::latest() const
{
    if (m_points.empty())
        return std::nullopt;
    return m_points.back().value;
}

std::optional<double> TimeSeries::at(qint64 time) const
{
    const auto after =
        std::upper_bound(m_points.begin(), m_points.end(), time,
                         [](qint64 wanted, const TimePoint &point) { return wanted < point.time; });
    if (after == m_points.begin() || time - (after - 1)->time >= m_step)
        return std::nullopt;
    return (after - 1)->value;
}

std::optional<TimePoint> TimeSeries::nearest(qint64 time) const
{
    if (m_points.empty())
        return std::nullopt;
    return *std::min_element(m_points.begin(), m_points.end(),
                             [time](const TimePoint &a, const TimePoint &b) {
                                 return std::abs(a.time - time) < std::abs(b.time - time);
                             });
}

} // namespace truepeer
