// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// truepeerd behind a real nginx with the documented configuration: who is calling, whatever the
// caller claims, on plain requests and on WebSockets.
#include "tests/support/nginxsite.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

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

class tst_Nginx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void healthThroughNginx();
    void callerIsResolved_data();
    void callerIsResolved();
    void forgedHeadersChangeNothing_data();
    void forgedHeadersChangeNothing();
    void nginxOverIPv6();
    void hostLineCarriesThePort();
    void detailsShowWhatCameAndWhy();
    void accessLogNamesTheCaller_data();
    void accessLogNamesTheCaller();

    void webSocketThroughNginx_data();
    void webSocketThroughNginx();
    void drainReachesTheClientThroughNginx();
    void refusalsPassThroughNginx();

private:
    QString authority() const { return u"app.example:%1"_s.arg(m_site->nginx.port()); }

    std::unique_ptr<NginxSite> m_site;
};

void tst_Nginx::initTestCase()
{
    QVERIFY2(NginxProcess::isInstalled(), "nginx is not installed");
    m_site = std::make_unique<NginxSite>(Trusting);
    QVERIFY2(m_site->isReady(), m_site->complaint().constData());
}

void tst_Nginx::cleanupTestCase()
{
    m_site.reset();
}

void tst_Nginx::healthThroughNginx()
{
    RawClient client(m_site->nginx.port(), "127.0.1.5"_ba);
    const HttpResponse response = client.exchange(httpGet("/health"));
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("cache-control"), "no-store"_ba);
    QCOMPARE(text(response.json(), "status"_L1), u"healthy"_s);
    QCOMPARE(client.exchange(httpRequest("HEAD", "/health"), true).status, 200);
    QCOMPARE(client.exchange(httpRequest("POST", "/health", "Content-Length: 2\r\n", "{}")).status,
             405);
    QCOMPARE(client.exchange(httpRequest("OPTIONS", "/health")).status, 405);
}

void tst_Nginx::callerIsResolved_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("from 127.0.1.5") << "127.0.1.5"_ba;
    QTest::newRow("from 127.9.8.7") << "127.9.8.7"_ba;
    QTest::newRow("over IPv6") << "::1"_ba;
}

void tst_Nginx::callerIsResolved()
{
    QFETCH(const QByteArray, source);
    RawClient client(m_site->nginx.port(), source);
    const HttpResponse response =
        client.exchange(httpGet("/who?a=b%20c", "Host: " + authority().toLatin1() + "\r\n"));
    QCOMPARE(response.status, 200);
    const QJsonObject details = response.json();
    const QString from = QString::fromLatin1(source);
    QCOMPARE(summaryText(details), u"%1 http app.example %2"_s.arg(from).arg(m_site->nginx.port()));
    QCOMPARE(text(details, "url"_L1), u"http://%1/who?a=b%20c"_s.arg(authority()));
    QCOMPARE(text(details, "peer_address"_L1), u"127.0.0.1"_s);
    QCOMPARE(text(details, "source"_L1), u"x-forwarded-for"_s);
    QCOMPARE(details.value("hops"_L1).toInt(), 1);
    QCOMPARE(trailText(details),
             "127.0.0.1 peer by 127.0.0.1; " + source + " client X-Forwarded-For#1");
}

void tst_Nginx::forgedHeadersChangeNothing_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("nginxConfig");
    const QByteArray documented = NginxProcess::documentedConfig();
    QTest::newRow("headers = auto") << QByteArray(Trusting) << documented;
    QTest::newRow("headers = x-forwarded")
        << QByteArray("headers = \"x-forwarded\"\n"_ba + Trusting) << documented;
    QTest::newRow("headers = x-real-ip")
        << QByteArray("headers = \"x-real-ip\"\n"_ba + Trusting) << documented;
    QTest::newRow("nginx passes names with underscores on")
        << QByteArray(Trusting)
        << documentedWith("server_name", "underscores_in_headers on;\n        server_name");
}

