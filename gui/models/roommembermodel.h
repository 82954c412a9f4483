// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/polledtable.h"
#include "gui/models/roomplace.h"

namespace truepeer {

// RoomMemberModel is who is in one room, as far as the server lists them at once. The key of a row
// is the id of the client.
class RoomMemberModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoomMemberModel)

public:
    static constexpr int MaxMembers = 200;

    explicit RoomMemberModel(const ModelContext &context, QObject *parent = nullptr);
    ~RoomMemberModel() override;

    const RoomPlace &place() const { return m_place; }
    void setPlace(const RoomPlace &place); // an empty one: nobody
    void setSort(const QString &column, Qt::SortOrder order);
    const QString &sortColumn() const { return m_sort; }
    Qt::SortOrder sortOrder() const { return m_order; }

    bool isKnown() const { return m_isKnown; }   // whether there was an answer for this room
    qint64 members() const { return m_members; } // all that are in the room
    QString summary() const;                     // "12 members", "200 of 1 234 members"

Q_SIGNALS:
    void placeChanged();

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonValue &result);

    RoomPlace m_place;
    QString m_sort;
    Qt::SortOrder m_order = Qt::AscendingOrder;
    qint64 m_members = 0;
    qint64 m_now = 0; // Unix seconds, of the last answer
    bool m_isKnown = false;
};

} // namespace truepeer
