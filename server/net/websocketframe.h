// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Frames of RFC 6455 as far as the server itself looks at them: frames that it sends, encoded once
// for all receivers, and the headers of those that come in, so that caps and masking are judged
// before a byte of the payload is buffered.
//
// Pure; no thread of its own.
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace truepeer {

enum class Opcode : quint8 {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

// Whether a code may stand in a close frame (RFC 6455 7.4).
constexpr bool isCloseCode(qint64 code)
{
    const bool isReserved = code == 1004 || code == 1005 || code == 1006;
    return (code >= 1000 && code <= 1014 && !isReserved) || (code >= 3000 && code <= 4999);
}

// One whole, final, unmasked frame (RFC 6455 5.2), as servers send them.
QByteArray encodeFrame(Opcode opcode, QByteArrayView payload);

// Finds the boundaries of the frames in what a client sends, and refuses what must not be buffered
// or believed. It keeps no bytes, only the state of the fragmented message.
class FrameScanner
{
public:
    enum class Fault {
        None,
        Unmasked,         // RFC 6455 5.1: close 1002
        TooBig,           // frame or message above the cap: close 1009
        TooManyFragments, // a message in more than MaxFragments frames: close 1008
    };

    static constexpr int MaxFragments = 4096;

    explicit FrameScanner(qsizetype maxMessageSize)
        : m_maxMessageSize(maxMessageSize)
    {
    }

    // Looks at `bytes`, which begin with a frame, and returns how many of them make whole frames.
    // Stops behind a close frame and before a frame with a fault.
    qsizetype scan(QByteArrayView bytes);

    Fault fault() const { return m_fault; }

    // The frame that begins at `position`.
    struct Frame
    {
        qsizetype size = 0;  // header and payload
        bool isData = false; // the first frame of a message, or the whole of it
        bool isText = false; // of a text
    };
    // REQUIRES: whole frames, as scan() found them.
    static Frame frameAt(QByteArrayView frames, qsizetype position);

    bool sawClose() const { return m_sawClose; }
    // The size of the close frame that was seen; it ends what scan() returned last.
    qsizetype closeSize() const { return m_closeSize; }

private:
    struct Header
    {
        quint8 opcode = 0;
        bool isFinal = false;
        bool isMasked = false;
        quint64 payload = 0;
        qsizetype size = 0; // of the header; 0: incomplete
    };

    static Header parseHeader(QByteArrayView bytes);
    Fault judge(const Header &header) const;
    void count(const Header &header);

    const qsizetype m_maxMessageSize;
    quint64 m_messageBytes = 0; // of the fragmented message so far
    int m_fragments = 0;
    Fault m_fault = Fault::None;
    bool m_sawClose = false;
    qsizetype m_closeSize = 0;
};

} // namespace truepeer
