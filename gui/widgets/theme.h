// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The look that all pages share: palette roles, one small set of semantic colours, two text sizes
// and a large one for figures, spacing on a grid of 8 pixels.
#pragma once

#include "gui/models/tone.h"

#include <QColor>
#include <QFont>
#include <QPalette>

namespace truepeer {

inline constexpr int Grid = 8; // device-independent pixels

bool isDark(const QPalette &palette);

// For text and marks on the palette's Base and Window: contrast at least 4.5:1 in light and dark.
QColor toneColor(Tone tone, const QPalette &palette);
// A calm background for boxes and banners of this tone; toneColor() reads well on it.
QColor toneFill(Tone tone, const QPalette &palette);
// Hairlines: frames of boxes, axes of charts.
QColor lineColor(const QPalette &palette);
// Of the series of a chart, by their number; they differ in lightness too.
QColor seriesColor(int series, const QPalette &palette);

QFont smallFont(const QFont &base);  // captions, units
QFont titleFont(const QFont &base);  // headings of pages and boxes
QFont figureFont(const QFont &base); // the large figures of tiles; digits of equal width
QFont monospaceFont();               // addresses, ids, configuration

} // namespace truepeer
