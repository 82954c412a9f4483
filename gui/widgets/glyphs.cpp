// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The outlines of all glyphs, on a grid of 24 x 24: round strokes of one width, and dots. The ink
// keeps three units off the edge, so that they look equally large.
#include "gui/widgets/icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

namespace truepeer {

namespace {

constexpr qreal GridSize = 24;
constexpr qreal Stroke = 1.75;
constexpr qreal LeastStroke = 1.35; // pixels of the device: small ones would be faint

class Outline
{
public:
    Outline &line(std::initializer_list<QPointF> points)
    {
        m_strokes.addPolygon(QPolygonF(QList<QPointF>(points)));
        return *this;
    }
    Outline &shape(std::initializer_list<QPointF> points)
    {
        line(points);
        m_strokes.closeSubpath();
        return *this;
    }
    Outline &box(qreal x, qreal y, qreal width, qreal height, qreal radius)
    {
        m_strokes.addRoundedRect(QRectF(x, y, width, height), radius, radius);
        return *this;
    }
    Outline &circle(qreal x, qreal y, qreal radius)
    {
        m_strokes.addEllipse(QPointF(x, y), radius, radius);
        return *this;
    }
    // Degrees from three o'clock, counterclockwise.
    Outline &arc(qreal x, qreal y, qreal radius, qreal start, qreal sweep)
    {
        const QRectF rect(x - radius, y - radius, 2 * radius, 2 * radius);
        m_strokes.arcMoveTo(rect, start);
        m_strokes.arcTo(rect, start, sweep);
        return *this;
    }
    Outline &dot(qreal x, qreal y, qreal radius = 1.2)
    {
        m_dots.addEllipse(QPointF(x, y), radius, radius);
        return *this;
    }
    QPainterPath &path() { return m_strokes; }

    const QPainterPath &strokes() const { return m_strokes; }
    const QPainterPath &dots() const { return m_dots; }

private:
    QPainterPath m_strokes;
    QPainterPath m_dots;
};

void person(QPainterPath &path, qreal x, qreal width)
{
    path.moveTo(x - width, 19.75);
    path.cubicTo(x - width, 15.75, x - 3.75, 14, x, 14);
    path.cubicTo(x + 3.75, 14, x + width, 15.75, x + width, 19.75);
}

Outline clients()
{
    Outline outline;
    outline.circle(9.25, 7.75, 3.5).arc(14.75, 7.75, 3.5, -60, 120);
    person(outline.path(), 9.25, 6.25);
    outline.path().moveTo(17.75, 14.5);
    outline.path().cubicTo(19.9, 15.3, 21.25, 17, 21.25, 19.75);
    return outline;
}

Outline trust()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(12, 3);
    path.lineTo(19.5, 5.75);
    path.lineTo(19.5, 11.25);
    path.cubicTo(19.5, 16, 16.5, 19.4, 12, 21);
    path.cubicTo(7.5, 19.4, 4.5, 16, 4.5, 11.25);
    path.lineTo(4.5, 5.75);
    path.closeSubpath();
    return outline.line({{8.5, 11.75}, {11, 14.25}, {15.5, 9.5}});
}

Outline rooms()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(3.25, 16.25);
    path.lineTo(3.25, 6);
    path.arcTo(3.25, 3.75, 4.5, 4.5, 180, -90);
    path.lineTo(13.5, 3.75);
    path.arcTo(11.25, 3.75, 4.5, 4.5, 90, -90);
    path.lineTo(15.75, 10.25);
    path.arcTo(11.25, 8, 4.5, 4.5, 0, -90);
    path.lineTo(7, 12.5);
    path.closeSubpath();
    path.moveTo(18.75, 8.25);
    path.arcTo(16.25, 8.25, 4.5, 4.5, 90, -90);
    path.lineTo(20.75, 20.5);
    path.lineTo(17, 16.75);
    path.lineTo(11.5, 16.75);
    path.arcTo(9.25, 12.25, 4.5, 4.5, 270, -60);
    return outline;
}

