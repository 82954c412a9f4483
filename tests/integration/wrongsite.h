// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A server behind a real proxy that is set up wrongly, until what the diagnosis proposes is put
// into its configuration.
#pragma once

#include "tests/support/ctlprocess.h"
#include "tests/support/httpmessage.h"
#include "tests/support/nginxsite.h"
#include "tests/support/proxyprocess.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTest>

#include <algorithm>
#include <memory>

namespace truepeer {

using namespace Qt::StringLiterals;

inline constexpr int Enough = 3;   // requests that show something
inline constexpr int Mending = 25; // and that show that it is over

inline const QByteArray Trusting = "trust_proxy = [\"127.0.0.1\"]\n";

// A configuration of a proxy with TLS, in which LINES, MAPS and UPSTREAM are to be replaced.
inline QByteArray frameOf(const QString &name)
{
    if (name == u"nginx"_s)
        return R"(
events {
}
http {
    MAPS
    server {
        listen 80;
        listen 443 ssl;
        ssl_certificate /etc/ssl/certs/truepeer.pem;
        ssl_certificate_key /etc/ssl/private/truepeer.key;
        location / {
            proxy_pass http://UPSTREAM;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
LINES
        }
    }
}
)"_ba;
    if (name == u"haproxy"_s)
        return R"(
frontend front
    mode http
    bind :80
    bind :443 ssl crt /etc/ssl/private/truepeer-both.pem
    timeout client 30s
    default_backend back
backend back
    mode http
    timeout connect 5s
    timeout server 30s
LINES
    server one UPSTREAM check inter 100ms
)"_ba;
    // As the original's documentation has it.
    return R"(
ServerName localhost
User www-data
Group www-data
ErrorLog syslog
Listen 80
Listen 443
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule proxy_wstunnel_module /usr/lib/apache2/modules/mod_proxy_wstunnel.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule setenvif_module /usr/lib/apache2/modules/mod_setenvif.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
<VirtualHost *:443>
    ServerName app.example
    SSLEngine on
    SSLCertificateFile /etc/ssl/certs/truepeer.pem
    SSLCertificateKeyFile /etc/ssl/private/truepeer.key
    <Location />
        ProxyPass http://UPSTREAM/
        ProxyPassReverse http://UPSTREAM/
        RewriteEngine on
        RewriteCond %{HTTP:Upgrade} websocket [NC]
        RewriteCond %{HTTP:Connection} upgrade [NC]
        RewriteRule ^/?(.*) "ws://UPSTREAM/$1" [P,L]
LINES
    </Location>
</VirtualHost>
)"_ba;
}

// What a line sets: a header, or else a directive.
inline QByteArray targetOf(const QByteArray &line)
{
    const QByteArrayList words = line.simplified().split(' ');
    if (words[0] == "RequestHeader" || words[0] == "http-request")
        return words.value(2).toLower();
    if (words[0] == "proxy_set_header" || words[0] == "http-check")
        return words.value(1).toLower();
    return words[0] == "option" ? words.value(1) : words[0];
}

// Stands outside of nginx's servers.
inline bool isMap(const QByteArray &line)
{
    return line.startsWith("map ");
}

// The lines of a fix in place of those that set the same.
inline QByteArrayList mended(QByteArrayList lines, const QByteArrayList &fix)
{
    lines.removeIf([&fix](const QByteArray &line) {
        return std::any_of(fix.begin(), fix.end(), [&line](const QByteArray &better) {
            return targetOf(better) == targetOf(line);
        });
    });
    return lines + fix;
}

// A server behind a proxy of which the lines that matter can be changed.
class WrongSite
{
public:
    WrongSite(const QString &name, const QByteArrayList &lines, const QByteArray &config)
        : server("threads = 1\nrequest_details_path = \"/who\"\n" + config)
        , m_name(name)
        , m_upstream("127.0.0.1:"_ba + QByteArray::number(server.port()))
    {
        if (server.isReady())
            replaceLines(lines);
    }

    bool isReady() const { return m_proxy && m_proxy->isReady(); }
    QByteArray complaint() const
    {
        return m_proxy ? m_proxy->complaint() + m_lines.join('\n') : server.complaint();
    }
    const ProxyProcess &proxy() const { return *m_proxy; }
    const QByteArray &upstream() const { return m_upstream; }

    void replaceLines(const QByteArrayList &lines)
    {
        static const TestCertificate certificate;
        m_lines = lines;
        m_proxy.reset();
        QByteArrayList maps;
        std::copy_if(lines.begin(), lines.end(), std::back_inserter(maps), isMap);
        QByteArrayList others;
        std::remove_copy_if(lines.begin(), lines.end(), std::back_inserter(others), isMap);
        m_proxy = std::make_unique<ProxyProcess>(m_name,
                                                 frameOf(m_name)
                                                     .replace("MAPS", maps.join('\n'))
                                                     .replace("LINES", others.join('\n'))
                                                     .replace("UPSTREAM", m_upstream),
                                                 certificate);
    }
    // Puts the lines that findings with these ids propose into the configuration.
    bool apply(const QJsonArray &findings, const QStringList &ids);

