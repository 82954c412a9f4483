// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/ipaddress.h"

#include "shared/net/ascii.h"

#include <QHostAddress>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace truepeer {

namespace {

constexpr int GroupCount = 8;
constexpr std::array<quint8, 12> MappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

using Groups = std::array<quint16, GroupCount>;

// Four decimal numbers without leading zeros; inet_aton's other forms are not for us.
std::optional<quint32> parseQuad(QByteArrayView text)
{
    quint32 value = 0;
    const char *p = text.data();
    const char *const end = p + text.size();
    for (int octet = 0; octet < 4; ++octet) {
        if (octet > 0 && (p == end || *p++ != '.'))
            return std::nullopt;
        if (p == end || !ascii::isDigit(*p))
            return std::nullopt;
        auto number = static_cast<quint32>(*p++ - '0');
        const bool leadingZero = number == 0;
        while (p != end && ascii::isDigit(*p)) {
            number = number * 10 + static_cast<quint32>(*p++ - '0');
            if (leadingZero || number > 255)
                return std::nullopt;
        }
        value = value << 8 | number;
    }
    if (p != end)
        return std::nullopt;
    return value;
}

// Collects the groups of an IPv6 text from left to right.
class GroupReader
{
public:
    explicit GroupReader(QByteArrayView text)
        : m_text(text)
    {
    }

    std::optional<Groups> read();

private:
    bool readGroup();
    bool readQuad(QByteArrayView quad);
    std::optional<Groups> expanded() const;

    QByteArrayView m_text;
    qsizetype m_at = 0;
    Groups m_groups{};
    int m_count = 0;
    int m_gap = -1; // how many groups stand before the "::"
};

std::optional<Groups> GroupReader::read()
{
    if (m_text.startsWith("::")) {
        m_gap = 0;
        m_at = 2;
        if (m_at == m_text.size())
            return expanded();
    }
    for (;;) {
        const qsizetype colon = m_text.indexOf(':', m_at);
        if (colon < 0 && m_text.indexOf('.', m_at) >= 0) {
            if (!readQuad(m_text.sliced(m_at)))
                return std::nullopt;
            return expanded();
        }
        if (!readGroup())
            return std::nullopt;
        if (m_at == m_text.size())
            return expanded();
        if (m_text[m_at] != ':')
            return std::nullopt;
        ++m_at;
        if (m_at < m_text.size() && m_text[m_at] == ':') {
            if (m_gap >= 0)
                return std::nullopt;
            m_gap = m_count;
            ++m_at;
            if (m_at == m_text.size())
                return expanded();
        }
    }
}

bool GroupReader::readGroup()
{
    if (m_count == GroupCount)
        return false;
    quint32 value = 0;
    int digits = 0;
    for (; m_at < m_text.size(); ++m_at, ++digits) {
        const int digit = ascii::hexValue(m_text[m_at]);
        if (digit < 0)
            break;
        if (digits == 4)
            return false;
        value = value << 4 | static_cast<quint32>(digit);
    }
    if (digits == 0)
        return false;
    m_groups[static_cast<size_t>(m_count++)] = static_cast<quint16>(value);
    return true;
}

bool GroupReader::readQuad(QByteArrayView quad)
{
    const std::optional<quint32> value = parseQuad(quad);
    if (!value || m_count > GroupCount - 2)
        return false;
    m_groups[static_cast<size_t>(m_count++)] = static_cast<quint16>(*value >> 16);
    m_groups[static_cast<size_t>(m_count++)] = static_cast<quint16>(*value & 0xffff);
    return true;
}

std::optional<Groups> GroupReader::expanded() const
{
    if (m_gap < 0) {
        if (m_count != GroupCount)
            return std::nullopt;
        return m_groups;
    }
    // "::" stands for at least one group (RFC 4291 2.2).
    if (m_count >= GroupCount)
        return std::nullopt;
    Groups all{};
    const auto gap = m_groups.begin() + m_gap;
    std::copy(m_groups.begin(), gap, all.begin());
    std::copy(gap, m_groups.begin() + m_count, all.end() - (m_count - m_gap));
    return all;
}

void appendHexGroup(QByteArray &out, quint32 value)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const quint32 digit = value >> shift & 0xf;
        started = started || digit != 0 || shift == 0;
        if (started)
            out.append(Digits[digit]);
    }
}

struct ZeroRun
{
    int first = -1;
    int length = 0;
};

