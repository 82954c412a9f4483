// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/veil.h"

#include <QPaintEvent>
#include <QPainter>

namespace truepeer {

namespace {

constexpr float Opacity = 0.55F;

} // namespace

Veil::Veil(QWidget *parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

Veil::~Veil() = default;

void Veil::paintEvent(QPaintEvent *event)
{
    QColor color = palette().color(QPalette::Window);
    color.setAlphaF(Opacity);
    QPainter(this).fillRect(event->rect(), color);
}

} // namespace truepeer
