// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>

#include <chrono>
#include <utility>
#include <vector>

namespace truepeer {

// One HTTP response as handlers make it. The framing is not theirs: Content-Length, Connection,
// Date, Transfer-Encoding and X-Content-Type-Options are written by serialize(), and fields with
// these names in `headers` are left out.
struct Response
{
    int status = 200;
    QByteArray contentType = {};
    std::vector<std::pair<QByteArray, QByteArray>> headers = {};
    QByteArray body = {};
    // Close the connection after this response, whatever the client asked for.
    bool close = false;

    // `body` is JSON text already.
    static Response json(QByteArray body, int status = 200);
    static Response json(const QJsonObject &body, int status = 200);
    static Response text(int status, QByteArray body);
    // {"error":"message","code":"slug"}; without a slug {"error":"message"}.
    static Response error(int status, QByteArrayView message, QByteArrayView slug);
};

struct SerializeOptions
{
    // The request was HEAD: all header fields, Content-Length included, but no body.
    bool head = false;
    // The client allows another request (RequestHead::keepAlive) and so do we.
    bool keepAlive = false;
    // Of the request; HTTP/1.0 clients are told when the connection stays open.
    int minorVersion = 1;
    // The value of Date (httpDate()); empty leaves it out.
    QByteArrayView dateValue = {};
};

// Appends the response to `out`, which may be a buffer that is reused.
//
// Fields whose name is no token, or whose value holds a control other than HTAB, are left out: they
// could end the head early (response splitting). Each response carries
// X-Content-Type-Options: nosniff. Where the status allows no content (1xx, 204, 304) there is
// neither body nor Content-Length. An Upgrade field gets its "upgrade" option in Connection
// (RFC 9110 7.8).
void serialize(const Response &response, const SerializeOptions &options, QByteArray &out);

// The connection stays open after this response.
inline bool staysOpen(const Response &response, const SerializeOptions &options)
{
    return options.keepAlive && !response.close;
}

// The reason phrase of RFC 9110 and its registry, or "Unknown".
QByteArrayView reasonPhrase(int status);

// An IMF-fixdate (RFC 9110 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
QByteArray httpDate(std::chrono::sys_seconds time);

// "100 Continue", whole: what a client with RequestHead::expectContinue waits for.
QByteArrayView continueResponse();

} // namespace truepeer
