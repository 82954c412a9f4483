// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace truepeer {

// How a header writes the address of a hop.
enum class ElementForm {
    Plain, // X-Forwarded-For, X-Real-IP: IPv4[:port] | IPv6 | [IPv6][:port]
    Node,  // Forwarded for=, RFC 7239 6: IPv4[:port|:_obf] | [IPv6][:port|:_obf]
};

// Rule 4 of the resolver: the address that an element names. Its port is checked and dropped; so is
// a zone, which only IPv6 may have. Nothing for "unknown", obfuscated names, 0.0.0.0, :: and
// whatever else is no address: such an element is unusable.
std::optional<IpAddress> elementAddress(QByteArrayView text, ElementForm form);

// A sentence on why elementAddress() gave nothing, for the trail.
QString whyUnusable(QByteArrayView text, ElementForm form);

} // namespace truepeer
