// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientrow.h"

#include "gui/models/addressmask.h"
#include "gui/models/closereason.h"
#include "gui/models/format.h"
#include "gui/models/roles.h"
#include "gui/models/tone.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum class Look : quint8 { Words, Code, Number };

struct FieldInfo
{
    QLatin1StringView title;
    QLatin1StringView name; // of clients.list; empty: the server does not sort by it
    Look look;
    QLatin1StringView help;
};

constexpr std::array<FieldInfo, ClientFieldCount> Fields{{
    {"State"_L1, ""_L1, Look::Words, "open, closed, or left: not on this page any more"_L1},
    {"Id"_L1, "id"_L1, Look::Code, "counts up from 1 with each start of the server"_L1},
    {"Client"_L1, "client"_L1, Look::Code, "the resolved address"_L1},
    {"Via"_L1, "hops"_L1, Look::Words, "hops behind the peer, and whether they were believed"_L1},
    {"Peer"_L1, "peer"_L1, Look::Code, "who connected to the server"_L1},
    {"Namespace"_L1, "namespace"_L1, Look::Words, ""_L1},
    {"Rooms"_L1, "rooms"_L1, Look::Number, "how many rooms it is in"_L1},
    {"Connected"_L1, "connected_at"_L1, Look::Number, "since the upgrade"_L1},
    {"Idle"_L1, "idle_s"_L1, Look::Number, "since the last byte came"_L1},
    {"Msgs in"_L1, "messages_in"_L1, Look::Number, "messages from the client"_L1},
    {"Msgs out"_L1, "messages_out"_L1, Look::Number, "messages to the client"_L1},
    {"Queue"_L1, "queue_bytes"_L1, Look::Number, "what waits to be sent"_L1},
    {"Host"_L1, "host"_L1, Look::Words, "what it called"_L1},
    {"Closed at"_L1, "closed_at"_L1, Look::Number, ""_L1},
    {"Lasted"_L1, ""_L1, Look::Number, "how long it was connected"_L1},
    {"Why"_L1, "close_code"_L1, Look::Words, "the close code, and the reason given"_L1},
    {"Closed by"_L1, "initiator"_L1, Look::Words, "client, server or network"_L1},
    {"URL"_L1, "url"_L1, Look::Words, ""_L1},
    {"Peer port"_L1, "peer_port"_L1, Look::Number, ""_L1},
    {"Scheme"_L1, "scheme"_L1, Look::Words, ""_L1},
    {"Port"_L1, "port"_L1, Look::Number, "what it called"_L1},
    {"User agent"_L1, "user_agent"_L1, Look::Words, ""_L1},
    {"Origin"_L1, "origin"_L1, Look::Words, ""_L1},
    {"Bytes in"_L1, "bytes_in"_L1, Look::Number, ""_L1},
    {"Bytes out"_L1, "bytes_out"_L1, Look::Number, ""_L1},
    {"Source"_L1, "source"_L1, Look::Words, "where the address was taken from"_L1},
    {"Revision"_L1, "trust_revision"_L1, Look::Number,
     "of the trust list that it was resolved by"_L1},
    {"Trusted peer"_L1, "trusted_peer"_L1, Look::Words, "its headers were believed"_L1},
    {"Known"_L1, "known"_L1, Look::Words, "no: the address is that of the last known hop"_L1},
    {"Conflict"_L1, "conflict"_L1, Look::Words, "the headers contradicted each other"_L1},
}};

const FieldInfo &infoOf(ClientField field)
{
    return Fields[size_t(field)];
}

QString yesNo(bool yes)
{
    return yes ? u"yes"_s : u"no"_s;
}

qint64 wholeNumber(const QJsonObject &json, QLatin1StringView name)
{
    return json.value(name).toInteger();
}

QString isoTime(qint64 seconds)
{
    return seconds > 0 ? QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODate)
                       : QString();
}

QString stateText(const ClientRow &row)
{
    if (row.presence == ClientRow::Presence::Left)
        return u"left"_s;
    return row.presence == ClientRow::Presence::Closed || row.closedAt > 0 ? u"closed"_s
                                                                           : u"open"_s;
}

QString endText(const ClientRow &row)
{
    return row.closedAt > 0 ? closeReasonText(row.closeCode, row.closeReason) : QString();
}

} // namespace

