// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <truepeer/response.h>

#include <chrono>

namespace truepeer {

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
