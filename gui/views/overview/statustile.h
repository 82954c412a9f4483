// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/timeseries.h"
#include "gui/models/tone.h"

#include <QAbstractButton>

#include <optional>
#include <vector>

namespace truepeer {

// One or two large figures side by side.
struct TileFigure
{
    QString number;
    QString unit; // lighter, behind the number
    QString note; // small, below

    friend bool operator==(const TileFigure &, const TileFigure &) = default;
};

// StatusTile says one thing of the server's state: a caption, large figures, and the line of the
// last minutes. Its layout does not depend on the figures. It is a button if it leads somewhere.
class StatusTile final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusTile)

public:
    StatusTile(const QString &caption, int figures, QWidget *parent = nullptr);
    ~StatusTile() override;

    // What a click does; without it nothing can be clicked.
    void setLeadsTo(const QString &what);
    // As many as the constructor says, or none: nothing is known.
    void setFigures(std::vector<TileFigure> figures);
    // Of the notes; with an icon, unless it is Muted.
    void setTone(Tone tone);
    void setLines(std::vector<TimeSeries> series, qint64 from, qint64 to);

    const std::vector<TileFigure> &figures() const { return m_figures; }
    Tone tone() const { return m_tone; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();
    QFont fittingFont(double width) const;
    void drawFigure(QPainter &painter, const QRectF &cell, size_t index) const;
    void drawNote(QPainter &painter, const QRectF &line, size_t index) const;
    void drawLines(QPainter &painter, const QRectF &area) const;

    const size_t m_count;
    bool m_leads = false;
    Tone m_tone = Tone::Muted;
    std::vector<TileFigure> m_figures;
    std::vector<TimeSeries> m_lines;
    qint64 m_from = 0;
    qint64 m_to = 1;
};

} // namespace truepeer
