// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TopListModel is the five clients that most bytes wait for, or the five rooms with most members:
// the name, and the figure with a bar of its share of the largest.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/polledtable.h"
#include "gui/models/roles.h"

namespace truepeer {

class TopListModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopListModel)

public:
    enum class Of : quint8 { Clients, Rooms };
    enum Position : int { NameColumn, FigureColumn };
    enum Role : int {
        IdRole = FirstFreeRole, // QString: of the client
        NamespaceRole,          // QString: of the room
        RoomRole,               // QString: as the server calls it
    };

    TopListModel(Of of, const ModelContext &context, QObject *parent = nullptr);
    ~TopListModel() override;

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonObject &answer);
    double figure(const QJsonObject &item) const;
    QString name(const QJsonObject &item) const;

    const Of m_of;
};

} // namespace truepeer
