// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/toplistmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"

#include <QJsonArray>

#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int TopListTicks = 5;
constexpr int Limit = 5;
constexpr auto Share = "share"_L1; // of the largest; added to what the server says

using Column = PolledTable::Column;
using Kind = PolledTable::Kind;
constexpr std::array ClientColumns{Column{"Client", nullptr, Kind::Monospace},
                                   Column{"Send queue", nullptr, Kind::Number}};
constexpr std::array TopRoomColumns{Column{"Room"}, Column{"Members", nullptr, Kind::Number}};

std::span<const Column> columnsOf(TopListModel::Of of)
{
    if (of == TopListModel::Of::Clients)
        return ClientColumns;
    return TopRoomColumns;
}

} // namespace

TopListModel::TopListModel(Of of, const ModelContext &context, QObject *parent)
    : PolledTable(context, columnsOf(of), TopListTicks, parent)
    , m_of(of)
{
}

TopListModel::~TopListModel() = default;

void TopListModel::askServer()
{
    const bool isClients = m_of == Of::Clients;
    ask(isClients ? u"clients.list"_s : u"rooms.list"_s,
        {{u"sort"_s, isClients ? u"queue_bytes"_s : u"members"_s},
         {u"order"_s, u"desc"_s},
         {u"limit"_s, Limit}},
        [this](const QJsonValue &result) { take(result.toObject()); });
}

QVariant TopListModel::cell(const QJsonObject &value, int column, int role) const
{
    const bool isFigure = column == FigureColumn;
    switch (role) {
    case Qt::DisplayRole:
        if (!isFigure)
            return name(value);
        return m_of == Of::Clients ? bytesText(figure(value)) : countText(qint64(figure(value)));
    case IdRole:
        return value.value("id"_L1).toString();
    case NamespaceRole:
        return value.value("namespace"_L1).toString();
    case RoomRole:
        return value.value("room"_L1).toString();
    case ShareRole:
        return isFigure ? QVariant(value.value(Share).toDouble()) : QVariant();
    case ExportRole:
        return isFigure ? QVariant(figure(value)) : QVariant();
    default:
        return {};
    }
}

void TopListModel::take(const QJsonObject &answer)
{
    std::vector<Row> rows;
    double largest = 0;
    const QJsonArray items = answer.value("items"_L1).toArray();
    for (const QJsonValue &item : items) {
        QJsonObject value = item.toObject();
        if (figure(value) <= 0 || rows.size() >= size_t(Limit))
            continue;
        largest = std::max(largest, figure(value));
        value.insert(Share, figure(value) / largest);
        const QString key = m_of == Of::Clients ? value.value("id"_L1).toString()
                                                : value.value("namespace"_L1).toString() + u'\n'
                                                      + value.value("room"_L1).toString();
        rows.push_back({key, value});
    }
    setRows(std::move(rows));
}

double TopListModel::figure(const QJsonObject &item) const
{
    return item.value(m_of == Of::Clients ? "queue_bytes"_L1 : "members"_L1).toDouble();
}

QString TopListModel::name(const QJsonObject &item) const
{
    if (m_of == Of::Clients)
        return context().mask.shown(item.value("client"_L1).toString());
    const QString nameSpace = item.value("namespace"_L1).toString();
    const QString room = item.value("room"_L1).toString();
    return onOneLine(nameSpace == "/"_L1 ? room : nameSpace + u"  "_s + room);
}

} // namespace truepeer
