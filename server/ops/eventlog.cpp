// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/eventlog.h"

#include "server/ops/closedclients.h"
#include "shared/trust/explanation.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum class EventGroup : quint8 { Audit, Clients, Admin }; // the index of a ring

struct TypeInfo
{
    QLatin1StringView name;
    EventGroup group;
};

// In the order of EventType.
constexpr std::array<TypeInfo, EventTypeCount> Types = {{
    {"client.connected"_L1, EventGroup::Clients},
    {"client.closed"_L1, EventGroup::Clients},
    {"request.refused"_L1, EventGroup::Clients},
    {"headers.ignored"_L1, EventGroup::Clients},
    {"trust.changed"_L1, EventGroup::Audit},
    {"trust.failed"_L1, EventGroup::Audit},
    {"client.kicked"_L1, EventGroup::Audit},
    {"message.sent"_L1, EventGroup::Audit},
    {"drain.started"_L1, EventGroup::Audit},
    {"drain.cancelled"_L1, EventGroup::Audit},
    {"config.reloaded"_L1, EventGroup::Audit},
    {"server.started"_L1, EventGroup::Audit},
    {"admin.connected"_L1, EventGroup::Admin},
    {"admin.closed"_L1, EventGroup::Admin},
}};

constexpr std::array<size_t, 3> Capacities = {EventLog::AuditCapacity, EventLog::ClientCapacity,
                                              EventLog::AdminCapacity};

const TypeInfo &infoOf(EventType type)
{
    return Types[static_cast<size_t>(type)];
}

QLatin1StringView familyOf(QLatin1StringView name)
{
    return name.first(name.indexOf(u'.'));
}

bool isNamedBy(const TypeInfo &type, QStringView name)
{
    return type.name == name || familyOf(type.name) == name
           || (type.group == EventGroup::Audit && name == "audit"_L1)
           || (type.group == EventGroup::Clients && name == "clients"_L1);
}

QString allNames()
{
    QStringList groups = {u"audit"_s, u"clients"_s};
    QStringList names;
    for (const TypeInfo &type : Types) {
        names.append(type.name);
        if (!groups.contains(familyOf(type.name)))
            groups.append(familyOf(type.name));
    }
    return (groups + names).join(", "_L1);
}

void insertText(QJsonObject &json, QLatin1StringView name, const QByteArray &text)
{
    if (!text.isEmpty())
        json.insert(name, escapedText(text, Event::MaxText));
}

} // namespace

QLatin1StringView eventName(EventType type)
{
    return infoOf(type).name;
}

Expected<EventTypes> parseEventTypes(const QStringList &names)
{
    EventTypes types;
    if (names.isEmpty())
        return types.set();
    for (const QString &name : names) {
        EventTypes named;
        for (size_t i = 0; i < Types.size(); ++i)
            named.set(i, isNamedBy(Types[i], name));
        if (named.none())
            return Error{u"unknown event type \"%1\"; there are %2"_s.arg(name, allNames())};
        types |= named;
    }
    return types;
}

QJsonObject toJson(const Event &event)
{
    QJsonObject json{{u"seq"_s, static_cast<qint64>(event.seq)},
                     {u"at_ms"_s, event.atMs},
                     {u"type"_s, eventName(event.type)}};
    // A text, as in clients.list.
    if (event.clientId != 0)
        json.insert("client_id"_L1, QString::number(event.clientId));
    if (event.client)
        json.insert("client"_L1, event.client->toString());
    if (event.peer)
        json.insert("peer"_L1, event.peer->toString());
    insertText(json, "detail"_L1, event.detail);
    insertText(json, "actor"_L1, event.actor);
    if (event.code)
        json.insert("code"_L1, *event.code);
    insertText(json, "reason"_L1, event.reason);
    if (event.initiator)
        json.insert("initiator"_L1, initiatorName(*event.initiator));
    if (event.duration)
        json.insert("duration_ms"_L1, static_cast<qint64>(event.duration->count()));
    if (event.count)
        json.insert("count"_L1, *event.count);
    return json;
}

void EventLog::add(Event event)
{
    for (QByteArray *text : {&event.detail, &event.actor, &event.reason})
        text->truncate(Event::MaxText);
    const auto group = static_cast<size_t>(infoOf(event.type).group);
    Event displaced; // freed outside of the lock
    const std::lock_guard lock(m_mutex);
    event.seq = ++m_lastSeq;
    Ring &ring = m_rings[group];
    ring.push_back(std::move(event));
    if (ring.size() > Capacities[group]) {
        displaced = std::move(ring.front());
        ring.pop_front();
    }
}

std::vector<Event> EventLog::recent(int limit, const EventTypes &types) const
{
    std::vector<Event> events;
    const auto wanted = static_cast<size_t>(std::max(limit, 0));
    events.reserve(std::min(wanted, AuditCapacity + ClientCapacity + AdminCapacity));
    const std::lock_guard lock(m_mutex);
    std::array<Ring::const_reverse_iterator, 3> at;
    for (size_t i = 0; i < at.size(); ++i)
        at[i] = m_rings[i].rbegin();
    while (events.size() < wanted) {
        Ring::const_reverse_iterator *next = nullptr;
        for (size_t i = 0; i < at.size(); ++i) {
            if (at[i] != m_rings[i].rend() && (!next || at[i]->seq > (*next)->seq))
                next = &at[i];
        }
        if (!next)
            break;
        if (types.test(static_cast<size_t>((*next)->type)))
            events.push_back(**next);
        ++*next;
    }
    return events;
}

EventBatch EventLog::since(quint64 seq, int limit) const
{
    EventBatch batch;
    const auto wanted = static_cast<size_t>(std::max(limit, 0));
    const std::lock_guard lock(m_mutex);
    if (seq >= m_lastSeq || wanted == 0) {
        batch.next = std::min(seq, m_lastSeq);
        return batch;
    }
    for (const Ring &ring : m_rings) {
        const auto first =
            std::upper_bound(ring.begin(), ring.end(), seq,
                             [](quint64 value, const Event &event) { return value < event.seq; });
        const auto count = std::min<std::ptrdiff_t>(limit, ring.end() - first);
        batch.events.insert(batch.events.end(), first, first + count);
    }
    std::sort(batch.events.begin(), batch.events.end(),
              [](const Event &a, const Event &b) { return a.seq < b.seq; });
    if (batch.events.size() > wanted)
        batch.events.erase(batch.events.begin() + static_cast<std::ptrdiff_t>(wanted),
                           batch.events.end());
    // The last event of all is always there, so these are never empty.
    batch.next = batch.events.back().seq;
    batch.missed = batch.next - seq - batch.events.size();
    return batch;
}

quint64 EventLog::lastSeq() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastSeq;
}

} // namespace truepeer
