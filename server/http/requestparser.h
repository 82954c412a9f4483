// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/requesthead.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

namespace truepeer {

// What one request may cost us. Sizes are in bytes.
struct HttpLimits
{
    // The whole head, from its first byte to the empty line, both included.
    qsizetype headerBytes = 16384;
    // Field lines in the head.
    int headerCount = 100;
    // The body after decoding.
    quint64 bodyBytes = 1048576;
    // One line of chunk framing: size and extensions.
    qsizetype chunkLineBytes = 256;
    // All trailer lines of a chunked body together.
    qsizetype trailerBytes = 4096;
};

// Why a request is refused: the status to answer with, and a sentence for the caller. The sentence
// is ours and holds no bytes of the request. After a refusal the connection must be closed: where
// the next request would start is not known.
struct HttpRefusal
{
    int status = 0;
    QByteArray detail;
};

enum class ParseStatus : quint8 {
    // Valid so far; call again with more bytes.
    Incomplete,
    Complete,
    Refused,
};

// Parses the head of one HTTP/1.x request, strictly: what RFC 9112 and 9110 let a server tolerate
// (bare LF, folded lines, blanks before the colon, several lengths …) is refused, because a proxy
// in front may read it differently and the difference is a smuggled request on a trusted
// connection. The grammar is Boost.Beast's; the stricter rules stand around it.
//
// A refusal comes as soon as it is certain: a wrong first byte at once, a bad request line with its
// line end, a size at its limit. The result depends only on the bytes, not on how they were cut.
//
// parse() is given all bytes since the start of the request on each call. Between calls the parser
// only remembers how far it has looked, so a peer that sends byte by byte costs linear time.
// Not thread-safe; no I/O; no clock.
class RequestParser
{
public:
    // `forwardingNames` are header names, beside X-Forwarded-*, Forwarded and X-Real-IP, that the
    // Connection field must not name: a client could so make a proxy drop what the proxy itself
    // wrote (CVE-2022-31813).
    explicit RequestParser(const HttpLimits &limits = {}, QByteArrayList forwardingNames = {});

    // Complete: `out` is filled and refers to `bytes`, and size() bytes belong to the head.
    // Refused: refusal() says why; with 413 `out` has the header fields, and refers to `bytes`.
    // Otherwise `out` has no meaning.
    //
    // REQUIRES: after Incomplete, the next `bytes` begin with the bytes of this call. After
    // Complete or Refused the next call starts a new request.
    ParseStatus parse(QByteArrayView bytes, RequestHead &out);

    // Bytes of the head, the empty lines before it included. REQUIRES: parse() said Complete.
    qsizetype size() const { return m_size; }

    // REQUIRES: parse() said Refused.
    const HttpRefusal &refusal() const { return m_refusal; }

    // Forgets a request that was begun.
    void reset();

private:
    enum class Step : quint8 { Leading, RequestLine, Fields };

    ParseStatus scan(QByteArrayView bytes, RequestHead &out);
    ParseStatus skipLeading(QByteArrayView bytes);
    ParseStatus scanRequestLine(QByteArrayView bytes, RequestHead &out);
    ParseStatus scanFields(QByteArrayView bytes);
    ParseStatus finish(QByteArrayView bytes, RequestHead &out);
    ParseStatus refuse(HttpRefusal refusal);
    ParseStatus needMore(QByteArrayView bytes);

    HttpLimits m_limits;
    QByteArrayList m_forwardingNames;
    HttpRefusal m_refusal;
    qsizetype m_size = 0;
    // Everything below is the hint for the next call.
    qsizetype m_start = 0;   // first byte of the request line
    qsizetype m_fields = 0;  // first byte after the request line
    qsizetype m_line = 0;    // first byte of the line that is being read
    qsizetype m_scanned = 0; // bytes before this one need no second look
    int m_fieldCount = 0;
    Step m_step = Step::Leading;
};

} // namespace truepeer
