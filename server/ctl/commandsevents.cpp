// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/session.h"

#include <QMap>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostEvents = 1000; // at once

qint64 seqOf(const QJsonObject &event)
{
    return event.value("seq"_L1).toInteger();
}

// "2026-11-25 13:05:09.123  trust.changed  actor=uid 1000 (alice)  2 entries added"
QString eventLine(const Session &session, const QJsonObject &event)
{
    static const QStringList leading{u"seq"_s, u"at_ms"_s, u"type"_s, u"detail"_s};
    static const QStringList ordered{u"actor"_s, u"client_id"_s, u"client"_s,   u"peer"_s,
                                     u"code"_s,  u"reason"_s,    u"initiator"_s};
    QStringList names = ordered;
    for (const QString &name : event.keys()) {
        if (!leading.contains(name) && !ordered.contains(name))
            names.append(name);
    }
    QStringList parts{
        session.paint(timeTextMs(event.value("at_ms"_L1).toInteger()), Colour::Faint),
        session.paint(valueText(event.value("type"_L1)).leftJustified(16), Colour::Accent)};
    for (const QString &name : names) {
        if (event.contains(name))
            parts.append(printable(name) + u'=' + memberText(name, event.value(name)));
    }
    if (event.contains("detail"_L1))
        parts.append(valueText(event.value("detail"_L1)));
    return parts.join(u"  "_s);
}

class EventPrinter
{
public:
    explicit EventPrinter(Session &session)
        : m_session(session)
    {
    }

    // Prints those that were not printed yet, the oldest first; false when there was no answer.
    bool print(int limit);

private:
    Session &m_session;
    qint64 m_last = -1; // the seq of the last one printed; -1 before the first call
};

bool EventPrinter::print(int limit)
{
    // The sessions of operators, this one among them, are only shown to who asks for "admin".
    const QStringList types = m_session.isSet(u"types"_s) ? m_session.list(u"types"_s)
                                                          : QStringList{u"audit"_s, u"clients"_s};
    const QJsonObject params{{u"limit"_s, limit}, {u"types"_s, QJsonArray::fromStringList(types)}};
    const std::optional<QJsonValue> result = m_session.callForList(u"events.recent"_s, params);
    if (!result)
        return false;
    if (m_session.wantsJson() && !m_session.isSet(u"follow"_s)) {
        m_session.write(jsonText(*result));
        return true;
    }
    QMap<qint64, QJsonObject> events;
    for (const QJsonValue &event : rowsOf(*result)) {
        if (seqOf(event.toObject()) > m_last)
            events.insert(seqOf(event.toObject()), event.toObject());
    }
    for (const QJsonObject &event : events)
        m_session.write(m_session.wantsJson() ? jsonLine(event)
                                              : eventLine(m_session, event) + u'\n');
    m_last = events.isEmpty() ? std::max<qint64>(m_last, 0) : events.lastKey();
    return true;
}

} // namespace

int runEvents(Session &session)
{
    // Subscribed first, so that nothing falls between what was and what comes.
    const bool follows = session.isSet(u"follow"_s);
    if (follows
        && !session.call(u"subscribe"_s,
                         {{u"topics"_s, QJsonArray{u"events"_s}}, {u"interval_ms"_s, 250}}))
        return session.status();
    EventPrinter printer(session);
    if (!printer.print(static_cast<int>(session.number(u"limit"_s, 50))))
        return session.status();
    Transport &server = session.server();
    while (follows && server.isConnected()) {
        // The notifications only wake us: the server selects the types.
        if (!server.next(std::chrono::hours(1)))
            continue;
        while (server.next(std::chrono::milliseconds(0)))
            continue;
        if (!printer.print(MostEvents))
            return session.status();
    }
    if (follows)
        return session.fail(CtlExit::Unreachable, u"the server ended the connection"_s);
    return CtlExit::Ok;
}

} // namespace truepeer
