// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/segmentbutton.h"

#include "gui/widgets/theme.h"

#include <QPainter>

namespace truepeer {

SegmentButton::SegmentButton(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
}

SegmentButton::~SegmentButton() = default;

QSize SegmentButton::sizeHint() const
{
    const QSize text = fontMetrics().size(Qt::TextShowMnemonic, this->text());
    return text + QSize(3 * Grid, Grid);
}

void SegmentButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPalette colors = palette();
    const QColor selected = colors.color(QPalette::Highlight);
    const QColor idle = colors.color(underMouse() ? QPalette::Base : QPalette::Window);
    painter.setPen(hasFocus() ? colors.color(QPalette::WindowText) : lineColor(colors));
    painter.setBrush(isChecked() ? selected : idle);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setPen(colors.color(isChecked() ? QPalette::HighlightedText : QPalette::WindowText));
    painter.drawText(rect(), int(Qt::AlignCenter) | Qt::TextShowMnemonic, text());
}

} // namespace truepeer
