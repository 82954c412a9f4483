// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>

namespace truepeer {

// A range of addresses of one family: the first address and the length of the prefix. The address
// is masked on construction. An IPv4 range holds IPv4 addresses only and an IPv6 range IPv6 ones
// only (IPv4-mapped addresses are IPv4 everywhere in this program).
class Cidr
{
public:
    // Why a text is no range. The words for people are written in trust/trustlist.
    enum class Problem {
        None,
        BadAddress,     // what stands before the slash is no address
        BadPrefix,      // the prefix is not 0|[1-9][0-9]*
        PrefixTooLong,  // more than 32 or 128
        PrefixZero,     // everybody
        MappedTooBroad, // ::ffff:x/n with n <= 96: all of IPv4, or more
    };

    struct ParseResult;

    // An address, or address "/" prefix, strictly: see IpAddress::parse for the address. Host bits
    // are masked and reported. ::ffff:a.b.c.d/n is IPv4 a.b.c.d/(n-96).
    static ParseResult parse(QByteArrayView text);

    // REQUIRES: prefix is at most 32 (IPv4) or 128 (IPv6).
    Cidr(const IpAddress &address, int prefix);

    const IpAddress &address() const { return m_address; }
    int prefix() const { return m_prefix; }
    bool isIPv4() const { return m_address.isIPv4(); }
    IpAddress last() const;

    // Answered by QHostAddress::isInSubnet on the numeric forms.
    bool contains(const IpAddress &address) const;

    // Always with the prefix: "10.0.0.0/8", "2001:db8::1/128".
    QByteArray toText() const;

    friend bool operator==(const Cidr &a, const Cidr &b)
    {
        return a.m_prefix == b.m_prefix && a.m_address == b.m_address;
    }

private:
    IpAddress m_address;
    int m_prefix;
    QHostAddress m_subnet; // m_address once more, so that contains() need not build it
};

struct Cidr::ParseResult
{
    std::optional<Cidr> range; // set when problem is None
    Problem problem = Problem::None;
    bool hadHostBits = false; // bits behind the prefix were set, and are masked now
};

} // namespace truepeer
