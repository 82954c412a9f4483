// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/requesthead.h"
#include "server/http/response.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace truepeer {

// What a request is with regard to RFC 6455 4.2.1.
struct UpgradeJudgement
{
    enum class Verdict : quint8 {
        // Plain HTTP. Proxies send "Connection: upgrade" on these too.
        NotAnUpgrade,
        // A sound opening handshake; Origin, key and limits are still to be checked.
        Accept,
        // Meant as an opening handshake, but a wrong one: send `refusal`, then close.
        Refuse,
    };

    Verdict verdict = Verdict::NotAnUpgrade;
    // With Accept: Sec-WebSocket-Key, and the subprotocols offered, as views into the head.
    QByteArrayView key;
    std::vector<QByteArrayView> protocols;
    // With Refuse: 400 or 426, closing, with the reason in the body.
    Response refusal;
};

// A request is meant as a WebSocket handshake when it is a GET with an Upgrade field that lists
// "websocket" (any case, several lines). Anything else is plain: an Upgrade to "h2c" is ignored, as
// RFC 9110 7.8 allows.
UpgradeJudgement judgeUpgrade(const RequestHead &head);

// Sec-WebSocket-Accept for this Sec-WebSocket-Key (RFC 6455 4.2.2).
QByteArray acceptKey(QByteArrayView key);

} // namespace truepeer
