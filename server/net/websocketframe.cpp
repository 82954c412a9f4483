// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/websocketframe.h"

#include <QtEndian>

namespace truepeer {

namespace {

constexpr quint8 FinalBit = 0x80;
constexpr quint8 MaskBit = 0x80;
constexpr quint8 ControlBit = 0x08;
constexpr qsizetype MaskSize = 4;

quint8 byteAt(QByteArrayView bytes, qsizetype index)
{
    return static_cast<quint8>(bytes[index]);
}

} // namespace

QByteArray encodeFrame(Opcode opcode, QByteArrayView payload)
{
    QByteArray frame;
    frame.reserve(payload.size() + 10);
    frame.append(static_cast<char>(FinalBit | static_cast<quint8>(opcode)));
    if (payload.size() <= 125) {
        frame.append(static_cast<char>(payload.size()));
    } else if (payload.size() <= 0xffff) {
        char length[2];
        qToBigEndian(static_cast<quint16>(payload.size()), length);
        frame.append(static_cast<char>(126)).append(length, sizeof length);
    } else {
        char length[8];
        qToBigEndian(static_cast<quint64>(payload.size()), length);
        frame.append(static_cast<char>(127)).append(length, sizeof length);
    }
    frame.append(payload);
    return frame;
}

FrameScanner::Header FrameScanner::parseHeader(QByteArrayView bytes)
{
    Header header;
    if (bytes.size() < 2)
        return header;
    header.isFinal = (byteAt(bytes, 0) & FinalBit) != 0;
    header.opcode = byteAt(bytes, 0) & 0x0f;
    header.isMasked = (byteAt(bytes, 1) & MaskBit) != 0;
    header.payload = byteAt(bytes, 1) & 0x7f;
    qsizetype size = 2;
    if (header.payload == 126) {
        size += 2;
        if (bytes.size() < size)
            return header;
        header.payload = qFromBigEndian<quint16>(bytes.data() + 2);
    } else if (header.payload == 127) {
        size += 8;
        if (bytes.size() < size)
            return header;
        header.payload = qFromBigEndian<quint64>(bytes.data() + 2);
    }
    header.size = size + (header.isMasked ? MaskSize : 0);
    return header;
}

FrameScanner::Fault FrameScanner::judge(const Header &header) const
{
    if (!header.isMasked)
        return Fault::Unmasked;
    if (header.payload > quint64(m_maxMessageSize))
        return Fault::TooBig;
    if ((header.opcode & ControlBit) != 0)
        return Fault::None;
    if (m_messageBytes + header.payload > quint64(m_maxMessageSize))
        return Fault::TooBig;
    if (m_fragments >= MaxFragments)
        return Fault::TooManyFragments;
    return Fault::None;
}

void FrameScanner::count(const Header &header)
{
    if ((header.opcode & ControlBit) != 0) {
        m_sawClose = m_sawClose || header.opcode == static_cast<quint8>(Opcode::Close);
        return;
    }
    if (header.isFinal) {
        m_messageBytes = 0;
        m_fragments = 0;
    } else {
        m_messageBytes += header.payload;
        ++m_fragments;
    }
}

qsizetype FrameScanner::scan(QByteArrayView bytes)
{
    qsizetype position = 0;
    while (m_fault == Fault::None && !m_sawClose) {
        const QByteArrayView rest = bytes.sliced(position);
        const Header header = parseHeader(rest);
        if (header.size == 0)
            break;
        m_fault = judge(header);
        // The payload fits in a qsizetype: judge() has held it against the cap.
        if (m_fault != Fault::None || rest.size() - header.size < qsizetype(header.payload))
            break;
        count(header);
        const qsizetype size = header.size + qsizetype(header.payload);
        if (m_sawClose)
            m_closeSize = size;
        position += size;
    }
    return position;
}

FrameScanner::Frame FrameScanner::frameAt(QByteArrayView frames, qsizetype position)
{
    const Header header = parseHeader(frames.sliced(position));
    const bool isText = header.opcode == quint8(Opcode::Text);
    return {header.size + qsizetype(header.payload),
            isText || header.opcode == quint8(Opcode::Binary), isText};
}

} // namespace truepeer
