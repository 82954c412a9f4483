// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/cidr.h"

#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

namespace {

constexpr int MappedBits = 96; // how many bits of an IPv6 prefix ::ffff:0:0 takes

// Where the bits of a prefix begin in the sixteen bytes.
int bitOffset(const IpAddress &address)
{
    return address.isIPv4() ? MappedBits : 0;
}

enum class Fill { Zeros, Ones };

// The address with all bits behind the prefix set to the same value.
IpAddress filled(const IpAddress &address, int prefix, Fill fill)
{
    IpAddress::Bytes bytes = address.bytes();
    for (int bit = bitOffset(address) + prefix; bit < 128; ++bit) {
        const auto mask = static_cast<quint8>(0x80 >> (bit % 8));
        quint8 &byte = bytes[static_cast<size_t>(bit / 8)];
        byte = static_cast<quint8>(fill == Fill::Ones ? byte | mask : byte & ~mask);
    }
    return IpAddress::fromIPv6(bytes);
}

// `0|[1-9][0-9]*`; a number that is too long for any family stays too long.
std::optional<int> parsePrefix(QByteArrayView text)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), ascii::isDigit))
        return std::nullopt;
    if (text.size() > 1 && text.startsWith('0'))
        return std::nullopt;
    constexpr quint32 Most = 999;
    return static_cast<int>(ascii::parseUInt(text, Most).value_or(Most));
}

} // namespace

Cidr::Cidr(const IpAddress &address, int prefix)
    : m_address(filled(address, prefix, Fill::Zeros))
    , m_prefix(prefix)
    , m_subnet(m_address.toQHostAddress())
{
    Q_ASSERT(prefix >= 0 && prefix <= (address.isIPv4() ? 32 : 128));
}

Cidr::ParseResult Cidr::parse(QByteArrayView text)
{
    const qsizetype slash = text.indexOf('/');
    const QByteArrayView addressText = slash < 0 ? text : text.first(slash);
    const std::optional<IpAddress> address = IpAddress::parse(addressText);
    if (!address)
        return {std::nullopt, Problem::BadAddress, false};

    const bool mapped = address->isIPv4() && addressText.indexOf(':') >= 0;
    const int longest = address->isIPv4() && !mapped ? 32 : 128;
    int prefix = longest;
    if (slash >= 0) {
        const std::optional<int> given = parsePrefix(text.sliced(slash + 1));
        if (!given)
            return {std::nullopt, Problem::BadPrefix, false};
        prefix = *given;
    }
    if (prefix > longest)
        return {std::nullopt, Problem::PrefixTooLong, false};
    if (mapped && prefix <= MappedBits)
        return {std::nullopt, Problem::MappedTooBroad, false};
    if (prefix == 0)
        return {std::nullopt, Problem::PrefixZero, false};

    Cidr range(*address, mapped ? prefix - MappedBits : prefix);
    const bool hadHostBits = range.address() != *address;
    return {std::move(range), Problem::None, hadHostBits};
}

IpAddress Cidr::last() const
{
    return filled(m_address, m_prefix, Fill::Ones);
}

bool Cidr::contains(const IpAddress &address) const
{
    return address.isIPv4() == isIPv4() && address.toQHostAddress().isInSubnet(m_subnet, m_prefix);
}

QByteArray Cidr::toText() const
{
    return m_address.toText() + '/' + QByteArray::number(m_prefix);
}

} // namespace truepeer
