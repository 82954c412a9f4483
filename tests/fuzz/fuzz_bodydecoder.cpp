// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Input: one byte for the framing and one for the cut, then body bytes. Oracles: the result does
// not depend on the cut; no more is taken than there is and than the cap allows; what was decoded
// and framed again decodes to the same.
#include "tests/unit/http/parseoutcome.h"

#include <array>
#include <cstdlib>
#include <vector>

#include <stdint.h>

using namespace truepeer;
using namespace truepeer::test;

namespace {

constexpr std::array<qsizetype, 0> Whole{};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

HttpLimits limits()
{
    HttpLimits small;
    small.bodyBytes = 100;
    small.chunkLineBytes = 40;
    small.trailerBytes = 60;
    return small;
}

void checkAgain(const QByteArray &body, const Outcome &expected)
{
    QByteArray wire;
    for (const char byte : body)
        wire += QByteArray("1\r\n") + byte + "\r\n";
    wire += "0\r\n\r\n";
    const BodyDecoder decoder(RequestHead::Framing::Chunked, 0, limits());
    const Outcome again = decodePieces(wire, Whole, decoder);
    require(again.status == ParseStatus::Complete && again.used == wire.size());
    require(again.text == expected.text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    // 0 to 127 are lengths (above 100: over the cap), the rest is chunked.
    const bool isChunked = data[0] >= 128;
    const BodyDecoder decoder(isChunked ? RequestHead::Framing::Chunked
                                        : RequestHead::Framing::Length,
                              isChunked ? 0 : data[0], limits());
    const qsizetype cut = data[1];
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 2,
                           static_cast<qsizetype>(size) - 2);

    const Outcome whole = decodePieces(bytes, Whole, decoder);
    require(decodePieces(bytes, std::array{cut, qsizetype{1}, cut}, decoder) == whole);
    const std::vector<qsizetype> single(static_cast<std::size_t>(bytes.size()), 1);
    require(decodePieces(bytes, single, decoder) == whole);
    require(whole.used <= bytes.size());

    BodyDecoder reader = decoder;
    QByteArray body;
    qsizetype consumed = 0;
    const ParseStatus status = reader.feed(bytes, body, &consumed);
    require(body.size() <= 100 && reader.received() == static_cast<quint64>(body.size()));
    if (status == ParseStatus::Complete)
        checkAgain(body, whole);
    else if (status == ParseStatus::Incomplete)
        require(consumed == bytes.size());
    return 0;
}
