// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/headerline.h"

#include <QByteArrayView>

#include <optional>
#include <vector>

namespace truepeer {

// The head of one HTTP/1.x request, as views into the bytes that were given to RequestParser. It
// lives no longer than those bytes, and no longer than the buffer keeps them in place.
//
// A head that came out of RequestParser keeps these promises: the method is a token of at most 32
// bytes (known or not), the target has no control, blank, '#' or byte above 0x7e, each header name
// is a token, no value holds a control other than HTAB, HTTP/1.1 has exactly one Host and it is
// well formed, and the framing is the only one that RFC 9112 6.3 allows for these fields.
//
// One object is reused for many requests: clear() keeps the room of the vector, so that parsing
// does not allocate.
struct RequestHead
{
    // How long the body is: there is none, contentLength bytes, or chunks (RFC 9112 6.3).
    enum class Framing : quint8 { None, Length, Chunked };

    QByteArrayView method;
    // The request target as it was sent.
    QByteArrayView target;
    // Path and query of the target, still percent-encoded. `path` starts with '/', or is "*" for
    // OPTIONS. `query` has no '?'; it is empty when there was none.
    QByteArrayView path;
    QByteArrayView query;
    // The authority of an absolute-form target, else the Host value; empty only for HTTP/1.0
    // without Host. When both were sent they name the same host and port.
    QByteArrayView host;
    // All field lines in order of arrival, values without outer blanks.
    std::vector<HeaderLine> headers;
    quint64 contentLength = 0;
    // 0 or 1.
    int minorVersion = 1;
    Framing framing = Framing::None;
    // The client allows another request on this connection (RFC 9112 9.3).
    bool keepAlive = false;
    // The client waits for "100 Continue" before it sends the body. Only set when there is a body.
    bool expectContinue = false;

    // There are body bytes to read after the head.
    bool hasBody() const
    {
        return framing == Framing::Chunked || (framing == Framing::Length && contentLength > 0);
    }

    // The value of the first line with this name, or nothing. Names compare case-insensitively.
    std::optional<QByteArrayView> find(QByteArrayView name) const;

    // How many lines have this name.
    int count(QByteArrayView name) const;

    // True when a comma-separated list of the field, over all its lines, has this token as a whole
    // member. Names and tokens compare case-insensitively.
    bool hasToken(QByteArrayView name, QByteArrayView token) const;

    // Back to the state of a new object; the vector keeps its room.
    void clear();
};

} // namespace truepeer
