// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/apiorders.h"

#include "server/api/apirequest.h"
#include "server/net/websocketframe.h"
#include "server/rooms/eventmessage.h"
#include "server/rooms/roomevents.h"

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxReasonBytes = 123;

// A room or a namespace; nothing when the member is missing.
Expected<QByteArray> parsePlace(const QJsonObject &body, const QString &member)
{
    const auto text = textMember(body, member, MaxRoomNameBytes);
    if (!text)
        return text.error();
    if (!*text)
        return QByteArray();
    const QByteArray name = (*text)->toUtf8();
    if (!isRoomName(name))
        return Error{u"\"%1\" must not be empty or \"0\""_s.arg(member)};
    return name;
}

} // namespace

QByteArray EventOrder::frame() const
{
    return encodeFrame(Opcode::Text, encodeEvent(name, data));
}

Expected<EventOrder> parseEventOrder(const QJsonObject &body)
{
    const Expected<QByteArray> name = eventMember(body);
    if (!name)
        return name.error();
    const Expected<QJsonValue> data = dataMember(body);
    if (!data)
        return data.error();
    return EventOrder{*name, *data};
}

Expected<Audience> parseAudience(const QJsonObject &body)
{
    const Expected<QByteArray> nameSpace = parsePlace(body, u"namespace"_s);
    if (!nameSpace)
        return nameSpace.error();
    const Expected<QByteArray> room = parsePlace(body, u"room"_s);
    if (!room)
        return room.error();
    Expected<std::vector<quint64>> except = idsMember(body, u"except"_s);
    if (!except)
        return except.error();
    Audience audience;
    audience.except = std::move(except).value();
    if (!room->isEmpty() || !nameSpace->isEmpty())
        audience.room = RoomKey{nameSpace->isEmpty() ? "/"_ba : *nameSpace, *room};
    return audience;
}

Expected<KickOrder> parseKickOrder(const QJsonObject &body)
{
    KickOrder kick;
    const auto reason = textMember(body, u"reason"_s, MaxReasonBytes);
    if (!reason)
        return reason.error();
    if (*reason)
        kick.reason = (*reason)->toUtf8();
    const QJsonValue code = body.value(u"code"_s);
    if (!code.isUndefined() && !code.isNull()) {
        if (!isCloseCode(code.toInteger(0))) {
            return Error{u"\"code\" is no close code; allowed: 1000 to 1014 without 1004 to 1006, "
                         "and 3000 to 4999"_s};
        }
        kick.code = int(code.toInteger());
    }
    return kick;
}

} // namespace truepeer