void tst_Nginx::forgedHeadersChangeNothing()
{
    QFETCH(const QByteArray, config);
    QFETCH(const QByteArray, nginxConfig);
    NginxSite site(config, nginxConfig);
    QVERIFY2(site.isReady(), site.complaint().constData());
    for (const QByteArray &source : {"127.0.1.5"_ba, "::1"_ba}) {
        RawClient client(site.nginx.port(), source);
        const QJsonObject details = client.exchange(httpGet("/who", forgedHeaders())).json();
        QCOMPARE(
            summaryText(details),
            u"%1 http app.example %2"_s.arg(QString::fromLatin1(source)).arg(site.nginx.port()));
        QCOMPARE(text(details, "url"_L1), u"http://app.example:%1/who"_s.arg(site.nginx.port()));
        const QByteArray trail = "127.0.0.1 peer by 127.0.0.1; " + source + " client ";
        // What the client wrote stands left of what nginx wrote, and is not read.
        const QByteArray rest =
            config.contains("x-real-ip")
                ? "X-Real-IP#1"_ba
                : "X-Forwarded-For#1; 10.0.0.1 unread X-Forwarded-For#2; 127.0.0.1 unread "
                  "X-Forwarded-For#3; 1.1.1.1 unread X-Forwarded-For#4"_ba;
        QCOMPARE(trailText(details), trail + rest);
        const QJsonObject headers = details.value("headers"_L1).toObject();
        QVERIFY(!headers.contains("forwarded"_L1));
        QCOMPARE(headers.contains("x_forwarded_for"_L1), nginxConfig.contains("underscores"));
    }
}

void tst_Nginx::nginxOverIPv6()
{
    NginxSite site("host = \"::1\"\ntrust_proxy = [\"::1\"]\nrequest_details_path = \"/who\"\n",
                   NginxProcess::documentedConfig(), "[::1]"_ba);
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(trailText(client.exchange(httpGet("/who")).json()),
             "::1 peer by ::1; 127.0.1.5 client X-Forwarded-For#1"_ba);
    RawClient local(site.nginx.port(), "::1"_ba);
    // A caller from a trusted address is the left-most, and so the client.
    QCOMPARE(trailText(local.exchange(httpGet("/who")).json()),
             "::1 peer by ::1; ::1 client by ::1 X-Forwarded-For#1"_ba);
}

// Who does not let a proxy state host and port has the Host line, and it says the same.
void tst_Nginx::hostLineCarriesThePort()
{
    NginxSite site(Trusting + "[trust_attributes]\nhost = false\nport = false\n"_ba);
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(text(client.exchange(httpGet("/who")).json(), "url"_L1),
             u"http://app.example:%1/who"_s.arg(site.nginx.port()));
}

void tst_Nginx::detailsShowWhatCameAndWhy()
{
    RawClient client(m_site->nginx.port(), "127.0.1.5"_ba);
    const QJsonObject details =
        client
            .exchange(httpGet("/who?key=secret", "X-Forwarded-For: 6.6.6.6\r\n"
                                                 "Cookie: id=secret\r\n"
                                                 "Authorization: Bearer secret\r\n"))
            .json();
    const QJsonObject headers = details.value("headers"_L1).toObject();
    QCOMPARE(text(headers, "x-forwarded-for"_L1), u"6.6.6.6, 127.0.1.5"_s);
    QCOMPARE(text(headers, "x-real-ip"_L1), u"127.0.1.5"_s);
    QCOMPARE(text(headers, "host"_L1), authority());
    QVERIFY(!headers.contains("cookie"_L1));
    QVERIFY(!headers.contains("authorization"_L1));
    QVERIFY(text(details, "url"_L1).endsWith(u"/who?key=***"_s));
    const QJsonObject from = details.value("from"_L1).toObject();
    for (const auto &[attribute, header] : {std::pair("scheme"_L1, u"X-Forwarded-Proto"_s),
                                            std::pair("host"_L1, u"X-Forwarded-Host"_s),
                                            std::pair("port"_L1, u"X-Forwarded-Port"_s)}) {
        QCOMPARE(text(from.value(attribute).toObject(), "header"_L1), header);
        QCOMPARE(from.value(attribute).toObject().value("index"_L1).toInt(), 1);
    }
}

void tst_Nginx::accessLogNamesTheCaller_data()
{
    QTest::addColumn<bool>("json");
    QTest::newRow("as text") << false;
    QTest::newRow("as JSON") << true;
}

