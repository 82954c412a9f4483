// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/originpolicy.h"

#include "shared/net/hostport.h"

#include <optional>
#include <utility>

namespace truepeer {

namespace {

struct Origin
{
    Scheme scheme;
    QByteArray host;
    quint16 port;
};

// scheme "://" host [":" port] and nothing after it (RFC 6454 6.2), for the two schemes of pages.
std::optional<Origin> parseOrigin(QByteArrayView text)
{
    Scheme scheme = Scheme::Http;
    if (text.startsWith("https://")) {
        scheme = Scheme::Https;
        text = text.sliced(8);
    } else if (text.startsWith("http://")) {
        text = text.sliced(7);
    } else {
        return std::nullopt;
    }
    std::optional<HostPort> authority = parseHostPort(text);
    if (!authority)
        return std::nullopt;
    return Origin{scheme, std::move(authority->host),
                  authority->port.value_or(defaultPort(scheme))};
}

bool isDefaultPort(quint16 port)
{
    return port == defaultPort(Scheme::Http) || port == defaultPort(Scheme::Https);
}

} // namespace

OriginPolicy::OriginPolicy(const QByteArrayList &allowedOrigins)
    : m_self(allowedOrigins.isEmpty())
{
    for (const QByteArray &origin : allowedOrigins) {
        if (origin == "*")
            m_any = true;
        else if (origin == "self")
            m_self = true;
        else
            m_exact.append(origin);
    }
}

OriginPolicy::Match OriginPolicy::match(QByteArrayView origin, Scheme scheme, bool schemeStated,
                                        QByteArrayView host, quint16 port) const
{
    for (const QByteArray &exact : m_exact) {
        if (exact == origin)
            return Match::Listed;
    }
    if (m_self && isSelf(origin, scheme, schemeStated, host, port))
        return Match::Self;
    return m_any ? Match::Any : Match::None;
}

bool OriginPolicy::isSelf(QByteArrayView origin, Scheme scheme, bool schemeStated,
                          QByteArrayView host, quint16 port)
{
    const std::optional<Origin> page = parseOrigin(origin);
    if (!page || page->host != host)
        return false;
    if (schemeStated)
        return page->scheme == scheme && page->port == port;
    // The resolved port follows the unstated scheme, so either default stands for the other.
    const bool bothDefault = page->port == defaultPort(page->scheme) && isDefaultPort(port);
    return bothDefault || page->port == port;
}

} // namespace truepeer
