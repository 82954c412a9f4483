// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What comes to the admin socket. The first byte chooses the sizes of the pieces and the longest
// line. Oracles: the lines are those of a naive split, however the bytes are cut; a call that
// decodes is written to one line that decodes to the same; a fault can be answered.
#include "shared/admin/linecodec.h"
#include "shared/admin/protocol.h"

#include <QByteArrayList>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <variant>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

struct Lines
{
    QByteArrayList lines;
    bool overflowed = false;

    bool operator==(const Lines &) const = default;
};

Lines naiveSplit(const QByteArray &bytes, qsizetype longest)
{
    Lines result;
    QByteArrayList parts = bytes.split('\n');
    const QByteArray rest = parts.takeLast();
    for (QByteArray &line : parts) {
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.size() > longest)
            return {result.lines, true};
        if (!line.isEmpty())
            result.lines.append(line);
    }
    result.overflowed = rest.size() - (rest.endsWith('\r') ? 1 : 0) > longest;
    return result;
}

// Pieces of `step` bytes and of one byte, in turn.
Lines decode(QByteArrayView bytes, qsizetype longest, qsizetype step)
{
    LineDecoder decoder(longest);
    Lines result;
    bool isShort = false;
    while (!bytes.isEmpty()) {
        const qsizetype size = std::min(isShort ? 1 : step, bytes.size());
        isShort = !isShort;
        decoder.append(bytes.first(size));
        bytes = bytes.sliced(size);
        while (const std::optional<QByteArray> line = decoder.next())
            result.lines.append(*line);
        require(decoder.pending() <= longest + 1);
    }
    result.overflowed = decoder.overflowed();
    return result;
}

void checkRequest(const RpcRequest &request)
{
    require(!request.method.isEmpty() && request.method.size() <= MaxRpcMethod);
    require(!request.wantsAnswer() || request.id.isDouble() || request.id.isString());
    // Text that UTF-8 cannot have (half of a surrogate pair) is replaced the first time.
    const QByteArray line = encodeRequest(request);
    require(line.count('\n') == 1 && line.endsWith('\n'));
    const auto decoded = decodeRequest(line);
    const auto *again = std::get_if<RpcRequest>(&decoded);
    require(again != nullptr && again->wantsAnswer() == request.wantsAnswer());
    require(encodeRequest(*again) == line);
    if (!line.contains('?')) {
        require(again->id == request.id && again->method == request.method);
        require(again->params == request.params);
    }
    if (request.wantsAnswer()) {
        const Expected<RpcMessage> answer = decodeMessage(encodeAnswer(request.id, again->params));
        require(answer.ok() && std::get<RpcAnswer>(*answer).id == again->id);
    }
}

void checkFault(const RpcFault &fault)
{
    require(!fault.error.message.isEmpty() && fault.error.message.size() < 300);
    require(fault.id.isNull() || fault.id.isDouble() || fault.id.isString());
    const Expected<RpcMessage> decoded = decodeMessage(encodeAnswer(fault.id, fault.error));
    require(decoded.ok());
    const auto &error = std::get<RpcError>(std::get<RpcAnswer>(*decoded).result);
    require(error.code == fault.error.code && error.message == fault.error.message);
}

void checkLine(const QByteArray &line)
{
    const auto decoded = decodeRequest(line);
    if (const auto *request = std::get_if<RpcRequest>(&decoded))
        checkRequest(*request);
    else
        checkFault(std::get<RpcFault>(decoded));
    const Expected<RpcMessage> message = decodeMessage(line);
    require(message.ok() || message.error().message.size() < 300);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const qsizetype step = 1 + (data[0] & 0x0f) * 7;
    const qsizetype longest = (data[0] & 0x80) == 0 ? 4096 : (data[0] >> 4 & 7) * 3;
    const QByteArray bytes(reinterpret_cast<const char *>(data + 1),
                           static_cast<qsizetype>(size) - 1);
    const Lines lines = decode(bytes, longest, step);
    require(lines == naiveSplit(bytes, longest));
    require(lines == decode(bytes, longest, std::max<qsizetype>(bytes.size(), 1)));
    for (const QByteArray &line : lines.lines)
        checkLine(line);
    return 0;
}