void tst_Nginx::accessLogNamesTheCaller()
{
    QFETCH(const bool, json);
    NginxSite site(json ? QByteArray(Trusting + "[log]\nformat = \"json\"\n"_ba)
                        : QByteArray(Trusting));
    QVERIFY2(site.isReady(), site.complaint().constData());
    RawClient client(site.nginx.port(), "127.0.1.5"_ba);
    QCOMPARE(client.exchange(httpGet("/who?n=1", forgedHeaders())).status, 200);
    WebSocketClient webSocket(site.nginx.port(), "127.9.8.7"_ba);
    QVERIFY(webSocket.open("/chat"_ba, forgedHeaders()));
    if (!json) {
        QVERIFY(!site.server
                     .waitForLine({"truepeer.access request", "peer=127.0.0.1", "client=127.0.1.5",
                                   "verdict=resolved", "source=x-forwarded-for", "/who?n=1",
                                   "status=200"})
                     .isEmpty());
        QVERIFY(!site.server
                     .waitForLine({"client_connected", "peer=127.0.0.1", "client=127.9.8.7",
                                   "verdict=resolved", "/chat"})
                     .isEmpty());
        return;
    }
    const QString base = u"http://app.example:%1"_s.arg(site.nginx.port());
    for (const auto &[event, address, path] :
         {std::tuple(u"request"_s, u"127.0.1.5"_s, u"/who?n=1"_s),
          std::tuple(u"client_connected"_s, u"127.9.8.7"_s, u"/chat"_s)}) {
        QVERIFY(!site.server
                     .waitForEvent(event, {{u"peer"_s, u"127.0.0.1"_s},
                                           {u"client"_s, address},
                                           {u"verdict"_s, u"resolved"_s},
                                           {u"source"_s, u"x-forwarded-for"_s},
                                           {u"url"_s, QString(base + path)}})
                     .isEmpty());
    }
}

void tst_Nginx::webSocketThroughNginx_data()
{
    QTest::addColumn<QByteArray>("nginxConfig");
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("IPv4") << NginxProcess::documentedConfig() << "127.0.1.5"_ba;
    QTest::newRow("IPv6") << NginxProcess::documentedConfig() << "::1"_ba;
    QTest::newRow("the original's directives") << originalConfig() << "127.9.8.7"_ba;
}

void tst_Nginx::webSocketThroughNginx()
{
    QFETCH(const QByteArray, nginxConfig);
    QFETCH(const QByteArray, source);
    // The server pings after a second, which is the other direction.
    NginxSite site(Trusting + "[log]\nformat = \"json\"\n[limits]\nidle_ping_s = 1\n"_ba,
                   nginxConfig);
    QVERIFY2(site.isReady(), site.complaint().constData());
    WebSocketClient client(site.nginx.port(), source);
    QVERIFY2(client.open("/chat"_ba), client.response().body.constData());
    QVERIFY(client.isResponsive());
    const auto ping = client.readFrame();
    QVERIFY(ping);
    QCOMPARE(ping->opcode, WireFrame::Ping);
    QVERIFY(client.send(WireFrame::Pong, ping->payload));
    QVERIFY(client.isResponsive());
    QVERIFY(client.close(4321));
    const QJsonObject closed =
        site.server.waitForEvent(u"client_closed"_s, {{u"client"_s, QString::fromLatin1(source)}});
    QCOMPARE(closed.value("code"_L1).toInt(), 4321);
    QCOMPARE(text(closed, "initiator"_L1), u"client"_s);
}

void tst_Nginx::drainReachesTheClientThroughNginx()
{
    NginxSite site(Trusting);
    QVERIFY2(site.isReady(), site.complaint().constData());
    WebSocketClient client(site.nginx.port(), "127.0.1.5"_ba);
    QVERIFY(client.open());
    site.server.signal(SIGTERM);
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(client.sendClose(1001));
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(site.server.exitsCleanly());
}

void tst_Nginx::refusalsPassThroughNginx()
{
    NginxSite site("auth_key = \"k\"\n"_ba + Trusting);
    QVERIFY2(site.isReady(), site.complaint().constData());
    WebSocketClient client(site.nginx.port(), "127.0.1.5"_ba);
    QVERIFY(!client.open("/?key=x"_ba));
    QCOMPARE(client.response().status, 401);
    QVERIFY(!client.response().body.isEmpty());
    WebSocketClient old(site.nginx.port(), "127.0.1.5"_ba);
    const HttpResponse response =
        old.raw().exchange(WebSocketClient::request("/"_ba).replace("Version: 13", "Version: 8"));
    QCOMPARE(response.status, 426);
}

QTEST_GUILESS_MAIN(tst_Nginx)
#include "tst_nginx.moc"
