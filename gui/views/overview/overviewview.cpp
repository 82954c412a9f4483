// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/overviewview.h"

#include "gui/models/overviewmodel.h"
#include "gui/views/overview/attentionbox.h"
#include "gui/views/overview/chartpanel.h"
#include "gui/views/overview/statusrow.h"
#include "gui/views/overview/tilegrid.h"
#include "gui/views/overview/topbox.h"
#include "gui/widgets/theme.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int WideFrom = 1100; // pixels, where a column fits beside the charts
constexpr int SideWidth = 320;
constexpr int TopWidth = 260; // at least

} // namespace

OverviewView::OverviewView(OverviewModel &model, QWidget *parent)
    : Page(u"Overview"_s, Glyph::Overview, parent)
    , m_model(model)
    , m_scroll(new QScrollArea)
    , m_status(new StatusRow(model))
    , m_attention(new AttentionBox(model.attention()))
    , m_charts(new ChartPanel(model.history(), model.markers()))
    , m_tops(new TileGrid({2, 1}, TopWidth))
{
    setObjectName(u"overview"_s);
    addTopBox(u"Longest send queues"_s, u"Nothing waits to be sent"_s, model.topClients());
    addTopBox(u"Largest rooms"_s, u"Nobody is in a room"_s, model.topRooms());

    auto *content = new QWidget;
    m_layout = new QGridLayout(content);
    m_layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    m_layout->setSpacing(Grid + Grid / 2);
    m_layout->addWidget(m_status, 0, 0, 1, 2);
    arrange(false);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_scroll);

    connect(this, &Page::shownChanged, &model, &OverviewModel::setLive);
    connect(m_status, &StatusRow::clientsWanted, this, &Page::clientsWanted);
    connect(m_status, &StatusRow::findingWanted, this, &Page::findingWanted);
    connect(m_attention, &AttentionBox::findingWanted, this, &Page::findingWanted);
}

OverviewView::~OverviewView() = default;

void OverviewView::refresh()
{
    m_model.refresh();
}

void OverviewView::exportData()
{
    m_charts->exportPicture();
}

QByteArray OverviewView::saveLayout() const
{
    return QByteArray::number(int(m_model.history().range()));
}

void OverviewView::restoreLayout(const QByteArray &layout)
{
    bool isNumber = false;
    const int range = layout.toInt(&isNumber);
    if (isNumber && range >= 0 && range < int(HistoryRangeCount))
        m_model.history().setRange(HistoryRange(range));
}

void OverviewView::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange(width() >= WideFrom);
}

void OverviewView::addTopBox(const QString &title, const QString &nothing, TopListModel &model)
{
    auto *box = new TopBox(title, nothing, model);
    m_tops->add(box);
    connect(box, &TopBox::activated, this, [this](const QModelIndex &row) {
        const QString id = row.data(TopListModel::IdRole).toString();
        if (id.isEmpty())
            Q_EMIT roomWanted(row.data(TopListModel::NamespaceRole).toString(),
                              row.data(TopListModel::RoomRole).toString());
        else
            Q_EMIT clientWanted(id);
    });
}

void OverviewView::arrange(bool wide)
{
    for (QWidget *widget : {static_cast<QWidget *>(m_attention), static_cast<QWidget *>(m_charts),
                            static_cast<QWidget *>(m_tops)})
        m_layout->removeWidget(widget);
    if (wide) {
        m_layout->addWidget(m_charts, 1, 0, 3, 1);
        m_layout->addWidget(m_attention, 1, 1);
        m_layout->addWidget(m_tops, 2, 1);
    } else {
        m_layout->addWidget(m_attention, 1, 0, 1, 2);
        m_layout->addWidget(m_charts, 2, 0, 1, 2);
        m_layout->addWidget(m_tops, 3, 0, 1, 2);
    }
    m_layout->setColumnStretch(0, 1);
    m_layout->setColumnMinimumWidth(1, wide ? SideWidth : 0);
    m_layout->setRowStretch(2, wide ? 0 : 1);
    m_layout->setRowStretch(3, wide ? 1 : 0);
}

} // namespace truepeer
