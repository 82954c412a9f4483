// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/trailpicture.h"

#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include <algorithm>
#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Kind = TrailContent::Kind;
using Step = TrailContent::Step;

constexpr int Margin = Grid;
constexpr int BoxPadding = 12;
constexpr int Radius = 6;
constexpr int BoxGap = Grid / 2; // between lines of text
constexpr int RowGap = 2 * Grid;
constexpr int StepIcon = 16;
constexpr int WhyLines = 2;
constexpr int LeftLine = int(Qt::AlignLeft) | int(Qt::AlignVCenter) | int(Qt::TextSingleLine);
constexpr int CenterLine = int(Qt::AlignCenter) | int(Qt::TextSingleLine);
constexpr double UnreadOpacity = 0.75;

QFont scaledFont(QFont font, double factor)
{
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(qRound(font.pixelSize() * factor));
    return font;
}

QString shownWho(const Step &step)
{
    return step.isAddress ? step.who : QString(u'"' + step.who + u'"');
}

Tone toneOf(const Step &step, bool isKnown)
{
    if (step.isClient)
        return isKnown ? Tone::Client : Tone::Warning;
    switch (step.kind) {
    case Kind::Trusted:
        return Tone::Trusted;
    case Kind::Unusable:
        return Tone::Error;
    case Kind::Unread:
        return Tone::Muted;
    case Kind::Peer:
    case Kind::Client:
        break;
    }
    return step.why.startsWith("trusted"_L1) ? Tone::Trusted : Tone::Normal;
}

std::optional<Glyph> glyphOf(const Step &step, bool isKnown)
{
    if (step.isClient)
        return isKnown ? Glyph::Ok : Glyph::Warning;
    switch (step.kind) {
    case Kind::Trusted:
        return Glyph::Trust;
    case Kind::Unusable:
        return Glyph::Error;
    case Kind::Peer:
        return Glyph::Connected;
    case Kind::Client:
    case Kind::Unread:
        break;
    }
    return std::nullopt;
}

// Wrapped into so many lines, the last one elided.
QStringList wrapped(const QString &text, const QFont &font, int width, int lines)
{
    const QFontMetrics metrics(font);
    QTextLayout layout(text, font);
    layout.beginLayout();
    QStringList result;
    while (result.size() < lines) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(width);
        const bool isLast = result.size() == lines - 1;
        const QString part =
            isLast ? text.sliced(line.textStart()) : text.mid(line.textStart(), line.textLength());
        result.append(metrics.elidedText(part.trimmed(), Qt::ElideRight, width));
    }
    layout.endLayout();
    return result;
}

void drawHead(QPainter &painter, QPointF tip, const QColor &color, bool isDown)
{
    QPainterPath head(tip);
    head.lineTo(tip + QPointF(isDown ? -4 : -7, isDown ? -7 : -4));
    head.lineTo(tip + QPointF(isDown ? 4 : -7, isDown ? -7 : 4));
    head.closeSubpath();
    painter.fillPath(head, color);
}

} // namespace

TrailPicture::TrailPicture(const TrailContent &content, int width, const QFont &font)
    : m_font(font)
    , m_small(smallFont(font))
    , m_code(monospaceFont())
    , m_isKnown(content.isKnown)
{
    if (content.steps.empty())
        return;
    m_peer = content.steps.front().who;
    const int inner = width - 2 * Margin;
    m_ruleAt = placeBoxes(content, inner) + RowGap;
    m_size = {width, placeCells(content, inner, m_ruleAt + RowGap) + 2 * Margin};
}

// As large as an address fits: it is shown whole wherever that is possible.
QFont TrailPicture::whoFont(const Step &step, int width) const
{
    QFont font = m_code;
    for (const double factor : {1.3, 1.15, 1.0, 0.9, 0.8}) {
        if (factor > 1 && !step.isClient)
            continue;
        font = scaledFont(m_code, factor);
        font.setBold(step.isClient);
        if (!step.isAddress || QFontMetrics(font).horizontalAdvance(step.who) <= width)
            break;
    }
    return font;
}

