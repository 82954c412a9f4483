// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// History keeps how busy the server was: for each second of 5 minutes, each 10 seconds of an hour
// and each minute of a day. Totals become rates a second. What stands for a longer step is the mean
// of its seconds, but for loop_lag_ms and queue_bytes, where one bad second matters, the largest.
//
// A second without a sample is a gap: there is no point for it, and the rate of the next sample is
// the mean over the time that has passed. When the clock is set back, points of a time that has
// not come yet are dropped, so points are always in order.
//
// Thread: one, the main thread.
#pragma once

#include "shared/error.h"

#include <QJsonObject>
#include <QStringList>
#include <QStringView>

#include <array>
#include <deque>
#include <vector>

namespace truepeer {

// The state of the server at one moment.
struct HistorySample
{
    // Counted since the start.
    qint64 connects = 0;
    qint64 disconnects = 0;
    qint64 messagesIn = 0;
    qint64 messagesOut = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    // As it is now.
    qint64 clients = 0;
    qint64 queueBytes = 0;
    double loopLagMs = 0;
};

// For each second.
struct HistoryRates
{
    double connects = 0;
    double disconnects = 0;
    double messagesIn = 0;
    double messagesOut = 0;
    double bytesIn = 0;
    double bytesOut = 0;
};

struct HistoryPoint
{
    qint64 time = 0; // Unix seconds, the start of the step
    double value = 0;

    friend bool operator==(const HistoryPoint &, const HistoryPoint &) = default;
};

struct HistorySeries
{
    int step = 1;                     // seconds
    std::vector<HistoryPoint> points; // oldest first; those of a gap are absent
};

class History
{
public:
    static constexpr qint64 LongestSpan = 86400; // seconds

    History();

    // Call it once a second, always in the same part of it: a timer that drifts over the edge of a
    // second leaves one out.
    void sample(const HistorySample &sample, qint64 unixSeconds);

    // The last `seconds` of a series before the newest sample, in the finest steps that reach as
    // far; more than LongestSpan is LongestSpan. The last point is of a step that may still go on.
    Expected<HistorySeries> series(QStringView name, qint64 seconds) const;
    static QStringList seriesNames();

    // The mean of the last five seconds; 0 where nothing is known.
    HistoryRates rates() const;

private:
    static constexpr size_t RateCount = 6;
    static constexpr size_t SeriesCount = 9;
    using Values = std::array<double, SeriesCount>; // the rates first

    struct Slot
    {
        qint64 time = 0; // its start
        int samples = 0;
        int rateSamples = 0; // the first sample of all has no rates
        Values values{};     // the sum of the samples, or the largest

        // REQUIRES: has(series).
        double value(size_t series) const;
        bool has(size_t series) const { return count(series) > 0; }
        int count(size_t series) const { return series < RateCount ? rateSamples : samples; }
    };

    struct Ring
    {
        int step;
        size_t capacity;
        std::deque<Slot> points = {}; // oldest first

        void add(const Values &values, bool hasRates, qint64 time);
    };

    std::array<Ring, 3> m_rings;
    HistorySample m_baseline; // what the next rates are counted from
    qint64 m_baselineTime = 0;
    qint64 m_newest = 0;
    bool m_started = false;
};

// {step_s, points: [[time, value]…]}
QJsonObject toJson(const HistorySeries &series);
// An object with the names of the series.
QJsonObject toJson(const HistoryRates &rates);

} // namespace truepeer