Outline edit()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(4, 20);
    path.lineTo(5, 15.5);
    path.lineTo(15.75, 4.75);
    path.cubicTo(16.75, 3.75, 18.25, 3.75, 19.25, 4.75);
    path.cubicTo(20.25, 5.75, 20.25, 7.25, 19.25, 8.25);
    path.lineTo(8.5, 19);
    path.closeSubpath();
    return outline.line({{13.25, 7.25}, {16.75, 10.75}});
}

Outline copy()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(15.5, 5.25);
    path.arcTo(12, 3.5, 3.5, 3.5, 0, 90);
    path.lineTo(5.25, 3.5);
    path.arcTo(3.5, 3.5, 3.5, 3.5, 90, 90);
    path.lineTo(3.5, 13.75);
    path.arcTo(3.5, 12, 3.5, 3.5, 180, 90);
    return outline.box(8.5, 8.5, 12, 12, 2);
}

Outline exported()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(4, 15.75);
    path.lineTo(4, 18.5);
    path.arcTo(4, 16.5, 4, 4, 180, 90);
    path.lineTo(18, 20.5);
    path.arcTo(16, 16.5, 4, 4, 270, 90);
    path.lineTo(20, 15.75);
    return outline.line({{12, 15.5}, {12, 3.75}}).line({{7.5, 8.25}, {12, 3.75}, {16.5, 8.25}});
}

Outline undo()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(3.75, 9.25);
    path.lineTo(15, 9.25);
    path.arcTo(9.75, 9.25, 10.5, 10.5, 90, -180);
    path.lineTo(10.25, 19.75);
    return outline.line({{8.5, 4.5}, {3.75, 9.25}, {8.5, 14}});
}

Outline kick()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(10, 3.75);
    path.lineTo(6, 3.75);
    path.arcTo(4, 3.75, 4, 4, 90, 90);
    path.lineTo(4, 18.25);
    path.arcTo(4, 16.25, 4, 4, 180, 90);
    path.lineTo(10, 20.25);
    return outline.line({{9.75, 12}, {20.25, 12}}).line({{15.75, 7.5}, {20.25, 12}, {15.75, 16.5}});
}

// The halves of a link, `gap` units further from the middle.
Outline link(qreal gap)
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(9.5 - gap, 7.5);
    path.lineTo(7.25 - gap, 7.5);
    path.arcTo(2.75 - gap, 7.5, 9, 9, 90, 180);
    path.lineTo(9.5 - gap, 16.5);
    path.moveTo(14.5 + gap, 7.5);
    path.lineTo(16.75 + gap, 7.5);
    path.arcTo(12.25 + gap, 7.5, 9, 9, 90, -180);
    path.lineTo(14.5 + gap, 16.5);
    return outline;
}

Outline lock()
{
    Outline outline;
    QPainterPath &path = outline.path();
    path.moveTo(8, 10.5);
    path.lineTo(8, 7.5);
    path.arcTo(8, 3.5, 8, 8, 180, -180);
    path.lineTo(16, 10.5);
    return outline.box(5, 10.5, 14, 10, 2).dot(12, 15.5, 1.4);
}

Outline signs(Glyph glyph)
{
    Outline outline;
    switch (glyph) {
    case Glyph::Info:
        return outline.circle(12, 12, 8.75).dot(12, 8).line({{12, 11.5}, {12, 16.25}});
    case Glyph::Warning:
        return outline.shape({{12, 4}, {20.75, 19.5}, {3.25, 19.5}})
            .line({{12, 9.75}, {12, 13.5}})
            .dot(12, 16.5);
    case Glyph::Error:
        return outline.circle(12, 12, 8.75).line({{9, 9}, {15, 15}}).line({{15, 9}, {9, 15}});
    case Glyph::Ok:
        return outline.circle(12, 12, 8.75).line({{8, 12.25}, {10.75, 15}, {16, 9.5}});
    case Glyph::Connected:
        return link(0).line({{8.5, 12}, {15.5, 12}});
    case Glyph::Disconnected:
        return link(0).line({{12, 3.5}, {12, 6.25}}).line({{12, 17.75}, {12, 20.5}});
    case Glyph::Lock:
        return lock();
    default:
        return outline;
    }
}

