// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/history.h"

#include <QJsonArray>
#include <QLatin1StringView>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum class Summary : quint8 { Mean, Largest };

struct SeriesKind
{
    QLatin1StringView name;
    Summary summary = Summary::Mean;
};

// In the order of History::Values.
constexpr std::array<SeriesKind, 9> SeriesKinds = {{
    {"connects"_L1},
    {"disconnects"_L1},
    {"messages_in"_L1},
    {"messages_out"_L1},
    {"bytes_in"_L1},
    {"bytes_out"_L1},
    {"clients"_L1},
    {"queue_bytes"_L1, Summary::Largest},
    {"loop_lag_ms"_L1, Summary::Largest},
}};

constexpr qint64 RatesSpan = 5; // seconds

// A total is read from several threads, so it may seem to go back a little.
double rate(qint64 before, qint64 after, qint64 seconds)
{
    return static_cast<double>(std::max<qint64>(0, after - before)) / static_cast<double>(seconds);
}

} // namespace

double History::Slot::value(size_t series) const
{
    return SeriesKinds[series].summary == Summary::Largest ? values[series]
                                                           : values[series] / count(series);
}

void History::Ring::add(const Values &values, bool hasRates, qint64 time)
{
    const qint64 start = time - time % step;
    while (!points.empty() && points.back().time > start)
        points.pop_back();
    if (points.empty() || points.back().time < start)
        points.push_back({start});
    if (points.size() > capacity)
        points.pop_front();
    Slot &slot = points.back();
    ++slot.samples;
    slot.rateSamples += hasRates ? 1 : 0;
    for (size_t i = hasRates ? 0 : RateCount; i < SeriesCount; ++i) {
        if (SeriesKinds[i].summary == Summary::Largest)
            slot.values[i] = std::max(slot.values[i], values[i]);
        else
            slot.values[i] += values[i];
    }
}

History::History()
    : m_rings({Ring{1, 300}, Ring{10, 360}, Ring{60, 1440}})
{
    static_assert(SeriesKinds.size() == SeriesCount);
}

void History::sample(const HistorySample &sample, qint64 unixSeconds)
{
    // Of a clock that was set back nobody knows how long ago the sample before was.
    const qint64 passed = m_started ? unixSeconds - m_baselineTime : 0;
    const bool hasRates = passed > 0;
    Values values{};
    if (hasRates) {
        values[0] = rate(m_baseline.connects, sample.connects, passed);
        values[1] = rate(m_baseline.disconnects, sample.disconnects, passed);
        values[2] = rate(m_baseline.messagesIn, sample.messagesIn, passed);
        values[3] = rate(m_baseline.messagesOut, sample.messagesOut, passed);
        values[4] = rate(m_baseline.bytesIn, sample.bytesIn, passed);
        values[5] = rate(m_baseline.bytesOut, sample.bytesOut, passed);
    }
    values[6] = static_cast<double>(sample.clients);
    values[7] = static_cast<double>(sample.queueBytes);
    values[8] = sample.loopLagMs;
    for (Ring &ring : m_rings)
        ring.add(values, hasRates, unixSeconds);

    // A second sample within a second leaves what it counted to the next one.
    if (passed != 0 || !m_started) {
        m_baseline = sample;
        m_baselineTime = unixSeconds;
    }
    m_newest = unixSeconds;
    m_started = true;
}

Expected<HistorySeries> History::series(QStringView name, qint64 seconds) const
{
    const auto kind = std::find_if(SeriesKinds.begin(), SeriesKinds.end(),
                                   [name](const SeriesKind &known) { return known.name == name; });
    if (kind == SeriesKinds.end())
        return Error{
            u"unknown series \"%1\"; there are %2"_s.arg(name, seriesNames().join(", "_L1))};
    if (seconds <= 0)
        return Error{u"seconds must be at least 1"_s};
    const auto index = static_cast<size_t>(kind - SeriesKinds.begin());
    const qint64 span = std::min(seconds, LongestSpan);
    const auto ring = std::find_if(m_rings.begin(), m_rings.end(), [span](const Ring &candidate) {
        return candidate.step * static_cast<qint64>(candidate.capacity) >= span;
    });
    HistorySeries result;
    result.step = ring->step;
    for (const Slot &slot : ring->points) {
        if (slot.time > m_newest - span && slot.has(index))
            result.points.push_back({slot.time, slot.value(index)});
    }
    return result;
}

QStringList History::seriesNames()
{
    QStringList names;
    for (const SeriesKind &kind : SeriesKinds)
        names.append(kind.name);
    return names;
}

HistoryRates History::rates() const
{
    Values sums{};
    int count = 0;
    const std::deque<Slot> &points = m_rings[0].points;
    for (auto slot = points.rbegin(); slot != points.rend(); ++slot) {
        if (slot->time <= m_newest - RatesSpan)
            break;
        if (!slot->has(0))
            continue;
        ++count;
        for (size_t i = 0; i < RateCount; ++i)
            sums[i] += slot->value(i);
    }
    if (count == 0)
        return {};
    return {sums[0] / count, sums[1] / count, sums[2] / count,
            sums[3] / count, sums[4] / count, sums[5] / count};
}

QJsonObject toJson(const HistorySeries &series)
{
    QJsonArray points;
    for (const HistoryPoint &point : series.points)
        points.append(QJsonArray{point.time, point.value});
    return {{u"step_s"_s, series.step}, {u"points"_s, points}};
}

QJsonObject toJson(const HistoryRates &rates)
{
    return {{u"connects"_s, rates.connects},      {u"disconnects"_s, rates.disconnects},
            {u"messages_in"_s, rates.messagesIn}, {u"messages_out"_s, rates.messagesOut},
            {u"bytes_in"_s, rates.bytesIn},       {u"bytes_out"_s, rates.bytesOut}};
}

} // namespace truepeer
