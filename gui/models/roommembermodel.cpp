// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/roommembermodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/roles.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum MemberColumn : int {
    MemberClient,
    MemberId,
    MemberConnected,
    MemberIdle,
    MemberMessagesIn,
    MemberUserAgent
};

constexpr std::array MemberColumns = {
    PolledTable::Column{"Client", "client", PolledTable::Kind::Monospace},
    PolledTable::Column{"Id", "id", PolledTable::Kind::Number},
    PolledTable::Column{"Connected for", "connected_at", PolledTable::Kind::Number},
    PolledTable::Column{"Idle", "idle_s", PolledTable::Kind::Number},
    PolledTable::Column{"Messages in", "messages_in", PolledTable::Kind::Number},
    PolledTable::Column{"User agent", "user_agent"},
};

QJsonValue memberOf(const QJsonObject &value, int column)
{
    return value.value(QLatin1StringView(MemberColumns[size_t(column)].name));
}

} // namespace

RoomMemberModel::RoomMemberModel(const ModelContext &context, QObject *parent)
    : PolledTable(context, MemberColumns, 1, parent)
    , m_sort(u"id"_s)
{
}

RoomMemberModel::~RoomMemberModel() = default;

void RoomMemberModel::setPlace(const RoomPlace &place)
{
    if (place == m_place)
        return;
    m_place = place;
    m_members = 0;
    m_isKnown = false;
    forgetAsked();
    setRows({});
    Q_EMIT placeChanged();
    refresh();
}

void RoomMemberModel::setSort(const QString &column, Qt::SortOrder order)
{
    if (column == m_sort && order == m_order)
        return;
    m_sort = column;
    m_order = order;
    refresh();
}

QString RoomMemberModel::summary() const
{
    const QString all = countText(m_members, "member", "members");
    return rowCount() < m_members ? QString(countText(rowCount()) + u" of "_s + all) : all;
}

void RoomMemberModel::askServer()
{
    if (m_place.isEmpty())
        return;
    // The longest connection began first.
    const bool byAge = m_sort == "connected_at"_L1;
    const bool ascending = (m_order == Qt::AscendingOrder) != byAge;
    ask(u"rooms.members"_s,
        {{u"room"_s, m_place.room},
         {u"namespace"_s, m_place.nameSpace},
         {u"sort"_s, m_sort},
         {u"order"_s, ascending ? u"asc"_s : u"desc"_s},
         {u"limit"_s, MaxMembers}},
        [this](const QJsonValue &result) { take(result); });
}

void RoomMemberModel::take(const QJsonValue &result)
{
    const QJsonArray items = result["items"_L1].toArray();
    std::vector<Row> rows;
    rows.reserve(size_t(items.size()));
    for (const QJsonValue &item : items)
        rows.push_back({item["id"_L1].toString(), item.toObject()});
    m_members = result["filtered"_L1].toInteger();
    m_isKnown = true;
    m_now = QDateTime::currentSecsSinceEpoch();
    setRows(std::move(rows));
    touchColumn(MemberConnected);
}

QVariant RoomMemberModel::cell(const QJsonObject &value, int column, int role) const
{
    const QJsonValue member = memberOf(value, column);
    if (role == ExportRole && column >= MemberConnected && column <= MemberMessagesIn) {
        const qint64 number = member.toInteger();
        return column == MemberConnected ? std::max<qint64>(0, m_now - number) : number;
    }
    if (role == Qt::ToolTipRole && column == MemberConnected)
        return QString(u"since "_s + dateTimeText(member.toInteger()));
    if (role == Qt::ToolTipRole && column == MemberUserAgent)
        return onOneLine(member.toString()).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case MemberClient:
        return context().mask.shown(member.toString());
    case MemberConnected:
        return durationText(std::max<qint64>(0, m_now - member.toInteger()));
    case MemberIdle:
        return durationText(member.toInteger());
    case MemberMessagesIn:
        return countText(member.toInteger());
    default:
        return onOneLine(member.toString());
    }
}

} // namespace truepeer
