// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientinfo.h"

#include "shared/trust/explanation.h"

#include <QJsonArray>

namespace truepeer {

using namespace Qt::StringLiterals;

QString RoomName::toText() const
{
    return nameSpace == "/"_L1 ? name : nameSpace + u':' + name;
}

QJsonObject toJson(const ClientInfo &info)
{
    QJsonArray rooms;
    for (const RoomName &room : info.rooms)
        rooms.append(room.toText());
    QJsonObject json{
        // A text, because readers that keep numbers as doubles would round it.
        {u"id"_s, QString::number(info.id)},
        {u"client"_s, info.client.toString()},
        {u"peer"_s, info.peer.toString()},
        {u"peer_port"_s, info.peerPort},
        {u"scheme"_s, schemeName(info.scheme)},
        {u"host"_s, QString::fromLatin1(info.host)},
        {u"port"_s, info.port},
        {u"url"_s, info.url},
        {u"user_agent"_s, escapedText(info.userAgent.toUtf8())},
        {u"origin"_s, escapedText(info.origin.toUtf8())},
        {u"namespace"_s, info.nameSpace},
        {u"rooms"_s, rooms},
        {u"connected_at"_s, info.connectedAt},
        {u"idle_s"_s, info.idle},
        {u"messages_in"_s, info.messagesIn},
        {u"messages_out"_s, info.messagesOut},
        {u"bytes_in"_s, info.bytesIn},
        {u"bytes_out"_s, info.bytesOut},
        {u"queue_bytes"_s, info.queueBytes},
        {u"trusted_peer"_s, info.trustedPeer},
        {u"known"_s, info.known},
        {u"conflict"_s, info.conflict},
        {u"source"_s, sourceName(info.source)},
        {u"hops"_s, info.hops},
        {u"trust_revision"_s, static_cast<qint64>(info.trustRevision)},
    };
    if (info.closed) {
        json.insert("closed_at"_L1, info.closed->closedAt);
        json.insert("close_code"_L1, info.closed->code);
        json.insert("close_reason"_L1, escapedText(info.closed->reason.toUtf8()));
        json.insert("initiator"_L1, info.closed->initiator);
    }
    return json;
}

} // namespace truepeer
