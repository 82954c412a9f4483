// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/historymodel.h"

#include "gui/models/poller.h"
#include "gui/models/serverlink.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct RangeKind
{
    qint64 span;
    int step;    // seconds, and how many ticks are between two questions
    qint64 tail; // seconds: the server chooses the steps by it, so it is more than the span before
};

constexpr std::array<RangeKind, HistoryRangeCount> Ranges{
    {{300, 1, 10}, {3600, 10, 310}, {86400, 60, 3660}}};

constexpr std::array<QLatin1StringView, MeasureCount> SeriesNames{
    {"clients"_L1, "connects"_L1, "disconnects"_L1, "messages_in"_L1, "messages_out"_L1,
     "bytes_in"_L1, "bytes_out"_L1, "queue_bytes"_L1, "loop_lag_ms"_L1}};

const RangeKind &kindOf(HistoryRange range)
{
    return Ranges[size_t(range)];
}

constexpr std::array AllRanges{HistoryRange::FiveMinutes, HistoryRange::Hour, HistoryRange::Day};

} // namespace

qint64 spanOf(HistoryRange range)
{
    return kindOf(range).span;
}

HistoryModel::HistoryModel(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_poller(new Poller(context, 1, this))
{
    connect(m_poller, &Poller::due, this, &HistoryModel::due);
    connect(m_poller, &Poller::otherServer, this, &HistoryModel::forget);
    connect(&context.link, &ServerLink::down, this, [this] {
        ++m_connection;
        for (Window &window : m_windows)
            window.waiting = 0;
    });
}

HistoryModel::~HistoryModel() = default;

void HistoryModel::setLive(bool live)
{
    m_poller->setLive(live);
}

void HistoryModel::refresh()
{
    m_poller->askNow();
}

void HistoryModel::setRange(HistoryRange range)
{
    if (range == m_range)
        return;
    m_range = range;
    window(range).whole = true;
    Q_EMIT rangeChanged();
    if (m_poller->isLive() && m_context.link.isUp())
        ask(range);
}

const TimeSeries &HistoryModel::series(HistoryRange range, Measure measure) const
{
    return m_windows[size_t(range)].series[size_t(measure)];
}

qint64 HistoryModel::newest(HistoryRange range) const
{
    qint64 newest = 0;
    for (const TimeSeries &series : m_windows[size_t(range)].series) {
        if (!series.isEmpty())
            newest = std::max(newest, series.points().back().time);
    }
    return newest;
}

void HistoryModel::due(bool atOnce)
{
    for (const HistoryRange range : AllRanges) {
        if (range != HistoryRange::FiveMinutes && range != m_range)
            continue;
        Window &held = window(range);
        held.whole = held.whole || atOnce;
        if (++held.ticks >= kindOf(range).step || held.whole)
            ask(range);
    }
}

void HistoryModel::ask(HistoryRange range)
{
    Window &held = window(range);
    if (held.waiting > 0)
        return;
    const qint64 seconds = held.whole ? kindOf(range).span : kindOf(range).tail;
    held.ticks = 0;
    held.whole = false;
    held.waiting = int(MeasureCount);
    for (size_t i = 0; i < MeasureCount; ++i) {
        const auto answered = [this, range, i, connection = m_connection](const RpcResult &result) {
            if (connection == m_connection)
                take(range, Measure(i), resultObject(result));
        };
        m_context.link.call(u"history"_s, {{u"series"_s, SeriesNames[i]}, {u"seconds"_s, seconds}},
                            this, answered);
    }
}

void HistoryModel::take(HistoryRange range, Measure measure, const QJsonObject &answer)
{
    Window &held = window(range);
    TimeSeries &series = held.series[size_t(measure)];
    const std::vector<TimePoint> points = timePoints(answer.value("points"_L1).toArray());
    const int step = answer.value("step_s"_L1).toInt(kindOf(range).step);
    // The ticks stopped for a while. It may as well be a real gap, so it is asked once.
    const bool missesSome = !series.isEmpty() && !points.empty()
                            && points.front().time > series.points().back().time + step;
    const bool failed = !answer.contains("points"_L1);
    held.whole = held.whole || missesSome || failed;
    series.merge(step, points);
    if (--held.waiting > 0)
        return;
    const qint64 oldest = newest(range) - spanOf(range);
    for (TimeSeries &each : held.series)
        each.dropBefore(oldest);
    Q_EMIT changed(range);
}

void HistoryModel::forget()
{
    for (const HistoryRange range : AllRanges) {
        window(range) = {};
        Q_EMIT changed(range);
    }
}

} // namespace truepeer