ClientRow ClientRow::fromJson(const QJsonObject &json)
{
    const auto text = [&json](QLatin1StringView name) { return json.value(name).toString(); };
    ClientRow row;
    row.id = text("id"_L1);
    row.client = text("client"_L1);
    row.peer = text("peer"_L1);
    row.scheme = text("scheme"_L1);
    row.host = text("host"_L1);
    row.url = text("url"_L1);
    row.userAgent = text("user_agent"_L1);
    row.origin = text("origin"_L1);
    row.nameSpace = text("namespace"_L1);
    row.source = text("source"_L1);
    row.closeReason = text("close_reason"_L1);
    row.initiator = text("initiator"_L1);
    const QJsonArray rooms = json.value("rooms"_L1).toArray();
    for (const QJsonValue &room : rooms)
        row.rooms.append(room.toString());
    row.connectedAt = wholeNumber(json, "connected_at"_L1);
    row.closedAt = wholeNumber(json, "closed_at"_L1);
    row.idle = wholeNumber(json, "idle_s"_L1);
    row.messagesIn = wholeNumber(json, "messages_in"_L1);
    row.messagesOut = wholeNumber(json, "messages_out"_L1);
    row.bytesIn = wholeNumber(json, "bytes_in"_L1);
    row.bytesOut = wholeNumber(json, "bytes_out"_L1);
    row.queueBytes = wholeNumber(json, "queue_bytes"_L1);
    row.trustRevision = wholeNumber(json, "trust_revision"_L1);
    row.closeCode = json.value("close_code"_L1).toInt();
    row.hops = json.value("hops"_L1).toInt();
    row.peerPort = json.value("peer_port"_L1).toInt();
    row.port = json.value("port"_L1).toInt();
    row.trustedPeer = json.value("trusted_peer"_L1).toBool();
    row.known = json.value("known"_L1).toBool(true);
    row.conflict = json.value("conflict"_L1).toBool();
    return row;
}

std::pair<QString, QString> ClientRow::roomOf(const QString &text) const
{
    const QString prefix = nameSpace + u':';
    if (nameSpace != "/"_L1 && text.startsWith(prefix))
        return {nameSpace, text.sliced(prefix.size())};
    return {u"/"_s, text};
}

QString viaText(const ClientRow &row)
{
    const QString hops = row.hops > 0 ? countText(row.hops, "hop", "hops") : u"direct"_s;
    if (row.conflict)
        return u"conflict"_s;
    if (!row.known)
        return hops + u", unknown"_s;
    return hops + (row.trustedPeer ? u", trusted"_s : u", untrusted"_s);
}

QString hostText(const ClientRow &row)
{
    const bool isDefault = row.port == (row.scheme == "https"_L1 ? 443 : 80);
    return isDefault || row.port == 0 ? row.host
                                      : QString(row.host + u':' + QString::number(row.port));
}

QVariant ClientCells::data(const ClientRow &row, ClientField field, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return text(row, field);
    case Qt::ToolTipRole: {
        const QString tip = toolTip(row, field);
        return tip.isEmpty() ? QVariant() : QVariant(tip.toHtmlEscaped());
    }
    case KeyRole:
        return row.id;
    case ToneRole:
        return tone(row, field);
    case NumericRole:
        return infoOf(field).look == Look::Number;
    case MonospaceRole:
        return infoOf(field).look == Look::Code;
    case ExportRole:
        return exported(row, field);
    case ShareRole:
        if (field == ClientField::Queue && largestQueue > 0)
            return std::min(1.0, double(row.queueBytes) / double(largestQueue));
        return {};
    default:
        return {};
    }
}

QVariant ClientCells::header(ClientField field, int role) const
{
    const FieldInfo &info = infoOf(field);
    switch (role) {
    case Qt::DisplayRole:
        if (field == ClientField::Connected)
            return ofClosed ? u"Connected at"_s : u"Connected for"_s;
        return QString(info.title);
    case Qt::ToolTipRole:
        return info.help.isEmpty() ? QVariant() : QVariant(QString(info.help));
    case NumericRole:
        return info.look == Look::Number;
    case ColumnNameRole:
        return info.name.isEmpty() ? QVariant() : QVariant(QString(info.name));
    default:
        return {};
    }
}

