// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/proxyheader.h"

#include "server/trust/crc32c.h"
#include "shared/net/ascii.h"
#include "shared/net/hostport.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <limits>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Result = ProxyHeaderResult;

constexpr QByteArrayView TextPrefix = "PROXY ";
constexpr std::array<char, 12> Signature = {'\r', '\n', '\r', '\n', '\0', '\r',
                                            '\n', 'Q',  'U',  'I',  'T',  '\n'};
constexpr qsizetype MaxTextSize = 107; // with CRLF, proxy-protocol.txt 2.1
constexpr qsizetype FixedSize = 16;    // of version 2: signature, version, family, length

Result invalid(const QString &message)
{
    Result result;
    result.status = Result::Status::Invalid;
    result.message = message;
    return result;
}

// True while `bytes` may still become something that starts with `prefix`.
bool mayStartWith(QByteArrayView bytes, QByteArrayView prefix)
{
    const qsizetype known = std::min(bytes.size(), prefix.size());
    return bytes.first(known) == prefix.first(known);
}

// --- version 1: one line of text

// A port without leading zeros; 0 is allowed.
std::optional<quint16> parseTextPort(QByteArrayView text)
{
    if (text == "0")
        return quint16{0};
    return parsePort(text);
}

// The address of one family as the line names it. TCP6 may carry mapped IPv4.
std::optional<IpAddress> parseTextAddress(QByteArrayView text, bool ipv6)
{
    if ((text.indexOf(':') >= 0) != ipv6)
        return std::nullopt;
    return IpAddress::parse(text);
}

Result parseTextLine(QByteArrayView line)
{
    Result result;
    result.status = Result::Status::Done;
    result.size = line.size() + 2;
    result.version = 1;

    const QByteArrayView fields = line.sliced(TextPrefix.size());
    if (fields == "UNKNOWN" || fields.startsWith("UNKNOWN ")) {
        result.local = true; // whatever follows must be ignored
        return result;
    }
    std::array<QByteArrayView, 5> field;
    size_t count = 0;
    for (qsizetype start = 0; start <= fields.size();) {
        const qsizetype found = fields.indexOf(' ', start);
        const qsizetype end = found < 0 ? fields.size() : found;
        if (count == field.size())
            return invalid(u"PROXY line: too many fields"_s);
        field[count++] = fields.sliced(start, end - start);
        start = end + 1;
    }
    if (field[0] != "TCP4" && field[0] != "TCP6")
        return invalid(u"PROXY line: the protocol must be TCP4, TCP6 or UNKNOWN"_s);
    if (count != field.size())
        return invalid(u"PROXY line: expected two addresses and two ports"_s);
    const bool ipv6 = field[0] == "TCP6";
    const std::optional<IpAddress> source = parseTextAddress(field[1], ipv6);
    const std::optional<IpAddress> destination = parseTextAddress(field[2], ipv6);
    if (!source || !destination)
        return invalid(u"PROXY line: bad address"_s);
    const std::optional<quint16> sourcePort = parseTextPort(field[3]);
    const std::optional<quint16> destinationPort = parseTextPort(field[4]);
    if (!sourcePort || !destinationPort)
        return invalid(u"PROXY line: bad port"_s);
    result.source = ProxyEndpoint{*source, *sourcePort};
    result.destination = ProxyEndpoint{*destination, *destinationPort};
    return result;
}

// Whether an unfinished line can still become a good one, so far as its first field tells.
bool mayBeTextLine(QByteArrayView line)
{
    const QByteArrayView rest = line.sliced(std::min(line.size(), TextPrefix.size()));
    return mayStartWith(rest, "TCP4 ") || mayStartWith(rest, "TCP6 ")
           || mayStartWith(rest, "UNKNOWN ") || mayStartWith(rest, "UNKNOWN\r");
}

Result parseText(QByteArrayView bytes)
{
    const QByteArrayView seen = bytes.first(std::min(bytes.size(), MaxTextSize));
    const qsizetype end = seen.indexOf('\n');
    const qsizetype carriage = seen.indexOf('\r');
    if (end >= 0) {
        if (end <= TextPrefix.size() || carriage != end - 1)
            return invalid(u"PROXY line: it must end with CR LF"_s);
        return parseTextLine(seen.first(end - 1));
    }
    if (carriage >= 0 && carriage + 1 < seen.size())
        return invalid(u"PROXY line: it must end with CR LF"_s);
    if (seen.size() == MaxTextSize)
        return invalid(u"PROXY line: longer than 107 bytes"_s);
    if (!mayBeTextLine(seen))
        return invalid(u"PROXY line: the protocol must be TCP4, TCP6 or UNKNOWN"_s);
    return {};
}

// --- version 2: binary

enum class Family : quint8 { Unspecified = 0, IPv4 = 1, IPv6 = 2, Unix = 3 };

std::optional<qsizetype> addressBlockSize(Family family)
{
    switch (family) {
    case Family::Unspecified:
        return 0;
    case Family::IPv4:
        return 12;
    case Family::IPv6:
        return 36;
    case Family::Unix:
        return 216;
    }
    return std::nullopt;
}

quint16 readUInt16(QByteArrayView bytes, qsizetype at)
{
    return qFromBigEndian<quint16>(bytes.data() + at);
}

IpAddress readIPv6(QByteArrayView bytes, qsizetype at)
{
    IpAddress::Bytes raw{};
    std::copy_n(bytes.data() + at, raw.size(), raw.begin());
    return IpAddress::fromIPv6(raw);
}

