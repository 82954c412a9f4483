// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/requestparser.h"

#include <QByteArray>
#include <QByteArrayView>

namespace truepeer {

// Takes the body of one request off the wire, framed by Content-Length or by chunks (RFC 9112 6
// and 7.1). Incremental: it keeps no bytes, only where it stands, so the caller may give any cut.
//
// Chunked framing is read strictly: a hexadecimal size of at most 16 digits, CRLF only,
// chunk extensions checked for controls, capped and ignored, trailer fields checked like header
// fields, capped and dropped. A body above the cap is refused with 413 as soon as its size
// is known, in both modes.
//
// This is not Boost.Beast's chunk decoder: that one accepts folded trailer lines and bare LF in
// extensions, has no cap on either, wants a partial line given again, and in 1.81 fails an
// assertion of its own when an empty chunked body comes byte by byte.
class BodyDecoder
{
public:
    // Discard checks and counts the body as always, but appends nothing.
    enum class Mode : quint8 { Keep, Discard };

    // A body of nothing; Complete at the first feed().
    BodyDecoder() = default;
    BodyDecoder(RequestHead::Framing framing, quint64 contentLength, const HttpLimits &limits,
                Mode mode = Mode::Keep);
    explicit BodyDecoder(const RequestHead &head, const HttpLimits &limits, Mode mode = Mode::Keep)
        : BodyDecoder(head.framing, head.contentLength, limits, mode)
    {
    }

    // Appends what `bytes` hold of the body to `body` and sets `*consumed` to how many of them were
    // used. Incomplete uses all of them. Complete leaves those after the body (the next request).
    // A body of no bytes is Complete with empty `bytes` too.
    // After Complete or Refused the answer stays the same and nothing more is used.
    ParseStatus feed(QByteArrayView bytes, QByteArray &body, qsizetype *consumed);

    // REQUIRES: feed() said Refused.
    const HttpRefusal &refusal() const { return m_refusal; }

    // Body bytes seen so far.
    quint64 received() const { return m_received; }

private:
    enum class State : quint8 {
        LengthData,
        SizeFirst,
        Size,
        SizeBlank,
        Extension,
        SizeLf,
        ChunkData,
        ChunkCr,
        ChunkLf,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLf,
        LastLf,
        Complete,
        Refused,
    };

    bool takesData() const;
    qsizetype takeData(QByteArrayView bytes, QByteArray &body);
    void takeByte(char byte);
    void takeSize(char byte);
    void endSizeLine();
    void takeTrailer(char byte);
    void expect(char byte, char wanted, State next);
    void refuse(int status, const QByteArray &detail);

    HttpLimits m_limits;
    HttpRefusal m_refusal;
    quint64 m_received = 0;
    quint64 m_left = 0;      // data bytes to come before the framing goes on
    qsizetype m_line = 0;    // bytes of the chunk line so far
    qsizetype m_trailer = 0; // bytes of the trailer section so far
    State m_state = State::Complete;
    Mode m_mode = Mode::Keep;
};

} // namespace truepeer