Outline actions(Glyph glyph)
{
    Outline outline;
    switch (glyph) {
    case Glyph::Add:
        return outline.line({{12, 4.5}, {12, 19.5}}).line({{4.5, 12}, {19.5, 12}});
    case Glyph::Remove:
        return outline.line({{4.5, 12}, {19.5, 12}});
    case Glyph::Edit:
        return edit();
    case Glyph::Copy:
        return copy();
    case Glyph::Search:
        return outline.circle(10.5, 10.5, 6.75).line({{15.5, 15.5}, {20.5, 20.5}});
    case Glyph::Clear:
        return outline.line({{5.25, 5.25}, {18.75, 18.75}}).line({{18.75, 5.25}, {5.25, 18.75}});
    case Glyph::Refresh:
        return outline.arc(12, 12, 8.25, 18, 305).line({{20.25, 4.25}, {20.25, 9.5}, {15, 9.5}});
    case Glyph::Pause:
        return outline.box(6, 4.75, 4, 14.5, 1.25).box(14, 4.75, 4, 14.5, 1.25);
    case Glyph::Play:
        return outline.shape({{7.5, 4.5}, {19.5, 12}, {7.5, 19.5}});
    case Glyph::Export:
        return exported();
    case Glyph::Undo:
        return undo();
    case Glyph::Send:
        return outline.shape({{20.5, 3.5}, {3.5, 9.75}, {10.75, 13.25}, {14.25, 20.5}})
            .line({{20.5, 3.5}, {10.75, 13.25}});
    case Glyph::Kick:
        return kick();
    case Glyph::Arrow:
        return outline.line({{4.25, 12}, {19.5, 12}})
            .line({{13.25, 5.75}, {19.5, 12}, {13.25, 18.25}});
    default:
        return signs(glyph);
    }
}

Outline outlineOf(Glyph glyph)
{
    Outline outline;
    switch (glyph) {
    case Glyph::Overview:
        return outline.box(3.5, 3.5, 7, 9, 1.5)
            .box(13.5, 3.5, 7, 5, 1.5)
            .box(13.5, 11.5, 7, 9, 1.5)
            .box(3.5, 15.5, 7, 5, 1.5);
    case Glyph::Clients:
        return clients();
    case Glyph::Trust:
        return trust();
    case Glyph::Rooms:
        return rooms();
    case Glyph::Events:
        return outline.dot(4.75, 5.75, 1.5)
            .dot(4.75, 12, 1.5)
            .dot(4.75, 18.25, 1.5)
            .line({{9.5, 5.75}, {20.25, 5.75}})
            .line({{9.5, 12}, {20.25, 12}})
            .line({{9.5, 18.25}, {16.5, 18.25}});
    case Glyph::Diagnosis:
        return outline.line(
            {{3, 12.5}, {6.75, 12.5}, {9.75, 4.5}, {14.25, 19.5}, {17.25, 12.5}, {21, 12.5}});
    case Glyph::Configuration:
        return outline.line({{3.5, 6}, {12.5, 6}})
            .circle(15, 6, 2.4)
            .line({{17.5, 6}, {20.5, 6}})
            .line({{3.5, 12}, {5.5, 12}})
            .circle(8, 12, 2.4)
            .line({{10.5, 12}, {20.5, 12}})
            .line({{3.5, 18}, {12.5, 18}})
            .circle(15, 18, 2.4)
            .line({{17.5, 18}, {20.5, 18}});
    case Glyph::History:
        return outline.arc(12, 12, 8.25, 162, -305)
            .line({{3.75, 4.25}, {3.75, 9.5}, {9, 9.5}})
            .line({{12, 7.75}, {12, 12.25}, {15.25, 14}});
    default:
        return actions(glyph);
    }
}

} // namespace

void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color)
{
    const qreal side = std::min(rect.width(), rect.height());
    if (side <= 0)
        return;
    const qreal scale = side / GridSize;
    const qreal deviceScale = scale * std::max(painter.device()->devicePixelRatio(), 1.0);
    const Outline outline = outlineOf(glyph);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center() - QPointF(side / 2, side / 2));
    painter.scale(scale, scale);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, std::max(Stroke, LeastStroke / deviceScale), Qt::SolidLine,
                        Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(outline.strokes());
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(outline.dots());
    painter.restore();
}

} // namespace truepeer
