// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ChartPlot is the drawn part of a TimeSeriesChart: axes, lines, markers, and the crosshair with
// what is read there. All but the crosshair is kept as a picture, so that pointing costs nothing.
#pragma once

#include "gui/models/markermodel.h"
#include "gui/models/timeseries.h"
#include "gui/widgets/chartscale.h"

#include <QColor>
#include <QImage>
#include <QWidget>

#include <optional>
#include <vector>

namespace truepeer {

class ChartCursor;

class ChartPlot final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartPlot)

public:
    // The cursor outlives the plot.
    ChartPlot(ChartUnit unit, ChartCursor &cursor, QWidget *parent = nullptr);
    ~ChartPlot() override;

    void addSeries(const QString &name);
    // One for each series that was added; the times that the plot goes from and to.
    void setData(std::vector<TimeSeries> series, qint64 from, qint64 to);
    void setMarkers(std::vector<TimeMarker> markers);
    // Only this series is drawn, and the axis fits it; none: all are.
    void setSolo(std::optional<size_t> series);

    const std::vector<TimeSeries> &series() const { return m_data; }
    const std::vector<TimeMarker> &markers() const { return m_markers; }
    const QStringList &names() const { return m_names; }
    std::optional<size_t> solo() const { return m_solo; }
    qint64 from() const { return m_from; }
    qint64 to() const { return m_to; }
    // Where the lines are, and how high the axis reaches.
    ChartFrame frame() const;
    // What is written beside the crosshair; empty without one.
    QStringList readOut() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    bool isShown(size_t series) const { return !m_solo || *m_solo == series; }
    ValueScale scale() const;
    bool hasPoints() const;
    // The one whose points the crosshair goes by.
    const TimeSeries *guide() const;
    void pointAt(double x);
    void moveCursor(int points);
    std::optional<qint64> shownCursor() const;
    std::vector<const TimeMarker *> markersNear(qint64 time) const;
    void redraw();

    // chartplotpaint.cpp
    struct Drawn
    {
        QPolygonF points; // in pixels of the device
        QColor color;
    };
    std::vector<Drawn> drawnLines(const ChartFrame &frame) const;
    void drawPicture();
    void drawAxes(QPainter &painter, const ChartFrame &frame) const;
    void drawTimes(QPainter &painter, const ChartFrame &frame) const;
    void drawMarkers(QPainter &painter, const ChartFrame &frame) const;
    void drawCrosshair(QPainter &painter, const ChartFrame &frame, qint64 time) const;
    void drawReadOut(QPainter &painter, const ChartFrame &frame, double x) const;
    int axisWidth() const;

    const ChartUnit m_unit;
    ChartCursor &m_cursor;
    QStringList m_names;
    std::vector<TimeSeries> m_data;
    std::vector<TimeMarker> m_markers;
    std::optional<size_t> m_solo;
    qint64 m_from = 0;
    qint64 m_to = 1;
    std::optional<double> m_pointer; // where the mouse is
    QImage m_picture;                // null: to be drawn
};

} // namespace truepeer
