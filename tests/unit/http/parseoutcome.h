// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/bodydecoder.h"
#include "server/http/requestparser.h"

#include <QByteArray>
#include <QByteArrayList>

#include <algorithm>

namespace truepeer::test {

// What came out of a parser, as one comparable text, so that the same bytes in other pieces can be
// held against it.
struct Outcome
{
    ParseStatus status = ParseStatus::Incomplete;
    int code = 0;
    qsizetype used = 0;
    QByteArray text;

    friend bool operator==(const Outcome &a, const Outcome &b) = default;
};

inline QByteArray describe(const RequestHead &head)
{
    QByteArrayList lines{
        head.method.toByteArray(),
        head.target.toByteArray(),
        head.path.toByteArray(),
        head.query.toByteArray(),
        head.host.toByteArray(),
        QByteArray::number(head.minorVersion),
        QByteArray::number(static_cast<int>(head.framing)),
        QByteArray::number(head.contentLength),
        head.keepAlive ? "keep-alive" : "close",
        head.expectContinue ? "expects" : "",
    };
    for (const HeaderLine &line : head.headers)
        lines.append(line.name.toByteArray() + ": " + line.value.toByteArray());
    return lines.join('\n');
}

// Gives the parser the first pieces[0] bytes, then pieces[1] more, and so on, at last all of them.
// Each call gets a buffer of its own of just that size, as if the caller's had moved.
template <typename Pieces>
Outcome parsePieces(const QByteArray &bytes, const Pieces &pieces, const HttpLimits &limits = {})
{
    RequestParser parser(limits, {"X-Client-Address"});
    RequestHead head;
    qsizetype given = 0;
    QByteArray buffer;
    const auto step = [&](qsizetype size) {
        given = std::min(bytes.size(), given + size);
        buffer = bytes.first(given);
        buffer.detach();
        return parser.parse(buffer, head);
    };
    ParseStatus status = ParseStatus::Incomplete;
    for (const qsizetype piece : pieces) {
        if (status == ParseStatus::Incomplete)
            status = step(piece);
    }
    if (status == ParseStatus::Incomplete && given < bytes.size())
        status = step(bytes.size() - given);
    if (status == ParseStatus::Refused)
        return {status, parser.refusal().status, 0, parser.refusal().detail};
    if (status == ParseStatus::Complete)
        return {status, 0, parser.size(), describe(head)};
    return {};
}

template <typename Pieces>
Outcome decodePieces(const QByteArray &bytes, const Pieces &pieces, BodyDecoder decoder)
{
    QByteArray body;
    qsizetype given = 0;
    qsizetype used = 0;
    const auto step = [&](qsizetype size) {
        const qsizetype end = std::min(bytes.size(), given + size);
        const QByteArray buffer = bytes.sliced(given, end - given);
        given = end;
        qsizetype consumed = 0;
        const ParseStatus status = decoder.feed(buffer, body, &consumed);
        used += consumed;
        return status;
    };
    ParseStatus status = step(0);
    for (const qsizetype piece : pieces) {
        if (status == ParseStatus::Incomplete)
            status = step(piece);
    }
    if (status == ParseStatus::Incomplete && given < bytes.size())
        status = step(bytes.size() - given);
    if (status == ParseStatus::Refused)
        return {status, decoder.refusal().status, used, decoder.refusal().detail};
    return {status, 0, used, body + '/' + QByteArray::number(decoder.received())};
}

} // namespace truepeer::test