// An address that is too long beside its arrow gets the arrow above it.
bool TrailPicture::fitsBeside(const Step &step, int width) const
{
    QFont font = m_code;
    font.setBold(step.isClient);
    return !step.isAddress
           || QFontMetrics(font).horizontalAdvance(step.who) + 2 * BoxPadding <= width;
}

QSize TrailPicture::boxSize(const Step &step, int most) const
{
    const QFontMetrics small(m_small);
    const int room = std::max(most - 2 * BoxPadding, 6 * Grid);
    const QFontMetrics who(whoFont(step, room));
    const int icon = glyphOf(step, m_isKnown) ? StepIcon + BoxGap : 0;
    const int wish =
        // Two more, for what the advance is rounded by: else it is elided.
        std::max({who.horizontalAdvance(shownWho(step)) + 2,
                  icon + small.horizontalAdvance(step.title) + 2,
                  // Two lines of it.
                  small.horizontalAdvance(step.why) * 6 / 10});
    const int em = small.averageCharWidth();
    const int widest = std::max(48 * em, step.isAddress ? who.horizontalAdvance(step.who)
                                                        : who.averageCharWidth() * 40);
    const int width = std::min(std::clamp(wish, 16 * em, widest), room);
    const int lines =
        step.kind == Kind::Unread ? 0 : int(wrapped(step.why, m_small, width, WhyLines).size());
    const int height = std::max(small.height(), StepIcon) + BoxGap + who.height()
                       + lines * small.height() + (lines > 0 ? BoxGap : 0);
    const int extra = step.isClient ? Grid : 0;
    return {width + 2 * BoxPadding, height + 2 * Grid + extra};
}

int TrailPicture::arrowWidth(const Step &step) const
{
    const QFontMetrics small(m_small);
    return std::max({small.horizontalAdvance(step.header), small.horizontalAdvance(step.place),
                     5 * Grid})
           + 3 * Grid;
}

int TrailPicture::originWidth(int most) const
{
    return std::min(QFontMetrics(originFont()).horizontalAdvance(m_peer) + BoxPadding, most);
}

int TrailPicture::originHeight() const
{
    return QFontMetrics(originFont()).height() + Grid;
}

QFont TrailPicture::originFont() const
{
    return scaledFont(m_code, 0.9);
}

// From left to right, as many in a row as fit; a branch starts a row of its own.
int TrailPicture::placeBoxes(const TrailContent &content, int width)
{
    int x = 0;
    int top = 0;
    int rowHeight = 0;
    size_t rowStart = 0;
    const auto endRow = [&] {
        for (size_t i = rowStart; i < m_boxes.size(); ++i) {
            Box &box = m_boxes[i];
            box.box.moveTop(top + (rowHeight - box.box.height()) / 2);
            if (box.isBelow)
                continue;
            for (QRect *area : {&box.arrow, &box.origin}) {
                area->setTop(top);
                area->setHeight(rowHeight);
            }
        }
        rowStart = m_boxes.size();
    };
    for (const Step &step : content.steps) {
        const bool isFirst = m_boxes.empty();
        const int arrow = isFirst ? 0 : arrowWidth(step);
        const int origin = step.startsBranch ? originWidth(width) : 0;
        const bool isBelow = !isFirst && !fitsBeside(step, width - arrow - origin);
        const QSize size = boxSize(step, isBelow ? width : width - arrow - origin);
        if (!isFirst
            && (isBelow || step.startsBranch || x + arrow + origin + size.width() > width)) {
            endRow();
            top += rowHeight + (isBelow && origin == 0 ? BoxGap : RowGap);
            rowHeight = 0;
            x = 0;
        }
        Box box{step, {}, {}, {}, isBelow};
        if (isBelow) {
            const int lane = 2 * QFontMetrics(m_small).height() + 2 * BoxGap;
            const int height = origin > 0 ? originHeight() + BoxGap : 0;
            box.origin = QRect(0, top, origin, height);
            box.arrow = QRect(0, top + height, std::min(arrow + 2 * Grid, width), lane);
            top += height + lane + BoxGap;
            box.box = QRect(QPoint(0, top), size);
            x = size.width();
        } else {
            box.origin = QRect(x, top, origin, 0);
            box.arrow = QRect(x + origin, top, arrow, 0);
            box.box = QRect(QPoint(x + origin + arrow, top), size);
            x += origin + arrow + size.width();
        }
        rowHeight = std::max(rowHeight, size.height());
        m_boxes.push_back(box);
    }
    endRow();
    return top + rowHeight;
}

