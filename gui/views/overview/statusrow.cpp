// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/statusrow.h"

#include "gui/models/format.h"
#include "gui/models/overviewmodel.h"
#include "gui/views/overview/statustile.h"
#include "gui/views/overview/tilegrid.h"

#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int TileWidth = 172; // at least

// "1.2 KiB" → 1.2 and KiB.
TileFigure figure(const QString &text, const QString &note)
{
    const qsizetype space = text.lastIndexOf(u' ');
    if (space < 0)
        return {text, {}, note};
    return {text.first(space), text.sliced(space + 1), note};
}

QString clientsNote(const StatusSnapshot &status)
{
    if (status.clientsMax <= 0)
        return u"no limit"_s;
    return u"of "_s + countText(status.clientsMax) + u" at most"_s;
}

Tone clientsTone(const StatusSnapshot &status)
{
    if (status.clientsMax <= 0 || status.clients * 5 < status.clientsMax * 4)
        return Tone::Muted;
    return status.clients < status.clientsMax ? Tone::Warning : Tone::Error;
}

QString rejectedNote(const RejectedTrend::Delta &lately)
{
    if (lately.seconds <= 0)
        return u"in total"_s;
    return u"+"_s + countText(lately.count) + u" in "_s + durationText(lately.seconds);
}

} // namespace

StatusRow::StatusRow(OverviewModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_grid(new TileGrid({7, 4, 2, 1}, TileWidth))
    , m_clients(addTile(u"clientsTile"_s, u"Clients"_s, 1))
    , m_connections(addTile(u"connectionsTile"_s, u"Connections per second"_s, 2))
    , m_messages(addTile(u"messagesTile"_s, u"Messages per second"_s, 2))
    , m_bytes(addTile(u"bytesTile"_s, u"Bytes per second"_s, 2))
    , m_rejected(addTile(u"rejectedTile"_s, u"Rejected"_s, 1))
    , m_lag(addTile(u"lagTile"_s, u"Event-loop lag"_s, 1))
    , m_health(addTile(u"healthTile"_s, u"Up for"_s, 1))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_grid);
    m_clients->setLeadsTo(u"Show all clients"_s);
    m_rejected->setLeadsTo(u"Show what the server finds wrong"_s);
    m_health->setLeadsTo(u"Show what the server finds wrong"_s);
    connect(m_clients, &QAbstractButton::clicked, this, [this] { Q_EMIT clientsWanted({}); });
    for (const StatusTile *tile : {m_rejected, m_health})
        connect(tile, &QAbstractButton::clicked, this, [this] { Q_EMIT findingWanted({}); });
    connect(&model, &OverviewModel::statusChanged, this, &StatusRow::showStatus);
    connect(&model.history(), &HistoryModel::changed, this, [this](HistoryRange range) {
        if (range == HistoryRange::FiveMinutes)
            showLines();
    });
    showStatus();
    showLines();
}

StatusRow::~StatusRow() = default;

StatusTile *StatusRow::addTile(const QString &name, const QString &caption, int figures)
{
    auto *tile = new StatusTile(caption, figures);
    tile->setObjectName(name);
    m_grid->add(tile);
    return tile;
}

void StatusRow::showStatus()
{
    if (!m_model.status()) {
        for (StatusTile *tile :
             {m_clients, m_connections, m_messages, m_bytes, m_rejected, m_lag, m_health})
            tile->setFigures({});
        return;
    }
    const StatusSnapshot &status = *m_model.status();
    m_clients->setTone(clientsTone(status));
    m_clients->setFigures({{countText(status.clients), {}, clientsNote(status)}});
    m_connections->setFigures({figure(rateText(status.connects), u"opened"_s),
                               figure(rateText(status.disconnects), u"closed"_s)});
    m_messages->setFigures({figure(rateText(status.messagesIn), u"in"_s),
                            figure(rateText(status.messagesOut), u"out"_s)});
    m_bytes->setFigures(
        {figure(bytesText(status.bytesIn), u"in"_s), figure(bytesText(status.bytesOut), u"out"_s)});
    m_rejected->setFigures(
        {{countText(status.rejected), {}, rejectedNote(m_model.rejected().lately())}});
    m_rejected->setLines({m_model.rejected().series()}, status.uptime - RejectedTrend::Span,
                         status.uptime);
    m_lag->setFigures({figure(millisecondsText(status.loopLagMs), u"worst of 5 s"_s)});
    m_health->setTone(status.healthTone);
    m_health->setFigures({{durationText(status.uptime), {}, status.health}});
}

void StatusRow::showLines()
{
    showLine(*m_clients, {Measure::Clients});
    showLine(*m_connections, {Measure::Connects, Measure::Disconnects});
    showLine(*m_messages, {Measure::MessagesIn, Measure::MessagesOut});
    showLine(*m_bytes, {Measure::BytesIn, Measure::BytesOut});
    showLine(*m_lag, {Measure::LoopLag});
}

void StatusRow::showLine(StatusTile &tile, std::initializer_list<Measure> measures)
{
    constexpr auto Range = HistoryRange::FiveMinutes;
    HistoryModel &history = m_model.history();
    std::vector<TimeSeries> lines;
    for (const Measure measure : measures)
        lines.push_back(history.series(Range, measure));
    const qint64 to = history.newest(Range);
    tile.setLines(std::move(lines), to - spanOf(Range), to);
}

} // namespace truepeer
