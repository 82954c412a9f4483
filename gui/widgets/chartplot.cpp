// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/chartplot.h"

#include "gui/models/format.h"
#include "gui/widgets/chartcursor.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int ManyPoints = 10; // that the crosshair moves by with Shift
constexpr int HairlineSpace = 36;
constexpr double MarkerReach = 5; // pixels

} // namespace

ChartPlot::ChartPlot(ChartUnit unit, ChartCursor &cursor, QWidget *parent)
    : QWidget(parent)
    , m_unit(unit)
    , m_cursor(cursor)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(&cursor, &ChartCursor::changed, this, qOverload<>(&QWidget::update));
}

ChartPlot::~ChartPlot() = default;

void ChartPlot::addSeries(const QString &name)
{
    m_names.append(name);
    m_data.emplace_back();
}

void ChartPlot::setData(std::vector<TimeSeries> series, qint64 from, qint64 to)
{
    Q_ASSERT(series.size() == m_data.size());
    m_data = std::move(series);
    m_from = from;
    m_to = std::max(to, from + 1);
    redraw();
    // The lines move on below the pointer.
    if (m_pointer)
        pointAt(*m_pointer);
}

void ChartPlot::setMarkers(std::vector<TimeMarker> markers)
{
    if (markers == m_markers)
        return;
    m_markers = std::move(markers);
    redraw();
}

void ChartPlot::setSolo(std::optional<size_t> series)
{
    if (series == m_solo)
        return;
    m_solo = series;
    redraw();
}

QStringList ChartPlot::readOut() const
{
    const std::optional<qint64> time = shownCursor();
    if (!time)
        return {};
    QStringList lines{timeText(*time, QDateTime::currentDateTime())};
    for (size_t i = 0; i < m_data.size(); ++i) {
        if (!isShown(i))
            continue;
        const std::optional<double> value = m_data[i].at(*time);
        const QString text = value ? chartValueText(*value, m_unit) : u"\u2014"_s;
        lines.append(m_names.at(qsizetype(i)) + u'\t' + text);
    }
    for (const TimeMarker *marker : markersNear(*time))
        lines.append(marker->text);
    return lines;
}

QSize ChartPlot::sizeHint() const
{
    return {400, 150};
}

QSize ChartPlot::minimumSizeHint() const
{
    return {200, 110};
}

void ChartPlot::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

void ChartPlot::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    redraw();
}

void ChartPlot::mouseMoveEvent(QMouseEvent *event)
{
    m_pointer = event->position().x();
    pointAt(*m_pointer);
}

void ChartPlot::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    if (!std::exchange(m_pointer, std::nullopt))
        return;
    m_cursor.setTime(std::nullopt);
    update();
}

void ChartPlot::keyPressEvent(QKeyEvent *event)
{
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? ManyPoints : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCursor(-step);
    case Qt::Key_Right:
        return moveCursor(step);
    case Qt::Key_Home:
        return moveCursor(-int(guide() ? guide()->points().size() : 0));
    case Qt::Key_End:
        return moveCursor(int(guide() ? guide()->points().size() : 0));
    case Qt::Key_Escape:
        if (m_cursor.time())
            return m_cursor.setTime(std::nullopt);
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void ChartPlot::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void ChartPlot::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

ValueScale ChartPlot::scale() const
{
    double largest = 0;
    for (size_t i = 0; i < m_data.size(); ++i) {
        if (!isShown(i))
            continue;
        for (const TimePoint &point : m_data[i].points()) {
            if (point.time >= m_from)
                largest = std::max(largest, point.value);
        }
    }
    return valueScale(largest, m_unit, std::clamp(height() / HairlineSpace, 2, 5));
}

bool ChartPlot::hasPoints() const
{
    return std::any_of(m_data.begin(), m_data.end(),
                       [](const TimeSeries &series) { return !series.isEmpty(); });
}

const TimeSeries *ChartPlot::guide() const
{
    for (size_t i = 0; i < m_data.size(); ++i) {
        if (isShown(i) && !m_data[i].isEmpty())
            return &m_data[i];
    }
    return nullptr;
}

void ChartPlot::pointAt(double x)
{
    const ChartFrame area = frame();
    const TimeSeries *series = guide();
    if (!series || x < area.area.left() - 1 || x > area.area.right() + 1)
        return m_cursor.setTime(std::nullopt);
    const qint64 time = area.time(x);
    // In a gap nothing is near, and that is what is to be seen there.
    const TimePoint nearest = *series->nearest(time);
    const bool isNear = std::abs(nearest.time - time) <= series->step()
                        || std::abs(area.x(nearest.time) - x) <= MarkerReach;
    m_cursor.setTime(isNear ? nearest.time : time);
}

void ChartPlot::moveCursor(int points)
{
    const TimeSeries *series = guide();
    if (!series)
        return;
    const std::vector<TimePoint> &all = series->points();
    const std::optional<qint64> time = shownCursor();
    if (!time)
        return m_cursor.setTime(all.back().time);
    const auto at =
        std::lower_bound(all.begin(), all.end(), series->nearest(*time)->time,
                         [](const TimePoint &point, qint64 wanted) { return point.time < wanted; });
    const qsizetype index =
        std::clamp<qsizetype>(at - all.begin() + points, 0, qsizetype(all.size()) - 1);
    m_cursor.setTime(all[size_t(index)].time);
}

std::optional<qint64> ChartPlot::shownCursor() const
{
    const std::optional<qint64> &time = m_cursor.time();
    if (!time || *time < m_from || *time > m_to)
        return std::nullopt;
    return time;
}

std::vector<const TimeMarker *> ChartPlot::markersNear(qint64 time) const
{
    const ChartFrame area = frame();
    std::vector<const TimeMarker *> found;
    for (const TimeMarker &marker : m_markers) {
        if (std::abs(area.x(marker.time) - area.x(time)) <= MarkerReach)
            found.push_back(&marker);
    }
    return found;
}

void ChartPlot::redraw()
{
    m_picture = {};
    update();
}

} // namespace truepeer