int TrailPicture::placeCells(const TrailContent &content, int width, int top)
{
    const QFontMetrics small(m_small);
    const QFontMetrics code(m_code);
    const int height = 2 * small.height() + code.height() + BoxGap;
    int x = 0;
    for (const TrailContent::Origin &origin : content.origins) {
        const int wish =
            std::max({small.horizontalAdvance(origin.name), code.horizontalAdvance(origin.value),
                      small.horizontalAdvance(origin.from)})
            + 2;
        const int cell = std::min(wish, width);
        if (x > 0 && x + cell > width) {
            x = 0;
            top += height + Grid;
        }
        m_cells.push_back({origin, QRect(x, top, cell, height)});
        x += cell + 4 * Grid;
    }
    return top + height;
}

int TrailPicture::stepAt(const QPoint &position) const
{
    const QPoint inside = position - QPoint(Margin, Margin);
    for (size_t i = 0; i < m_boxes.size(); ++i) {
        if (m_boxes[i].box.contains(inside) || m_boxes[i].arrow.contains(inside))
            return int(i);
    }
    return -1;
}

QRect TrailPicture::boxOf(int step) const
{
    if (step < 0 || size_t(step) >= m_boxes.size())
        return {};
    return m_boxes[size_t(step)].box.translated(Margin, Margin);
}

void TrailPicture::paint(QPainter &painter, const QPalette &palette, int current) const
{
    painter.translate(Margin, Margin);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Box &box : m_boxes) {
        painter.save();
        if (box.step.kind == Kind::Unread)
            painter.setOpacity(UnreadOpacity);
        paintOrigin(painter, box, palette);
        paintArrow(painter, box, palette);
        paintBox(painter, box, palette);
        painter.restore();
    }
    if (current >= 0 && size_t(current) < m_boxes.size()) {
        const QRectF box = m_boxes[size_t(current)].box;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), Radius + 2, Radius + 2);
    }
    if (m_cells.empty())
        return;
    painter.setPen(QPen(lineColor(palette), 1));
    painter.drawLine(QPointF(0, m_ruleAt + 0.5),
                     QPointF(m_size.width() - 2 * Margin, m_ruleAt + 0.5));
    for (const Cell &cell : m_cells)
        paintCell(painter, cell, palette);
}

