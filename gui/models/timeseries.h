// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>

#include <optional>
#include <vector>

namespace truepeer {

struct TimePoint
{
    qint64 time = 0; // Unix seconds, the start of the step
    double value = 0;

    friend bool operator==(const TimePoint &, const TimePoint &) = default;
};

// The points of a `history` answer, in order; what is no point is left out.
std::vector<TimePoint> timePoints(const QJsonArray &points);

// TimeSeries is one series of the server's history as the dashboard holds it: the newest answer
// rules over the part that it is about, and what came before stays, also when the server was
// started again and knows it no longer. Where a step has no point nothing is known: a gap.
class TimeSeries
{
public:
    int step() const { return m_step; } // seconds; 0 before the first answer
    bool isEmpty() const { return m_points.empty(); }
    const std::vector<TimePoint> &points() const { return m_points; } // oldest first

    void merge(int step, const std::vector<TimePoint> &answer);
    void dropBefore(qint64 time);

    // Whether a point follows the one before it without a gap.
    bool isJoined(size_t index) const;
    std::optional<double> latest() const;
    // The value of the step that holds this time.
    std::optional<double> at(qint64 time) const;
    // The point that is nearest in time, however far.
    std::optional<TimePoint> nearest(qint64 time) const;

private:
    int m_step = 0;
    std::vector<TimePoint> m_points;
};

} // namespace truepeer
