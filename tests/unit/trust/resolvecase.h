// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/resolver.h"
#include "server/trust/trustpolicy.h"
#include "shared/net/headerline.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <utility>
#include <vector>

namespace truepeer {

using TestHeaders = QList<std::pair<QByteArray, QByteArray>>;

inline IpAddress testAddress(QByteArrayView text)
{
    const std::optional<IpAddress> address = IpAddress::parse(text);
    if (!address)
        qFatal("bad address in a test");
    return *address;
}

inline TrustList testList(const QStringList &entries)
{
    TrustList list;
    list.mode = TrustMode::List;
    for (const QString &entry : entries)
        list.entries.push_back({entry, {}});
    return list;
}

inline std::shared_ptr<const TrustPolicy> testPolicy(const TrustSettings &settings)
{
    const Expected<std::shared_ptr<const TrustPolicy>> policy = TrustPolicy::compile(settings, 7);
    if (!policy)
        qFatal("bad policy in a test: %s", qPrintable(policy.error().message));
    return *policy;
}

// The policy of most tests: 10.0.0.0/8 is trusted.
inline TrustSettings testSettings()
{
    TrustSettings settings;
    settings.list = testList({QStringLiteral("10.0.0.0/8")});
    return settings;
}

// A request that owns its bytes, by default from 10.0.0.1 with "Host: app.example.com".
struct TestRequest
{
    TestHeaders headers;
    QByteArray peer = "10.0.0.1";
    std::optional<IpAddress> announced = {};
    Scheme socketScheme = Scheme::Http;
    QByteArray host = "app.example.com";
    quint8 cut = 0;

    // Calls f(const ResolveInput &) while the views are alive.
    template <typename F>
    auto with(F f) const
    {
        std::vector<HeaderLine> lines;
        if (!host.isNull())
            lines.push_back({"Host", host});
        for (const auto &[name, value] : headers)
            lines.push_back({name, value});
        const ResolveInput input{testAddress(peer),         announced, lines, socketScheme,
                                 testAddress("192.0.2.80"), cut};
        return f(input);
    }
};

inline Resolution resolved(const TestRequest &request,
                           const TrustSettings &settings = testSettings())
{
    const auto policy = testPolicy(settings);
    return request.with([&](const ResolveInput &input) { return resolve(input, *policy); });
}

inline Explanation explained(const TestRequest &request,
                             const TrustSettings &settings = testSettings(),
                             Resolution *resolution = nullptr)
{
    const auto policy = testPolicy(settings);
    return request.with(
        [&](const ResolveInput &input) { return explain(input, *policy, resolution); });
}

// "Name: value" for each line of a text.
inline TestHeaders headersFrom(const QByteArray &text)
{
    TestHeaders headers;
    for (const QByteArray &line : text.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            headers.append({line.first(colon), line.sliced(colon + 1).trimmed()});
    }
    return headers;
}

// All that a resolution says about a request, in one line: "client scheme://host:port source/k",
// then what is out of the ordinary.
inline QByteArray summary(const Resolution &resolution)
{
    QByteArray text = resolution.client.toText() + ' ' + schemeName(resolution.scheme).latin1()
                      + "://" + resolution.host + ':' + QByteArray::number(resolution.port) + ' '
                      + sourceName(resolution.source).latin1() + '/'
                      + QByteArray::number(resolution.hops);
    if (!resolution.trustedPeer)
        text += " untrusted";
    if (resolution.conflict)
        text += " conflict";
    if (!resolution.known)
        text += " unknown";
    if (resolution.ignoredHeaders)
        text += " ignored";
    return text;
}

} // namespace truepeer
