// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The HTTP API as a backend calls it: keys, methods, bodies, and connections. What the calls do:
// tst_apicalls and tst_apiclients.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 2
metrics_path = "/metrics"
api_keys = ["first-secret", "second-secret"]
[limits]
body_bytes = 2000
[log]
format = "json"
)";

constexpr auto Broadcast = "/api/broadcast";
constexpr auto Clients = "/api/clients";

QByteArray key()
{
    return "first-secret"_ba;
}

QByteArray withLength(const QByteArray &body)
{
    return ApiClient::authorization(key()) + "Content-Length: "_ba + QByteArray::number(body.size())
           + "\r\n"_ba;
}

QByteArray chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n"_ba + bytes + "\r\n"_ba;
}

// An order for nobody, of so many bytes.
QByteArray bodyOfSize(qsizetype size)
{
    const QByteArray head = R"({"event":"x","room":"nobody","data":{"x":")"_ba;
    const QByteArray tail = R"("}})"_ba;
    return head + QByteArray(size - head.size() - tail.size(), 'x') + tail;
}

QString codeOf(const HttpResponse &response)
{
    return response.json().value("code"_L1).toString();
}

} // namespace

class tst_HttpApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_server.reset(); }

    void withoutKeysThereIsNoApi();
    void keys_data();
    void keys();
    void wrongMethods_data();
    void wrongMethods();
    void wrongBodies_data();
    void wrongBodies();
    void contentTypes_data();
    void contentTypes();
    void largeBodies_data();
    void largeBodies();

    void callsArePipelined();
    void connectionEndsWhenAsked_data();
    void connectionEndsWhenAsked();
    void keysStayOutOfTheLog();

private:
    std::unique_ptr<ServerProcess> m_server;
};

void tst_HttpApi::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

// ---- who may, and how -------------------------------------------------------------------------

void tst_HttpApi::withoutKeysThereIsNoApi()
{
    ServerProcess server{QByteArray()};
    QVERIFY2(server.isReady(), server.complaint().constData());
    ApiClient api(server.port(), key());
    QCOMPARE(api.get(Clients).status, 404);
    QCOMPARE(api.post(Broadcast, R"({"event":"x"})"_ba).status, 404);
    QCOMPARE(api.post("/api/clients/1/send"_ba, R"({"event":"x"})"_ba).status, 404);
    QCOMPARE(api.post("/api/clients/1/kick"_ba, "{}"_ba).status, 404);
}

void tst_HttpApi::keys_data()
{
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("code"); // of the 401; empty: the key is right
    const auto row = [](const char *name, const QByteArray &lines, const char *code) {
        QTest::newRow(name) << lines << QByteArray() << QString::fromLatin1(code);
    };
    row("none", ""_ba, "missing_key");
    row("right", ApiClient::authorization(key()), "");
    row("the second one", ApiClient::authorization("second-secret"_ba), "");
    row("right, the scheme in other letters", "Authorization: bEARER first-secret\r\n"_ba, "");
    row("wrong", ApiClient::authorization("third-secret"_ba), "invalid_key");
    row("the start of a right one", ApiClient::authorization("first-secre"_ba), "invalid_key");
    row("more than a right one", ApiClient::authorization("first-secretx"_ba), "invalid_key");
    row("in other letters", ApiClient::authorization("First-Secret"_ba), "invalid_key");
    row("both", ApiClient::authorization("first-secret, second-secret"_ba), "invalid_key");
    row("no key behind the scheme", "Authorization: Bearer\r\n"_ba, "missing_key");
    row("an empty line", "Authorization: \r\n"_ba, "missing_key");
    row("another scheme", "Authorization: Basic Zmlyc3Qtc2VjcmV0\r\n"_ba, "missing_key");
    row("without a scheme", "Authorization: first-secret\r\n"_ba, "missing_key");
    row("in another header", "X-Api-Key: first-secret\r\n"_ba, "missing_key");
    row("two lines", ApiClient::authorization(key()).repeated(2), "missing_key");
    QTest::newRow("in the query") << ""_ba
                                  << "?key=first-secret"_ba << u"missing_key"_s;
}

