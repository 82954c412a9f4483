// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHashFunctions>
#include <QString>

#include <array>
#include <compare>
#include <optional>

class QHostAddress;

namespace truepeer {

// An IPv4 or IPv6 address: a plain value of 16 bytes that always holds an address. IPv4-mapped
// IPv6 (::ffff:a.b.c.d) becomes IPv4 on construction, so that one address has one form, one key
// and one text. There is no zone: it names an interface of the machine that wrote it, and is no
// part of who somebody is.
//
// Text from outside is parsed here and nowhere else. QHostAddress takes "127.1", "0x7f.1" and
// "010.0.0.1" (as 8.0.0.1), so it is used in its numeric form only.
class IpAddress
{
public:
    using Bytes = std::array<quint8, 16>;

    IpAddress() = delete;

    // The dotted quad without leading zeros, or the IPv6 text of RFC 4291 2.2 with an embedded
    // quad allowed. No blanks, brackets, ports, zones or legacy IPv4 forms.
    static std::optional<IpAddress> parse(QByteArrayView text);

    static IpAddress fromIPv4(quint32 hostOrder);
    static IpAddress fromIPv6(const Bytes &networkOrder);

    // Drops the scope, unmaps; nothing for a QHostAddress that holds no IP address.
    static std::optional<IpAddress> fromQHostAddress(const QHostAddress &address);
    QHostAddress toQHostAddress() const;

    bool isIPv4() const;
    bool isIPv6() const { return !isIPv4(); }
    bool isUnspecified() const; // 0.0.0.0 or ::
    bool isLoopback() const;    // 127.0.0.0/8 or ::1

    // The sixteen bytes in network order; IPv4 stands in the last four, mapped.
    const Bytes &bytes() const { return m_bytes; }

    // REQUIRES: isIPv4().
    quint32 toIPv4() const;

    // The canonical text: dotted quad, or RFC 5952.
    QByteArray toText() const;
    QString toString() const { return QString::fromLatin1(toText()); }

    friend bool operator==(const IpAddress &a, const IpAddress &b) = default;
    // IPv4 before IPv6, then by value.
    friend std::strong_ordering operator<=>(const IpAddress &a, const IpAddress &b);
    friend size_t qHash(const IpAddress &address, size_t seed = 0) noexcept
    {
        return qHashBits(address.m_bytes.data(), address.m_bytes.size(), seed);
    }

private:
    explicit IpAddress(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }

    Bytes m_bytes;
};

// For tables with keys from outside: seeded, so that nobody can choose addresses that collide.
struct IpAddressHash
{
    size_t operator()(const IpAddress &address) const
    {
        return qHash(address, QHashSeed::globalSeed());
    }
};

} // namespace truepeer