QString ClientCells::text(const ClientRow &row, ClientField field) const
{
    switch (field) {
    case ClientField::State:
        return stateText(row);
    case ClientField::Id:
        return row.id;
    case ClientField::Client:
        return mask.shown(row.client);
    case ClientField::Via:
        return viaText(row);
    case ClientField::Peer:
        return mask.shown(row.peer);
    case ClientField::Namespace:
        return row.nameSpace;
    case ClientField::Rooms:
        return countText(row.rooms.size());
    case ClientField::Connected:
        if (ofClosed)
            return timeText(row.connectedAt, QDateTime::fromSecsSinceEpoch(now));
        return durationText(
            std::max<qint64>(0, (row.closedAt > 0 ? row.closedAt : now) - row.connectedAt));
    case ClientField::Idle:
        return durationText(row.idle);
    case ClientField::MessagesIn:
        return countText(row.messagesIn);
    case ClientField::MessagesOut:
        return countText(row.messagesOut);
    case ClientField::Queue:
        return bytesText(double(row.queueBytes));
    case ClientField::Host:
        return mask.shownText(hostText(row));
    case ClientField::ClosedAt:
        return row.closedAt > 0 ? timeText(row.closedAt, QDateTime::fromSecsSinceEpoch(now))
                                : QString();
    case ClientField::Duration:
        return row.closedAt > 0 ? durationText(std::max<qint64>(0, row.closedAt - row.connectedAt))
                                : QString();
    case ClientField::CloseCode:
        return mask.shownText(endText(row));
    case ClientField::Initiator:
        return row.initiator;
    case ClientField::Url:
        return mask.shownText(row.url);
    case ClientField::PeerPort:
        return QString::number(row.peerPort);
    case ClientField::Scheme:
        return row.scheme;
    case ClientField::Port:
        return QString::number(row.port);
    case ClientField::UserAgent:
        return row.userAgent;
    case ClientField::Origin:
        return mask.shownText(row.origin);
    case ClientField::BytesIn:
        return bytesText(double(row.bytesIn));
    case ClientField::BytesOut:
        return bytesText(double(row.bytesOut));
    case ClientField::Source:
        return row.source;
    case ClientField::TrustRevision:
        return QString::number(row.trustRevision);
    case ClientField::TrustedPeer:
        return yesNo(row.trustedPeer);
    case ClientField::Known:
        return yesNo(row.known);
    case ClientField::Conflict:
        break;
    }
    return yesNo(row.conflict);
}

// Numbers and times as programs read them; what is not here is exported as it is shown.
QVariant ClientCells::exported(const ClientRow &row, ClientField field) const
{
    switch (field) {
    case ClientField::Rooms:
        return row.rooms.join(u' ');
    case ClientField::Connected:
        return isoTime(row.connectedAt);
    case ClientField::Idle:
        return row.idle;
    case ClientField::MessagesIn:
        return row.messagesIn;
    case ClientField::MessagesOut:
        return row.messagesOut;
    case ClientField::Queue:
        return row.queueBytes;
    case ClientField::ClosedAt:
        return isoTime(row.closedAt);
    case ClientField::Duration:
        return row.closedAt > 0 ? QVariant(row.closedAt - row.connectedAt) : QVariant(QString());
    case ClientField::BytesIn:
        return row.bytesIn;
    case ClientField::BytesOut:
        return row.bytesOut;
    default:
        return {};
    }
}

QString ClientCells::toolTip(const ClientRow &row, ClientField field) const
{
    switch (field) {
    case ClientField::State:
        if (row.presence == ClientRow::Presence::Left)
            return u"Not on this page any more: it moved to another one, or the filter no longer "
                   "fits. Press F5."_s;
        if (row.closedAt > 0)
            return u"Closed "_s + dateTimeText(row.closedAt) + u": "_s
                   + mask.shownText(endText(row));
        return {};
    case ClientField::Via:
        if (row.conflict)
            return u"The headers contradict each other; the peer is taken for the client."_s;
        if (!row.known)
            return u"The client is not known; this is the last hop that could be verified."_s;
        return row.trustedPeer ? u"The peer is trusted, and its headers were believed."_s
                               : u"The peer is not trusted: it is the client."_s;
    case ClientField::Rooms:
        return row.rooms.join(u", "_s);
    case ClientField::Connected:
        return u"Since "_s + dateTimeText(row.connectedAt);
    case ClientField::Host:
        return mask.shownText(row.url);
    case ClientField::Queue:
        return countText(row.queueBytes, "byte waits", "bytes wait") + u" to be sent"_s;
    case ClientField::MessagesIn:
        return bytesText(double(row.bytesIn));
    case ClientField::MessagesOut:
        return bytesText(double(row.bytesOut));
    case ClientField::CloseCode:
    case ClientField::Url:
    case ClientField::UserAgent:
    case ClientField::Origin:
    case ClientField::Client:
    case ClientField::Peer:
        return text(row, field);
    default:
        return {};
    }
}

int ClientCells::tone(const ClientRow &row, ClientField field)
{
    const auto of = [](Tone tone) { return int(tone); };
    if (row.presence != ClientRow::Presence::Here)
        return of(Tone::Muted);
    switch (field) {
    case ClientField::State:
        return of(row.closedAt > 0 ? Tone::Muted : Tone::Ok);
    case ClientField::Client:
        return of(row.known ? Tone::Client : Tone::Warning);
    case ClientField::Via:
        if (row.conflict)
            return of(Tone::Error);
        if (!row.known)
            return of(Tone::Warning);
        return of(row.trustedPeer ? Tone::Trusted : Tone::Muted);
    case ClientField::Conflict:
        return of(row.conflict ? Tone::Error : Tone::Normal);
    case ClientField::Known:
        return of(row.known ? Tone::Normal : Tone::Warning);
    default:
        return of(Tone::Normal);
    }
}

} // namespace truepeer