// Each call is asked for its key before anything else, so that nobody learns who is connected.
void tst_HttpApi::keys()
{
    QFETCH(const QByteArray, headerLines);
    QFETCH(const QByteArray, query);
    QFETCH(const QString, code);
    RawClient client(m_server->port());
    const struct
    {
        const char *method;
        QByteArray path;
        int status; // with the right key
    } calls[] = {{"GET", Clients, 200},
                 {"HEAD", Clients, 200},
                 {"POST", Broadcast, 400},
                 {"POST", "/api/clients/1000/send"_ba, 400},
                 {"POST", "/api/clients/1000/kick"_ba, 404}};
    for (const auto &call : calls) {
        const bool isPost = QByteArray(call.method) == "POST";
        const QByteArray lines =
            isPost ? QByteArray(headerLines + "Content-Length: 0\r\n") : headerLines;
        const HttpResponse response = client.exchange(
            httpRequest(call.method, call.path + query, lines), QByteArray(call.method) == "HEAD");
        QCOMPARE(response.header("cache-control"), "no-store"_ba);
        QCOMPARE(response.header("content-type"), "application/json"_ba);
        QVERIFY(!response.has("connection"));
        if (code.isEmpty()) {
            QCOMPARE(response.status, call.status);
            continue;
        }
        QCOMPARE(response.status, 401);
        QVERIFY(response.header("www-authenticate").startsWith("Bearer realm="));
        if (QByteArray(call.method) != "HEAD")
            QCOMPARE(codeOf(response), code);
    }
}

void tst_HttpApi::wrongMethods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("allow");
    QTest::newRow("GET broadcast") << "GET"_ba << QByteArray(Broadcast) << "POST"_ba;
    QTest::newRow("HEAD broadcast") << "HEAD"_ba << QByteArray(Broadcast) << "POST"_ba;
    QTest::newRow("PUT broadcast") << "PUT"_ba << QByteArray(Broadcast) << "POST"_ba;
    QTest::newRow("POST clients") << "POST"_ba << QByteArray(Clients) << "GET, HEAD"_ba;
    QTest::newRow("DELETE clients") << "DELETE"_ba << QByteArray(Clients) << "GET, HEAD"_ba;
    QTest::newRow("GET send") << "GET"_ba
                              << "/api/clients/1/send"_ba
                              << "POST"_ba;
    QTest::newRow("DELETE kick") << "DELETE"_ba
                                 << "/api/clients/1/kick"_ba
                                 << "POST"_ba;
    QTest::newRow("OPTIONS that is no preflight")
        << "OPTIONS"_ba << QByteArray(Clients) << "GET, HEAD"_ba;
}

void tst_HttpApi::wrongMethods()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, allow);
    RawClient client(m_server->port());
    const bool isHead = method == "HEAD";
    const HttpResponse response =
        client.exchange(httpRequest(method, path, "Content-Length: 0\r\n"_ba), isHead);
    QCOMPARE(response.status, 405);
    QCOMPARE(response.header("allow"), allow);
    if (!isHead)
        QCOMPARE(codeOf(response), u"method_not_allowed"_s);
    // An upgrade to a route is none.
    QCOMPARE(client
                 .exchange(httpGet(path, ApiClient::authorization(key())
                                             + "Upgrade: websocket\r\nConnection: Upgrade\r\n"))
                 .status,
             path == Clients ? 200 : 405);
}

