// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The arithmetic of charts: axes with round numbers and times, and lines in pixels.
#pragma once

#include "gui/models/timeseries.h"

#include <QPolygonF>
#include <QRectF>
#include <QString>

#include <vector>

namespace truepeer {

enum class ChartUnit : quint8 { Count, Rate, Bytes, ByteRate, Milliseconds };

QString chartValueText(double value, ChartUnit unit); // "12/s", "1.2 KiB/s"
QString chartAxisText(double value, ChartUnit unit);  // the same without "a second"

// From zero to a round number that the largest value fits below.
struct ValueScale
{
    double top = 1;
    double step = 1; // between two hairlines; divides `top`

    friend bool operator==(const ValueScale &, const ValueScale &) = default;
};

// At most `maxSteps` hairlines above zero. Bytes are stepped in powers of two, counts in whole
// numbers. Of nothing but zeros the top is the smallest that makes sense.
ValueScale valueScale(double largest, ChartUnit unit, int maxSteps);

struct TimeTick
{
    qint64 time = 0; // Unix seconds
    QString text;    // local time: "14:05", with seconds where they differ
};

// Round local times from `from` to `to`, at most `maxTicks`, oldest first.
std::vector<TimeTick> timeTicks(qint64 from, qint64 to, int maxTicks);

// Where a chart draws: times from left to right, zero to `top` from bottom to top.
struct ChartFrame
{
    QRectF area; // pixels
    qint64 from = 0;
    qint64 to = 1;
    double top = 1;

    double x(qint64 time) const;
    double y(double value) const;
    qint64 time(double x) const;
};

// One line for each stretch without gaps; a lone point is a line of one. Where several points fall
// on a pixel the first, smallest, largest and last are kept, so that no spike is lost.
std::vector<QPolygonF> chartLines(const TimeSeries &series, const ChartFrame &frame);

// Where the line is above the middle of each pixel that it passes, from left to right.
struct ChartColumn
{
    int x = 0;
    double y = 0;

    friend bool operator==(const ChartColumn &, const ChartColumn &) = default;
};

std::vector<ChartColumn> chartColumns(const QPolygonF &line);

} // namespace truepeer
