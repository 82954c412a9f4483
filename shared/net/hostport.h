// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace truepeer {

// A host as it stands in Host, X-Forwarded-Host, Forwarded host= and Origin, with its port.
//
// The host is in its one form: a name in lower case without the final dot, a dotted quad, or an
// IPv6 address in brackets in canonical text. An IPv4-mapped IPv6 literal is shown as IPv4.
struct HostPort
{
    QByteArray host;
    std::optional<quint16> port; // never 0

    friend bool operator==(const HostPort &a, const HostPort &b) = default;
};

// Rule 10 of the resolver: reg-name of letters, digits, "-", "_" (at most 253 characters, no empty
// label) | IPv4 | [IPv6], then optionally ":" and an empty port or 1..65535 without leading zeros.
// A name whose last label is a number must be a strict dotted quad. Nothing for anything else, so
// the result is always safe to show.
std::optional<HostPort> parseHostPort(QByteArrayView text);

// How an address is written where a host is expected: IPv6 gets brackets.
QByteArray hostText(const IpAddress &address);

// `[1-9][0-9]{0,4}` and at most 65535.
std::optional<quint16> parsePort(QByteArrayView text);

} // namespace truepeer
