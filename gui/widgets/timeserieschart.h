// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TimeSeriesChart shows a few series over one span of time: a title, a legend with the newest
// values, or those at the crosshair, and the lines. Gaps are gaps, zero is zero. It can be copied
// as a table and saved as a picture.
#pragma once

#include "gui/widgets/chartplot.h"

#include <QFrame>

#include <vector>

class QHBoxLayout;
class QLabel;

namespace truepeer {

class ChartCursor;
class ChartLegendButton;

class TimeSeriesChart final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimeSeriesChart)

public:
    // The cursor outlives the chart; charts that share it show the same moment.
    TimeSeriesChart(const QString &title, ChartUnit unit, ChartCursor &cursor,
                    QWidget *parent = nullptr);
    ~TimeSeriesChart() override;

    void addSeries(const QString &name);
    // One for each series that was added; the times that the chart goes from and to.
    void setData(std::vector<TimeSeries> series, qint64 from, qint64 to);
    void setMarkers(std::vector<TimeMarker> markers);

    const QString &title() const { return m_title; }
    ChartPlot &plot() { return *m_plot; }
    // All points that are shown, with a line of headings; a gap is an empty cell.
    QString toTsv() const;
    void copyValues() const;
    void exportPicture();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void setSolo(size_t series, bool alone);
    void showValues();
    void describe();
    void applyFonts();
    QString latestText(size_t series) const;

    const QString m_title;
    const ChartUnit m_unit;
    ChartCursor &m_cursor;
    QLabel *m_heading;
    QHBoxLayout *m_legend;
    ChartPlot *m_plot;
    std::vector<ChartLegendButton *> m_buttons;
};

} // namespace truepeer