void readAddresses(Family family, QByteArrayView block, Result &result)
{
    if (family == Family::IPv4) {
        result.source = ProxyEndpoint{IpAddress::fromIPv4(qFromBigEndian<quint32>(block.data())),
                                      readUInt16(block, 8)};
        result.destination = ProxyEndpoint{
            IpAddress::fromIPv4(qFromBigEndian<quint32>(block.data() + 4)), readUInt16(block, 10)};
    } else if (family == Family::IPv6) {
        result.source = ProxyEndpoint{readIPv6(block, 0), readUInt16(block, 32)};
        result.destination = ProxyEndpoint{readIPv6(block, 16), readUInt16(block, 34)};
    } else {
        result.local = true;
    }
}

// Walks the type-length-value fields behind the addresses; a message is what is wrong with them.
std::optional<QString> checkFields(QByteArrayView header, qsizetype at)
{
    constexpr qsizetype Head = 3;
    constexpr quint8 ChecksumType = 0x03; // PP2_TYPE_CRC32C
    bool sawChecksum = false;
    while (at < header.size()) {
        if (header.size() - at < Head)
            return u"PROXY header: a field is cut short"_s;
        const auto type = static_cast<quint8>(header[at]);
        const qsizetype length = readUInt16(header, at + 1);
        at += Head;
        if (length > header.size() - at)
            return u"PROXY header: a field is longer than the header"_s;
        if (type == ChecksumType) {
            if (length != 4 || std::exchange(sawChecksum, true))
                return u"PROXY header: bad checksum field"_s;
            Crc32c checksum;
            checksum.add(header.first(at));
            checksum.add(QByteArrayView("\0\0\0\0", 4));
            checksum.add(header.sliced(at + 4));
            if (checksum.value() != qFromBigEndian<quint32>(header.data() + at))
                return u"PROXY header: the checksum does not match"_s;
        }
        at += length;
    }
    return std::nullopt;
}

Result parseBinary(QByteArrayView bytes)
{
    if (bytes.size() <= 12)
        return {};
    const auto versionAndCommand = static_cast<quint8>(bytes[12]);
    if (versionAndCommand >> 4 != 2)
        return invalid(u"PROXY header: the version must be 2"_s);
    const int command = versionAndCommand & 0xf;
    if (command > 1)
        return invalid(u"PROXY header: the command must be LOCAL or PROXY"_s);
    if (bytes.size() < 14)
        return {};
    const auto familyAndProtocol = static_cast<quint8>(bytes[13]);
    const auto family = static_cast<Family>(familyAndProtocol >> 4);
    const std::optional<qsizetype> blockSize = addressBlockSize(family);
    const bool local = command == 0;
    if (!local && (!blockSize || (familyAndProtocol & 0xf) > 2))
        return invalid(u"PROXY header: unknown address family or protocol"_s);
    if (bytes.size() < FixedSize)
        return {};
    const qsizetype payload = readUInt16(bytes, 14);
    if (payload > Result::MaxPayload)
        return invalid(u"PROXY header: longer than %1 bytes"_s.arg(Result::MaxSize));
    if (!local && payload < *blockSize)
        return invalid(u"PROXY header: the addresses are cut short"_s);
    if (bytes.size() < FixedSize + payload)
        return {};

    Result result;
    result.status = Result::Status::Done;
    result.size = FixedSize + payload;
    result.version = 2;
    result.local = local;
    // With LOCAL the receiver must ignore the addresses and all that follows.
    if (local)
        return result;
    const QByteArrayView header = bytes.first(result.size);
    if (const std::optional<QString> message = checkFields(header, FixedSize + *blockSize))
        return invalid(*message);
    readAddresses(family, header.sliced(FixedSize), result);
    return result;
}

} // namespace

ProxyHeaderResult parseProxyHeader(QByteArrayView bytes)
{
    const QByteArrayView signature(Signature.data(), static_cast<qsizetype>(Signature.size()));
    if (bytes.isEmpty())
        return {};
    if (mayStartWith(bytes, signature))
        return parseBinary(bytes);
    if (mayStartWith(bytes, TextPrefix))
        return parseText(bytes);
    return invalid(u"no PROXY header where one is required"_s);
}

Expected<std::shared_ptr<const ProxyProtocolPolicy>>
ProxyProtocolPolicy::compile(const ProxyProtocolSettings &settings)
{
    const TrustListCheck check = validate({TrustMode::List, settings.from});
    if (!check.valid) {
        const TrustListCheck::Remark &first = check.problems.front();
        return Error{u"proxy_protocol entry %1 (\"%2\"): %3"_s.arg(QString::number(first.index + 1),
                                                                   first.entry, first.message)};
    }
    if (settings.required && settings.from.empty())
        return Error{u"proxy_protocol.accept is \"required\" but proxy_protocol.from is empty; "
                     "list the proxies that send a PROXY header"_s};
    return std::shared_ptr<const ProxyProtocolPolicy>(
        new ProxyProtocolPolicy(settings, RangeIndex(check.ranges)));
}

ProxyProtocolPolicy::ProxyProtocolPolicy(ProxyProtocolSettings settings, RangeIndex index)
    : m_settings(std::move(settings))
    , m_index(std::move(index))
{
}

bool ProxyProtocolPolicy::expectsHeader(const IpAddress &socketPeer) const
{
    return m_settings.required && m_index.find(socketPeer) != nullptr;
}

} // namespace truepeer
