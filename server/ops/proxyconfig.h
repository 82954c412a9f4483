// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Configurations of reverse proxies that go with the server that runs: made from the templates in
// resources/proxies/, which are a part of the program. What comes from outside gets into a
// configuration only in forms that mean nothing to any of the proxies.
//
// Thread: any.
#pragma once

#include "server/ops/config.h"
#include "server/trust/trustpolicy.h"
#include "shared/error.h"
#include "shared/net/hostport.h"
#include "shared/net/ipaddress.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QStringView>

#include <chrono>
#include <vector>

namespace truepeer {

struct ProxyConfigRequest
{
    enum class Proxy : quint8 { Nginx, Apache, Haproxy, Caddy };

    Proxy proxy = Proxy::Nginx;
    bool tls = false;
    std::vector<HostPort> upstreams; // from parseUpstreams(); empty: the server that runs
};

// What the proxy has to know of the server that runs.
struct ServerShape
{
    IpAddress host = IpAddress::fromIPv4(0x7f000001);
    quint16 port = 6001;
    QByteArray healthPath = "/health"; // empty: off
    std::chrono::seconds idlePing{25};
    std::chrono::seconds keepAlive{75};
    qint64 bodyBytes = 1048576;
    HeaderPin headers = HeaderPin::Auto;
    TrustSettings::Names names;
    bool proxyProtocol = false; // it is required
};

// `port`: the one that the server listens on, where the configuration says 0.
ServerShape serverShape(const Config &config, quint16 port);

// "nginx", "apache", "haproxy", "caddy".
Expected<ProxyConfigRequest::Proxy> parseProxyName(QStringView name);

// HOST:PORT each: a host name of letters, digits and hyphens, an IPv4 address, or an IPv6 address
// in brackets. At most 64, none twice.
Expected<std::vector<HostPort>> parseUpstreams(const QStringList &texts);

// A whole configuration. Fails for what the proxy cannot do, and says what to change.
Expected<QString> proxyConfig(const ProxyConfigRequest &request, const ServerShape &shape);

} // namespace truepeer
