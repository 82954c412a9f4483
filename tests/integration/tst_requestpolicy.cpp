// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Settings that decide about requests, seen from outside, and what the log says about them; and the
// addresses that the server listens on.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Trusting = "trust_proxy = [\"127.0.0.1\"]\nrequest_details_path = \"/who\"\n";

QString valueOf(const QJsonObject &details, QLatin1StringView key)
{
    return details.value(key).toString();
}

} // namespace

class tst_RequestPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void allowedHosts_data();
    void allowedHosts();
    void conflictIsRejectedOnDemand();
    void otherHeaderNames();
    void attributesCanBeSwitchedOff();
    void duplicateLinesAreJoined();

    void listensOnSeveralAddresses();
    void listensOnIPv6();
    void dualStackShowsIPv4();

    void logLinesAreWhole_data();
    void logLinesAreWhole();
    void lastRequestIsLoggedWhole();
    void injectionIsEscaped();
    void secretsStayOut();
    void accessLogCanBeSwitchedOff();
};

void tst_RequestPolicy::allowedHosts_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<int>("status");
    QTest::newRow("an allowed host") << "/who"_ba
                                     << "Host: app.example\r\n"_ba << 200;
    QTest::newRow("with a port, in capitals") << "/who"_ba
                                              << "Host: APP.example:81\r\n"_ba << 200;
    QTest::newRow("a subdomain") << "/who"_ba
                                 << "Host: a.b.wild.example\r\n"_ba << 200;
    QTest::newRow("another host") << "/who"_ba
                                  << "Host: evil.example\r\n"_ba << 421;
    QTest::newRow("the domain of the subdomains") << "/who"_ba
                                                  << "Host: wild.example\r\n"_ba << 421;
    QTest::newRow("a route that is not there") << "/none"_ba
                                               << "Host: evil.example\r\n"_ba << 421;
    QTest::newRow("what the proxy says counts")
        << "/who"_ba
        << "Host: inner\r\nX-Forwarded-Host: app.example\r\n"_ba << 200;
    QTest::newRow("also when it is wrong")
        << "/who"_ba
        << "Host: app.example\r\nX-Forwarded-Host: evil.example\r\n"_ba << 421;
    QTest::newRow("health: any host") << "/health"_ba
                                      << "Host: evil.example\r\n"_ba << 200;
    QTest::newRow("health/live: any host") << "/health/live"_ba
                                           << "Host: 192.0.2.1\r\n"_ba << 200;
    QTest::newRow("health/ready: any host") << "/health/ready"_ba
                                            << "Host: x\r\n"_ba << 200;
}

void tst_RequestPolicy::allowedHosts()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, headerLines);
    QFETCH(const int, status);
    ServerProcess server("allowed_hosts = [\"app.example\", \"*.wild.example\"]\n"_ba + Trusting);
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet(target, headerLines)).status, status);
    if (target.startsWith("/health"))
        return;
    WebSocketClient webSocket(server.port());
    webSocket.open("/chat"_ba, headerLines);
    QCOMPARE(webSocket.response().status, status == 421 ? 421 : 101);
}

void tst_RequestPolicy::conflictIsRejectedOnDemand()
{
    ServerProcess server("on_conflict = \"reject\"\n"_ba + Trusting);
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray conflict = "X-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.8\r\n"_ba;
    RawClient client(server.port());
    const HttpResponse response = client.exchange(httpGet("/who", conflict));
    QCOMPARE(response.status, 400);
    QVERIFY(!valueOf(response.json(), "error"_L1).isEmpty());
    RawClient health(server.port());
    QCOMPARE(health.exchange(httpGet("/health", conflict)).status, 200);
    RawClient agreeing(server.port());
    QCOMPARE(agreeing
                 .exchange(httpGet("/who", "X-Forwarded-For: 203.0.113.7\r\n"
                                           "Forwarded: for=203.0.113.7\r\n"))
                 .status,
             200);
}

