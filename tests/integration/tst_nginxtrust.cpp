// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Who is not believed, with a real nginx about: one that is not trusted, callers that go past it,
// and setups other than the documented one.
#include "tests/support/nginxsite.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Trusting = R"(
trust_proxy = ["127.0.0.1"]
request_details_path = "/who"
)";

QString text(const QJsonObject &details, QLatin1StringView key)
{
    return details.value(key).toString();
}

} // namespace

class tst_NginxTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void nginxIsNotTrusted();
    void attackerPastNginx();
    void everyoneIsTrusted();
    void clientsForwardedWithoutPin();
    void originalConfiguration();
    void chainOfTwo_data();
    void chainOfTwo();
    void oneUpstreamConnectionManyClients();
};

void tst_NginxTrust::initTestCase()
{
    QVERIFY2(NginxProcess::isInstalled(), "nginx is not installed");
}

void tst_NginxTrust::nginxIsNotTrusted()
{
    NginxSite site("trust_proxy = [\"127.0.0.2\"]\nrequest_details_path = \"/who\"\n");
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    const QJsonObject details = client.exchange(httpGet("/who", forgedHeaders())).json();
    QCOMPARE(summaryText(details),
             u"127.0.0.1 http app.example %1 untrusted"_s.arg(site.nginx.port()));
    QCOMPARE(trailText(details), "127.0.0.1 peer"_ba);
    // The operator is told, once, what to do.
    QVERIFY(!site.server
                 .waitForLine({"forwarding_headers_ignored", "peer=127.0.0.1",
                               "verdict=untrusted-peer", "trust_proxy"})
                 .isEmpty());
    QCOMPARE(client.exchange(httpGet("/who", forgedHeaders())).status, 200);
    QCOMPARE(site.server.log().count("forwarding_headers_ignored"), 1);
}

void tst_NginxTrust::attackerPastNginx()
{
    NginxSite site(Trusting);
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient attacker(site.server.port(), "127.66.6.6"_ba);
    const QJsonObject details =
        attacker.exchange(httpGet("/who", "Host: evil.example:99\r\n"_ba + forgedHeaders())).json();
    QCOMPARE(summaryText(details), u"127.66.6.6 http evil.example 99 untrusted"_s);
    QCOMPARE(text(details, "peer_address"_L1), u"127.66.6.6"_s);
    QCOMPARE(text(details, "source"_L1), u"peer"_s);
    QCOMPARE(trailText(details), "127.66.6.6 peer"_ba);

    WebSocketClient webSocket(site.server.port(), "127.66.6.7"_ba);
    QVERIFY(webSocket.open("/"_ba, forgedHeaders()));
    QVERIFY(!site.server
                 .waitForLine({"client_connected", "peer=127.66.6.7", "client=127.66.6.7",
                               "verdict=untrusted-peer"})
                 .isEmpty());
}

// trust_proxy = true believes one hop, whoever it is: for development, and warned about.
void tst_NginxTrust::everyoneIsTrusted()
{
    NginxSite site(
        "trust_proxy = true\nheaders = \"x-forwarded\"\nrequest_details_path = \"/who\"\n");
    QVERIFY2(site.isReady(), site.complaint().constData());
    QVERIFY(!site.server.waitForLine({"warning", "trust_everyone"}).isEmpty());

    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(summaryText(client.exchange(httpGet("/who", forgedHeaders())).json()),
             u"127.0.1.5 http app.example %1"_s.arg(site.nginx.port()));
    RawClient attacker(site.server.port(), "127.66.6.6"_ba);
    const QJsonObject details = attacker.exchange(httpGet("/who", forgedHeaders())).json();
    QCOMPARE(summaryText(details), u"10.0.0.1 https evil.example 443"_s);
    QCOMPARE(details.value("hops"_L1).toInt(), 1);
}

