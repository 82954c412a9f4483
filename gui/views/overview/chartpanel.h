// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/historymodel.h"
#include "gui/widgets/chartcursor.h"

#include <QWidget>

#include <vector>

class QButtonGroup;
class QHBoxLayout;
class QLabel;

namespace truepeer {

class MarkerModel;
class TileGrid;
class TimeSeriesChart;
enum class ChartUnit : quint8;

// ChartPanel is the charts of the overview, which share the crosshair, and the switch of how far
// they reach back.
class ChartPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartPanel)

public:
    // The models outlive the panel.
    ChartPanel(HistoryModel &history, MarkerModel &markers, QWidget *parent = nullptr);
    ~ChartPanel() override;

    void exportPicture();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Series
    {
        QString name;
        Measure measure;
    };
    struct Shown
    {
        TimeSeriesChart *chart;
        std::vector<Measure> measures;
    };
    void addChart(const QString &name, const QString &title, ChartUnit unit,
                  const std::vector<Series> &series);
    void addRange(QHBoxLayout &row, HistoryRange range, const QString &text, const QString &what);
    void showData();
    void showMarkers();

    HistoryModel &m_history;
    MarkerModel &m_markers;
    ChartCursor m_cursor;
    QLabel *m_heading;
    QButtonGroup *m_ranges;
    TileGrid *m_grid;
    std::vector<Shown> m_charts;
};

} // namespace truepeer
