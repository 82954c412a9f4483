// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/roommodel.h"

#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/roles.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum RoomColumn : int { PlaceRoom, PlaceMembers, PlaceNamespace };

constexpr std::array RoomColumns = {
    PolledTable::Column{"Room", "room"},
    PolledTable::Column{"Members", "members", PolledTable::Kind::Number},
    PolledTable::Column{"Namespace"},
};

} // namespace

RoomModel::RoomModel(const ModelContext &context, QObject *parent)
    : PolledTable(context, RoomColumns, 1, parent)
    , m_sort(u"members"_s)
{
}

RoomModel::~RoomModel() = default;

void RoomModel::setFilter(const QString &part)
{
    if (part == m_filter)
        return;
    m_filter = part;
    turnTo(0);
}

void RoomModel::setSort(const QString &column, Qt::SortOrder order)
{
    if (column == m_sort && order == m_order)
        return;
    m_sort = column;
    m_order = order;
    turnTo(0);
}

void RoomModel::previousPage()
{
    turnTo(std::max<qint64>(0, m_offset - PageSize));
}

void RoomModel::nextPage()
{
    if (hasNext())
        turnTo(m_offset + PageSize);
}

void RoomModel::turnTo(qint64 offset)
{
    m_offset = offset;
    // An answer that is under way is of what was asked before.
    forgetAsked();
    refresh();
}

QString RoomModel::summary() const
{
    if (m_filtered == 0)
        return m_total == 0 ? u"No rooms"_s
                            : QString(u"None of "_s + countText(m_total, "room", "rooms"));
    const QString all = m_filtered == m_total
                            ? countText(m_total, "room", "rooms")
                            : QString(countText(m_filtered) + u" that match, of "_s
                                      + countText(m_total, "room", "rooms"));
    if (rowCount() == m_filtered)
        return all;
    return u"%1 to %2 of %3"_s.arg(countText(m_offset + 1), countText(m_offset + rowCount()), all);
}

RoomPlace RoomModel::placeIn(const QJsonObject &value)
{
    return {value.value("namespace"_L1).toString(), value.value("room"_L1).toString()};
}

RoomPlace RoomModel::placeOf(const QString &key) const
{
    return placeIn(valueOf(key));
}

void RoomModel::askServer()
{
    QJsonObject params{
        {u"sort"_s, m_sort},
        {u"order"_s, m_order == Qt::AscendingOrder ? u"asc"_s : u"desc"_s},
        {u"limit"_s, PageSize},
        {u"offset"_s, m_offset},
    };
    if (!m_filter.isEmpty())
        params.insert("filter"_L1, m_filter);
    ask(u"rooms.list"_s, params, [this](const QJsonValue &result) { take(result); });
}

void RoomModel::take(const QJsonValue &result)
{
    m_total = result["total"_L1].toInteger();
    m_filtered = result["filtered"_L1].toInteger();
    // Rooms went away: this page is behind the last one.
    if (m_offset > 0 && m_offset >= m_filtered)
        return turnTo(m_filtered <= 0 ? 0 : (m_filtered - 1) / PageSize * PageSize);
    std::vector<Row> rows;
    const QJsonArray items = result["items"_L1].toArray();
    rows.reserve(size_t(items.size()));
    for (const QJsonValue &item : items) {
        const QJsonObject value = item.toObject();
        rows.push_back({placeIn(value).key(), value});
    }
    setRows(std::move(rows));
}

QVariant RoomModel::cell(const QJsonObject &value, int column, int role) const
{
    const RoomPlace place = placeIn(value);
    const qint64 members = value.value("members"_L1).toInteger();
    switch (role) {
    case Qt::DisplayRole:
        if (column == PlaceMembers)
            return countText(members);
        return onOneLine(column == PlaceRoom ? place.room : place.nameSpace);
    case Qt::ToolTipRole:
        return column == PlaceMembers ? QString() : place.title().toHtmlEscaped();
    case ExportRole:
        return column == PlaceMembers ? QVariant(members) : QVariant();
    default:
        return {};
    }
}

} // namespace truepeer
