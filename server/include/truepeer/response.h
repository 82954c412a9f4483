// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>

#include <truepeer/global.h>

#include <utility>
#include <vector>

namespace truepeer {

// One HTTP response as handlers make it. The framing is not theirs: Content-Length, Connection,
// Date, Transfer-Encoding and X-Content-Type-Options are written by the server, and fields with
// these names in `headers` are left out. So are fields whose name is no token, or whose value holds
// a control other than HTAB: they could end the head early (response splitting).
struct TRUEPEER_EXPORT Response
{
    int status = 200;
    QByteArray contentType = {};
    std::vector<std::pair<QByteArray, QByteArray>> headers = {};
    QByteArray body = {};
    // Close the connection after this response, whatever the client asked for.
    bool close = false;

    static Response json(const QJsonObject &body, int status = 200);
    // `body` is JSON text already.
    static Response jsonText(QByteArray body, int status = 200);
    static Response text(int status, QByteArray body);
    static Response html(QByteArray body, int status = 200);
    // {"error":"message","code":"slug"}; without a slug {"error":"message"}.
    static Response error(int status, QByteArrayView message, QByteArrayView slug = {});
};

} // namespace truepeer
