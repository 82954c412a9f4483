// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/nginxsite.h"

namespace truepeer {

using namespace Qt::StringLiterals;

NginxSite::NginxSite(const QByteArray &config, const QByteArray &nginxConfig,
                     const QByteArray &upstream)
    : server(config)
    , nginx(nginxConfig, upstream + ':' + QByteArray::number(server.port()))
{
}

QByteArray NginxSite::complaint() const
{
    return server.isReady() ? nginx.complaint() : server.complaint();
}

QByteArray forgedHeaders()
{
    return "X-Forwarded-For: 1.1.1.1, 127.0.0.1\r\n"
           "X-Forwarded-For: 10.0.0.1\r\n"
           "X-Forwarded-Proto: https\r\n"
           "X-Forwarded-Host: evil.example\r\n"
           "X-Forwarded-Port: 443\r\n"
           "X-Real-IP: 2.2.2.2\r\n"
           "X-Real-IP: 3.3.3.3\r\n"
           "Forwarded: for=4.4.4.4;proto=https;host=evil.example\r\n"
           "CF-Connecting-IP: 6.6.6.6\r\n"
           "True-Client-IP: 7.7.7.7\r\n"
           "X_Forwarded_For: 8.8.8.8\r\n"
           "X_Real_IP: 9.9.9.9\r\n"
           "X_Forwarded_Proto: https\r\n";
}

QByteArray documentedWith(const QByteArray &text, const QByteArray &replacement)
{
    const QByteArray config = NginxProcess::documentedConfig();
    const bool isThere = config.count(text) == 1;
    return isThere ? QByteArray(config).replace(text, replacement) : QByteArray();
}

QByteArray originalConfig()
{
    QByteArray config = NginxProcess::documentedConfig();
    const qsizetype start = config.indexOf("        location / {");
    const qsizetype end = config.indexOf("        }\n", start);
    return config.replace(start, end - start, R"(        location / {
            proxy_pass http://@UPSTREAM@;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $host;
            proxy_set_header X-Forwarded-Port $server_port;
            proxy_connect_timeout 7d;
            proxy_send_timeout 7d;
            proxy_read_timeout 7d;
)");
}

QString summaryText(const QJsonObject &details)
{
    QString line = details.value("ip_address"_L1).toString() + u' '
                   + details.value("scheme"_L1).toString() + u' '
                   + details.value("host"_L1).toString() + u' '
                   + QString::number(details.value("port"_L1).toInt());
    if (!details.value("trusted_peer"_L1).toBool())
        line += u" untrusted"_s;
    if (!details.value("known"_L1).toBool())
        line += u" unknown"_s;
    if (details.value("conflict"_L1).toBool())
        line += u" conflict"_s;
    return line;
}

} // namespace truepeer
