// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/chartscale.h"

#include "gui/models/format.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

double smallestTop(ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Count:
        return 4;
    case ChartUnit::Bytes:
    case ChartUnit::ByteRate:
        return 1024;
    case ChartUnit::Rate:
    case ChartUnit::Milliseconds:
        break;
    }
    return 1;
}

double roundStep(double least, ChartUnit unit)
{
    if (unit == ChartUnit::Bytes || unit == ChartUnit::ByteRate)
        return std::exp2(std::ceil(std::log2(least)));
    const double decade = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        // A little more than `least` by rounding is not the next step.
        if (factor * decade >= least * (1 - 1e-9))
            return factor * decade;
    }
    return 10 * decade;
}

// The points that fall on one pixel.
struct Bucket
{
    TimePoint first;
    TimePoint smallest;
    TimePoint largest;
    TimePoint last;

    explicit Bucket(const TimePoint &point)
        : first(point)
        , smallest(point)
        , largest(point)
        , last(point)
    {
    }

    void add(const TimePoint &point)
    {
        if (point.value < smallest.value)
            smallest = point;
        if (point.value > largest.value)
            largest = point;
        last = point;
    }

    void appendTo(QPolygonF &line, const ChartFrame &frame) const
    {
        std::array points{first, smallest, largest, last};
        if (smallest.time > largest.time)
            std::swap(points[1], points[2]);
        qint64 before = -1;
        for (const TimePoint &point : points) {
            if (point.time != before)
                line.append({frame.x(point.time), frame.y(point.value)});
            before = point.time;
        }
    }
};

} // namespace

QString chartValueText(double value, ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Count:
        return rateText(value);
    case ChartUnit::Rate:
        return rateText(value) + u"/s"_s;
    case ChartUnit::Bytes:
        return bytesText(value);
    case ChartUnit::ByteRate:
        return byteRateText(value);
    case ChartUnit::Milliseconds:
        break;
    }
    return millisecondsText(value);
}

QString chartAxisText(double value, ChartUnit unit)
{
    if (unit == ChartUnit::Rate)
        return rateText(value);
    if (unit != ChartUnit::Bytes && unit != ChartUnit::ByteRate)
        return chartValueText(value, unit);
    return bytesText(value).replace(u".0 "_s, u" "_s);
}

ValueScale valueScale(double largest, ChartUnit unit, int maxSteps)
{
    const double top = std::max(largest, smallestTop(unit));
    double step = roundStep(top / std::max(maxSteps, 1), unit);
    if (unit == ChartUnit::Count)
        step = std::max(step, 1.0);
    return {std::ceil(top / step * (1 - 1e-9)) * step, step};
}

std::vector<TimeTick> timeTicks(qint64 from, qint64 to, int maxTicks)
{
    static constexpr std::array Steps{5,   10,   15,   30,   60,    120,   300,   600,
                                      900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
    const auto fits = [&](qint64 step) { return (to - from) / step < maxTicks; };
    const auto found = std::find_if(Steps.begin(), Steps.end(), fits);
    const qint64 step = found == Steps.end() ? Steps.back() : *found;
    const qint64 offset = QDateTime::fromSecsSinceEpoch(to).offsetFromUtc();
    const QString format = step < 60 ? u"HH:mm:ss"_s : u"HH:mm"_s;
    std::vector<TimeTick> ticks;
    qint64 time = (from + offset + step - 1) / step * step - offset;
    for (; time <= to; time += step)
        ticks.push_back({time, QDateTime::fromSecsSinceEpoch(time).toString(format)});
    return ticks;
}

double ChartFrame::x(qint64 time) const
{
    return area.left()
           + double(time - from) * area.width() / double(std::max<qint64>(to - from, 1));
}

double ChartFrame::y(double value) const
{
    return area.bottom() - value * area.height() / top;
}

qint64 ChartFrame::time(double x) const
{
    return from + qint64(std::lround((x - area.left()) * double(to - from) / area.width()));
}

std::vector<QPolygonF> chartLines(const TimeSeries &series, const ChartFrame &frame)
{
    std::vector<QPolygonF> lines;
    std::optional<Bucket> bucket;
    double pixel = 0;
    const std::vector<TimePoint> &points = series.points();
    const auto flush = [&] {
        if (bucket)
            bucket->appendTo(lines.back(), frame);
        bucket.reset();
    };
    for (size_t i = 0; i < points.size(); ++i) {
        const TimePoint &point = points[i];
        if (point.time < frame.from || point.time > frame.to)
            continue;
        const bool isJoined = !lines.empty() && series.isJoined(i);
        const double at = std::floor(frame.x(point.time));
        if (isJoined && bucket && at == pixel) {
            bucket->add(point);
            continue;
        }
        flush();
        if (!isJoined)
            lines.emplace_back();
        bucket.emplace(point);
        pixel = at;
    }
    flush();
    return lines;
}

std::vector<ChartColumn> chartColumns(const QPolygonF &line)
{
    std::vector<ChartColumn> columns;
    int x = line.isEmpty() ? 0 : int(std::ceil(line.first().x() - 0.5));
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF from = line.at(i - 1);
        const QPointF to = line.at(i);
        for (; to.x() > from.x() && x + 0.5 <= to.x(); ++x) {
            const double share = (x + 0.5 - from.x()) / (to.x() - from.x());
            columns.push_back({x, from.y() + share * (to.y() - from.y())});
        }
    }
    return columns;
}

} // namespace truepeer
