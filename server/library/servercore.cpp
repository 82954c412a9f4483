// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/servercore.h"

#include "server/net/websocketframe.h"
#include "server/rooms/eventmessage.h"

namespace truepeer {

bool ServerCore::broadcast(const Audience &audience, QAnyStringView event, const QJsonObject &data)
{
    const QByteArray name = event.toString().toUtf8();
    return isEventName(name)
           && hub().broadcast(audience, encodeFrame(Opcode::Text, encodeEvent(name, data)));
}

} // namespace truepeer
