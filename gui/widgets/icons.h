// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The icons of the dashboard, drawn from vector outlines in the palette's text colour, crisp at
// each size and scale. Icons of the desktop's theme are not used: one family looks better.
#pragma once

#include "gui/models/tone.h"

#include <QIcon>

class QColor;
class QPainter;
class QPixmap;
class QRectF;
class QWidget;

namespace truepeer {

enum class Glyph : quint8 {
    Overview,
    Clients,
    Trust, // shield
    Rooms,
    Events,
    Diagnosis,
    Configuration,
    Add,
    Remove,
    Edit,
    Copy,
    Search,
    Clear,
    Refresh,
    Pause,
    Play,
    Export,
    Undo,
    Send,
    Kick,
    Info,
    Warning,
    Error,
    Ok,
    Connected,
    Disconnected,
    Lock,  // read-only
    Arrow, // to the right: leads elsewhere
    History,
};

QIcon icon(Glyph glyph);
// In the colour of a tone; disabled and selected ones as the others.
QIcon icon(Glyph glyph, Tone tone);
// The same for who paints himself: as large as fits, in the middle.
void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color);
// What stands for a tone.
Glyph glyphOf(Tone tone);
// A glyph in the colour of a tone, for the palette and the screen of this widget.
QPixmap tonePixmap(Glyph glyph, Tone tone, int size, const QWidget &widget);
// The application's own icon, all sizes.
QIcon applicationIcon();

} // namespace truepeer
