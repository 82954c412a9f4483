// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A WebSocket client by hand (RFC 6455): it sends frames of any kind, right or wrong, and shows
// each frame that comes. It answers nothing by itself, neither a ping nor a close.
#pragma once

#include "tests/support/rawclient.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace truepeer {

struct WireFrame
{
    enum Opcode : quint8 {
        Continuation = 0x0,
        Text = 0x1,
        Binary = 0x2,
        Close = 0x8,
        Ping = 0x9,
        Pong = 0xA,
    };

    quint8 opcode = Text;
    QByteArray payload;
    bool isFinal = true;
    bool isMasked = true;
    quint8 reserved = 0; // RSV1 to RSV3 as in the first byte: 0x40, 0x20, 0x10

    QByteArray encoded() const;
    // Of a close frame; 1005 when it has none.
    int closeCode() const;
    QByteArray closeReason() const { return payload.mid(2); }
};

class WebSocketClient
{
    Q_DISABLE_COPY_MOVE(WebSocketClient)

public:
    explicit WebSocketClient(quint16 port)
        : m_raw(port)
    {
    }
    WebSocketClient(quint16 port, const QByteArray &source)
        : m_raw(port, source)
    {
    }
    WebSocketClient(quint16 port, const RawClient::Options &options)
        : m_raw(port, options)
    {
    }

    // The request of an opening handshake.
    static QByteArray request(const QByteArray &target, const QByteArray &headerLines = {});

    // Sends the handshake, with `early` bytes behind it in the same packet. True when the answer
    // is a 101 with the right key; response() is what came.
    bool open(const QByteArray &target = "/", const QByteArray &headerLines = {},
              const QByteArray &early = {});
    const HttpResponse &response() const { return m_response; }

    bool send(const WireFrame &frame) { return m_raw.send(frame.encoded()); }
    bool send(quint8 opcode, const QByteArray &payload = {});
    bool sendClose(int code, const QByteArray &reason = {});

    // The next frame; nothing when none came.
    std::optional<WireFrame> readFrame();
    // The code of the next frame, which must be a close; 0 otherwise.
    int readCloseCode();
    // Sends a ping and reads its pong: whether the server has taken all that was sent before.
    bool isResponsive();
    // A whole closing handshake that we begin; true when the server does its part.
    bool close(int code = 1000);

    RawClient &raw() { return m_raw; }

private:
    RawClient m_raw;
    HttpResponse m_response;
};

} // namespace truepeer
