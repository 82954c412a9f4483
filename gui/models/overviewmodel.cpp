// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/overviewmodel.h"

#include "gui/models/pace.h"
#include "gui/models/poller.h"
#include "gui/models/serverlink.h"

namespace truepeer {

using namespace Qt::StringLiterals;

OverviewModel::OverviewModel(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_poller(new Poller(context, 1, this))
    , m_history(context)
    , m_attention(context)
    , m_markers(context)
    , m_topClients(TopListModel::Of::Clients, context)
    , m_topRooms(TopListModel::Of::Rooms, context)
{
    connect(m_poller, &Poller::due, this, [this](bool atOnce) {
        if (atOnce)
            ask();
    });
    // ServerState has subscribed.
    connect(&context.link, &ServerLink::notified, this,
            [this](const QString &method, const QJsonObject &params) {
                if (method == "status"_L1 && m_live && !m_context.pace.isPaused())
                    take(params);
            });
    connect(m_poller, &Poller::otherServer, this, [this] {
        m_status.reset();
        m_rejected = {};
        m_attention.forget();
        Q_EMIT statusChanged();
    });
}

OverviewModel::~OverviewModel() = default;

void OverviewModel::setLive(bool live)
{
    m_live = live;
    m_poller->setLive(live);
    m_history.setLive(live);
    m_attention.setLive(live);
    m_markers.setLive(live);
    m_topClients.setLive(live);
    m_topRooms.setLive(live);
}

void OverviewModel::refresh()
{
    m_poller->askNow();
    m_history.refresh();
    m_attention.refresh();
    m_markers.refresh();
    m_topClients.refresh();
    m_topRooms.refresh();
}

void OverviewModel::ask()
{
    m_context.link.call(u"status"_s, {}, this, [this](const RpcResult &result) {
        if (const QJsonObject status = resultObject(result); !status.isEmpty())
            take(status);
    });
}

void OverviewModel::take(const QJsonObject &status)
{
    m_status = StatusSnapshot::of(status);
    m_rejected.add(m_status->uptime, m_status->rejected);
    m_attention.setWarnings(m_status->warnings);
    Q_EMIT statusChanged();
}

} // namespace truepeer
