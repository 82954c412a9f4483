// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/requestparser.h"

#include <QByteArrayView>

#include <optional>

namespace truepeer {

// Where the fields that decide on framing and routing are, noted while the head is split. Views
// are the value of the first such line.
struct FieldNotes
{
    QByteArrayView host;
    QByteArrayView contentLength;
    QByteArrayView transferEncoding;
    int hosts = 0;
    int contentLengths = 0;
    int transferEncodings = 0;
    bool hasConnection = false;
    bool hasExpect = false;
};

// The grammar of RFC 9112, by Boost.Beast, which is kept behind this header.
//
// REQUIRES, for both: RequestParser has looked at the bytes. There is no control but HTAB and the
// CRLF pairs, and no line begins with a blank, so the leniencies of the library (folded lines,
// empty leading lines) have nothing to work on.

// Splits a request line, CRLF included, into method, target and version of `out`.
std::optional<HttpRefusal> splitRequestLine(QByteArrayView line, RequestHead &out);

// Splits a whole head, request line and empty line included, into `out`, which must be clear.
std::optional<HttpRefusal> splitHead(QByteArrayView head, RequestHead &out, FieldNotes &notes);

} // namespace truepeer
