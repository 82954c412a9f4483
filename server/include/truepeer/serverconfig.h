// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAnyStringView>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <truepeer/global.h>

#include <memory>

namespace truepeer {

struct ServerConfigData;

// The configuration of a Server: the keys of truepeer.toml(5), each with the same name, meaning,
// range and default. Nothing is judged here; Server::start() judges all of it and tells everything
// that is wrong.
//
// A value: copies are independent.
class TRUEPEER_EXPORT ServerConfig
{
public:
    ServerConfig();
    ServerConfig(const ServerConfig &other);
    ServerConfig(ServerConfig &&other) noexcept;
    ServerConfig &operator=(const ServerConfig &other);
    ServerConfig &operator=(ServerConfig &&other) noexcept;
    ~ServerConfig();

    // A TOML file that is read at the start. What is set here overrides what it says.
    ServerConfig &setFile(const QString &path);

    // Any key, such as set("limits.idle_ping_s", 25). Booleans, integers, texts and lists of texts.
    ServerConfig &set(QAnyStringView key, const QVariant &value);

    // Whose forwarding headers are believed: addresses, ranges, loopback, linklocal, uniquelocal,
    // private. Nobody's, unless it is set.
    ServerConfig &setTrustProxy(const QStringList &entries) { return set("trust_proxy", entries); }
    // Believes whoever connects, for one hop; for development only. (No overload of the above:
    // {"127.0.0.1"} would convert to true.)
    ServerConfig &setTrustEverybody(bool on) { return set("trust_proxy", on); }
    ServerConfig &setHost(const QString &address) { return set("host", address); }
    // 0 takes a free port; see Server::port().
    ServerConfig &setPort(int port) { return set("port", port); }
    // 0: one I/O thread for each core.
    ServerConfig &setThreads(int threads) { return set("threads", threads); }
    // "" turns it off.
    ServerConfig &setHealthCheckPath(const QString &path) { return set("health_check_path", path); }
    ServerConfig &setRequestDetailsPath(const QString &path)
    {
        return set("request_details_path", path);
    }
    ServerConfig &setMetricsPath(const QString &path) { return set("metrics_path", path); }
    ServerConfig &setAuthKey(const QString &key) { return set("auth_key", key); }
    ServerConfig &setApiKeys(const QStringList &keys) { return set("api_keys", keys); }
    ServerConfig &setAllowedOrigins(const QStringList &origins)
    {
        return set("cors.allowed_origins", origins);
    }
    ServerConfig &setMaxMessageSize(qint64 bytes) { return set("max_message_size", bytes); }

private:
    friend struct ServerConfigData;

    std::unique_ptr<ServerConfigData> m_data;
};

} // namespace truepeer
