// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/bodydecoder.h"

#include "server/http/grammar.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Sixteen digits cannot overflow 64 bits.
constexpr qsizetype MaxSizeDigits = 16;

constexpr auto TooLarge = "The body is larger than this server takes.";

} // namespace

BodyDecoder::BodyDecoder(RequestHead::Framing framing, quint64 contentLength,
                         const HttpLimits &limits, Mode mode)
    : m_limits(limits)
    , m_mode(mode)
{
    switch (framing) {
    case RequestHead::Framing::None:
        break;
    case RequestHead::Framing::Length:
        m_left = contentLength;
        m_state = m_left > 0 ? State::LengthData : State::Complete;
        if (m_left > m_limits.bodyBytes)
            refuse(413, TooLarge);
        break;
    case RequestHead::Framing::Chunked:
        m_state = State::SizeFirst;
        break;
    }
}

ParseStatus BodyDecoder::feed(QByteArrayView bytes, QByteArray &body, qsizetype *consumed)
{
    qsizetype used = 0;
    while (used < bytes.size() && m_state != State::Complete && m_state != State::Refused) {
        if (takesData())
            used += takeData(bytes.sliced(used), body);
        else
            takeByte(bytes[used++]);
    }
    *consumed = used;
    if (m_state == State::Refused)
        return ParseStatus::Refused;
    return m_state == State::Complete ? ParseStatus::Complete : ParseStatus::Incomplete;
}

bool BodyDecoder::takesData() const
{
    return m_state == State::LengthData || m_state == State::ChunkData;
}

qsizetype BodyDecoder::takeData(QByteArrayView bytes, QByteArray &body)
{
    const quint64 taken = std::min(m_left, static_cast<quint64>(bytes.size()));
    const auto size = static_cast<qsizetype>(taken);
    if (m_mode == Mode::Keep)
        body.append(bytes.first(size));
    m_received += taken;
    m_left -= taken;
    if (m_left == 0)
        m_state = m_state == State::LengthData ? State::Complete : State::ChunkCr;
    return size;
}

void BodyDecoder::takeByte(char byte)
{
    switch (m_state) {
    case State::SizeFirst:
    case State::Size:
    case State::SizeBlank:
    case State::Extension:
        if (++m_line > m_limits.chunkLineBytes)
            refuse(400, "A chunk extension is too long."_ba);
        else
            takeSize(byte);
        break;
    case State::SizeLf:
        expect(byte, '\n', State::ChunkData);
        if (m_state == State::ChunkData)
            endSizeLine();
        break;
    case State::ChunkCr:
        expect(byte, '\r', State::ChunkLf);
        break;
    case State::ChunkLf:
        expect(byte, '\n', State::SizeFirst);
        break;
    case State::TrailerStart:
        if (byte == '\r') {
            m_state = State::LastLf;
            break;
        }
        [[fallthrough]];
    case State::TrailerName:
    case State::TrailerValue:
    case State::TrailerLf:
        if (++m_trailer > m_limits.trailerBytes)
            refuse(431, "The trailer section is too large."_ba);
        else
            takeTrailer(byte);
        break;
    case State::LastLf:
        expect(byte, '\n', State::Complete);
        break;
    case State::LengthData:
    case State::ChunkData:
    case State::Complete:
    case State::Refused:
        Q_UNREACHABLE();
    }
}

// chunk-size [ chunk-ext ] CRLF of RFC 9112 7.1; m_line counts this byte already.
void BodyDecoder::takeSize(char byte)
{
    if (m_state == State::Extension) {
        if (byte == '\r')
            m_state = State::SizeLf;
        else if (isForbiddenControl(byte))
            refuse(400, "There is a control character in a chunk extension."_ba);
        return;
    }
    const int digit = ascii::hexValue(byte);
    if (digit >= 0 && m_state != State::SizeBlank) {
        if (m_line > MaxSizeDigits)
            return refuse(400, "A chunk size has more than 16 digits."_ba);
        m_left = m_left * 16 + static_cast<quint64>(digit);
        m_state = State::Size;
    } else if (byte == ';' && m_state != State::SizeFirst) {
        m_state = State::Extension;
    } else if (ascii::isBlank(byte) && m_state != State::SizeFirst) {
        m_state = State::SizeBlank;
    } else if (byte == '\r' && m_state == State::Size) {
        m_state = State::SizeLf;
    } else {
        refuse(400, "A chunk size is not a hexadecimal number."_ba);
    }
}

void BodyDecoder::endSizeLine()
{
    m_line = 0;
    if (m_left == 0)
        m_state = State::TrailerStart;
    else if (m_left > m_limits.bodyBytes - m_received)
        refuse(413, TooLarge);
}

// *( field-line CRLF ) of RFC 9112 7.1.2; the empty line after them ends the body.
void BodyDecoder::takeTrailer(char byte)
{
    switch (m_state) {
    case State::TrailerStart:
        if (ascii::isTokenChar(byte))
            m_state = State::TrailerName;
        else
            refuse(400, "A trailer line does not begin with a name."_ba);
        break;
    case State::TrailerName:
        if (byte == ':')
            m_state = State::TrailerValue;
        else if (!ascii::isTokenChar(byte))
            refuse(400, "A trailer line has no valid name."_ba);
        break;
    case State::TrailerValue:
        if (byte == '\r')
            m_state = State::TrailerLf;
        else if (isForbiddenControl(byte))
            refuse(400, "There is a control character in a trailer line."_ba);
        break;
    default:
        expect(byte, '\n', State::TrailerStart);
        break;
    }
}

void BodyDecoder::expect(char byte, char wanted, State next)
{
    if (byte == wanted)
        m_state = next;
    else
        refuse(400, "A chunk does not end where its size says, with CRLF."_ba);
}

void BodyDecoder::refuse(int status, const QByteArray &detail)
{
    m_refusal = {status, detail};
    m_state = State::Refused;
}

} // namespace truepeer
