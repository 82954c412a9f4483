// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What operators and backends order, over HTTP or the admin socket, as JSON members of one shape.
// Errors name the member.
#pragma once

#include "server/rooms/hubshard.h"
#include "shared/error.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>

namespace truepeer {

struct EventOrder
{
    QByteArray name;
    QJsonValue data;

    // A whole WebSocket frame.
    QByteArray frame() const;
};

struct KickOrder
{
    static constexpr int Policy = 1008; // RFC 6455 7.4.1

    int code = Policy;
    QByteArray reason; // at most what a close frame can carry (RFC 6455 5.5)
};

// "event" and "data".
Expected<EventOrder> parseEventOrder(const QJsonObject &body);
// "namespace", "room" and "except". A room without a namespace is one of "/"; the original sends to
// everybody then.
Expected<Audience> parseAudience(const QJsonObject &body);
// "reason" and "code".
Expected<KickOrder> parseKickOrder(const QJsonObject &body);

} // namespace truepeer
