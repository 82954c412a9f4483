// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The start of a connection. Oracles: cutting the bytes anywhere never gives another answer, only
// an incomplete one or an earlier refusal; what follows a header does not matter; a header of
// version 1 written again parses to the same.
#include "server/trust/proxyheader.h"

#include <QByteArray>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace truepeer;

namespace {

using Status = ProxyHeaderResult::Status;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

bool sameEndpoint(const std::optional<ProxyEndpoint> &a, const std::optional<ProxyEndpoint> &b)
{
    if (!a || !b)
        return a.has_value() == b.has_value();
    return a->address == b->address && a->port == b->port;
}

void checkDone(QByteArrayView bytes, const ProxyHeaderResult &result)
{
    require(result.size > 0 && result.size <= bytes.size()
            && result.size <= ProxyHeaderResult::MaxSize);
    require(result.local == !result.source && result.local == !result.destination);
    const QByteArray exact = bytes.first(result.size).toByteArray();
    const ProxyHeaderResult alone = parseProxyHeader(exact);
    require(alone.status == Status::Done && alone.size == result.size
            && sameEndpoint(alone.source, result.source));
    if (result.local || result.source->address.isIPv4() != result.destination->address.isIPv4())
        return;
    const QByteArray line =
        QByteArray("PROXY ") + (result.source->address.isIPv4() ? "TCP4 " : "TCP6 ")
        + result.source->address.toText() + ' ' + result.destination->address.toText() + ' '
        + QByteArray::number(result.source->port) + ' '
        + QByteArray::number(result.destination->port) + "\r\n";
    const ProxyHeaderResult again = parseProxyHeader(line);
    require(again.status == Status::Done && again.size == line.size() && again.version == 1);
    require(sameEndpoint(again.source, result.source)
            && sameEndpoint(again.destination, result.destination));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(data, static_cast<qsizetype>(size));
    const ProxyHeaderResult whole = parseProxyHeader(bytes);
    require((whole.status == Status::Invalid) == !whole.message.isEmpty());
    const qsizetype end = std::min<qsizetype>(bytes.size(), 256);
    bool refused = false;
    for (qsizetype cut = 0; cut <= end; ++cut) {
        const Status status = parseProxyHeader(bytes.first(cut)).status;
        require(!refused || status == Status::Invalid);
        refused = status == Status::Invalid;
        if (status == Status::Done)
            require(whole.status == Status::Done && cut >= whole.size);
        if (whole.status == Status::Incomplete
            || (whole.status == Status::Done && cut < whole.size))
            require(status == Status::Incomplete);
    }
    if (refused)
        require(whole.status == Status::Invalid);
    if (whole.status == Status::Done)
        checkDone(bytes, whole);
    return 0;
}
