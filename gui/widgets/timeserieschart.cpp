// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/timeserieschart.h"

#include "gui/models/format.h"
#include "gui/widgets/chartcursor.h"
#include "gui/widgets/chartlegend.h"
#include "gui/widgets/exporting.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QClipboard>
#include <QDateTime>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <set>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString notKnown()
{
    return u"\u2014"_s;
}

QString widestValue(ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Count:
        return u"88 888"_s;
    case ChartUnit::Rate:
        return u"88 888/s"_s;
    case ChartUnit::Bytes:
        return u"88.8 KiB"_s;
    case ChartUnit::ByteRate:
        return u"88.8 KiB/s"_s;
    case ChartUnit::Milliseconds:
        break;
    }
    return u"88.8 ms"_s;
}

} // namespace

TimeSeriesChart::TimeSeriesChart(const QString &title, ChartUnit unit, ChartCursor &cursor,
                                 QWidget *parent)
    : QFrame(parent)
    , m_title(title)
    , m_unit(unit)
    , m_cursor(cursor)
    , m_heading(new QLabel(title))
    , m_legend(new QHBoxLayout)
    , m_plot(new ChartPlot(unit, cursor))
{
    setBackgroundRole(QPalette::Base);
    m_heading->setTextFormat(Qt::PlainText);
    m_legend->setSpacing(Grid / 2);
    auto *header = new QHBoxLayout;
    header->addWidget(m_heading);
    header->addStretch();
    header->addLayout(m_legend);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Grid + Grid / 2, Grid, Grid / 2, Grid / 2);
    layout->setSpacing(Grid / 2);
    layout->addLayout(header);
    layout->addWidget(m_plot, 1);
    m_plot->setAccessibleName(title);
    connect(&cursor, &ChartCursor::changed, this, &TimeSeriesChart::showValues);

    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(icon(Glyph::Copy), u"&Copy values"_s, this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, &TimeSeriesChart::copyValues);
    auto *save = new QAction(icon(Glyph::Export), u"&Save as picture\u2026"_s, this);
    connect(save, &QAction::triggered, this, &TimeSeriesChart::exportPicture);
    addActions({copy, save});
    applyFonts();
    describe();
}

TimeSeriesChart::~TimeSeriesChart() = default;

void TimeSeriesChart::addSeries(const QString &name)
{
    const size_t series = m_buttons.size();
    auto *button = new ChartLegendButton(int(series), name, widestValue(m_unit));
    connect(button, &QAbstractButton::clicked, this,
            [this, series](bool alone) { setSolo(series, alone); });
    m_legend->addWidget(button);
    m_buttons.push_back(button);
    m_plot->addSeries(name);
    // Of a single one there is nothing to choose.
    for (ChartLegendButton *each : m_buttons)
        each->setChoosable(m_buttons.size() > 1);
    setTabOrder(button, m_plot);
}

void TimeSeriesChart::setData(std::vector<TimeSeries> series, qint64 from, qint64 to)
{
    m_plot->setData(std::move(series), from, to);
    showValues();
    describe();
}

void TimeSeriesChart::setMarkers(std::vector<TimeMarker> markers)
{
    m_plot->setMarkers(std::move(markers));
}

QString TimeSeriesChart::toTsv() const
{
    const std::vector<TimeSeries> &all = m_plot->series();
    std::set<qint64> times;
    for (const TimeSeries &series : all) {
        for (const TimePoint &point : series.points()) {
            if (point.time >= m_plot->from())
                times.insert(point.time);
        }
    }
    QString text = u"Time\t"_s + m_plot->names().join(u'\t') + u'\n';
    for (const qint64 time : times) {
        text += dateTimeText(time);
        for (const TimeSeries &series : all) {
            const std::optional<double> value = series.at(time);
            text += u'\t';
            if (value)
                text += QString::number(*value, 'g', 12);
        }
        text += u'\n';
    }
    return text;
}

void TimeSeriesChart::copyValues() const
{
    QGuiApplication::clipboard()->setText(toTsv());
}

void TimeSeriesChart::exportPicture()
{
    exportPng(this, *this, u"truepeer-"_s + m_title.toLower().replace(u' ', u'-') + u".png"_s);
}

void TimeSeriesChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(lineColor(palette()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Grid / 2, Grid / 2);
}

void TimeSeriesChart::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void TimeSeriesChart::setSolo(size_t series, bool alone)
{
    m_plot->setSolo(alone ? std::optional(series) : std::nullopt);
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setChecked(alone && i == series);
        m_buttons[i]->setFaded(alone && i != series);
    }
    describe();
}

void TimeSeriesChart::showValues()
{
    const std::optional<qint64> &time = m_cursor.time();
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        if (!time) {
            m_buttons[i]->setValue(latestText(i));
            continue;
        }
        const std::optional<double> value = m_plot->series()[i].at(*time);
        m_buttons[i]->setValue(value ? chartValueText(*value, m_unit) : notKnown());
    }
}

void TimeSeriesChart::describe()
{
    QStringList parts;
    for (size_t i = 0; i < m_buttons.size(); ++i) {
        if (!m_plot->solo() || *m_plot->solo() == i)
            parts.append(m_plot->names().at(qsizetype(i)) + u": "_s + latestText(i));
    }
    const QString text = parts.join(u", "_s) + u". The left and right arrow keys read the chart."_s;
    if (text != m_plot->accessibleDescription())
        m_plot->setAccessibleDescription(text);
}

void TimeSeriesChart::applyFonts()
{
    m_heading->setFont(titleFont(font()));
}

QString TimeSeriesChart::latestText(size_t series) const
{
    // At the end of the chart, or just before: what is older is not the present.
    const TimeSeries &held = m_plot->series()[series];
    const bool isNew = !held.isEmpty() && held.points().back().time >= m_plot->to() - held.step();
    return isNew ? chartValueText(held.points().back().value, m_unit) : notKnown();
}

} // namespace truepeer
