// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The C++ library with real clients: handlers of HTTP requests.
#include "tests/integration/libraryfixture.h"
#include "tests/support/rawclient.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <stdexcept>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QByteArray httpPost(const QByteArray &target, const QByteArray &body,
                    const QByteArray &headerLines = {})
{
    const QByteArray length = "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return httpRequest("POST"_ba, target, length + headerLines, body);
}

QByteArray bodyOf(quint16 port, const QByteArray &target)
{
    return RawClient(port).exchange(httpGet(target)).body;
}

} // namespace

class tst_LibraryRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void parameters_data();
    void parameters();
    void requestHoldsEverything();
    void jsonBody_data();
    void jsonBody();
    void responsesArriveWhole();
    void methods();
    void middleware();
    void exceptions_data();
    void exceptions();

    void poolLeavesTheThreadFree();
    void poolHandlersKnowTheirRequest();
};

void tst_LibraryRequests::parameters_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("values");
    QTest::newRow("as it is") << "/users/ann/posts/7"_ba << u"ann 7"_s;
    QTest::newRow("percent-encoded") << "/users/ann%20b/posts/%37"_ba << u"ann b 7"_s;
    QTest::newRow("an encoded slash") << "/users/a%2Fb/posts/c"_ba << u"a/b c"_s;
    QTest::newRow("beyond ASCII") << "/users/%C3%A4/posts/%e2%82%ac"_ba << u"ä €"_s;
    QTest::newRow("decoded once") << "/users/%2520/posts/+"_ba << u"%20 +"_s;
    QTest::newRow("with a query") << "/users/a/posts/b?name=c"_ba << u"a b"_s;
}

void tst_LibraryRequests::parameters()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QString, values);
    Server server(loopbackConfig());
    server.route("GET", "/users/{name}/posts/{number}", [](const Request &request) {
        if (!request.parameter("other").isNull() || !request.parameter("").isNull())
            return Response::error(500, "there is no such parameter");
        const QString text = request.parameter("name") + u' ' + request.parameter("number");
        return Response::text(200, text.toUtf8());
    });
    QVERIFY2(server.start(), qPrintable(server.errorString()));
    QVERIFY(apart([&] { QCOMPARE(bodyOf(server.port(), path), values.toUtf8()); }));
}

void tst_LibraryRequests::requestHoldsEverything()
{
    Server server(loopbackConfig());
    server.route("PUT", "/echo/{x}", [](const Request &request) {
        QJsonArray headers;
        for (const auto &[name, value] : request.headers())
            headers.append(QString::fromLatin1(QByteArray(name + '=' + value)));
        return Response::json({
            {u"method"_s, QString::fromLatin1(request.method())},
            {u"path"_s, QString::fromLatin1(request.path())},
            {u"last"_s, request.query("a")},
            {u"decoded"_s, request.query("b")},
            {u"empty"_s, request.query("c").isEmpty() && !request.query("c").isNull()},
            {u"none"_s, request.query("d").isNull()},
            {u"header"_s, QString::fromLatin1(request.header("x-THING"))},
            {u"emptyHeader"_s,
             request.header("X-Empty").isEmpty() && !request.header("X-Empty").isNull()},
            {u"noHeader"_s, request.header("X-None").isNull()},
            {u"headers"_s, headers},
            {u"body"_s, QString::fromUtf8(request.body())},
        });
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        const QByteArray head = httpRequest(
            "PUT"_ba, "/echo/%41?a=1&b=x%20y%2B+z&a=2&c="_ba,
            "X-Thing: one\r\nx-thing: two\r\nX-Empty:\r\nTransfer-Encoding: chunked\r\n"_ba);
        RawClient client(server.port());
        QVERIFY(client.send(QByteArray(head + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")));
        const QJsonObject echo = client.readResponse().json();
        QCOMPARE(echo.value("method"_L1), u"PUT"_s);
        QCOMPARE(echo.value("path"_L1), u"/echo/%41"_s);
        QCOMPARE(echo.value("last"_L1), u"2"_s);
        QCOMPARE(echo.value("decoded"_L1), u"x y+ z"_s);
        QCOMPARE(echo.value("header"_L1), u"one"_s);
        for (const auto &name : {"empty"_L1, "none"_L1, "emptyHeader"_L1, "noHeader"_L1})
            QVERIFY2(echo.value(name).toBool(), name.data());
        const QJsonArray headers = echo.value("headers"_L1).toArray();
        QCOMPARE(headers.size(), 5);
        QVERIFY(headers.contains(u"X-Thing=one"_s) && headers.contains(u"x-thing=two"_s));
        QCOMPARE(echo.value("body"_L1), u"abcde"_s);
    }));
}

void tst_LibraryRequests::jsonBody_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("an object") << R"({"a":[1,null]})"_ba
                               << R"({"a":[1,null]})"_ba;
    QTest::newRow("an empty object") << "{}"_ba
                                     << "{}"_ba;
    QTest::newRow("no body") << ""_ba
                             << "{}"_ba;
    QTest::newRow("a list") << "[1]"_ba
                            << "{}"_ba;
    QTest::newRow("no JSON") << "a=1&b=2"_ba
                             << "{}"_ba;
    QTest::newRow("half of an object") << R"({"a":1)"_ba
                                       << "{}"_ba;
}

void tst_LibraryRequests::jsonBody()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, json);
    Server server(loopbackConfig());
    server.route("POST", "/",
                 [](const Request &request) { return Response::json(request.json(), 201); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        const HttpResponse response = RawClient(server.port()).exchange(httpPost("/"_ba, body));
        QCOMPARE(response.status, 201);
        QCOMPARE(response.header("content-type"), "application/json"_ba);
        QCOMPARE(response.body, json);
    }));
}

