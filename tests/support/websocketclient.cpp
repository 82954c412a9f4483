// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/websocketclient.h"

#include <QtEndian>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// The example of RFC 6455 1.3.
constexpr auto Key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr auto Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr char Mask[] = {'\x37', '\xfa', '\x21', '\x3d'};

template <typename Length>
QByteArray bigEndian(Length length)
{
    QByteArray bytes(qsizetype(sizeof length), '\0');
    qToBigEndian(length, bytes.data());
    return bytes;
}

} // namespace

QByteArray WireFrame::encoded() const
{
    const quint8 maskBit = isMasked ? 0x80 : 0;
    QByteArray bytes(1, char((isFinal ? 0x80 : 0) | reserved | opcode));
    if (payload.size() <= 125)
        bytes += char(maskBit | payload.size());
    else if (payload.size() <= 0xffff)
        bytes += char(maskBit | 126) + bigEndian(quint16(payload.size()));
    else
        bytes += char(maskBit | 127) + bigEndian(quint64(payload.size()));
    if (!isMasked)
        return bytes + payload;
    bytes.append(Mask, sizeof Mask);
    for (qsizetype i = 0; i < payload.size(); ++i)
        bytes += char(payload[i] ^ Mask[i % qsizetype(sizeof Mask)]);
    return bytes;
}

int WireFrame::closeCode() const
{
    return payload.size() < 2 ? 1005 : qFromBigEndian<quint16>(payload.constData());
}

QByteArray WebSocketClient::request(const QByteArray &target, const QByteArray &headerLines)
{
    const QByteArray lines = "Upgrade: websocket\r\n"
                             "Connection: Upgrade\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: "_ba
                             + Key + "\r\n"_ba + headerLines;
    return httpGet(target, lines);
}

bool WebSocketClient::open(const QByteArray &target, const QByteArray &headerLines,
                           const QByteArray &early)
{
    m_response = m_raw.exchange(QByteArray(request(target, headerLines) + early));
    return m_response.status == 101 && m_response.header("sec-websocket-accept") == Accept;
}

bool WebSocketClient::send(quint8 opcode, const QByteArray &payload)
{
    WireFrame frame;
    frame.opcode = opcode;
    frame.payload = payload;
    return send(frame);
}

bool WebSocketClient::sendClose(int code, const QByteArray &reason)
{
    return send(WireFrame::Close, bigEndian(quint16(code)) + reason);
}

std::optional<WireFrame> WebSocketClient::readFrame()
{
    const QByteArray head = m_raw.read(2);
    if (head.size() < 2)
        return std::nullopt;
    const auto first = quint8(head[0]);
    const auto second = quint8(head[1]);
    WireFrame frame;
    frame.isFinal = (first & 0x80) != 0;
    frame.reserved = first & 0x70;
    frame.opcode = first & 0x0f;
    frame.isMasked = (second & 0x80) != 0;
    qsizetype length = second & 0x7f;
    if (length >= 126) {
        const QByteArray extended = m_raw.read(length == 126 ? 2 : 8);
        length = 0;
        for (const char byte : extended)
            length = length * 256 + quint8(byte);
    }
    frame.payload = m_raw.read(length);
    if (frame.payload.size() < length)
        return std::nullopt;
    return frame;
}

int WebSocketClient::readCloseCode()
{
    const auto frame = readFrame();
    return frame && frame->opcode == WireFrame::Close ? frame->closeCode() : 0;
}

bool WebSocketClient::isResponsive()
{
    if (!send(WireFrame::Ping, "still there?"_ba))
        return false;
    const auto frame = readFrame();
    return frame && frame->opcode == WireFrame::Pong && frame->payload == "still there?";
}

bool WebSocketClient::close(int code)
{
    return sendClose(code) && readCloseCode() == code && m_raw.waitForClosed();
}

} // namespace truepeer
