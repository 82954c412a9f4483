// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/trailcontent.h"

#include <QFont>
#include <QPalette>
#include <QRect>
#include <QSize>

#include <vector>

class QPainter;

namespace truepeer {

// Where the boxes, arrows and words of a trail are, for one width, and how they are drawn.
class TrailPicture
{
public:
    TrailPicture() = default;
    TrailPicture(const TrailContent &content, int width, const QFont &font);

    QSize size() const { return m_size; }
    int stepAt(const QPoint &position) const; // -1: none
    QRect boxOf(int step) const;

    // `current` is the box with the focus, or -1.
    void paint(QPainter &painter, const QPalette &palette, int current) const;

private:
    using Step = TrailContent::Step;
    struct Box
    {
        Step step;
        QRect box;
        QRect arrow;  // empty: none leads here
        QRect origin; // a small peer where a branch starts; empty: none
        bool isBelow; // its arrow, which comes from above
    };
    struct Cell
    {
        TrailContent::Origin origin;
        QRect area;
    };

    QSize boxSize(const Step &step, int most) const;
    int arrowWidth(const Step &step) const;
    int originWidth(int most) const;
    int originHeight() const;
    QFont originFont() const;
    int placeBoxes(const TrailContent &content, int width);
    int placeCells(const TrailContent &content, int width, int top);
    QFont whoFont(const Step &step, int width) const;
    bool fitsBeside(const Step &step, int width) const;

    void paintBox(QPainter &painter, const Box &box, const QPalette &palette) const;
    void paintArrow(QPainter &painter, const Box &box, const QPalette &palette) const;
    void paintOrigin(QPainter &painter, const Box &box, const QPalette &palette) const;
    void paintCell(QPainter &painter, const Cell &cell, const QPalette &palette) const;

    QFont m_font;
    QFont m_small;
    QFont m_code;
    bool m_isKnown = true;
    QString m_peer;
    std::vector<Box> m_boxes;
    std::vector<Cell> m_cells;
    int m_ruleAt = 0; // the line between the trail and where the rest comes from
    QSize m_size;
};

} // namespace truepeer
