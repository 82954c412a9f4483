// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/timeseries.h"
#include "gui/models/tone.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <deque>

namespace truepeer {

// What the tiles of the overview show of a `status` answer.
struct OverviewStatus
{
    QString health; // "Healthy", "Draining", "Not ready", or what else the server says
    Tone healthTone = Tone::Ok;
    qint64 uptime = 0; // seconds
    qint64 clients = 0;
    qint64 clientsMax = 0; // 0: no limit is known
    qint64 rejected = 0;
    double connects = 0; // a second, as all rates
    double disconnects = 0;
    double messagesIn = 0;
    double messagesOut = 0;
    double bytesIn = 0;
    double bytesOut = 0;
    double loopLagMs = 0;
    QStringList warnings;
};

OverviewStatus overviewStatus(const QJsonObject &answer);

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
