// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What browsers are told about pages of other origins: preflights, and the fields of each response.
#include "tests/support/apiclient.h"
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

#include <map>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Routes = R"(
trust_proxy = ["127.0.0.1"]
request_details_path = "/who"
metrics_path = "/metrics"
api_keys = ["k"]
)";

constexpr auto Page = "https://page.example";

constexpr auto Preflight = "Access-Control-Request-Method: POST\r\n"
                           "Access-Control-Request-Headers: authorization, content-type\r\n";

QByteArray originLine(const QByteArray &origin = Page)
{
    return "Origin: "_ba + origin + "\r\n"_ba;
}

QByteArray preflight(const QByteArray &path, const QByteArray &origin = Page)
{
    return httpRequest("OPTIONS", path, originLine(origin) + Preflight);
}

// All fields of the CORS protocol that came, by name.
std::map<QByteArray, QByteArray> corsFields(const HttpResponse &response)
{
    std::map<QByteArray, QByteArray> fields;
    for (const auto &[name, value] : response.headers) {
        if (name.startsWith("access-control-"))
            fields[name] = response.header(name);
    }
    return fields;
}

bool variesByOrigin(const HttpResponse &response)
{
    return response.header("vary").toLower().replace(' ', "").split(',').contains("origin");
}

} // namespace

class tst_Cors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void preflightOfRoutes_data();
    void preflightOfRoutes();
    void preflightSaysTheSettings();
    void emptySettingsAreLeftOut();

    void everyResponseIsReadable_data();
    void everyResponseIsReadable();
    void limitedResponseIsReadable();
    void origins_data();
    void origins();
    void severalOriginsAreNone();
    void brokenRequestIsNobodys();
    void upgradesSayTheOrigin();
};

// ---- preflight --------------------------------------------------------------------------------

void tst_Cors::preflightOfRoutes_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::newRow("a route of the API, without its key") << preflight("/api/broadcast"_ba) << 204;
    QTest::newRow("one with an id") << preflight("/api/clients/1/kick"_ba) << 204;
    QTest::newRow("a route for GET") << preflight("/who?x=1"_ba) << 204;
    QTest::newRow("of an origin that is not allowed")
        << preflight("/who"_ba, "https://evil.example"_ba) << 204;
    QTest::newRow("health") << preflight("/health"_ba) << 405;
    QTest::newRow("health/live") << preflight("/health/live"_ba) << 405;
    QTest::newRow("health/ready") << preflight("/health/ready"_ba) << 405;
    QTest::newRow("no route") << preflight("/none"_ba) << 404;
    QTest::newRow("OPTIONS without an Origin") << httpRequest("OPTIONS", "/who", Preflight) << 405;
    QTest::newRow("OPTIONS that asks for no method")
        << httpRequest("OPTIONS", "/who", originLine()) << 405;
    QTest::newRow("another method with the fields of one")
        << httpRequest("DELETE", "/who", originLine() + Preflight) << 405;
}

void tst_Cors::preflightOfRoutes()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, status);
    ServerProcess server(QByteArray(Routes)
                         + "[cors]\nallowed_origins = [\"https://page.example\"]\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const HttpResponse response = client.exchange(request);
    QCOMPARE(response.status, status);
    QVERIFY(variesByOrigin(response));
    QCOMPARE(response.has("allow"), status == 405);
    QCOMPARE(response.has("access-control-allow-methods"),
             status == 204 && !request.contains("evil"));
    if (status == 204) {
        QVERIFY(!response.has("content-length"));
        QVERIFY(!response.has("content-type"));
        const QByteArray vary = response.header("vary").toLower();
        QVERIFY(vary.contains("access-control-request-method"));
        QVERIFY(vary.contains("access-control-request-headers"));
    }
    // The connection stays.
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
}

void tst_Cors::preflightSaysTheSettings()
{
    const auto fieldsWith = [](const QByteArray &cors) {
        ServerProcess server(QByteArray(Routes) + cors);
        return corsFields(RawClient(server.port()).exchange(preflight("/who"_ba)));
    };
    std::map<QByteArray, QByteArray> expected = {
        {"access-control-allow-origin"_ba, Page},
        {"access-control-allow-methods"_ba, "GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD"_ba},
        {"access-control-allow-headers"_ba, "Content-Type, X-Requested-With, Authorization"_ba},
        {"access-control-max-age"_ba, "86400"_ba}};
    QVERIFY(fieldsWith(""_ba) == expected);
    expected = {{"access-control-allow-origin"_ba, Page},
                {"access-control-allow-credentials"_ba, "true"_ba},
                {"access-control-allow-methods"_ba, "GET, BREW"_ba},
                {"access-control-allow-headers"_ba, "X-One"_ba},
                {"access-control-max-age"_ba, "0"_ba}};
    QVERIFY(fieldsWith("[cors]\nallowed_origins = [\"https://page.example\"]\n"
                       "allowed_methods = [\"GET\", \"BREW\"]\nallowed_headers = [\"X-One\"]\n"
                       "allow_credentials = true\nmax_age = 0\n"_ba)
            == expected);
}