void tst_HttpApi::wrongBodies_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QByteArray>("word"); // in the text of the error
    const auto row = [](const char *name, const char *path, const QByteArray &body,
                        const char *word) {
        QTest::newRow(name) << QByteArray(path) << body << u"invalid_request"_s << QByteArray(word);
    };
    const auto noJson = [](const char *name, const QByteArray &body) {
        QTest::newRow(name) << QByteArray(Broadcast) << body << u"invalid_json"_s << ""_ba;
    };
    noJson("not JSON", "event=x"_ba);
    noJson("half of it", R"({"event":"x")"_ba);
    noJson("a list", "[]"_ba);
    noJson("a text", R"("x")"_ba);
    noJson("null", "null"_ba);
    noJson("not UTF-8", "{\"event\":\"x\",\"data\":{\"a\":\"\xff\"}}"_ba);
    noJson("a thousand and more brackets",
           R"({"event":"x","data":)" + QByteArray(1900, '[')); // within body_bytes

    row("no body", Broadcast, ""_ba, "event");
    row("no event", Broadcast, "{}"_ba, "event");
    row("event null", Broadcast, R"({"event":null})"_ba, "event");
    row("event a number", Broadcast, R"({"event":1})"_ba, "event");
    row("event empty", Broadcast, R"({"event":""})"_ba, "event");
    row("event with a blank", Broadcast, R"({"event":"a b"})"_ba, "event");
    row("event of 256 letters", Broadcast, R"({"event":")" + QByteArray(256, 'e') + R"("})",
        "event");
    row("data a text", Broadcast, R"({"event":"x","data":"y"})"_ba, "data");
    row("data a number", Broadcast, R"({"event":"x","data":0})"_ba, "data");
    row("namespace a number", Broadcast, R"({"event":"x","namespace":1})"_ba, "namespace");
    row("namespace empty", Broadcast, R"({"event":"x","namespace":""})"_ba, "namespace");
    row("room a list", Broadcast, R"({"event":"x","room":["r"]})"_ba, "room");
    row("room empty", Broadcast, R"({"event":"x","room":""})"_ba, "room");
    row("room 0", Broadcast, R"({"event":"x","room":"0"})"_ba, "room");
    row("room of 201 bytes", Broadcast, R"({"event":"x","room":")" + QByteArray(201, 'r') + R"("})",
        "room");
    row("except a text", Broadcast, R"({"event":"x","except":"1"})"_ba, "except");
    row("except 0", Broadcast, R"({"event":"x","except":[0]})"_ba, "except");
    row("except a fraction", Broadcast, R"({"event":"x","except":[1,1.5]})"_ba, "except");
    row("except a word", Broadcast, R"({"event":"x","except":["1","one"]})"_ba, "except");
    row("an unknown member", Broadcast, R"({"event":"x","rooms":"r"})"_ba, "rooms");
    row("send: no event", "/api/clients/1/send", "{}"_ba, "event");
    row("send: data a text", "/api/clients/1/send", R"({"event":"x","data":"y"})"_ba, "data");
    row("send: an unknown member", "/api/clients/1/send", R"({"event":"x","room":"r"})"_ba, "room");
    row("kick: reason a number", "/api/clients/1/kick", R"({"reason":1})"_ba, "reason");
    row("kick: reason of 124 bytes", "/api/clients/1/kick",
        R"({"reason":")" + QByteArray(124, 'r') + R"("})", "reason");
    row("kick: code a text", "/api/clients/1/kick", R"({"code":"1000"})"_ba, "code");
    row("kick: code 1005", "/api/clients/1/kick", R"({"code":1005})"_ba, "code");
    row("kick: code 1006", "/api/clients/1/kick", R"({"code":1006})"_ba, "code");
    row("kick: code 999", "/api/clients/1/kick", R"({"code":999})"_ba, "code");
    row("kick: code 1015", "/api/clients/1/kick", R"({"code":1015})"_ba, "code");
    row("kick: code 2000", "/api/clients/1/kick", R"({"code":2000})"_ba, "code");
    row("kick: code 5000", "/api/clients/1/kick", R"({"code":5000})"_ba, "code");
    row("kick: code a fraction", "/api/clients/1/kick", R"({"code":1008.5})"_ba, "code");
    row("kick: an unknown member", "/api/clients/1/kick", R"({"why":"x"})"_ba, "why");
}