void tst_LibraryRequests::responsesArriveWhole()
{
    Server server(loopbackConfig());
    server.route("GET", "/page", [](const Request &) {
        Response response = Response::html("<p>hi</p>"_ba, 203);
        response.headers = {
            {"X-One", "1"}, {"Content-Length", "99"}, {"X-Bad", "a\r\nX-Forged: b"}};
        return response;
    });
    server.route("GET", "/last", [](const Request &) {
        Response response;
        response.close = true;
        return response;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        RawClient client(server.port());
        const HttpResponse page = client.exchange(httpGet("/page"_ba));
        QCOMPARE(page.status, 203);
        QVERIFY(page.header("content-type").startsWith("text/html"));
        QCOMPARE(page.header("x-one"), "1"_ba);
        QCOMPARE(page.header("content-length"), "9"_ba);
        QVERIFY(!page.has("x-bad") && !page.has("x-forged"));
        QCOMPARE(page.body, "<p>hi</p>"_ba);
        QCOMPARE(client.exchange(httpGet("/last"_ba)).status, 200);
        QVERIFY(client.waitForClosed());
    }));
}

void tst_LibraryRequests::methods()
{
    Server server(loopbackConfig());
    const auto answer = [](const QByteArray &text) {
        return [text](const Request &) { return Response::text(200, text); };
    };
    server.route("GET", "/both", answer("got"_ba));
    server.route("HEAD", "/both", answer("four"_ba));
    server.route("GET", "/one", answer("got"_ba));
    server.route("PURGE", "/one", answer("gone"_ba));
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        RawClient client(server.port());
        const auto ask = [&client](const QByteArray &method, const QByteArray &target) {
            return client.exchange(httpRequest(method, target), method == "HEAD");
        };
        QCOMPARE(ask("HEAD"_ba, "/one"_ba).header("content-length"), "3"_ba);
        QCOMPARE(ask("HEAD"_ba, "/both"_ba).header("content-length"), "4"_ba);
        QCOMPARE(ask("GET"_ba, "/both"_ba).body, "got"_ba);
        QCOMPARE(ask("PURGE"_ba, "/one"_ba).body, "gone"_ba);
        const HttpResponse refused = ask("POST"_ba, "/one"_ba);
        QCOMPARE(refused.status, 405);
        QCOMPARE(refused.header("allow"), "GET, HEAD, PURGE"_ba);
        QCOMPARE(ask("GET"_ba, "/none"_ba).status, 404);
    }));
}

void tst_LibraryRequests::middleware()
{
    Notes notes;
    Server server(loopbackConfig());
    server.use([&notes](const Request &request) {
        notes.add(u"first "_s + QString::fromLatin1(request.path()));
        return std::nullopt;
    });
    server.use([&notes](const Request &request) -> std::optional<Response> {
        notes.add(u"second "_s + request.parameter("id"));
        if (request.query("stop").isEmpty())
            return std::nullopt;
        return Response::text(418, "stopped"_ba);
    });
    server.use([&notes](const Request &) {
        notes.add(u"third"_s);
        return std::nullopt;
    });
    server.route("GET", "/a/{id}", [&notes](const Request &) {
        notes.add(u"handler"_s);
        return Response::text(200, "handled"_ba);
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        RawClient client(server.port());
        QCOMPARE(client.exchange(httpGet("/a/1"_ba)).body, "handled"_ba);
        QCOMPARE(notes.take(4),
                 QStringList({u"first /a/1"_s, u"second 1"_s, u"third"_s, u"handler"_s}));
        const HttpResponse early = client.exchange(httpGet("/a/2?stop=1"_ba));
        QCOMPARE(early.status, 418);
        QCOMPARE(early.body, "stopped"_ba);
        // Not before what the server answers itself.
        QCOMPARE(client.exchange(httpGet("/health"_ba)).status, 200);
        QCOMPARE(client.exchange(httpGet("/none"_ba)).status, 404);
        QCOMPARE(client.exchange(httpRequest("POST"_ba, "/a/1"_ba)).status, 405);
        QCOMPARE(notes.take(2), QStringList({u"first /a/2"_s, u"second 2"_s}));
    }));
}