    // What so many requests over TLS show, which must all show the same.
    QString ask(int times, const QByteArrayList &headers = {}) const;

    QJsonArray findings() const;
    // Waits for a report without findings of these kinds; a report may be a second old.
    bool isFreeOf(const QStringList &ids) const;
    // And for one that has them all.
    bool finds(const QStringList &ids, QJsonArray *findings) const;

    ServerProcess server;

private:
    const QString m_name;
    const QByteArray m_upstream;
    QByteArrayList m_lines;
    std::unique_ptr<ProxyProcess> m_proxy;
};

inline QStringList idsOf(const QJsonArray &findings)
{
    QStringList ids;
    for (const QJsonValue &finding : findings)
        ids += finding["id"_L1].toString();
    return ids;
}

inline QJsonArray WrongSite::findings() const
{
    const CtlProcess::Run run = CtlProcess::run(server, {u"doctor"_s, u"--json"_s});
    const QJsonArray findings = run.json().toArray();
    const bool hasErrors =
        std::any_of(findings.begin(), findings.end(),
                    [](const QJsonValue &finding) { return finding["severity"_L1] == u"error"_s; });
    if (run.exitCode != (hasErrors ? 1 : 0))
        qWarning("doctor: %s", run.text().constData());
    return findings;
}

inline bool WrongSite::isFreeOf(const QStringList &ids) const
{
    return QTest::qWaitFor([&] {
        const QStringList found = idsOf(findings());
        return std::none_of(ids.begin(), ids.end(),
                            [&found](const QString &id) { return found.contains(id); });
    });
}

inline bool WrongSite::finds(const QStringList &ids, QJsonArray *findings) const
{
    return QTest::qWaitFor([&] {
        *findings = this->findings();
        const QStringList found = idsOf(*findings);
        return std::all_of(ids.begin(), ids.end(),
                           [&found](const QString &id) { return found.contains(id); });
    });
}

inline bool WrongSite::apply(const QJsonArray &findings, const QStringList &ids)
{
    QByteArrayList fix;
    for (const QJsonValue &finding : findings) {
        const QByteArray lines = finding["fix"_L1][m_name].toString().toUtf8();
        if (!ids.contains(finding["id"_L1].toString()) || lines.isEmpty())
            continue;
        for (const QByteArray &line : lines.split('\n')) {
            if (!fix.contains(line))
                fix += line;
        }
    }
    if (!fix.isEmpty())
        replaceLines(mended(m_lines, fix));
    return !fix.isEmpty();
}

inline QString WrongSite::ask(int times, const QByteArrayList &headers) const
{
    const QString port = QString::number(m_proxy->httpsPort());
    QStringList arguments{u"--silent"_s,
                          u"--fail"_s,
                          u"--insecure"_s,
                          u"--interface"_s,
                          u"127.0.0.9"_s,
                          u"--resolve"_s,
                          u"app.example:%1:127.0.0.1"_s.arg(port),
                          u"--write-out"_s,
                          u"|%{http_code}\n"_s};
    for (const QByteArray &header : headers)
        arguments += {u"--header"_s, QString::fromUtf8(header)};
    arguments += u"https://app.example:%1/who?[1-%2]"_s.arg(port).arg(times);
    QProcess curl;
    curl.start(u"curl"_s, arguments);
    curl.waitForFinished();
    const QByteArrayList answers = curl.readAllStandardOutput().trimmed().split('\n');
    QStringList shown;
    for (const QByteArray &answer : answers) {
        const qsizetype bar = answer.lastIndexOf('|');
        HttpResponse response;
        response.body = answer.first(std::max<qsizetype>(bar, 0));
        shown += response.body.isEmpty() ? QString::fromUtf8(answer.sliced(bar + 1))
                                         : summaryText(response.json()).replace(port, u"PORT"_s);
    }
    const bool isComplete = shown.size() == times;
    shown.removeDuplicates();
    return isComplete ? shown.join(u" | "_s) : u"curl has no answer"_s;
}

inline QJsonObject findingOf(const QJsonArray &findings, const QString &id)
{
    for (const QJsonValue &finding : findings) {
        if (finding["id"_L1] == id)
            return finding.toObject();
    }
    return {};
}

// Runs the command that a finding proposes.
inline CtlProcess::Run runProposed(const WrongSite &site, const QJsonObject &finding)
{
    QStringList words = finding["fix"_L1]["trust"_L1].toString().split(u' ');
    if (words.takeFirst() != u"truepeerctl"_s)
        return {};
    return CtlProcess::run(site.server, words);
}

} // namespace truepeer