void tst_HttpApi::wrongBodies()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const QString, code);
    QFETCH(const QByteArray, word);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    ApiClient api(m_server->port(), key());
    const HttpResponse response = api.post(path, body);
    QCOMPARE(response.status, 400);
    QCOMPARE(codeOf(response), code);
    QCOMPARE(response.json().size(), 2);
    const QByteArray text = response.json().value("error"_L1).toString().toUtf8();
    QVERIFY2(!text.isEmpty() && text.contains(word), text.constData());
    // Nobody got anything, and the connection goes on.
    QVERIFY(client.isResponsive());
    QCOMPARE(api.get(Clients).status, 200);
}

void tst_HttpApi::contentTypes_data()
{
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<int>("status");
    QTest::newRow("JSON") << "Content-Type: application/json\r\n"_ba << 200;
    QTest::newRow("JSON with a charset")
        << "Content-Type: application/json; charset=utf-8\r\n"_ba << 200;
    QTest::newRow("JSON in capitals") << "Content-Type: Application/JSON\r\n"_ba << 200;
    QTest::newRow("none") << ""_ba << 200;
    QTest::newRow("text") << "Content-Type: text/plain\r\n"_ba << 415;
    QTest::newRow("a form, as curl -d says")
        << "Content-Type: application/x-www-form-urlencoded\r\n"_ba << 415;
    QTest::newRow("nearly JSON") << "Content-Type: application/jsonx\r\n"_ba << 415;
    QTest::newRow("empty") << "Content-Type: \r\n"_ba << 415;
}

void tst_HttpApi::contentTypes()
{
    QFETCH(const QByteArray, headerLines);
    QFETCH(const int, status);
    const QByteArray body = R"({"event":"x","room":"nobody"})"_ba;
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(
        httpRequest("POST", Broadcast, QByteArray(withLength(body) + headerLines), body));
    QCOMPARE(response.status, status);
    QCOMPARE(codeOf(response), status == 415 ? u"unsupported_media_type"_s : QString());
}

void tst_HttpApi::largeBodies_data()
{
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<QByteArray>("body"); // as it is sent
    QTest::addColumn<int>("status");
    const QByteArray most = bodyOfSize(2000);
    const QByteArray more = bodyOfSize(2001);
    const QByteArray chunked =
        ApiClient::authorization(key()) + "Transfer-Encoding: chunked\r\n"_ba;
    const QByteArray end = "0\r\n\r\n"_ba;
    QTest::newRow("as many bytes as allowed") << withLength(most) << most << 200;
    QTest::newRow("in chunks") << chunked
                               << QByteArray(chunk(most.first(7)) + chunk(most.sliced(7)) + end)
                               << 200;
    QTest::newRow("one byte more") << withLength(more) << more << 413;
    QTest::newRow("the length alone is enough") << withLength(more) << ""_ba << 413;
    QTest::newRow("in chunks, one byte more")
        << chunked << QByteArray(chunk(more.first(7)) + chunk(more.sliced(7)) + end) << 413;
    QTest::newRow("one that asks first")
        << QByteArray(withLength(more) + "Expect: 100-continue\r\n") << ""_ba << 413;
    QTest::newRow("without a key") << "Content-Length: 2001\r\n"_ba << more << 413;
}

void tst_HttpApi::largeBodies()
{
    QFETCH(const QByteArray, headerLines);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    RawClient client(m_server->port());
    const HttpResponse response =
        client.exchange(httpRequest("POST", Broadcast, headerLines, body));
    QCOMPARE(response.status, status);
    if (status == 200) {
        QCOMPARE(response.json().value("delivered"_L1).toInt(-1), 0);
        return;
    }
    QCOMPARE(codeOf(response), u"content_too_large"_s);
    QCOMPARE(response.header("connection"), "close"_ba);
    QVERIFY(client.waitForClosed());
}

// ---- connections ------------------------------------------------------------------------------

