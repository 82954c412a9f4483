// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/statepill.h"

#include "gui/widgets/theme.h"

#include <QPainter>

namespace truepeer {

namespace {

constexpr int PillIcon = 14;
constexpr int Gap = Grid / 2;

} // namespace

StatePill::StatePill(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

StatePill::~StatePill() = default;

void StatePill::setState(Tone tone, Glyph glyph, const QString &text)
{
    if (text == m_text && tone == m_tone && glyph == m_glyph)
        return;
    m_tone = tone;
    m_glyph = glyph;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize StatePill::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {Grid + PillIcon + Gap + metrics.horizontalAdvance(m_text) + Grid + Gap,
            qMax(metrics.height(), PillIcon) + Grid};
}

void StatePill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = toneColor(m_tone, palette());
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneFill(m_tone, palette()));
    painter.drawRoundedRect(rect(), height() / 2.0, height() / 2.0);
    paintGlyph(painter, m_glyph, QRectF(Grid, (height() - PillIcon) / 2, PillIcon, PillIcon),
               color);
    painter.setPen(color);
    painter.drawText(rect().adjusted(Grid + PillIcon + Gap, 0, 0, 0),
                     (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine, m_text);
}

} // namespace truepeer
