// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/eventtext.h"

#include "gui/models/closereason.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"

#include <QStringList>

#include <algorithm>
#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct EventType
{
    QLatin1StringView name;
    QLatin1StringView text;
    EventGroup group;
    QString (*sentence)(const QJsonObject &event);
};

QString textOf(const QJsonObject &event, QLatin1StringView name)
{
    return onOneLine(event.value(name).toString());
}

QString quoted(const QString &text)
{
    return u'“' + text + u'”';
}

// " by uid 1000 (alice)"
QString byWhom(const QJsonObject &event)
{
    const QString actor = textOf(event, "actor"_L1);
    return actor.isEmpty() ? QString() : QString(u" by "_s + actor);
}

QString withDetail(const QString &text, const QString &detail)
{
    return detail.isEmpty() ? text : QString(text + u": "_s + detail);
}

QString clientName(const QJsonObject &event)
{
    const QString id = textOf(event, "client_id"_L1);
    return id.isEmpty() ? u"A client"_s : QString(u"Client "_s + id);
}

// "1008 policy, “too slow”"
QString closeText(const QJsonObject &event)
{
    if (!event.contains("code"_L1))
        return {};
    const QString reason = textOf(event, "reason"_L1);
    const QString code = closeReasonText(event.value("code"_L1).toInt(), {});
    return reason.isEmpty() ? code : QString(code + u", "_s + quoted(reason));
}

QString connected(const QJsonObject &event)
{
    QString text = clientName(event) + u" connected"_s;
    const QString client = textOf(event, "client"_L1);
    const QString peer = textOf(event, "peer"_L1);
    if (!client.isEmpty())
        text += u" from "_s + client;
    if (!peer.isEmpty() && peer != client)
        text += u" through "_s + peer;
    const QString agent = textOf(event, "detail"_L1);
    return agent.isEmpty() ? text : QString(text + u", "_s + agent);
}

QString closed(const QJsonObject &event)
{
    const QString initiator = textOf(event, "initiator"_L1);
    QString how = u" closed"_s;
    if (initiator == "network"_L1)
        how = u" lost"_s;
    else if (!initiator.isEmpty())
        how = u" closed by the "_s + initiator;
    return withDetail(clientName(event) + how, closeText(event));
}

QString refused(const QJsonObject &event)
{
    const int status = event.value("code"_L1).toInt();
    const QString text =
        status == 0 ? u"Connection refused"_s : u"Request refused with %1"_s.arg(status);
    return withDetail(text, textOf(event, "detail"_L1));
}

QString ignored(const QJsonObject &event)
{
    return u"Forwarding headers of %1 ignored: it is not trusted"_s.arg(textOf(event, "peer"_L1));
}

// "revision 7: added 10.0.0.1, 10.0.0.2; removed 192.0.2.1", of which the server keeps 200 bytes.
QString changed(const QJsonObject &event)
{
    constexpr qsizetype MaxDetail = 200;
    const QString detail = textOf(event, "detail"_L1);
    const QString text = u"Trust list changed"_s + byWhom(event);
    const qsizetype colon = detail.indexOf(": "_L1);
    if (detail.size() >= MaxDetail || !detail.startsWith("revision "_L1) || colon < 0)
        return withDetail(text, detail);
    qsizetype added = 0;
    qsizetype removed = 0;
    const QString edits = detail.sliced(colon + 2);
    for (const QString &part : edits.split(u"; "_s, Qt::SkipEmptyParts)) {
        if (part.startsWith("added "_L1))
            added = part.count(", "_L1) + 1;
        else if (part.startsWith("removed "_L1))
            removed = part.count(", "_L1) + 1;
    }
    const QString result = u"%1: +%2 −%3, %4"_s.arg(text, QString::number(added),
                                                    QString::number(removed), detail.first(colon));
    return edits.isEmpty() ? result : QString(result + u" ("_s + edits + u')');
}

QString notChanged(const QJsonObject &event)
{
    return withDetail(u"Edit of the trust list"_s + byWhom(event) + u" failed"_s,
                      textOf(event, "detail"_L1));
}

QString kicked(const QJsonObject &event)
{
    const QString whom = event.contains("client_id"_L1)
                             ? clientName(event)
                             : countText(event.value("count"_L1).toInteger(), "client", "clients");
    return withDetail(whom + u" closed"_s + byWhom(event), closeText(event));
}

QString sent(const QJsonObject &event)
{
    const QString whom = event.contains("client_id"_L1)
                             ? u"client "_s + textOf(event, "client_id"_L1)
                             : countText(event.value("count"_L1).toInteger(), "client", "clients");
    return quoted(textOf(event, "detail"_L1)) + u" sent to "_s + whom + byWhom(event);
}

QString drainStarted(const QJsonObject &event)
{
    return u"Drain started"_s + byWhom(event);
}