// The run that RFC 5952 4.2 shortens: the longest of at least two groups, the first of equals.
ZeroRun longestZeroRun(const Groups &groups)
{
    ZeroRun best;
    for (int i = 0; i < GroupCount;) {
        int end = i;
        while (end < GroupCount && groups[static_cast<size_t>(end)] == 0)
            ++end;
        if (end - i >= 2 && end - i > best.length)
            best = {i, end - i};
        i = end + 1;
    }
    return best;
}

} // namespace

std::optional<IpAddress> IpAddress::parse(QByteArrayView text)
{
    if (text.indexOf(':') < 0) {
        const std::optional<quint32> quad = parseQuad(text);
        if (!quad)
            return std::nullopt;
        return fromIPv4(*quad);
    }
    const std::optional<Groups> groups = GroupReader(text).read();
    if (!groups)
        return std::nullopt;
    Bytes bytes{};
    for (size_t i = 0; i < groups->size(); ++i) {
        bytes[2 * i] = static_cast<quint8>((*groups)[i] >> 8);
        bytes[2 * i + 1] = static_cast<quint8>((*groups)[i] & 0xff);
    }
    return IpAddress(bytes);
}

IpAddress IpAddress::fromIPv4(quint32 hostOrder)
{
    Bytes bytes{};
    std::copy(MappedPrefix.begin(), MappedPrefix.end(), bytes.begin());
    for (size_t i = 0; i < 4; ++i)
        bytes[12 + i] = static_cast<quint8>(hostOrder >> (24 - 8 * i) & 0xff);
    return IpAddress(bytes);
}

IpAddress IpAddress::fromIPv6(const Bytes &networkOrder)
{
    return IpAddress(networkOrder);
}

std::optional<IpAddress> IpAddress::fromQHostAddress(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return fromIPv4(address.toIPv4Address());
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR raw = address.toIPv6Address();
        Bytes bytes{};
        std::copy(std::begin(raw.c), std::end(raw.c), bytes.begin());
        return IpAddress(bytes);
    }
    return std::nullopt;
}

QHostAddress IpAddress::toQHostAddress() const
{
    if (isIPv4())
        return QHostAddress(toIPv4());
    return QHostAddress(m_bytes.data());
}

bool IpAddress::isIPv4() const
{
    return std::memcmp(m_bytes.data(), MappedPrefix.data(), MappedPrefix.size()) == 0;
}

bool IpAddress::isUnspecified() const
{
    if (isIPv4())
        return toIPv4() == 0;
    return std::all_of(m_bytes.begin(), m_bytes.end(), [](quint8 byte) { return byte == 0; });
}

bool IpAddress::isLoopback() const
{
    if (isIPv4())
        return m_bytes[12] == 127;
    return m_bytes[15] == 1 && std::all_of(m_bytes.begin(), m_bytes.end() - 1, [](quint8 byte) {
               return byte == 0;
           });
}

quint32 IpAddress::toIPv4() const
{
    Q_ASSERT(isIPv4());
    quint32 value = 0;
    for (size_t i = 12; i < 16; ++i)
        value = value << 8 | m_bytes[i];
    return value;
}

QByteArray IpAddress::toText() const
{
    QByteArray text;
    text.reserve(40);
    if (isIPv4()) {
        for (size_t i = 12; i < 16; ++i) {
            if (i > 12)
                text.append('.');
            text.append(QByteArray::number(m_bytes[i]));
        }
        return text;
    }
    Groups groups{};
    for (size_t i = 0; i < groups.size(); ++i)
        groups[i] = static_cast<quint16>(m_bytes[2 * i] << 8 | m_bytes[2 * i + 1]);
    const ZeroRun run = longestZeroRun(groups);
    for (int i = 0; i < GroupCount;) {
        if (i == run.first) {
            text.append("::");
            i += run.length;
            continue;
        }
        if (i > 0 && i != run.first + run.length)
            text.append(':');
        appendHexGroup(text, groups[static_cast<size_t>(i)]);
        ++i;
    }
    return text;
}

std::strong_ordering operator<=>(const IpAddress &a, const IpAddress &b)
{
    if (a.isIPv4() != b.isIPv4())
        return a.isIPv4() ? std::strong_ordering::less : std::strong_ordering::greater;
    return a.m_bytes <=> b.m_bytes;
}

} // namespace truepeer