void tst_Cors::emptySettingsAreLeftOut()
{
    ServerProcess server(QByteArray(Routes)
                         + "[cors]\nallowed_methods = []\nallowed_headers = []\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const HttpResponse response = client.exchange(preflight("/who"_ba));
    QVERIFY(corsFields(response)
            == (std::map<QByteArray, QByteArray>{{"access-control-allow-origin"_ba, Page},
                                                 {"access-control-max-age"_ba, "86400"_ba}}));
}

// ---- responses --------------------------------------------------------------------------------

void tst_Cors::everyResponseIsReadable_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<int>("status");
    const QByteArray empty = "Content-Length: 0\r\n"_ba;
    const QByteArray key = ApiClient::authorization("k"_ba);
    const auto row = [](const char *name, const char *method, const char *path,
                        const QByteArray &lines, int status) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(path) << lines << status;
    };
    row("a handler", "GET", "/who", ""_ba, 200);
    row("HEAD", "HEAD", "/who", ""_ba, 200);
    row("the metrics", "GET", "/metrics", ""_ba, 200);
    row("health", "GET", "/health", ""_ba, 200);
    row("health/ready", "GET", "/health/ready", ""_ba, 200);
    row("one that comes later", "GET", "/api/clients", key, 200);
    row("an error that comes later", "POST", "/api/clients/999/kick", key + empty, 404);
    row("a mistake", "POST", "/api/broadcast", key + empty, 400);
    row("no key", "GET", "/api/clients", ""_ba, 401);
    row("no route", "GET", "/none", ""_ba, 404);
    row("a wrong method", "POST", "/who", empty, 405);
    row("a wrong method on health", "POST", "/health", empty, 405);
    row("an unknown method", "BREW", "/none", ""_ba, 501);
    row("a host that is not served", "GET", "/who", "Host: evil.example\r\n"_ba, 421);
    row("a body that is too large", "POST", "/api/broadcast", key + "Content-Length: 2001\r\n",
        413);
    row("a body in chunks that is too large", "POST", "/api/broadcast",
        key + "Transfer-Encoding: chunked\r\n", 413);
    row("a bad handshake", "GET", "/chat",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"_ba,
        426);
}

void tst_Cors::everyResponseIsReadable()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, headerLines);
    QFETCH(const int, status);
    ServerProcess server("allowed_hosts = [\"app.example\"]\n"_ba + Routes
                         + "[limits]\nbody_bytes = 2000\n"
                           "[cors]\nallowed_origins = [\"https://page.example\"]\n"
                           "allow_credentials = true\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    const bool isHead = method == "HEAD";
    const QByteArray body = headerLines.contains("chunked") ? "7d1\r\n"_ba : ""_ba;
    const std::map<QByteArray, QByteArray> granted = {
        {"access-control-allow-origin"_ba, Page},
        {"access-control-allow-credentials"_ba, "true"_ba},
        {"access-control-expose-headers"_ba,
         "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"_ba}};
    const std::map<QByteArray, QByteArray> nothing;
    for (const QByteArray &origin :
         {originLine(), originLine("https://evil.example"_ba), QByteArray()}) {
        RawClient client(server.port());
        const HttpResponse response =
            client.exchange(httpRequest(method, path, headerLines + origin, body), isHead);
        QCOMPARE(response.status, status);
        QVERIFY2(variesByOrigin(response), response.header("vary").constData());
        QVERIFY(corsFields(response) == (origin == originLine() ? granted : nothing));
    }
}

void tst_Cors::limitedResponseIsReadable()
{
    ServerProcess server(QByteArray(Routes)
                         + "[rate_limit]\nenabled = true\nmax_http_requests_per_ip = 1\n"
                           "burst_allowance = 0\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/who")).status, 200);
    const HttpResponse response = client.exchange(httpGet("/who", originLine()));
    QCOMPARE(response.status, 429);
    QCOMPARE(response.header("access-control-allow-origin"), QByteArray(Page));
    QVERIFY(response.header("access-control-expose-headers").contains("Retry-After"));
    QVERIFY(variesByOrigin(response));
}