// Some of these are answered at once, some in another thread; the answers keep their order.
void tst_HttpApi::callsArePipelined()
{
    EventClient member(m_server->port());
    QVERIFY(member.open());
    QVERIFY(member.join(u"pipe"_s));
    RawClient client(m_server->port());
    const auto order = [](int n) {
        return ApiClient::request("POST"_ba, Broadcast, key(),
                                  R"({"event":"n.)" + QByteArray::number(n)
                                      + R"(","room":"pipe"})");
    };
    for (int round = 0; round < 20; ++round) {
        const QByteArray requests =
            ApiClient::request("GET"_ba, Clients, key()) + order(1) + httpGet("/nothing") + order(2)
            + ApiClient::request("HEAD"_ba, Clients, key()) + httpGet("/health")
            + ApiClient::request("GET"_ba, Clients, {}) + order(3);
        QVERIFY(client.send(requests));
        const HttpResponse list = client.readResponse();
        QCOMPARE(list.status, 200);
        QVERIFY(list.json().contains("items"_L1));
        QCOMPARE(client.readResponse().json().value("delivered"_L1).toInt(), 1);
        QCOMPARE(client.readResponse().status, 404);
        QCOMPARE(client.readResponse().json().value("delivered"_L1).toInt(), 1);
        const HttpResponse head = client.readResponse(true);
        QCOMPARE(head.status, 200);
        QVERIFY(head.header("content-length").toInt() > 0);
        QVERIFY(client.readResponse().json().contains("server"_L1));
        QCOMPARE(client.readResponse().status, 401);
        QCOMPARE(client.readResponse().json().value("delivered"_L1).toInt(), 1);
        for (int n = 1; n <= 3; ++n)
            QCOMPARE(member.readEvent(), EventClient::event(u"n.%1"_s.arg(n)));
    }
}

void tst_HttpApi::connectionEndsWhenAsked_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("a list, which comes later") << QByteArray(Clients);
    QTest::newRow("an error, which comes at once") << "/api/clients?limit=x"_ba;
}

void tst_HttpApi::connectionEndsWhenAsked()
{
    QFETCH(const QByteArray, path);
    const QByteArray request = ApiClient::request("GET"_ba, path, key());
    const int status = path == Clients ? 200 : 400;

    RawClient closing(m_server->port());
    QCOMPARE(
        closing.exchange(httpGet(path, ApiClient::authorization(key()) + "Connection: close\r\n"))
            .status,
        status);
    QVERIFY(closing.waitForClosed());

    RawClient old(m_server->port());
    QByteArray oldRequest = request;
    const HttpResponse oldAnswer = old.exchange(oldRequest.replace("HTTP/1.1", "HTTP/1.0"));
    QCOMPARE(oldAnswer.status, status);
    QVERIFY(old.waitForClosed());

    // One that has said its last word gets its answer.
    RawClient last(m_server->port());
    QVERIFY(last.send(request));
    last.finishSending();
    QCOMPARE(last.readResponse().status, status);
    QVERIFY(last.waitForClosed());

    // One that does not wait for it does no harm.
    RawClient gone(m_server->port());
    QVERIFY(gone.send(request.repeated(50)));
    gone.abort();
    QCOMPARE(ApiClient(m_server->port(), key()).get(Clients).status, 200);
}

void tst_HttpApi::keysStayOutOfTheLog()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(ApiClient::request("GET"_ba, Clients, key())).status, 200);
    QCOMPARE(client
                 .exchange(httpGet("/api/clients?key=first-secret",
                                   ApiClient::authorization(key()) + "User-Agent: leak\r\n"))
                 .status,
             400);
    const QJsonObject line = m_server->waitForEvent(u"request"_s, {{u"user_agent"_s, u"leak"_s}});
    QVERIFY(line.value("url"_L1).toString().endsWith(u"?key=***"_s));
    QVERIFY(!m_server->log().contains("first-secret"));
}

QTEST_GUILESS_MAIN(tst_HttpApi)
#include "tst_httpapi.moc"