void tst_RequestPolicy::otherHeaderNames()
{
    ServerProcess server(QByteArray(Trusting)
                         + "[proxy_headers]\nfor = \"X-Client\"\nproto = \"X-Scheme\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const QJsonObject details = client
                                    .exchange(httpGet("/who", "X-Forwarded-For: 6.6.6.6\r\n"
                                                              "X-Forwarded-Proto: http\r\n"
                                                              "x-client: 203.0.113.7\r\n"
                                                              "X-SCHEME: https\r\n"))
                                    .json();
    QCOMPARE(valueOf(details, "ip_address"_L1), u"203.0.113.7"_s);
    QCOMPARE(valueOf(details, "scheme"_L1), u"https"_s);
    QCOMPARE(trailText(details), "127.0.0.1 peer by 127.0.0.1; 203.0.113.7 client X-Client#1"_ba);
    // Nobody may have it dropped on the way.
    RawClient dropper(server.port());
    QCOMPARE(dropper.exchange(httpGet("/who", "Connection: X-Client\r\n")).status, 400);
}

void tst_RequestPolicy::attributesCanBeSwitchedOff()
{
    ServerProcess server(QByteArray(Trusting) + "[trust_attributes]\nhost = false\nport = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const QJsonObject details = client
                                    .exchange(httpGet("/who", "X-Forwarded-For: 203.0.113.7\r\n"
                                                              "X-Forwarded-Proto: https\r\n"
                                                              "X-Forwarded-Host: pub.example\r\n"
                                                              "X-Forwarded-Port: 8443\r\n"))
                                    .json();
    QCOMPARE(valueOf(details, "url"_L1), u"https://app.example/who"_s);
}

void tst_RequestPolicy::duplicateLinesAreJoined()
{
    ServerProcess server{QByteArray(Trusting)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const QJsonObject details = client
                                    .exchange(httpGet("/who", "X-Forwarded-For: 6.6.6.6\r\n"
                                                              "x-forwarded-FOR: 203.0.113.7\r\n"))
                                    .json();
    QCOMPARE(valueOf(details, "ip_address"_L1), u"203.0.113.7"_s);
    const QJsonValue headers = details.value("headers"_L1);
    QCOMPARE(headers["x-forwarded-for"_L1].toArray(), (QJsonArray{u"6.6.6.6"_s, u"203.0.113.7"_s}));
    const QJsonValue decision = details.value("header_decisions"_L1)[0];
    QCOMPARE(decision["name"_L1].toString(), u"X-Forwarded-For"_s);
    QCOMPARE(decision["used"_L1].toBool(), true);
    QCOMPARE(decision["value"_L1].toString(), u"6.6.6.6, 203.0.113.7"_s);
}

void tst_RequestPolicy::listensOnSeveralAddresses()
{
    ServerProcess server("host = [\"127.0.0.1\", \"127.0.0.3\", \"::1\"]\n"
                         "request_details_path = \"/who\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    for (const QByteArray &address : {"127.0.0.1"_ba, "127.0.0.3"_ba, "::1"_ba}) {
        const QByteArray source = address.contains(':') ? "::1"_ba : "127.0.0.8"_ba;
        RawClient client(server.port(), RawClient::Options{source, address, 0});
        QVERIFY2(client.isConnected(), qPrintable(client.error()));
        const QJsonObject details = client.exchange(httpGet("/who")).json();
        QCOMPARE(valueOf(details, "peer_address"_L1), QString::fromLatin1(source));
    }
    RawClient other(server.port(), RawClient::Options{"127.0.0.8"_ba, "127.0.0.4"_ba, 0});
    QVERIFY(!other.isConnected());
}

void tst_RequestPolicy::listensOnIPv6()
{
    ServerProcess server("host = \"::1\"\ntrust_proxy = [\"::1\"]\n"
                         "request_details_path = \"/who\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    QCOMPARE(server.readyLine().trimmed(),
             "truepeerd ready http://[::1]:" + QByteArray::number(server.port())
                 + " admin:" + server.adminSocket().toUtf8());
    RawClient client(server.port(), "::1"_ba);
    const QJsonObject details =
        client
            .exchange(httpGet("/who", "Host: [::1]:99\r\n"
                                      "X-Forwarded-For: [2001:db8::7]:80\r\n"))
            .json();
    QCOMPARE(valueOf(details, "url"_L1), u"http://[::1]:99/who"_s);
    QCOMPARE(trailText(details), "::1 peer by ::1; 2001:db8::7 client X-Forwarded-For#1"_ba);
}

void tst_RequestPolicy::dualStackShowsIPv4()
{
    ServerProcess server("host = \"::\"\ntrust_proxy = [\"127.0.0.7\"]\n"
                         "request_details_path = \"/who\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient v4(server.port(), "127.3.4.5"_ba);
    const QJsonObject details = v4.exchange(httpGet("/who")).json();
    QCOMPARE(valueOf(details, "ip_address"_L1), u"127.3.4.5"_s);
    QCOMPARE(valueOf(details, "peer_address"_L1), u"127.3.4.5"_s);
    RawClient v6(server.port(), "::1"_ba);
    QCOMPARE(valueOf(v6.exchange(httpGet("/who")).json(), "ip_address"_L1), u"::1"_s);
    // An IPv4 entry matches the IPv4 peer of an IPv6 socket.
    RawClient proxy(server.port(), "127.0.0.7"_ba);
    QCOMPARE(valueOf(proxy.exchange(httpGet("/who", "X-Forwarded-For: 203.0.113.7\r\n")).json(),
                     "ip_address"_L1),
             u"203.0.113.7"_s);
}

void tst_RequestPolicy::logLinesAreWhole_data()
{
    QTest::addColumn<bool>("json");
    QTest::newRow("as text") << false;
    QTest::newRow("as JSON") << true;
}

// One request of each kind, with what an attacker would write into a log.
void tst_RequestPolicy::logLinesAreWhole()
{
    QFETCH(const bool, json);
    ServerProcess server(json ? QByteArray(Trusting) + "[log]\nformat = \"json\"\n"
                              : QByteArray(Trusting));
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray evil = "User-Agent: x\" client=9.9.9.9 \\ \xff\xfe \x80\xe2\x80\xae\r\n"
                            "X-Forwarded-For: 203.0.113.7\r\n"_ba;
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/who?q=\"a=b\"'\\", evil)).status, 200);
    WebSocketClient webSocket(server.port());
    QVERIFY(webSocket.open("/chat?\"x\""_ba, evil + "Origin: http://\"o\" y=z\r\n"));
    QVERIFY(webSocket.sendClose(1000, "bye\n\"now\" code=1\xe2\x80\xae"_ba));
    QCOMPARE(webSocket.readCloseCode(), 1000);
    RawClient garbage(server.port());
    QCOMPARE(garbage.exchange("G\x01T \r\n\r\n"_ba).status, 400);
    QVERIFY(!server.waitForLine({"request_refused", "400"}).isEmpty());
    QVERIFY(!server.waitForLine({"client_closed"}).isEmpty());

    int lines = 0;
    for (const QByteArray &line : server.log().split('\n')) {
        if (line.isEmpty())
            continue;
        ++lines;
        for (const char c : line)
            QVERIFY2(c >= ' ' && c <= '~', line.constData());
        if (json) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            QVERIFY2(object.contains("event"_L1) && object.contains("time"_L1), line.constData());
            continue;
        }
        // time level category event key=value…
        const QRegularExpression form(
            uR"(^\S+Z (info|warning) \S+ \w+( \w+=([^\s"=\\]*|"([^"\\]|\\.)*"))*$)"_s);
        QVERIFY2(form.match(QString::fromLatin1(line)).hasMatch(), line.constData());
    }
    QVERIFY(lines >= 5);
    QVERIFY(!server.waitForLine({"client_closed", "203.0.113.7", "resolved"}).isEmpty());
}

