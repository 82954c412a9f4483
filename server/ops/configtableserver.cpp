// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configbinding.h"
#include "server/ops/configtable.h"

namespace truepeer {

namespace {

constexpr qint64 MaxMessageLimit = 1024 * 1024 * 1024;

using Keys = std::vector<ConfigKey>;

void addListeningKeys(Keys &keys)
{
    add<&Config::hosts>(keys, "host",
                        "The address to listen on, or a list of them. \"::\" takes IPv6 and IPv4; "
                        "localhost is 127.0.0.1.")
        .check(checkListenAddresses)
        .flag("host", "ADDR");
    add<&Config::port>(keys, "port", "The TCP port to listen on; 0 takes a free one.")
        .range(0, 65535)
        .flag("port", "N");
    add<&Config::threads>(keys, "threads", "The number of I/O threads; 0 is one for each core.")
        .range(0, 1024)
        .flag("threads", "N");
}

void addForwardingKeys(Keys &keys)
{
    add<&Config::trust, &TrustSettings::list>(
        keys, "trust_proxy",
        "Whose forwarding headers are believed. false: nobody. true: whoever connects, for one "
        "hop; for development. A list: addresses, ranges, and the keywords loopback, linklocal, "
        "uniquelocal and private.")
        .check(checkTrustProxy)
        .flag("trust-proxy", "false|true|ENTRY[,ENTRY...]")
        .reloadable();
    add<&Config::trust, &TrustSettings::headers>(
        keys, "headers",
        "Which family of forwarding headers is read. auto reads all of them; where they "
        "contradict each other none is believed.")
        .reloadable();
    add<&Config::trust, &TrustSettings::maxHops>(
        keys, "max_hops", "How many forwarded addresses are followed at most.")
        .range(1, 1000)
        .reloadable();
    add<&Config::trust, &TrustSettings::allowedHosts>(
        keys, "allowed_hosts",
        "The hosts, without port, that requests may be for; others get 421. *.example.com stands "
        "for all names below example.com. Empty: any.")
        .check(checkAllowedHosts)
        .reloadable();
}

void addRouteKeys(Keys &keys)
{
    add<&Config::healthCheckPath>(
        keys, "health_check_path",
        "The path of the health check; /live and /ready below it come with it. \"\" turns it off.")
        .check(checkRoutePath)
        .flag("health-path", "PATH");
    add<&Config::requestDetailsPath>(
        keys, "request_details_path",
        "The path that shows a caller how the request was resolved. \"\" turns it off.")
        .check(checkRoutePath)
        .flag("request-details-path", "PATH");
    add<&Config::metricsPath>(keys, "metrics_path",
                              "The path of the metrics for Prometheus. \"\" turns it off.")
        .check(checkRoutePath);
}

void addClientKeys(Keys &keys)
{
    add<&Config::authKey>(
        keys, "auth_key",
        "The key that WebSocket clients must send as the query parameter key. \"\" asks for none.")
        .check(checkAuthKey)
        .secret();
    add<&Config::apiKeys>(keys, "api_keys",
                          "The bearer keys of the HTTP API. Empty: the API is off.")
        .check(checkApiKeys)
        .secret();
    add<&Config::maxMessageSize>(
        keys, "max_message_size",
        "The largest WebSocket message that a client may send, in bytes. A larger one closes the "
        "connection with 1009.")
        .range(1, MaxMessageLimit);
    add<&Config::registerSystemControllers>(
        keys, "register_system_controllers",
        "Whether the server itself answers the events join_room and leave_room.");
    add<&Config::trust, &TrustSettings::onConflict>(
        keys, "on_conflict",
        "What to do when forwarding headers contradict each other. degrade: the peer counts as the "
        "client. reject: the answer is 400.")
        .reloadable();
    add<&Config::stateDir>(
        keys, "state_dir",
        "The directory for what must survive a restart. \"\" is $STATE_DIRECTORY, else "
        "$XDG_STATE_HOME/truepeer/PORT, else ~/.local/state/truepeer/PORT.")
        .check(checkAbsolutePath)
        .flag("state-dir", "DIR");
}

void addAttributeKeys(Keys &keys)
{
    using Attributes = TrustSettings::Attributes;
    add<&Config::trust, &TrustSettings::attributes, &Attributes::address>(
        keys, "trust_attributes.for", "Whether a trusted proxy may state the client's address.")
        .reloadable();
    add<&Config::trust, &TrustSettings::attributes, &Attributes::proto>(
        keys, "trust_attributes.proto", "Whether a trusted proxy may state the scheme.")
        .reloadable();
    add<&Config::trust, &TrustSettings::attributes, &Attributes::host>(
        keys, "trust_attributes.host", "Whether a trusted proxy may state the host.")
        .reloadable();
    add<&Config::trust, &TrustSettings::attributes, &Attributes::port>(
        keys, "trust_attributes.port", "Whether X-Forwarded-Port of a trusted proxy counts.")
        .reloadable();
}

void addHeaderNameKeys(Keys &keys)
{
    using Names = TrustSettings::Names;
    add<&Config::trust, &TrustSettings::names, &Names::forwardedFor>(
        keys, "proxy_headers.for", "The header that is read as X-Forwarded-For.")
        .check(checkHeaderName);
    add<&Config::trust, &TrustSettings::names, &Names::proto>(
        keys, "proxy_headers.proto", "The header that is read as X-Forwarded-Proto.")
        .check(checkHeaderName);
    add<&Config::trust, &TrustSettings::names, &Names::host>(
        keys, "proxy_headers.host", "The header that is read as X-Forwarded-Host.")
        .check(checkHeaderName);
    add<&Config::trust, &TrustSettings::names, &Names::port>(
        keys, "proxy_headers.port", "The header that is read as X-Forwarded-Port.")
        .check(checkHeaderName);
    add<&Config::trust, &TrustSettings::names, &Names::realIp>(
        keys, "proxy_headers.real_ip", "The header that is read as X-Real-IP.")
        .check(checkHeaderName);
    add<&Config::trust, &TrustSettings::names, &Names::forwarded>(
        keys, "proxy_headers.forwarded", "The header that is read as Forwarded (RFC 7239).")
        .check(checkHeaderName);
}

void addProxyProtocolKeys(Keys &keys)
{
    add<&Config::proxyProtocol, &ProxyProtocolSettings::required>(
        keys, "proxy_protocol.accept",
        "required: each peer on the list proxy_protocol.from must start with a PROXY protocol "
        "header, version 1 or 2. off: no peer may.")
        .words(
            {"off", "required"},
            [](const Config &config) -> ConfigValue {
                return QString::fromLatin1(config.proxyProtocol.required ? "required" : "off");
            },
            [](Config &config, const ConfigValue &value) {
                config.proxyProtocol.required =
                    std::get<QString>(value) == QLatin1StringView("required");
            });
    add<&Config::proxyProtocol, &ProxyProtocolSettings::from>(
        keys, "proxy_protocol.from",
        "The peers that send a PROXY protocol header, written as in trust_proxy. It is a list of "
        "its own: being on it makes nobody's forwarding headers believed.")
        .check(checkAddressRanges);
}

} // namespace

void addServerKeys(Keys &keys)
{
    addListeningKeys(keys);
    addForwardingKeys(keys);
    addRouteKeys(keys);
    addClientKeys(keys);
}

void addTrustKeys(Keys &keys)
{
    addAttributeKeys(keys);
    addHeaderNameKeys(keys);
    addProxyProtocolKeys(keys);
}

} // namespace truepeer