void TrailPicture::paintBox(QPainter &painter, const Box &box, const QPalette &palette) const
{
    const Step &step = box.step;
    const Tone tone = toneOf(step, m_isKnown);
    const QColor color = toneColor(tone, palette);
    const QColor text = palette.color(QPalette::WindowText);
    const QRectF frame = QRectF(box.box).adjusted(1, 1, -1, -1);
    const bool isPlain = tone == Tone::Normal || tone == Tone::Muted;
    const bool isDashed = step.kind == Kind::Unread || step.kind == Kind::Unusable;
    painter.setPen(QPen(isPlain ? lineColor(palette) : color, step.isClient ? 2 : 1,
                        isDashed ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(isPlain ? palette.color(QPalette::Base) : toneFill(tone, palette));
    painter.drawRoundedRect(frame, Radius, Radius);

    const QRect inner = box.box.adjusted(BoxPadding, Grid, -BoxPadding, -Grid);
    const QFontMetrics small(m_small);
    const int titleHeight = std::max(small.height(), StepIcon);
    int left = inner.left();
    int y = inner.top() + (step.isClient ? Grid / 2 : 0);
    if (const std::optional<Glyph> glyph = glyphOf(step, m_isKnown)) {
        const QColor tint = isPlain ? text : color;
        paintGlyph(painter, *glyph,
                   QRectF(left, y + (titleHeight - StepIcon) / 2.0, StepIcon, StepIcon), tint);
        left += StepIcon + BoxGap;
    }
    painter.setFont(m_small);
    painter.setPen(isPlain ? toneColor(Tone::Muted, palette) : color);
    painter.drawText(QRect(left, y, inner.right() + 1 - left, titleHeight), LeftLine,
                     small.elidedText(step.title, Qt::ElideRight, inner.right() + 1 - left));
    y += titleHeight + BoxGap;

    const QFont font = whoFont(step, inner.width());
    const QFontMetrics who(font);
    painter.setFont(font);
    painter.setPen(step.isClient ? color : text);
    painter.drawText(QRect(inner.left(), y, inner.width(), who.height()), LeftLine,
                     who.elidedText(shownWho(step), Qt::ElideMiddle, inner.width()));
    y += who.height() + BoxGap;

    if (step.kind == Kind::Unread)
        return;
    painter.setFont(m_small);
    painter.setPen(text);
    const QStringList lines = wrapped(step.why, m_small, inner.width(), WhyLines);
    for (const QString &line : lines) {
        painter.drawText(QRect(inner.left(), y, inner.width(), small.height()), LeftLine, line);
        y += small.height();
    }
}

void TrailPicture::paintArrow(QPainter &painter, const Box &box, const QPalette &palette) const
{
    if (box.arrow.isEmpty())
        return;
    const bool isBad = box.step.kind == Kind::Unusable;
    const QColor color = toneColor(isBad ? Tone::Error : Tone::Muted, palette);
    const bool isDashed = isBad || box.step.kind == Kind::Unread;
    painter.setPen(QPen(color, 1.5, isDashed ? Qt::DashLine : Qt::SolidLine));
    painter.setFont(m_small);
    const QFontMetrics small(m_small);
    const auto label = [&](const QString &text, const QRect &area, int flags, const QColor &pen) {
        painter.setPen(pen);
        painter.drawText(area, flags, small.elidedText(text, Qt::ElideRight, area.width()));
    };
    const QColor strong = palette.color(QPalette::WindowText);
    const QColor muted = toneColor(Tone::Muted, palette);
    if (box.isBelow) {
        const QRect area = box.arrow.adjusted(0, BoxGap, 0, 0);
        const double x = area.left() + 2.5 * Grid;
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() - 6));
        drawHead(painter, QPointF(x, area.bottom() + 1), color, true);
        QRect line(int(x) + Grid, area.top() - BoxGap / 2, area.right() - int(x) - Grid,
                   small.height());
        label(box.step.header, line, LeftLine, strong);
        line.translate(0, small.height());
        label(box.step.place, line, LeftLine, muted);
        return;
    }
    const QRect area = box.arrow.adjusted(BoxGap, 0, -BoxGap, 0);
    const double y = area.top() + area.height() / 2.0;
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right() - 6, y));
    drawHead(painter, QPointF(area.right() + 1, y), color, false);
    QRect line(area.left(), int(y) - small.height() - 3, area.width() - 6, small.height());
    label(box.step.header, line, CenterLine, strong);
    line.moveTop(int(y) + 3);
    label(box.step.place, line, CenterLine, muted);
}

// A branch leads from the peer again.
void TrailPicture::paintOrigin(QPainter &painter, const Box &box, const QPalette &palette) const
{
    if (box.origin.isEmpty())
        return;
    const QFont font = originFont();
    const QFontMetrics metrics(font);
    QRect area = box.origin;
    area.setHeight(originHeight());
    area.moveCenter(box.origin.center());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(lineColor(palette), 1));
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    painter.setFont(font);
    painter.setPen(toneColor(Tone::Muted, palette));
    painter.drawText(area, CenterLine,
                     metrics.elidedText(m_peer, Qt::ElideMiddle, area.width() - BoxGap));
}

void TrailPicture::paintCell(QPainter &painter, const Cell &cell, const QPalette &palette) const
{
    int y = cell.area.top();
    const auto line = [&](const QString &text, const QFont &font, const QColor &color) {
        const QFontMetrics metrics(font);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QRect(cell.area.left(), y, cell.area.width(), metrics.height()), LeftLine,
                         metrics.elidedText(text, Qt::ElideMiddle, cell.area.width()));
        y += metrics.height() + BoxGap / 2;
    };
    const QColor muted = toneColor(Tone::Muted, palette);
    line(cell.origin.name, m_small, muted);
    line(cell.origin.value, m_code, palette.color(QPalette::WindowText));
    line(cell.origin.from, m_small, muted);
}

} // namespace truepeer
