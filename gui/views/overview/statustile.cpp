// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/statustile.h"

#include "gui/widgets/chartscale.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int LineHeight = 24;
constexpr int MinimumWidth = 160;
constexpr int Padding = Grid + Grid / 2;
constexpr int NoteIcon = 12;
constexpr double Dot = 3; // radius
constexpr double SparkWidth = 1.25;

} // namespace

StatusTile::StatusTile(const QString &caption, int figures, QWidget *parent)
    : QAbstractButton(parent)
    , m_count(size_t(figures))
{
    setText(caption);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    describe();
}

StatusTile::~StatusTile() = default;

void StatusTile::setLeadsTo(const QString &what)
{
    m_leads = true;
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setToolTip(what.toHtmlEscaped());
}

void StatusTile::setFigures(std::vector<TileFigure> figures)
{
    Q_ASSERT(figures.empty() || figures.size() == m_count);
    if (figures == m_figures)
        return;
    m_figures = std::move(figures);
    describe();
    update();
}

void StatusTile::setTone(Tone tone)
{
    if (tone == m_tone)
        return;
    m_tone = tone;
    update();
}

void StatusTile::setLines(std::vector<TimeSeries> series, qint64 from, qint64 to)
{
    m_lines = std::move(series);
    m_from = from;
    m_to = std::max(to, from + 1);
    update();
}

QSize StatusTile::sizeHint() const
{
    const QFontMetrics small(smallFont(font()));
    const QFontMetrics large(figureFont(font()));
    return {MinimumWidth + 2 * Grid,
            2 * Grid + 2 * small.height() + large.height() + Grid / 2 + LineHeight};
}

QSize StatusTile::minimumSizeHint() const
{
    return {MinimumWidth, sizeHint().height()};
}

void StatusTile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isStrong = hasFocus() || (m_leads && underMouse());
    painter.setPen(isStrong ? palette().color(QPalette::Highlight) : lineColor(palette()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Grid / 2, Grid / 2);

    const QRectF inner = QRectF(rect()).adjusted(Padding, Grid, -Padding, -Grid);
    painter.setFont(smallFont(font()));
    painter.setPen(toneColor(Tone::Muted, palette()));
    const QString caption =
        painter.fontMetrics().elidedText(text(), Qt::ElideRight, int(inner.width()));
    const double captionHeight = painter.fontMetrics().height();
    painter.drawText(inner, (Qt::AlignLeft | Qt::AlignTop).toInt() | Qt::TextSingleLine, caption);
    const double width = inner.width() / double(m_count);
    for (size_t i = 0; i < m_count; ++i)
        drawFigure(painter,
                   {inner.left() + width * double(i), inner.top() + captionHeight,
                    width - (m_count > 1 ? 4 : 0), inner.height()},
                   i);
    drawLines(painter, {inner.left(), inner.bottom() - LineHeight, inner.width(), LineHeight});
}

void StatusTile::describe()
{
    QStringList parts;
    for (const TileFigure &figure : m_figures)
        parts.append(QStringList{figure.number, figure.unit, figure.note}.join(u' ').simplified());
    setAccessibleName(text() + u": "_s
                      + (parts.isEmpty() ? u"not known yet"_s : parts.join(u", "_s)));
}

// One size for all figures of the tile. Where it is narrow they are smaller rather than cut.
QFont StatusTile::fittingFont(double width) const
{
    const QFont large = figureFont(font());
    const QFontMetricsF small(smallFont(font()));
    QFont fitting = large;
    for (const double factor : {1.0, 0.9, 0.8, 0.7, 0.6}) {
        if (large.pointSizeF() > 0)
            fitting.setPointSizeF(large.pointSizeF() * factor);
        else
            fitting.setPixelSize(qRound(large.pixelSize() * factor));
        const QFontMetricsF metrics(fitting);
        // Not another size whenever a digit comes or goes.
        const double usual = m_count > 1 ? metrics.horizontalAdvance(u"8 888"_s) : 0;
        const bool fits = std::all_of(m_figures.begin(), m_figures.end(), [&](const auto &figure) {
            const double unit =
                figure.unit.isEmpty() ? 0 : small.horizontalAdvance(figure.unit) + Grid / 2;
            return std::max(usual, metrics.horizontalAdvance(figure.number)) + unit <= width;
        });
        if (fits)
            break;
    }
    return fitting;
}

void StatusTile::drawFigure(QPainter &painter, const QRectF &cell, size_t index) const
{
    const QFontMetricsF metrics(figureFont(font()));
    const QFont large = fittingFont(cell.width());
    const bool isKnown = index < m_figures.size();
    const QString number = isKnown ? m_figures[index].number : u"\u2014"_s;
    const double baseline = cell.top() + metrics.ascent();
    painter.setFont(large);
    painter.setPen(isKnown ? palette().color(QPalette::Text) : toneColor(Tone::Muted, palette()));
    painter.drawText(QPointF(cell.left(), baseline),
                     painter.fontMetrics().elidedText(number, Qt::ElideRight, int(cell.width())));
    const double left = painter.fontMetrics().horizontalAdvance(number) + Grid / 2;
    painter.setFont(smallFont(font()));
    if (isKnown) {
        painter.setPen(toneColor(Tone::Muted, palette()));
        painter.drawText(QPointF(cell.left() + left, baseline),
                         QFontMetricsF(painter.font())
                             .elidedText(m_figures[index].unit, Qt::ElideRight,
                                         std::max(0.0, cell.width() - left)));
    }
    const double noteHeight = painter.fontMetrics().height();
    drawNote(painter, {cell.left(), cell.top() + metrics.height(), cell.width(), noteHeight},
             index);
}

void StatusTile::drawNote(QPainter &painter, const QRectF &line, size_t index) const
{
    if (index >= m_figures.size())
        return;
    QRectF text = line;
    if (m_count > 1) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(seriesColor(int(index), palette()));
        painter.drawEllipse(QPointF(line.left() + Dot, line.center().y()), Dot, Dot);
        text.adjust(3 * Dot, 0, 0, 0);
    }
    if (m_tone != Tone::Muted) {
        const QPixmap mark = tonePixmap(glyphOf(m_tone), m_tone, NoteIcon, *this);
        painter.drawPixmap(QPointF(text.left(), text.center().y() - NoteIcon / 2.0), mark);
        text.adjust(NoteIcon + 4, 0, 0, 0);
    }
    painter.setPen(toneColor(m_tone, palette()));
    painter.drawText(
        text, (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(m_figures[index].note, Qt::ElideRight, int(text.width())));
}

void StatusTile::drawLines(QPainter &painter, const QRectF &area) const
{
    double largest = 1;
    for (const TimeSeries &series : m_lines) {
        for (const TimePoint &point : series.points())
            largest = std::max(largest, point.value);
    }
    const ChartFrame frame{area.adjusted(0, 2, 0, -1), m_from, m_to, largest};
    for (size_t i = 0; i < m_lines.size(); ++i) {
        const QColor color = seriesColor(int(i), palette());
        for (const QPolygonF &line : chartLines(m_lines[i], frame)) {
            painter.setPen(QPen(color, SparkWidth, Qt::SolidLine, Qt::RoundCap, Qt::BevelJoin));
            painter.setBrush(Qt::NoBrush);
            if (line.size() == 1)
                painter.drawPoint(line.first());
            else
                painter.drawPolyline(line);
        }
    }
}

} // namespace truepeer
