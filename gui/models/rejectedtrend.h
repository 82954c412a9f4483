// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/timeseries.h"

#include <QtGlobal>

#include <deque>

namespace truepeer {

// Turns a total that only grows into what came lately. The clock is the server's uptime; when it
// goes back the server was started again, and counting starts again.
class RejectedTrend
{
public:
    static constexpr qint64 Span = 300; // seconds

    struct Delta
    {
        qint64 count = 0;
        qint64 seconds = 0; // in how long; about Span, less at first, more after a pause
    };

    void add(qint64 uptime, qint64 total);
    Delta lately() const;
    // How many a second, at the uptime in seconds.
    const TimeSeries &series() const { return m_series; }

private:
    struct Sample
    {
        qint64 uptime;
        qint64 total;
    };
    std::deque<Sample> m_samples;
    TimeSeries m_series;
};

} // namespace truepeer
