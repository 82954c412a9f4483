// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/chartcursor.h"
#include "gui/widgets/chartplot.h"
#include "gui/widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxMarkersNamed = 2; // beside the crosshair
constexpr double LineWidth = 1.5;
constexpr qsizetype PointsAtOnce = 24;
constexpr double DotRadius = 3;
constexpr int ReadOutMargin = 6;
constexpr int FillAlpha = 26;

// The widest that is usual, so that the axis does not move when figures change.
QString widestText(ChartUnit unit)
{
    return unit == ChartUnit::Bytes || unit == ChartUnit::ByteRate ? u"888 KiB"_s : u"88 888"_s;
}

Tone toneOf(TimeMarker::Kind kind)
{
    switch (kind) {
    case TimeMarker::Kind::Trust:
        return Tone::Trusted;
    case TimeMarker::Kind::Drain:
        return Tone::Warning;
    case TimeMarker::Kind::Start:
    case TimeMarker::Kind::Reload:
        break;
    }
    return Tone::Notice;
}

// By hand: a painter takes some ten milliseconds for an area with such an edge.
void fillBelow(QImage &picture, const QPolygonF &line, QColor color, double bottom)
{
    color.setAlpha(FillAlpha);
    const QRgb fill = qPremultiply(color.rgba());
    const QRect inside = picture.rect();
    const int last = std::min(int(std::floor(bottom)), inside.bottom());
    uchar *const bits = picture.bits();
    const qsizetype stride = picture.bytesPerLine();
    for (const ChartColumn &column : chartColumns(line)) {
        if (column.x < inside.left() || column.x > inside.right())
            continue;
        for (int y = std::max(int(std::ceil(column.y)), 0); y <= last; ++y) {
            QRgb &pixel = reinterpret_cast<QRgb *>(bits + y * stride)[column.x];
            const uint rest = 255 - FillAlpha;
            pixel = qRgba(qRed(fill) + int(uint(qRed(pixel)) * rest / 255),
                          qGreen(fill) + int(uint(qGreen(pixel)) * rest / 255),
                          qBlue(fill) + int(uint(qBlue(pixel)) * rest / 255),
                          FillAlpha + int(uint(qAlpha(pixel)) * rest / 255));
        }
    }
}

void drawLine(QPainter &painter, const QPolygonF &line, const QColor &color, double width)
{
    if (line.size() == 1) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(line.first(), width, width);
        return;
    }
    painter.setBrush(Qt::NoBrush);
    // Where points are denser than pixels a thin line says as much.
    const bool isDense = double(line.size()) > line.last().x() - line.first().x();
    painter.setPen(isDense ? QPen(color, 0)
                           : QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::BevelJoin));
    // The outline of a wide line takes time that grows with the square of its length.
    for (qsizetype from = 0; from + 1 < line.size(); from += PointsAtOnce - 1)
        painter.drawPolyline(line.constData() + from,
                             int(std::min(PointsAtOnce, line.size() - from)));
}

} // namespace

int ChartPlot::axisWidth() const
{
    return QFontMetrics(smallFont(font())).horizontalAdvance(widestText(m_unit)) + Grid;
}

ChartFrame ChartPlot::frame() const
{
    const int text = QFontMetrics(smallFont(font())).height();
    const QRectF area = QRectF(rect()).adjusted(axisWidth(), text + 2, -Grid, -text - Grid);
    return {area, m_from, m_to, scale().top};
}

void ChartPlot::paintEvent(QPaintEvent *)
{
    if (m_picture.isNull() || m_picture.devicePixelRatio() != devicePixelRatioF())
        drawPicture();
    QPainter painter(this);
    painter.drawImage(0, 0, m_picture);
    const ChartFrame area = frame();
    if (hasFocus()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(area.area.adjusted(-1, -1, 1, 1).toRect());
    }
    if (const std::optional<qint64> time = shownCursor(); time && hasPoints())
        drawCrosshair(painter, area, *time);
}

void ChartPlot::drawPicture()
{
    m_picture = QImage(size() * devicePixelRatioF(), QImage::Format_ARGB32_Premultiplied);
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(Qt::transparent);
    const ChartFrame area = frame();
    const std::vector<Drawn> drawn = drawnLines(area);
    for (const Drawn &line : drawn)
        fillBelow(m_picture, line.points, line.color, area.area.bottom() * devicePixelRatioF());
    QPainter painter(&m_picture);
    if (!hasPoints()) {
        painter.setFont(font());
        painter.setPen(toneColor(Tone::Muted, palette()));
        painter.drawText(area.area, Qt::AlignCenter, u"No data yet"_s);
        return;
    }
    painter.setFont(smallFont(font()));
    drawAxes(painter, area);
    drawTimes(painter, area);
    drawMarkers(painter, area);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(1 / devicePixelRatioF(), 1 / devicePixelRatioF());
    for (const Drawn &line : drawn)
        drawLine(painter, line.points, line.color, LineWidth * devicePixelRatioF());
}