void tst_Cors::origins_data()
{
    QTest::addColumn<QByteArray>("allowed"); // the value of allowed_origins
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("answer"); // "origin", with " credentials", or empty
    const auto row = [](const char *name, const char *allowed, const QByteArray &lines,
                        const char *origin, const char *answer,
                        const QByteArray &source = "127.0.0.1"_ba) {
        QTest::newRow(name) << QByteArray(allowed) << source << lines << QByteArray(origin)
                            << QByteArray(answer);
    };
    const char *any = R"(["*"])";
    row("any: echoed, never a star, and without cookies", any, ""_ba, Page, "origin");
    row("any: null", any, ""_ba, "null", "origin");
    row("any: text that is no origin", any, ""_ba, "what ever", "origin");
    const char *both = R"(["*", "https://page.example"])";
    row("named beside any: with cookies", both, ""_ba, Page, "origin credentials");
    row("not named beside any: without", both, ""_ba, "https://b.example", "origin");

    const char *named = R"(["https://page.example", "null"])";
    row("named", named, ""_ba, Page, "origin credentials");
    row("named: another port", named, ""_ba, "https://page.example:444", "");
    row("named: the default port written out", named, ""_ba, "https://page.example:443", "");
    row("named: another scheme", named, ""_ba, "http://page.example", "");
    row("named: in capitals", named, ""_ba, "https://PAGE.example", "");
    row("named: a subdomain", named, ""_ba, "https://a.page.example", "");
    row("named: more behind it", named, ""_ba, "https://page.example.evil", "");
    row("named: null has no cookies", named, ""_ba, "null", "origin");

    const char *self = R"(["self"])";
    const QByteArray https = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
                             "X-Forwarded-Host: pub.example\r\n"_ba;
    row("self: as the proxy says", self, https, "https://pub.example", "origin credentials");
    row("self: an empty list is the same", "[]", https, "https://pub.example",
        "origin credentials");
    row("self: the scheme counts", self, https, "http://pub.example", "");
    row("self: the inner host is another", self, https, "https://app.example", "");
    row("self: another port", self, https, "https://pub.example:8443", "");
    row("self: the port that the proxy says", self, https + "X-Forwarded-Port: 8443\r\n",
        "https://pub.example:8443", "origin credentials");
    row("self: of somebody who is not trusted", self, https, "https://pub.example", "",
        "127.0.0.9"_ba);
    row("self: directly", self, ""_ba, "http://app.example", "origin credentials", "127.0.0.9"_ba);
    // Nobody said how the client came, so both may be; a page of the other is not to have cookies.
    const QByteArray silent = "X-Forwarded-For: 203.0.113.7\r\n"_ba;
    row("self: no scheme is stated, https", self, silent, "https://app.example", "origin");
    row("self: no scheme is stated, http", self, silent, "http://app.example", "origin");
    row("self: null is never", self, ""_ba, "null", "");
}

void tst_Cors::origins()
{
    QFETCH(const QByteArray, allowed);
    QFETCH(const QByteArray, source);
    QFETCH(const QByteArray, headerLines);
    QFETCH(const QByteArray, origin);
    QFETCH(const QByteArray, answer);
    ServerProcess server(QByteArray(Routes) + "[cors]\nallow_credentials = true\n"
                         + "allowed_origins = " + allowed + '\n');
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port(), source);
    for (const QByteArray &request :
         {httpGet("/who", headerLines + originLine(origin)),
          httpRequest("OPTIONS", "/who", headerLines + originLine(origin) + Preflight)}) {
        const HttpResponse response = client.exchange(request);
        QCOMPARE(response.status, request.startsWith("GET") ? 200 : 204);
        QCOMPARE(response.header("access-control-allow-origin"),
                 answer.isEmpty() ? QByteArray() : origin);
        QCOMPARE(response.header("access-control-allow-credentials"),
                 answer.endsWith("credentials") ? "true"_ba : QByteArray());
        QVERIFY(variesByOrigin(response));
    }
}

void tst_Cors::severalOriginsAreNone()
{
    ServerProcess server{QByteArray(Routes)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    for (const QByteArray &lines : {originLine().repeated(2), originLine(""_ba)}) {
        const HttpResponse response = client.exchange(httpGet("/who", lines));
        QCOMPARE(response.status, 200);
        QVERIFY(corsFields(response).empty());
        QVERIFY(variesByOrigin(response));
    }
}

// Who cannot be read has no origin.
void tst_Cors::brokenRequestIsNobodys()
{
    ServerProcess server{QByteArray(Routes)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    const HttpResponse response = client.exchange(httpGet("/who", originLine() + "X Y: z\r\n"));
    QCOMPARE(response.status, 400);
    QVERIFY(corsFields(response).empty());
    QVERIFY(variesByOrigin(response));
}

void tst_Cors::upgradesSayTheOrigin()
{
    ServerProcess server(QByteArray(Routes)
                         + "[cors]\nallowed_origins = [\"https://page.example\"]\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient page(server.port());
    QVERIFY(page.open("/"_ba, originLine()));
    QCOMPARE(page.response().header("access-control-allow-origin"), QByteArray(Page));
    WebSocketClient evil(server.port());
    QVERIFY(!evil.open("/"_ba, originLine("https://evil.example"_ba)));
    QCOMPARE(evil.response().status, 403);
    QVERIFY(corsFields(evil.response()).empty());
    QVERIFY(variesByOrigin(evil.response()));
    WebSocketClient program(server.port());
    QVERIFY(program.open());
    QVERIFY(corsFields(program.response()).empty());
}

QTEST_GUILESS_MAIN(tst_Cors)
#include "tst_cors.moc"
