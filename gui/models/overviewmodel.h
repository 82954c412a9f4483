// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// OverviewModel is what the overview shows: the server's state now, its history, what needs
// attention, what happened, and the busiest clients and rooms. It keeps all of it when the
// connection is lost.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/attentionmodel.h"
#include "gui/models/historymodel.h"
#include "gui/models/markermodel.h"
#include "gui/models/modelcontext.h"
#include "gui/models/rejectedtrend.h"
#include "gui/models/statussnapshot.h"
#include "gui/models/toplistmodel.h"

#include <QObject>

#include <optional>

namespace truepeer {

class Poller;

class OverviewModel final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(OverviewModel)

public:
    explicit OverviewModel(const ModelContext &context, QObject *parent = nullptr);
    ~OverviewModel() override;

    void setLive(bool live);
    void refresh();

    // Empty before the first answer.
    const std::optional<StatusSnapshot> &status() const { return m_status; }
    const RejectedTrend &rejected() const { return m_rejected; }

    HistoryModel &history() { return m_history; }
    AttentionModel &attention() { return m_attention; }
    MarkerModel &markers() { return m_markers; }
    TopListModel &topClients() { return m_topClients; }
    TopListModel &topRooms() { return m_topRooms; }

Q_SIGNALS:
    void statusChanged();

private:
    void ask();
    void take(const QJsonObject &status);

    const ModelContext m_context;
    Poller *m_poller;
    HistoryModel m_history;
    AttentionModel m_attention;
    MarkerModel m_markers;
    TopListModel m_topClients;
    TopListModel m_topRooms;
    std::optional<StatusSnapshot> m_status;
    RejectedTrend m_rejected;
    bool m_live = false;
};

} // namespace truepeer