// The log line is written after the connection has begun to end, and still has the request's texts
// (the request came in two packets, so that they stand in the connection's own buffer).
void tst_RequestPolicy::lastRequestIsLoggedWhole()
{
    ServerProcess server("threads = 1\n[log]\nformat = \"json\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray request =
        httpGet("/nothing", "Connection: close\r\nUser-Agent: last words\r\n");
    RawClient client(server.port());
    RawClient barrier(server.port());
    QVERIFY(client.send(request.first(30)));
    QCOMPARE(barrier.exchange(httpGet("/health")).status, 200);
    QCOMPARE(client.exchange(request.sliced(30)).status, 404);
    const QJsonObject line = server.waitForEvent(u"request"_s, {{u"status"_s, 404}});
    QCOMPARE(valueOf(line, "user_agent"_L1), u"last words"_s);
    QVERIFY(valueOf(line, "url"_L1).endsWith(u"/nothing"_s));
}

void tst_RequestPolicy::injectionIsEscaped()
{
    ServerProcess server("[log]\nformat = \"json\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray agent = "x\", \"client\": \"9.9.9.9"_ba;
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/nothing", "User-Agent: " + agent + "\r\n")).status, 404);
    const QJsonObject line = server.waitForEvent(
        u"request"_s, {{u"user_agent"_s, QString::fromLatin1(agent)}, {u"status"_s, 404}});
    QCOMPARE(valueOf(line, "client"_L1), u"127.0.0.1"_s);
}

void tst_RequestPolicy::secretsStayOut()
{
    ServerProcess server("auth_key = \"open-sesame\"\n"_ba + Trusting);
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray lines = "Cookie: id=open-sesame\r\nAuthorization: Bearer open-sesame\r\n"
                             "X-Api-Key: open-sesame\r\n"_ba;
    RawClient client(server.port());
    const HttpResponse response = client.exchange(httpGet("/who?a=1&key=open-sesame", lines));
    QVERIFY(!response.body.contains("open-sesame"));
    QVERIFY(response.body.contains("key=***"));
    WebSocketClient webSocket(server.port());
    QVERIFY(webSocket.open("/?key=open-sesame"_ba, lines));
    QVERIFY(webSocket.close());
    QVERIFY(!server.waitForLine({"client_closed"}).isEmpty());
    QVERIFY(!server.log().contains("open-sesame"));
}

void tst_RequestPolicy::accessLogCanBeSwitchedOff()
{
    ServerProcess server("[log]\naccess = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/nothing")).status, 404);
    server.signal(SIGTERM);
    QVERIFY(server.exitsCleanly());
    QVERIFY(server.log().contains("stopped"));
    QVERIFY(!server.log().contains("truepeer.access"));
}

QTEST_GUILESS_MAIN(tst_RequestPolicy)
#include "tst_requestpolicy.moc"