std::vector<ChartPlot::Drawn> ChartPlot::drawnLines(const ChartFrame &frame) const
{
    // What falls on one pixel of the device is one point.
    const double ratio = devicePixelRatioF();
    ChartFrame fine = frame;
    fine.area = QRectF(frame.area.topLeft() * ratio, frame.area.size() * ratio);
    std::vector<Drawn> drawn;
    for (size_t i = 0; i < m_data.size(); ++i) {
        if (!isShown(i))
            continue;
        for (const QPolygonF &line : chartLines(m_data[i], fine))
            drawn.push_back({line, seriesColor(int(i), palette())});
    }
    return drawn;
}

void ChartPlot::drawAxes(QPainter &painter, const ChartFrame &frame) const
{
    const ValueScale values = scale();
    const int count = int(std::lround(values.top / values.step));
    const QFontMetricsF metrics(painter.font());
    const QColor strong = lineColor(palette());
    const QColor text = toneColor(Tone::Muted, palette());
    QColor faint = strong;
    faint.setAlpha(110);
    for (int i = 0; i <= count; ++i) {
        const double y = std::round(frame.y(values.step * i)) + 0.5;
        painter.setPen(i == 0 ? strong : faint);
        painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
        painter.setPen(text);
        const QRectF box(0, y - metrics.height() / 2, frame.area.left() - 6, metrics.height());
        painter.drawText(box, (Qt::AlignRight | Qt::AlignVCenter).toInt() | Qt::TextDontClip,
                         chartAxisText(values.step * i, m_unit));
    }
}

void ChartPlot::drawTimes(QPainter &painter, const ChartFrame &frame) const
{
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(u"88:88:88"_s);
    const int most = std::max(2, int(frame.area.width() / (width * 1.2)));
    const QColor line = lineColor(palette());
    const QColor text = toneColor(Tone::Muted, palette());
    for (const TimeTick &tick : timeTicks(m_from, m_to, most)) {
        const double x = std::round(frame.x(tick.time)) + 0.5;
        painter.setPen(line);
        painter.drawLine(QPointF(x, frame.area.bottom()), QPointF(x, frame.area.bottom() + 4));
        const double half = metrics.horizontalAdvance(tick.text) / 2;
        if (x - half < frame.area.left() || x + half > this->width())
            continue;
        painter.setPen(text);
        painter.drawText(QPointF(x - half, frame.area.bottom() + 5 + metrics.ascent()), tick.text);
    }
}

void ChartPlot::drawMarkers(QPainter &painter, const ChartFrame &frame) const
{
    const QFontMetricsF metrics(painter.font());
    double free = frame.area.left(); // labels do not cover each other
    for (const TimeMarker &marker : m_markers) {
        if (marker.time < frame.from || marker.time > frame.to)
            continue;
        const double x = std::round(frame.x(marker.time)) + 0.5;
        const QColor color = toneColor(toneOf(marker.kind), palette());
        painter.setPen(QPen(color, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
        const double width = metrics.horizontalAdvance(marker.label);
        const double left = std::min(x - 1, this->width() - width);
        if (left < free)
            continue;
        painter.setPen(color);
        painter.drawText(QPointF(left, metrics.ascent()), marker.label);
        free = left + width + Grid;
    }
}

void ChartPlot::drawCrosshair(QPainter &painter, const ChartFrame &frame, qint64 time) const
{
    const double x = std::round(frame.x(time)) + 0.5;
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    for (size_t i = 0; i < m_data.size(); ++i) {
        const std::optional<double> value = isShown(i) ? m_data[i].at(time) : std::nullopt;
        if (!value)
            continue;
        painter.setPen(QPen(palette().color(QPalette::Base), 1));
        painter.setBrush(seriesColor(int(i), palette()));
        painter.drawEllipse(QPointF(frame.x(time), frame.y(*value)), DotRadius, DotRadius);
    }
    if (m_pointer || hasFocus())
        drawReadOut(painter, frame, x);
}

void ChartPlot::drawReadOut(QPainter &painter, const ChartFrame &frame, double x) const
{
    painter.setFont(smallFont(font()));
    const QFontMetricsF metrics(painter.font());
    QStringList lines = readOut();
    const qsizetype most = 1 + qsizetype(m_data.size()) + MaxMarkersNamed;
    if (lines.size() > most)
        lines = lines.first(most);
    double width = 0;
    for (QString &line : lines) {
        line = metrics.elidedText(line.replace(u'\t', u"  "_s), Qt::ElideRight,
                                  std::max(80.0, frame.area.width() / 2 - 2 * ReadOutMargin));
        width = std::max(width, metrics.horizontalAdvance(line));
    }
    QRectF box(x + Grid, frame.area.top() + 2, width + 2 * ReadOutMargin,
               metrics.height() * double(lines.size()) + ReadOutMargin);
    if (box.right() > frame.area.right())
        box.moveRight(x - Grid);
    QColor background = palette().color(QPalette::Base);
    background.setAlpha(245);
    painter.setPen(lineColor(palette()));
    painter.setBrush(background);
    painter.drawRoundedRect(box, 3, 3);
    double y = box.top() + ReadOutMargin / 2.0 + metrics.ascent();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        painter.setPen(i == 0 ? toneColor(Tone::Muted, palette())
                              : palette().color(QPalette::Text));
        painter.drawText(QPointF(box.left() + ReadOutMargin, y), lines.at(i));
        y += metrics.height();
    }
}

} // namespace truepeer
