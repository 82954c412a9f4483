// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/eventmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/serverlink.h"

#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<const char *, EventModel::ColumnCount> EventTitles = {
    "Time", "Type", "Client", "Who", "What", "Lasted", "Count",
};

bool isNumeric(int column)
{
    return column == EventModel::Duration || column == EventModel::Count;
}

QString lastedText(qint64 milliseconds)
{
    constexpr qint64 Second = 1000;
    return milliseconds < Second ? millisecondsText(double(milliseconds))
                                 : durationText(milliseconds / Second);
}

QString clientOf(const QJsonObject &event)
{
    const QString client = event.value("client"_L1).toString();
    return client.isEmpty() ? event.value("peer"_L1).toString() : client;
}

} // namespace

QString EventModel::Row::key() const
{
    // Markers stand before the event whose seq they have.
    const char16_t what = kind == Kind::Event ? u'e' : kind == Kind::Missed ? u'm' : u'r';
    return QString::number(run) + QChar(what) + QString::number(seq);
}

EventModel::EventModel(const ModelContext &context, QObject *parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_poller(context, 1, nullptr)
{
    connect(&m_poller, &Poller::due, this, &EventModel::ask);
    connect(&m_poller, &Poller::otherServer, this, &EventModel::forget);
    connect(&context.mask, &AddressMask::changed, this, [this] {
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, ColumnCount - 1));
    });
}

EventModel::~EventModel() = default;

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::DisplayRole)
        return QString::fromLatin1(EventTitles[size_t(section)]);
    return role == NumericRole ? QVariant(isNumeric(section)) : QVariant();
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    switch (role) {
    case KeyRole:
        return row.key();
    case NumericRole:
        return isNumeric(index.column());
    case MonospaceRole:
        return index.column() == Client;
    case ObjectRole:
        return maskedObject(row);
    case Qt::DisplayRole:
        return text(row, index.column());
    default:
        return row.kind == Kind::Event ? eventData(row, index.column(), role)
                                       : markerData(row, index.column(), role);
    }
}

int EventModel::rowOf(const QString &key) const
{
    const auto row = std::find_if(m_rows.begin(), m_rows.end(),
                                  [&key](const Row &candidate) { return candidate.key() == key; });
    return row == m_rows.end() ? -1 : int(row - m_rows.begin());
}

void EventModel::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    if (!paused)
        show(std::exchange(m_waiting, {}));
    Q_EMIT waitingChanged();
}

int EventModel::waiting() const
{
    return int(std::count_if(m_waiting.begin(), m_waiting.end(),
                             [](const Row &row) { return row.kind == Kind::Event; }));
}

void EventModel::ask(bool atOnce)
{
    if (m_asking && !atOnce)
        return;
    noteRun();
    call(m_lastSeq == 0 ? MostAtOnce : PollLimit);
}

// After a restart the server counts from 1 again.
void EventModel::noteRun()
{
    const QString instance = m_context.link.hello().value("instance"_L1).toString();
    if (m_run > 0 && instance == m_instance)
        return;
    m_instance = instance;
    m_lastSeq = 0;
    ++m_run;
    // Clients of an earlier run cannot be asked for any more.
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, ColumnCount - 1),
                           {ClientIdRole});
}

void EventModel::call(int limit)
{
    m_asking = true;
    const quint64 serial = ++m_serial;
    m_context.link.call(u"events.recent"_s, {{u"limit"_s, limit}}, this,
                        [this, serial, limit](const RpcResult &result) {
                            if (serial != m_serial)
                                return;
                            m_asking = false;
                            if (const auto *error = std::get_if<RpcError>(&result)) {
                                m_problem = m_context.link.isUp() ? error->message : QString();
                                Q_EMIT answered();
                                return;
                            }
                            m_problem.clear();
                            take(std::get<QJsonValue>(result).toArray(), limit);
                        });
}

void EventModel::take(const QJsonArray &answer, int limit)
{
    const bool isFirst = m_lastSeq == 0;
    const qint64 oldest = answer.isEmpty() ? 0 : answer.last()["seq"_L1].toInteger();
    if (!isFirst && oldest > m_lastSeq + 1 && limit < MostAtOnce)
        return call(MostAtOnce);
    std::vector<Row> rows = newRows(answer);
    m_loaded = true;
    if (m_paused && !rows.empty()) {
        m_waiting.insert(m_waiting.end(), std::make_move_iterator(rows.begin()),
                         std::make_move_iterator(rows.end()));
        if (m_waiting.size() > MaxRows)
            m_waiting.erase(m_waiting.begin(), m_waiting.end() - MaxRows);
        Q_EMIT waitingChanged();
    } else {
        show(std::move(rows));
    }
    Q_EMIT answered();
}

// What is newer than all that was there, oldest first, with a row in each gap. What lies before the
// first answer of the first run is history, and not missed.
std::vector<EventModel::Row> EventModel::newRows(const QJsonArray &answer)
{
    std::vector<Row> rows;
    const bool isRestart = m_lastSeq == 0 && m_run > 1;
    const bool tellsGaps = m_lastSeq > 0 || isRestart;
    for (qsizetype i = answer.size() - 1; i >= 0; --i) {
        const QJsonObject event = answer.at(i).toObject();
        const qint64 seq = event.value("seq"_L1).toInteger();
        if (seq <= m_lastSeq)
            continue;
        if (isRestart && m_lastSeq == 0)
            rows.push_back({.kind = Kind::Restart, .run = m_run, .seq = seq});
        if (tellsGaps && seq > m_lastSeq + 1)
            rows.push_back(
                {.kind = Kind::Missed, .run = m_run, .seq = seq, .missed = seq - m_lastSeq - 1});
        rows.push_back({.run = m_run, .seq = seq, .event = event});
        m_lastSeq = seq;
    }
    return rows;
}