void tst_LibraryRequests::exceptions_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("a handler") << "/throws"_ba;
    QTest::newRow("a handler that throws no exception class") << "/throws/int"_ba;
    QTest::newRow("a handler on the pool") << "/throws/pool"_ba;
    QTest::newRow("middleware") << "/fine?throw=1"_ba;
}

void tst_LibraryRequests::exceptions()
{
    QFETCH(const QByteArray, target);
    Server server(loopbackConfig());
    const auto throws = [](const Request &) -> Response { throw std::runtime_error("a secret"); };
    server.route("GET", "/throws", throws);
    server.route("GET", "/throws/pool", throws, Server::RunOn::Pool);
    server.route("GET", "/throws/int", [](const Request &) -> Response { throw 7; });
    server.route("GET", "/fine", [](const Request &) { return Response::text(200, "fine"_ba); });
    server.use([](const Request &request) -> std::optional<Response> {
        if (!request.query("throw").isNull())
            throw std::logic_error("a secret");
        return std::nullopt;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        RawClient client(server.port());
        const HttpResponse response = client.exchange(httpGet(target));
        QCOMPARE(response.status, 500);
        const QJsonObject error{{u"error"_s, u"Internal Server Error"_s},
                                {u"code"_s, u"internal_error"_s}};
        QCOMPARE(response.json(), error);
        // The connection goes on, and so does the server.
        QCOMPARE(client.exchange(httpGet("/fine"_ba)).body, "fine"_ba);
        QCOMPARE(bodyOf(server.port(), "/fine"_ba), "fine"_ba);
    }));
}

// ---- the pool ---------------------------------------------------------------------------------

void tst_LibraryRequests::poolLeavesTheThreadFree()
{
    Barrier barrier;
    Server server(loopbackConfig().setThreads(1));
    const auto wait = [&barrier](const Request &) {
        return Response::text(barrier.wait() ? 200 : 500, {});
    };
    server.route("GET", "/slow", wait, Server::RunOn::Pool);
    server.route("GET", "/open", [&barrier](const Request &) {
        barrier.open();
        return Response::text(200, {});
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        // More than the pool has threads.
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::make_unique<RawClient>(server.port()));
            QVERIFY(clients.back()->send(httpGet("/slow"_ba)));
        }
        QCOMPARE(RawClient(server.port()).exchange(httpGet("/open"_ba)).status, 200);
        for (const auto &client : clients)
            QCOMPARE(client->readResponse().status, 200);
    }));
}

void tst_LibraryRequests::poolHandlersKnowTheirRequest()
{
    Barrier barrier;
    Server server(loopbackConfig().setTrustProxy({u"127.0.0.1"_s}));
    const auto echo = [&barrier](const Request &request) {
        barrier.wait();
        const QString text = request.parameter("n") + u' ' + request.ipAddress() + u' '
                             + request.url() + u' ' + QString::fromUtf8(request.body()) + u' '
                             + QString::fromLatin1(request.header("X-N"));
        return Response::text(200, text.toUtf8());
    };
    server.route("POST", "/echo/{n}", echo, Server::RunOn::Pool);
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 6; ++i) {
            const QByteArray n = QByteArray::number(i);
            const QByteArray lines = "X-N: " + n + "\r\nX-Forwarded-For: 203.0.113." + n + "\r\n";
            const QByteArray request = httpPost("/echo/" + n + "?q=" + n, "body " + n, lines);
            clients.push_back(std::make_unique<RawClient>(server.port()));
            // The next request stands behind it.
            QVERIFY(clients.back()->send(QByteArray(request + httpGet("/health"_ba))));
        }
        // Each connection's thread has read other bytes since.
        QCOMPARE(RawClient(server.port()).exchange(httpGet("/health"_ba)).status, 200);
        barrier.open();
        for (int i = 0; i < 6; ++i) {
            const QByteArray n = QByteArray::number(i);
            const QByteArray expected = n + " 203.0.113." + n + " http://app.example/echo/" + n
                                        + "?q=" + n + " body " + n + ' ' + n;
            QCOMPARE(clients[size_t(i)]->readResponse().body, expected);
            QCOMPARE(clients[size_t(i)]->readResponse().status, 200);
        }
    }));
}

QTEST_GUILESS_MAIN(tst_LibraryRequests)
#include "tst_libraryrequests.moc"
