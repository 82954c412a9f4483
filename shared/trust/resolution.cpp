// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/resolution.h"

#include "shared/net/ascii.h"

#include <algorithm>
#include <string_view>

namespace truepeer {

using namespace Qt::StringLiterals;

static_assert(sizeof(Resolution) <= 96, "one is kept with each connection");

namespace {

constexpr std::string_view UpperHexDigits = "0123456789ABCDEF";

// A parameter's name as a form decoder reads it: %XX and "+" undone, outer blanks dropped.
bool isSecretName(QByteArrayView name)
{
    QByteArray decoded;
    for (qsizetype i = 0; i < name.size(); ++i) {
        if (name[i] == '%' && i + 2 < name.size() && ascii::hexValue(name[i + 1]) >= 0
            && ascii::hexValue(name[i + 2]) >= 0) {
            decoded.append(static_cast<char>(ascii::hexValue(name[i + 1]) * 16
                                             + ascii::hexValue(name[i + 2])));
            i += 2;
        } else {
            decoded.append(name[i] == '+' ? ' ' : name[i]);
        }
    }
    return ascii::equalsIgnoringCase(ascii::trimBlanks(decoded), "key");
}

void appendUrlBytes(QByteArray &url, QByteArrayView bytes)
{
    for (const char c : bytes) {
        if (ascii::isPrintable(c) && c != ' ' && c != '"' && c != '<' && c != '>' && c != '\\') {
            url.append(c);
            continue;
        }
        const auto byte = static_cast<quint8>(c);
        url.append('%').append(UpperHexDigits[byte >> 4]).append(UpperHexDigits[byte & 0xf]);
    }
}

void appendQuery(QByteArray &url, QByteArrayView query)
{
    for (qsizetype start = 0; start <= query.size();) {
        const qsizetype found = query.indexOf('&', start);
        const qsizetype end = found < 0 ? query.size() : found;
        const QByteArrayView parameter = query.sliced(start, end - start);
        const qsizetype equals = parameter.indexOf('=');
        if (start > 0)
            url.append('&');
        if (equals >= 0 && isSecretName(parameter.first(equals))) {
            appendUrlBytes(url, parameter.first(equals));
            url.append("=***");
        } else {
            appendUrlBytes(url, parameter);
        }
        start = end + 1;
    }
}

// Path and query of a target; empty for "*" and for an absolute-form without a path.
QByteArrayView pathAndQuery(QByteArrayView target)
{
    if (target.startsWith('/'))
        return target;
    const qsizetype authority = target.indexOf("://");
    if (authority < 0)
        return {};
    const QByteArrayView rest = target.sliced(authority + 3);
    const auto end =
        std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
    return rest.sliced(end - rest.begin());
}

} // namespace

QLatin1StringView schemeName(Scheme scheme)
{
    return scheme == Scheme::Https ? "https"_L1 : "http"_L1;
}

QLatin1StringView sourceName(Source source)
{
    switch (source) {
    case Source::Peer:
        return "peer"_L1;
    case Source::XForwardedFor:
        return "x-forwarded-for"_L1;
    case Source::Forwarded:
        return "forwarded"_L1;
    case Source::XRealIp:
        return "x-real-ip"_L1;
    case Source::ProxyProtocol:
        break;
    }
    return "proxy-protocol"_L1;
}

bool isSameCaller(const Resolution &a, const Resolution &b)
{
    return a.client == b.client && a.scheme == b.scheme && a.host == b.host && a.port == b.port
           && a.known == b.known && a.conflict == b.conflict;
}

QLatin1StringView verdict(const Resolution &resolution)
{
    if (!resolution.trustedPeer && resolution.source != Source::ProxyProtocol)
        return "untrusted-peer"_L1;
    if (resolution.conflict)
        return "conflict"_L1;
    if (!resolution.known)
        return "unknown"_L1;
    return resolution.source == Source::Peer ? "direct"_L1 : "resolved"_L1;
}

QByteArray effectiveUrl(const Resolution &resolution, QByteArrayView target)
{
    const QLatin1StringView scheme = schemeName(resolution.scheme);
    QByteArray url(scheme.data(), scheme.size());
    url.append("://").append(resolution.host);
    if (resolution.port != defaultPort(resolution.scheme))
        url.append(':').append(QByteArray::number(resolution.port));

    const QByteArrayView rest = pathAndQuery(target);
    const qsizetype mark = rest.indexOf('?');
    const QByteArrayView path = mark < 0 ? rest : rest.first(mark);
    if (path.isEmpty() && target != "*")
        url.append('/');
    appendUrlBytes(url, path);
    if (mark >= 0) {
        url.append('?');
        appendQuery(url, rest.sliced(mark + 1));
    }
    return url;
}

} // namespace truepeer