void EventModel::show(std::vector<Row> rows)
{
    if (rows.size() > MaxRows)
        rows.erase(rows.begin(), rows.end() - MaxRows);
    if (rows.empty())
        return;
    const size_t kept = size_t(MaxRows) - rows.size();
    if (m_rows.size() > kept) {
        beginRemoveRows({}, int(kept), int(m_rows.size()) - 1);
        m_rows.resize(kept);
        endRemoveRows();
    }
    beginInsertRows({}, 0, int(rows.size()) - 1);
    m_rows.insert(m_rows.begin(), std::make_move_iterator(rows.rbegin()),
                  std::make_move_iterator(rows.rend()));
    endInsertRows();
}

void EventModel::forget()
{
    ++m_serial;
    m_asking = false;
    m_loaded = false;
    m_lastSeq = 0;
    m_run = 0;
    m_waiting.clear();
    if (!m_rows.empty()) {
        beginRemoveRows({}, 0, int(m_rows.size()) - 1);
        m_rows.clear();
        endRemoveRows();
    }
    Q_EMIT waitingChanged();
    Q_EMIT answered();
}

QString EventModel::text(const Row &row, int column) const
{
    const QJsonObject &event = row.event;
    if (row.kind != Kind::Event) {
        if (column != What)
            return {};
        return row.kind == Kind::Restart
                   ? u"The server was started again"_s
                   : QString(countText(row.missed, "event", "events") + u" missed here"_s);
    }
    switch (column) {
    case Time:
        return timeText(event.value("at_ms"_L1).toInteger() / 1000, QDateTime::currentDateTime());
    case Type:
        return eventTypeText(event.value("type"_L1).toString());
    case Client:
        return m_context.mask.shown(clientOf(event));
    case Who:
        return eventActor(event);
    case What:
        return m_context.mask.shownText(eventSentence(event));
    case Duration:
        return event.contains("duration_ms"_L1)
                   ? lastedText(event.value("duration_ms"_L1).toInteger())
                   : QString();
    case Count:
        return event.contains("count"_L1) ? countText(event.value("count"_L1).toInteger())
                                          : QString();
    default:
        return {};
    }
}

QVariant EventModel::eventData(const Row &row, int column, int role) const
{
    const QJsonObject &event = row.event;
    switch (role) {
    case Qt::ToolTipRole:
        if (column == Time)
            return dateTimeText(event.value("at_ms"_L1).toInteger() / 1000);
        return column == What || column == Who ? text(row, column).toHtmlEscaped() : QString();
    case ToneRole:
        if (column == Type)
            return int(eventTone(event));
        return column == Time || column == Who ? int(Tone::Muted) : QVariant();
    case ExportRole:
        if (column == Time)
            return QDateTime::fromMSecsSinceEpoch(event.value("at_ms"_L1).toInteger(), Qt::UTC)
                .toString(Qt::ISODateWithMs);
        if (column == Duration)
            return event.value("duration_ms"_L1).toVariant();
        return column == Count ? event.value("count"_L1).toVariant() : QVariant();
    case GroupRole:
        return int(eventGroup(event.value("type"_L1).toString()));
    case SearchRole:
        return QStringList{eventTypeText(event.value("type"_L1).toString()), clientOf(event),
                           eventActor(event), eventSentence(event)}
            .join(u'\n');
    case ClientIdRole:
        return row.run == m_run ? event.value("client_id"_L1).toString() : QString();
    case AddressRole:
        return clientOf(event);
    case TypeRole:
        return event.value("type"_L1).toString();
    default:
        return {};
    }
}

QVariant EventModel::markerData(const Row &row, int column, int role) const
{
    switch (role) {
    case ToneRole:
        return int(row.kind == Kind::Missed ? Tone::Warning : Tone::Notice);
    case GroupRole:
        return 0;
    case SearchRole:
        return text(row, column);
    default:
        return {};
    }
}

QJsonObject EventModel::maskedObject(const Row &row) const
{
    if (row.kind == Kind::Missed)
        return {{u"type"_s, u"missed"_s}, {u"count"_s, row.missed}};
    if (row.kind == Kind::Restart)
        return {{u"type"_s, u"restarted"_s}};
    if (!m_context.mask.isOn())
        return row.event;
    QJsonObject masked = row.event;
    for (auto member = masked.begin(); member != masked.end(); ++member) {
        if (member.value().isString())
            member.value() = m_context.mask.shownText(member.value().toString());
    }
    return masked;
}

QByteArray eventsToJsonLines(const QAbstractItemModel &model)
{
    QByteArray lines;
    for (int row = model.rowCount() - 1; row >= 0; --row) {
        const QJsonObject event = model.index(row, 0).data(EventModel::ObjectRole).toJsonObject();
        lines += QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
    }
    return lines;
}

} // namespace truepeer
