// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/pace.h"
#include "gui/models/roles.h"
#include "gui/models/serverlink.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 SmallestFullBar = 1024 * 1024; // bytes
constexpr int ClosedLookup = 500;               // the last ones that closed

std::vector<ClientRow> rowsOf(const QJsonObject &answer)
{
    const QJsonArray items = answer.value("items"_L1).toArray();
    std::vector<ClientRow> rows;
    rows.reserve(size_t(items.size()));
    QHash<QString, bool> seen;
    for (const QJsonValue &item : items) {
        ClientRow row = ClientRow::fromJson(item.toObject());
        if (!seen.contains(row.id)) {
            seen.insert(row.id, true);
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

QHash<QString, int> placesOf(const std::vector<ClientRow> &rows)
{
    QHash<QString, int> places;
    places.reserve(qsizetype(rows.size()));
    for (size_t i = 0; i < rows.size(); ++i)
        places.insert(rows[i].id, int(i));
    return places;
}

} // namespace

ClientModel::ClientModel(const ModelContext &context, QObject *parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_instance(context.link.hello().value("instance"_L1).toString())
{
    connect(&context.pace, &Pace::tick, this, [this] {
        if (m_live)
            ask();
    });
    connect(&context.link, &ServerLink::up, this, &ClientModel::connected);
    connect(&context.link, &ServerLink::down, this, &ClientModel::disconnected);
    connect(&context.mask, &AddressMask::changed, this,
            [this] { changed(0, int(m_rows.size()) - 1); });
}

ClientModel::~ClientModel() = default;

void ClientModel::setLive(bool live)
{
    if (m_live == live)
        return;
    m_live = live;
    if (live)
        ask();
}

void ClientModel::setFilter(const QString &filter)
{
    Query query = m_query;
    query.filter = filter;
    query.offset = 0;
    change(query);
}

void ClientModel::setState(State state)
{
    if (state == m_query.state)
        return;
    Query query = m_query;
    query.state = state;
    query.offset = 0;
    // The newest first; open ones come by their age.
    query.sort = state == State::Closed ? u"closed_at"_s : u"id"_s;
    query.order = state == State::Closed ? Qt::DescendingOrder : Qt::AscendingOrder;
    removeAll();
    change(query);
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ClientFieldCount - 1);
}

void ClientModel::setSort(const QString &column, Qt::SortOrder order)
{
    Query query = m_query;
    query.sort = column;
    query.order = order;
    change(query);
}

void ClientModel::setOffset(qint64 offset)
{
    Query query = m_query;
    const qint64 lastPage = m_filtered > 0 ? (m_filtered - 1) / PageSize * PageSize : 0;
    query.offset = std::clamp<qint64>(offset, 0, lastPage);
    change(query);
}

void ClientModel::refresh()
{
    m_arrangeNext = true;
    ask();
}

void ClientModel::change(const Query &query)
{
    m_query = query;
    ++m_queryNumber;
    m_arrangeNext = true;
    m_loaded = false;
    m_pending.reset();
    setHeldChanges(0);
    Q_EMIT queryChanged();
    ask();
}

void ClientModel::ask()
{
    if (!m_context.link.isUp())
        return;
    if (m_inFlight) {
        m_askAgain = m_askAgain || m_arrangeNext;
        return;
    }
    m_inFlight = true;
    m_askAgain = false;
    // Ascending is the shortest time first, which is the latest start.
    const bool turned = m_query.state == State::Open && m_query.sort == "connected_at"_L1;
    const bool ascending = (m_query.order == Qt::AscendingOrder) != turned;
    QJsonObject params{{u"state"_s, m_query.state == State::Open ? u"open"_s : u"closed"_s},
                       {u"sort"_s, m_query.sort},
                       {u"order"_s, ascending ? u"asc"_s : u"desc"_s},
                       {u"limit"_s, PageSize},
                       {u"offset"_s, m_query.offset}};
    if (!m_query.filter.isEmpty())
        params.insert("filter"_L1, m_query.filter);
    m_context.link.call(u"clients.list"_s, params, this,
                        [this, call = ++m_callNumber, query = m_queryNumber](
                            const RpcResult &result) { receive(call, query, result); });
}

void ClientModel::connected()
{
    const QString instance = m_context.link.hello().value("instance"_L1).toString();
    if (instance != m_instance) {
        // Ids count from 1 again: equal ones are other clients.
        m_instance = instance;
        m_loaded = false;
        removeAll();
    }
    m_arrangeNext = true;
    if (m_live)
        ask();
}

void ClientModel::disconnected()
{
    ++m_callNumber; // what was asked is not answered any more
    m_inFlight = false;
    m_askAgain = false;
}

void ClientModel::receive(int call, int query, const RpcResult &result)
{
    if (call != m_callNumber)
        return;
    m_inFlight = false;
    if (query != m_queryNumber)
        return ask();
    if (const auto *error = std::get_if<RpcError>(&result))
        return fail(*error);
    const QJsonObject answer = resultObject(result);
    m_problem.clear();
    m_total = answer.value("total"_L1).toInteger();
    m_filtered = answer.value("filtered"_L1).toInteger();
    m_now = QDateTime::currentSecsSinceEpoch();
    m_loaded = true;
    if (stepBack())
        return;
    showPage(rowsOf(answer));
    Q_EMIT answered();
    if (m_askAgain)
        ask();
}

void ClientModel::fail(const RpcError &error)
{
    m_problem = error.is(RpcCode::Busy) ? QString() : error.message;
    Q_EMIT answered();
    if (m_askAgain)
        ask();
}

// The page lies behind the last client: so many have gone.
bool ClientModel::stepBack()
{
    if (m_query.offset == 0 || m_query.offset < m_filtered)
        return false;
    setOffset(m_query.offset);
    return true;
}

void ClientModel::showPage(std::vector<ClientRow> rows)
{
    if (m_arrangeNext || !m_held) {
        m_arrangeNext = false;
        m_pending.reset();
        arrange(std::move(rows));
        setHeldChanges(0);
        return;
    }
    m_pending = std::move(rows);
    updateInPlace();
    countHeld();
}

// Takes the values of the last answer for the rows that are shown, and leaves their order.
void ClientModel::updateInPlace()
{
    const QHash<QString, int> places = placesOf(*m_pending);
    bool misses = false;
    for (ClientRow &row : m_rows) {
        if (const auto place = places.constFind(row.id); place != places.constEnd()) {
            row = (*m_pending)[size_t(*place)];
        } else if (row.presence == ClientRow::Presence::Here) {
            row.presence = ClientRow::Presence::Left;
            misses = true;
        }
    }
    m_largestQueue = largestQueue();
    changed(0, int(m_rows.size()) - 1);
    // Whether those that are missing now closed, or are on another page.
    if (!misses || m_query.state == State::Closed)
        return;
    m_inFlight = true;
    m_context.link.call(u"clients.list"_s,
                        {{u"state"_s, u"closed"_s},
                         {u"sort"_s, u"closed_at"_s},
                         {u"order"_s, u"desc"_s},
                         {u"limit"_s, ClosedLookup}},
                        this, [this, call = ++m_callNumber](const RpcResult &result) {
                            receiveClosed(call, result);
                        });
}

void ClientModel::receiveClosed(int call, const RpcResult &result)
{
    if (call != m_callNumber)
        return;
    m_inFlight = false;
    const std::vector<ClientRow> closed = rowsOf(resultObject(result));
    for (const ClientRow &gone : closed) {
        const int row = rowOf(gone.id);
        if (row < 0 || m_rows[size_t(row)].presence != ClientRow::Presence::Left)
            continue;
        m_rows[size_t(row)] = gone;
        m_rows[size_t(row)].presence = ClientRow::Presence::Closed;
        changed(row, row);
    }
    if (m_askAgain)
        ask();
}

void ClientModel::setHeld(bool held)
{
    m_held = held;
    if (held || !m_pending)
        return;
    arrange(*std::exchange(m_pending, std::nullopt));
    setHeldChanges(0);
    Q_EMIT answered();
}

void ClientModel::arrange(std::vector<ClientRow> rows)
{
    const QHash<QString, int> wanted = placesOf(rows);
    removeMissing(wanted);
    reorder(wanted);
    insertNew(rows);
    m_rows = std::move(rows);
    m_largestQueue = largestQueue();
    changed(0, int(m_rows.size()) - 1);
}

void ClientModel::removeMissing(const QHash<QString, int> &wanted)
{
    for (int last = int(m_rows.size()) - 1; last >= 0;) {
        if (wanted.contains(m_rows[size_t(last)].id)) {
            --last;
            continue;
        }
        int first = last;
        while (first > 0 && !wanted.contains(m_rows[size_t(first - 1)].id))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        indexRows();
        endRemoveRows();
        last = first - 1;
    }
}

// One signal, however many rows move.
void ClientModel::reorder(const QHash<QString, int> &wanted)
{
    const auto before = [&wanted](const ClientRow &a, const ClientRow &b) {
        return wanted.value(a.id) < wanted.value(b.id);
    };
    if (std::is_sorted(m_rows.begin(), m_rows.end(), before))
        return;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList old = persistentIndexList();
    QStringList ids;
    for (const QModelIndex &index : old)
        ids.append(m_rows[size_t(index.row())].id);
    std::sort(m_rows.begin(), m_rows.end(), before);
    indexRows();
    QModelIndexList moved;
    for (qsizetype i = 0; i < old.size(); ++i)
        moved.append(index(rowOf(ids[i]), old[i].column()));
    changePersistentIndexList(old, moved);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

// REQUIRES: what is there is a part of `rows`, in their order.
void ClientModel::insertNew(const std::vector<ClientRow> &rows)
{
    for (size_t first = 0; first < rows.size();) {
        if (first < m_rows.size() && m_rows[first].id == rows[first].id) {
            ++first;
            continue;
        }
        size_t end = first;
        while (end < rows.size() && !m_rowOf.contains(rows[end].id))
            ++end;
        beginInsertRows({}, int(first), int(end) - 1);
        m_rows.insert(m_rows.begin() + qsizetype(first), rows.begin() + qsizetype(first),
                      rows.begin() + qsizetype(end));
        indexRows();
        endInsertRows();
        first = end;
    }
}

void ClientModel::removeAll()
{
    m_pending.reset();
    setHeldChanges(0);
    removeMissing({});
}

void ClientModel::changed(int first, int last)
{
    if (first <= last)
        Q_EMIT dataChanged(index(first, 0), index(last, ClientFieldCount - 1),
                           {Qt::DisplayRole, Qt::ToolTipRole, ToneRole, ExportRole, ShareRole});
}

void ClientModel::indexRows()
{
    m_rowOf = placesOf(m_rows);
}

void ClientModel::countHeld()
{
    const QHash<QString, int> places = placesOf(*m_pending);
    int changes = 0;
    std::vector<int> kept; // places in the answer, in the order of the rows
    for (const ClientRow &row : m_rows) {
        const int place = places.value(row.id, -1);
        if (place < 0)
            ++changes;
        else
            kept.push_back(place);
    }
    changes += int(m_pending->size() - kept.size());
    // Those that are not where they would be among each other.
    std::vector<int> sorted = kept;
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < kept.size(); ++i)
        changes += kept[i] != sorted[i] ? 1 : 0;
    setHeldChanges(changes);
}

void ClientModel::setHeldChanges(int rows)
{
    if (std::exchange(m_heldChanges, rows) != rows)
        Q_EMIT heldChangesChanged(rows);
}

qint64 ClientModel::largestQueue() const
{
    qint64 largest = SmallestFullBar;
    for (const ClientRow &row : m_rows)
        largest = std::max(largest, row.queueBytes);
    return largest;
}

QString ClientModel::connectCommand() const
{
    // One or more, "http://127.0.0.1:6001"; the first one will do.
    QString listen = m_context.link.hello().value("listen"_L1).toString().section(u',', 0, 0);
    listen = listen.trimmed().section(u' ', 0, 0);
    if (!listen.startsWith("http"_L1))
        return {};
    listen.replace(0, 4, u"ws"_s);
    listen.replace("://0.0.0.0:"_L1, "://localhost:"_L1);
    listen.replace("://[::]:"_L1, "://localhost:"_L1);
    return u"wscat -c "_s + listen + u'/';
}

const ClientRow *ClientModel::find(const QString &id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_rows[size_t(row)];
}

int ClientModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ClientModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ClientFieldCount;
}

ClientCells ClientModel::cells() const
{
    return {m_context.mask, m_now, m_largestQueue, m_query.state == State::Closed};
}

QVariant ClientModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    return cells().data(m_rows[size_t(index.row())], ClientField(index.column()), role);
}

QVariant ClientModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ClientFieldCount)
        return {};
    return cells().header(ClientField(section), role);
}

} // namespace truepeer
