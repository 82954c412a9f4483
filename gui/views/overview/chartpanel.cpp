// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/chartpanel.h"

#include "gui/models/markermodel.h"
#include "gui/views/overview/segmentbutton.h"
#include "gui/views/overview/tilegrid.h"
#include "gui/widgets/exporting.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/timeserieschart.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int ChartWidth = 340; // at least

} // namespace

ChartPanel::ChartPanel(HistoryModel &history, MarkerModel &markers, QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_markers(markers)
    , m_heading(new QLabel(u"History"_s))
    , m_ranges(new QButtonGroup(this))
    , m_grid(new TileGrid({2, 1}, ChartWidth))
{
    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    row->addWidget(m_heading);
    row->addStretch();
    addRange(*row, HistoryRange::FiveMinutes, u"&5 min"_s, u"The last five minutes"_s);
    addRange(*row, HistoryRange::Hour, u"&1 h"_s, u"The last hour, in steps of 10 seconds"_s);
    addRange(*row, HistoryRange::Day, u"&24 h"_s, u"The last day, in steps of a minute"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Grid);
    layout->addLayout(row);
    layout->addWidget(m_grid, 1);

    addChart(u"clientsChart"_s, u"Clients"_s, ChartUnit::Count,
             {{u"Connected"_s, Measure::Clients}});
    addChart(u"connectionsChart"_s, u"Connections"_s, ChartUnit::Rate,
             {{u"Opened"_s, Measure::Connects}, {u"Closed"_s, Measure::Disconnects}});
    addChart(u"messagesChart"_s, u"Messages"_s, ChartUnit::Rate,
             {{u"In"_s, Measure::MessagesIn}, {u"Out"_s, Measure::MessagesOut}});
    addChart(u"bytesChart"_s, u"Bytes"_s, ChartUnit::ByteRate,
             {{u"In"_s, Measure::BytesIn}, {u"Out"_s, Measure::BytesOut}});
    addChart(u"lagChart"_s, u"Event-loop lag"_s, ChartUnit::Milliseconds,
             {{u"Worst"_s, Measure::LoopLag}});
    addChart(u"queueChart"_s, u"Send queues"_s, ChartUnit::Bytes,
             {{u"All clients"_s, Measure::QueueBytes}});

    connect(m_ranges, &QButtonGroup::idClicked, this,
            [this](int range) { m_history.setRange(HistoryRange(range)); });
    connect(&history, &HistoryModel::rangeChanged, this, [this] {
        m_cursor.setTime(std::nullopt);
        showData();
    });
    connect(&history, &HistoryModel::changed, this, [this](HistoryRange range) {
        if (range == m_history.range())
            showData();
    });
    connect(&markers, &MarkerModel::changed, this, &ChartPanel::showMarkers);
    m_heading->setFont(titleFont(font()));
    showData();
    showMarkers();
}

ChartPanel::~ChartPanel()
{
    delete m_grid; // the charts, before their cursor
}

void ChartPanel::exportPicture()
{
    exportPng(this, *m_grid, u"truepeer-overview.png"_s);
}

void ChartPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        m_heading->setFont(titleFont(font()));
}

void ChartPanel::addChart(const QString &name, const QString &title, ChartUnit unit,
                          const std::vector<Series> &series)
{
    auto *chart = new TimeSeriesChart(title, unit, m_cursor);
    chart->setObjectName(name);
    Shown shown{chart, {}};
    for (const Series &each : series) {
        chart->addSeries(each.name);
        shown.measures.push_back(each.measure);
    }
    m_charts.push_back(std::move(shown));
    m_grid->add(chart);
}

void ChartPanel::addRange(QHBoxLayout &row, HistoryRange range, const QString &text,
                          const QString &what)
{
    auto *button = new SegmentButton(text);
    button->setToolTip(what);
    button->setAccessibleName(what);
    button->setChecked(range == m_history.range());
    m_ranges->addButton(button, int(range));
    row.addWidget(button);
}

void ChartPanel::showData()
{
    const HistoryRange range = m_history.range();
    if (QAbstractButton *button = m_ranges->button(int(range)))
        button->setChecked(true);
    const qint64 to = m_history.newest(range);
    for (const Shown &shown : m_charts) {
        std::vector<TimeSeries> series;
        for (const Measure measure : shown.measures)
            series.push_back(m_history.series(range, measure));
        shown.chart->setData(std::move(series), to - spanOf(range), to);
    }
}

void ChartPanel::showMarkers()
{
    for (const Shown &shown : m_charts)
        shown.chart->setMarkers(m_markers.markers());
}

} // namespace truepeer
