// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/overviewstatus.h"

#include <QJsonArray>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MostLate = 5; // seconds

void readHealth(const QJsonObject &answer, OverviewStatus &status)
{
    const QString word = answer.value("status"_L1).toString();
    const bool isReady = answer.value("ready"_L1).toBool(true);
    if (answer.value("draining"_L1).toBool() || word == "draining"_L1) {
        status.health = u"Draining"_s;
        status.healthTone = Tone::Warning;
    } else if (word != "healthy"_L1 && !word.isEmpty()) {
        status.health = word.at(0).toUpper() + word.sliced(1);
        status.healthTone = Tone::Error;
    } else if (!isReady) {
        status.health = u"Not ready"_s;
        status.healthTone = Tone::Error;
    } else {
        status.health = u"Healthy"_s;
    }
}

} // namespace

OverviewStatus overviewStatus(const QJsonObject &answer)
{
    OverviewStatus status;
    readHealth(answer, status);
    status.uptime = answer.value("uptime"_L1).toInteger();
    status.clients = answer.value("clients"_L1).toInteger();
    status.clientsMax = answer.value("clients_max"_L1).toInteger();
    status.rejected = answer.value("rejected"_L1).toInteger();
    status.loopLagMs = answer.value("loop_lag_ms"_L1).toDouble();
    const QJsonObject rates = answer.value("rates"_L1).toObject();
    status.connects = rates.value("connects"_L1).toDouble();
    status.disconnects = rates.value("disconnects"_L1).toDouble();
    status.messagesIn = rates.value("messages_in"_L1).toDouble();
    status.messagesOut = rates.value("messages_out"_L1).toDouble();
    status.bytesIn = rates.value("bytes_in"_L1).toDouble();
    status.bytesOut = rates.value("bytes_out"_L1).toDouble();
    const QJsonArray warnings = answer.value("warnings"_L1).toArray();
    for (const QJsonValue &warning : warnings)
        status.warnings.append(warning.toString());
    return status;
}

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