// Without the line that strips Forwarded a client can hide, flagged, though not pretend; with the
// pin it cannot even hide.
void tst_NginxTrust::clientsForwardedWithoutPin()
{
    const QByteArray passing = documentedWith("proxy_set_header Forwarded \"\";", "");
    QVERIFY(!passing.isEmpty());
    const QByteArray forwarded = "Forwarded: for=4.4.4.4;proto=https\r\n"_ba;

    NginxSite open(Trusting, passing);
    QVERIFY2(open.isReady(), open.complaint().constData());
    RawClient hiding(open.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(summaryText(hiding.exchange(httpGet("/who", forwarded)).json()),
             u"127.0.0.1 http app.example %1 unknown conflict"_s.arg(open.nginx.port()));
    QVERIFY(
        !open.server.waitForLine({"request", "client=127.0.0.1", "verdict=conflict"}).isEmpty());

    NginxSite pinned("headers = \"x-forwarded\"\n"_ba + Trusting, passing);
    QVERIFY2(pinned.isReady(), pinned.complaint().constData());
    RawClient client(pinned.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(summaryText(client.exchange(httpGet("/who", forwarded)).json()),
             u"127.0.1.5 http app.example %1"_s.arg(pinned.nginx.port()));
}

void tst_NginxTrust::originalConfiguration()
{
    NginxSite site(Trusting, originalConfig());
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    // "Connection: upgrade" without an Upgrade header is a plain request.
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
    const QJsonObject details = client.exchange(httpGet("/who")).json();
    QCOMPARE(summaryText(details), u"127.0.1.5 http app.example %1"_s.arg(site.nginx.port()));
    QCOMPARE(text(details, "url"_L1), u"http://app.example:%1/who"_s.arg(site.nginx.port()));
}

void tst_NginxTrust::chainOfTwo_data()
{
    QTest::addColumn<bool>("innerPassesOn");
    QTest::newRow("the inner one says scheme, host and port anew") << false;
    QTest::newRow("the inner one passes them on") << true;
}

void tst_NginxTrust::chainOfTwo()
{
    QFETCH(const bool, innerPassesOn);
    QByteArray innerConfig = NginxProcess::documentedConfig();
    if (innerPassesOn) {
        for (const char *line : {"proxy_set_header X-Forwarded-Proto $scheme;",
                                 "proxy_set_header X-Forwarded-Host $host;",
                                 "proxy_set_header X-Forwarded-Port $server_port;"})
            innerConfig.replace(line, "");
    }
    NginxSite inner(Trusting, innerConfig);
    QVERIFY2(inner.isReady(), inner.complaint().constData());
    // The outer one plays a TLS terminator on the default port.
    QByteArray outerConfig = documentedWith("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https");
    outerConfig.replace("X-Forwarded-Port $server_port", "X-Forwarded-Port 443");
    NginxProcess outer(outerConfig, "127.0.0.1:" + QByteArray::number(inner.nginx.port()));
    QVERIFY2(outer.isReady(), outer.complaint().constData());

    RawClient client(outer.port(), "127.0.1.5"_ba);
    const QJsonObject details = client.exchange(httpGet("/who", forgedHeaders())).json();
    QCOMPARE(summaryText(details),
             innerPassesOn ? u"127.0.1.5 https app.example 443"_s
                           : u"127.0.1.5 http app.example %1"_s.arg(inner.nginx.port()));
    QCOMPARE(details.value("hops"_L1).toInt(), 2);
    QCOMPARE(trailText(details),
             "127.0.0.1 peer by 127.0.0.1; 127.0.0.1 trusted by 127.0.0.1 X-Forwarded-For#1; "
             "127.0.1.5 client X-Forwarded-For#2; 10.0.0.1 unread X-Forwarded-For#3; "
             "127.0.0.1 unread X-Forwarded-For#4; 1.1.1.1 unread X-Forwarded-For#5"_ba);
    WebSocketClient webSocket(outer.port(), "127.9.8.7"_ba);
    QVERIFY(webSocket.open());
    QVERIFY(webSocket.isResponsive());
    QVERIFY(!inner.server.waitForLine({"client_connected", "client=127.9.8.7"}).isEmpty());
}

// nginx sends many clients' requests over one connection: each is resolved for itself.
void tst_NginxTrust::oneUpstreamConnectionManyClients()
{
    NginxSite site(Trusting);
    QVERIFY2(site.isReady(), site.complaint().constData());
    for (int i = 1; i <= 20; ++i) {
        const QByteArray source = "127.0.2." + QByteArray::number(i);
        RawClient client(site.nginx.port(), source);
        const QJsonObject details = client.exchange(httpGet("/who")).json();
        QCOMPARE(text(details, "ip_address"_L1), QString::fromLatin1(source));
    }
    RawClient probe(site.server.port());
    const QJsonValue checks = probe.exchange(httpGet("/health/ready")).json().value("checks"_L1);
    const QJsonValue connections = checks.toObject().value("connections:utilization"_L1);
    // nginx's one, and this one.
    QCOMPARE(connections[0]["observedValue"_L1].toInt(), 2);
}

QTEST_GUILESS_MAIN(tst_NginxTrust)
#include "tst_nginxtrust.moc"