QString drainCancelled(const QJsonObject &event)
{
    return u"Drain cancelled"_s + byWhom(event);
}

QString reloaded(const QJsonObject &event)
{
    const QString keys = textOf(event, "detail"_L1);
    return u"Configuration reloaded"_s + byWhom(event)
           + (keys.isEmpty() ? u": nothing changed"_s : QString(u": "_s + keys + u" applied"_s));
}

QString started(const QJsonObject &event)
{
    const QString where = textOf(event, "detail"_L1);
    return where.isEmpty() ? u"Server started"_s : QString(u"Server started on "_s + where);
}

QString sessionOpened(const QJsonObject &event)
{
    return u"Session on the admin socket opened"_s + byWhom(event);
}

QString sessionClosed(const QJsonObject &event)
{
    const QString name = textOf(event, "detail"_L1);
    const QString text = u"Session "_s + (name.isEmpty() ? u"on the admin socket"_s : quoted(name))
                         + u" closed"_s + byWhom(event);
    return withDetail(text, textOf(event, "reason"_L1));
}

constexpr std::array<EventType, 14> Types = {{
    {"client.connected"_L1, "Client connected"_L1, EventGroup::Clients, connected},
    {"client.closed"_L1, "Client closed"_L1, EventGroup::Clients, closed},
    {"request.refused"_L1, "Request refused"_L1, EventGroup::Clients, refused},
    {"headers.ignored"_L1, "Headers ignored"_L1, EventGroup::Clients, ignored},
    {"trust.changed"_L1, "Trust list changed"_L1, EventGroup::Audit, changed},
    {"trust.failed"_L1, "Trust edit failed"_L1, EventGroup::Audit, notChanged},
    {"client.kicked"_L1, "Closed by operator"_L1, EventGroup::Audit, kicked},
    {"message.sent"_L1, "Message sent"_L1, EventGroup::Audit, sent},
    {"drain.started"_L1, "Drain started"_L1, EventGroup::Audit, drainStarted},
    {"drain.cancelled"_L1, "Drain cancelled"_L1, EventGroup::Audit, drainCancelled},
    {"config.reloaded"_L1, "Reload"_L1, EventGroup::Audit, reloaded},
    {"server.started"_L1, "Server started"_L1, EventGroup::Audit, started},
    {"admin.connected"_L1, "Session opened"_L1, EventGroup::Admin, sessionOpened},
    {"admin.closed"_L1, "Session closed"_L1, EventGroup::Admin, sessionClosed},
}};

const EventType *typeOf(const QString &name)
{
    const auto *type = std::find_if(Types.begin(), Types.end(),
                                    [&name](const EventType &known) { return known.name == name; });
    return type == Types.end() ? nullptr : type;
}

} // namespace

EventGroup eventGroup(const QString &type)
{
    if (const EventType *known = typeOf(type))
        return known->group;
    const QString family = type.section(u'.', 0, 0);
    if (family == "admin"_L1)
        return EventGroup::Admin;
    const bool isClients =
        family == "client"_L1 || family == "request"_L1 || family == "headers"_L1;
    return isClients ? EventGroup::Clients : EventGroup::Audit;
}

QString eventTypeText(const QString &type)
{
    const EventType *known = typeOf(type);
    return known ? QString(known->text) : onOneLine(type);
}

Tone eventTone(const QJsonObject &event)
{
    const QString type = event.value("type"_L1).toString();
    if (type == "trust.failed"_L1)
        return Tone::Error;
    if (type == "request.refused"_L1 || type == "headers.ignored"_L1 || type == "drain.started"_L1)
        return Tone::Warning;
    if (type == "client.closed"_L1)
        return event.value("initiator"_L1).toString() == "server"_L1 ? Tone::Warning : Tone::Muted;
    switch (eventGroup(type)) {
    case EventGroup::Audit:
        return Tone::Notice;
    case EventGroup::Admin:
        return Tone::Muted;
    case EventGroup::Clients:
        break;
    }
    return Tone::Normal;
}

QString eventActor(const QJsonObject &event)
{
    const QString actor = textOf(event, "actor"_L1);
    if (!actor.isEmpty())
        return actor;
    const QString initiator = textOf(event, "initiator"_L1);
    return initiator.isEmpty() ? QString() : QString(u"the "_s + initiator);
}

QString eventSentence(const QJsonObject &event)
{
    if (const EventType *type = typeOf(event.value("type"_L1).toString()))
        return type->sentence(event);
    QStringList parts;
    for (const auto name : {"detail"_L1, "reason"_L1, "actor"_L1}) {
        if (const QString text = textOf(event, name); !text.isEmpty())
            parts += text;
    }
    return parts.join(u"; "_s);
}

} // namespace truepeer
