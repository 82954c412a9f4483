// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

namespace truepeer {

// Which values of Origin are let in: `allowed_origins` of [cors], for upgrades and plain HTTP
// alike. "*" lets every origin in; "self", and the empty list, the origin that the request itself
// was sent to; any other entry is compared byte for byte. Immutable, so it may be shared by
// threads.
//
// A request without Origin does not come from a web page and is not asked.
class OriginPolicy
{
public:
    // What let an origin in: the most particular of the entries that did.
    enum class Match : quint8 {
        None, // nothing did
        Any,  // only "*"
        Self,
        Listed,
    };

    explicit OriginPolicy(const QByteArrayList &allowedOrigins = {"*"});

    // `scheme`, `host` (lower case, without port) and `port` are the resolved ones. With
    // `schemeStated` false nobody said whether the client came by http or https: a proxy that ends
    // TLS and does not say so must not lock out its users, so both pass, each with its default
    // port. "null" is never the server itself.
    bool allowed(QByteArrayView origin, Scheme scheme, bool schemeStated, QByteArrayView host,
                 quint16 port) const
    {
        return match(origin, scheme, schemeStated, host, port) != Match::None;
    }
    Match match(QByteArrayView origin, Scheme scheme, bool schemeStated, QByteArrayView host,
                quint16 port) const;

private:
    static bool isSelf(QByteArrayView origin, Scheme scheme, bool schemeStated, QByteArrayView host,
                       quint16 port);

    QByteArrayList m_exact;
    bool m_any = false;
    bool m_self = false;
};

} // namespace truepeer
