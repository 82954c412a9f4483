// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// HTTP over real connections: the health check, the order of answers, bodies, and that nothing
// depends on how the bytes of a request are cut.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 1
request_details_path = "/who"
)";

QByteArray post(const QByteArray &path, const QByteArray &headerLines, const QByteArray &body)
{
    return httpRequest("POST", path, headerLines, body);
}

} // namespace

class tst_Server : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void healthHasExactlyItsFields();
    void healthIsNotCached();
    void headHasNoBody();
    void healthRefusesOtherMethods_data();
    void healthRefusesOtherMethods();
    void liveAndReady();
    void detailsRefuseOtherMethods();
    void unknownPathIs404();

    void untrustedPeerCannotForge();

    void keepAliveServesManyRequests();
    void pipelinedRequestsAreAnsweredInOrder();
    void thousandsOfPipelinedRequestsAreAnswered();
    void oldClientsAreClosed_data();
    void oldClientsAreClosed();
    void connectionCloseIsObeyed();

    void bodiesAreSkipped_data();
    void bodiesAreSkipped();
    void expectIsAnsweredBeforeTheBody();

    void cutOnceAnywhere_data();
    void cutOnceAnywhere();
    void byteByByte_data();
    void byteByByte();
    void halfClosedClientGetsItsAnswers();

private:
    // The server has one thread: once it has answered this, it has read what was sent before.
    void passBarrier();
    QByteArray answerTo(const QByteArrayList &pieces);

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<RawClient> m_barrier;
};

void tst_Server::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_barrier = std::make_unique<RawClient>(m_server->port());
    QVERIFY2(m_barrier->isConnected(), qPrintable(m_barrier->error()));
}

void tst_Server::cleanupTestCase()
{
    m_barrier.reset();
    m_server.reset();
}

void tst_Server::passBarrier()
{
    QCOMPARE(m_barrier->exchange(httpGet("/health")).status, 200);
}

void tst_Server::healthHasExactlyItsFields()
{
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(httpGet("/health"));
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("content-type"), "application/json"_ba);
    const QRegularExpression form(uR"(^\{"status":"healthy","timestamp":\d{10},"server":)"
                                  uR"(\{"clients":0,"uptime":\d+,"uptime_human":"[^"]+"\}\}$)"_s);
    QVERIFY2(form.match(QString::fromUtf8(response.body)).hasMatch(), response.body.constData());
}

void tst_Server::healthIsNotCached()
{
    for (const char *path : {"/health", "/health/live", "/health/ready"}) {
        RawClient client(m_server->port());
        QCOMPARE(client.exchange(httpGet(path)).header("cache-control"), "no-store"_ba);
    }
}

void tst_Server::headHasNoBody()
{
    RawClient client(m_server->port());
    const HttpResponse full = client.exchange(httpGet("/health"));
    const HttpResponse head = client.exchange(httpRequest("HEAD", "/health"), true);
    QCOMPARE(head.status, 200);
    QCOMPARE(head.header("content-type"), full.header("content-type"));
    QCOMPARE(head.header("cache-control"), full.header("cache-control"));
    QVERIFY(head.header("content-length").toInt() > 0);
    // A body after all would stand in front of the next response.
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
}

void tst_Server::healthRefusesOtherMethods_data()
{
    QTest::addColumn<QByteArray>("method");
    for (const char *method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
        QTest::newRow(method) << QByteArray(method);
}

void tst_Server::healthRefusesOtherMethods()
{
    QFETCH(const QByteArray, method);
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(httpRequest(method, "/health"));
    QCOMPARE(response.status, 405);
    QCOMPARE(response.header("allow"), "GET, HEAD"_ba);
    QCOMPARE(response.header("content-type"), "application/json"_ba);
    QCOMPARE(response.body, R"({"error":"Method Not Allowed"})"_ba);
}

void tst_Server::liveAndReady()
{
    RawClient client(m_server->port());
    const HttpResponse live = client.exchange(httpGet("/health/live"));
    QCOMPARE(live.status, 200);
    const HttpResponse ready = client.exchange(httpGet("/health/ready"));
    QCOMPARE(ready.status, 200);
    QCOMPARE(ready.header("content-type"), "application/health+json"_ba);
    QCOMPARE(ready.json().value("status"_L1).toString(), u"pass"_s);
    QVERIFY(!ready.json().value("checks"_L1).toObject().isEmpty());
}

void tst_Server::detailsRefuseOtherMethods()
{
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(httpRequest("DELETE", "/who"));
    QCOMPARE(response.status, 405);
    QCOMPARE(response.header("allow"), "GET, HEAD"_ba);
}

void tst_Server::unknownPathIs404()
{
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(httpGet("/nothing/here"));
    QCOMPARE(response.status, 404);
    QVERIFY(!response.json().value("error"_L1).toString().isEmpty());
}

// trust_proxy is false by default: nobody is believed.
void tst_Server::untrustedPeerCannotForge()
{
    RawClient client(m_server->port(), "127.44.5.6"_ba);
    const HttpResponse response =
        client.exchange(httpGet("/who?x=1", "X-Forwarded-For: 1.1.1.1\r\n"
                                            "X-Forwarded-Proto: https\r\n"
                                            "CF-Connecting-IP: 6.6.6.6\r\n"));
    QCOMPARE(response.status, 200);
    const QJsonObject details = response.json();
    QCOMPARE(details.value("ip_address"_L1).toString(), u"127.44.5.6"_s);
    QCOMPARE(details.value("peer_address"_L1).toString(), u"127.44.5.6"_s);
    QCOMPARE(details.value("scheme"_L1).toString(), u"http"_s);
    QCOMPARE(details.value("host"_L1).toString(), u"app.example"_s);
    QCOMPARE(details.value("port"_L1).toInt(), 80);
    QCOMPARE(details.value("url"_L1).toString(), u"http://app.example/who?x=1"_s);
    QCOMPARE(details.value("trusted_peer"_L1).toBool(true), false);
    QCOMPARE(trailText(details), "127.44.5.6 peer"_ba);
}

void tst_Server::keepAliveServesManyRequests()
{
    RawClient client(m_server->port());
    for (int i = 0; i < 50; ++i) {
        const HttpResponse response = client.exchange(httpGet("/health"));
        QCOMPARE(response.status, 200);
        QVERIFY(response.header("connection") != "close");
    }
}

void tst_Server::pipelinedRequestsAreAnsweredInOrder()
{
    constexpr int Count = 200;
    QByteArray requests;
    for (int i = 0; i < Count; ++i)
        requests += httpGet("/who?n=" + QByteArray::number(i));
    RawClient client(m_server->port());
    QVERIFY(client.send(requests));
    for (int i = 0; i < Count; ++i) {
        QCOMPARE(client.readResponse().json().value("url"_L1).toString(),
                 u"http://app.example/who?n=%1"_s.arg(i));
    }
}

// More answers than the server lets wait for one connection, which it pauses in between.
void tst_Server::thousandsOfPipelinedRequestsAreAnswered()
{
    constexpr int Count = 3000;
    RawClient client(m_server->port());
    QVERIFY(client.send(httpGet("/health").repeated(Count)));
    for (int i = 0; i < Count; ++i)
        QCOMPARE(client.readResponse().status, 200);
}

void tst_Server::oldClientsAreClosed_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<bool>("staysOpen");
    QTest::newRow("HTTP/1.0 is closed after its answer")
        << "GET /health HTTP/1.0\r\nHost: a.example\r\n\r\n"_ba << false;
    QTest::newRow("HTTP/1.0 needs no Host") << "GET /health HTTP/1.0\r\n\r\n"_ba << false;
    QTest::newRow("HTTP/1.0 that asks for keep-alive stays")
        << "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"_ba << true;
}

void tst_Server::oldClientsAreClosed()
{
    QFETCH(const QByteArray, request);
    QFETCH(const bool, staysOpen);
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(request);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("connection"), staysOpen ? "keep-alive"_ba : "close"_ba);
    if (staysOpen)
        QCOMPARE(client.exchange(request).status, 200);
    else
        QVERIFY(client.waitForClosed());
}

void tst_Server::connectionCloseIsObeyed()
{
    RawClient client(m_server->port());
    // What follows "close" is not a request any more.
    QVERIFY(client.send(httpGet("/health", "Connection: close\r\n") + httpGet("/who")));
    QCOMPARE(client.readResponse().header("connection"), "close"_ba);
    QCOMPARE(client.readUntilClosed(), QByteArray());
}

void tst_Server::bodiesAreSkipped_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("Content-Length") << post("/who", "Content-Length: 11\r\n", "hello world");
    QTest::newRow("Content-Length: 0") << post("/who", "Content-Length: 0\r\n", {});
    QTest::newRow("chunked") << post("/who", "Transfer-Encoding: chunked\r\n",
                                     "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");
    QTest::newRow("chunked with trailers")
        << post("/who", "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
    QTest::newRow("a body that looks like a request") << post(
        "/who", "Content-Length: 39\r\n", "GET /health HTTP/1.1\r\nHost: a.example\r\n\r\n");
    QTest::newRow("a body of half a megabyte")
        << post("/who", "Content-Length: 500000\r\n", QByteArray(500000, 'x'));
}

void tst_Server::bodiesAreSkipped()
{
    QFETCH(const QByteArray, request);
    RawClient client(m_server->port());
    QVERIFY(client.send(request + httpGet("/health")));
    QCOMPARE(client.readResponse().status, 405);
    QCOMPARE(client.readResponse().status, 200);
    QVERIFY(client.staysSilent(std::chrono::milliseconds(20)));
}

// Nobody wants the body, so the answer comes instead of 100 and the connection ends.
void tst_Server::expectIsAnsweredBeforeTheBody()
{
    RawClient client(m_server->port());
    const HttpResponse response =
        client.exchange(post("/who", "Expect: 100-continue\r\nContent-Length: 100000\r\n", {}));
    QCOMPARE(response.status, 405);
    QCOMPARE(response.header("connection"), "close"_ba);
    QVERIFY(client.waitForClosed());
}

// Status and body of all responses to a request that arrives in these pieces.
QByteArray tst_Server::answerTo(const QByteArrayList &pieces)
{
    RawClient client(m_server->port());
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        if (i > 0)
            passBarrier();
        client.send(pieces[i]);
    }
    client.finishSending();
    QByteArray bytes = client.readUntilClosed();
    QByteArray summary;
    while (auto response = takeResponse(bytes, false, true)) {
        summary += QByteArray::number(response->status) + ' ' + response->header("connection") + ' '
                   + response->body + '\n';
    }
    return client.error().isEmpty() ? summary : client.error().toUtf8();
}

void tst_Server::cutOnceAnywhere_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("two requests") << QByteArray(httpGet("/who?a=b", "X-Forwarded-For: 1.2.3.4\r\n")
                                                + httpGet("/nothing", "Connection: close\r\n"));
    QTest::newRow("a chunked body, then a request") << QByteArray(
        post("/who", "Transfer-Encoding: chunked\r\n", "a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n")
        + httpGet("/who"));
    QTest::newRow("a bad header") << httpGet("/who", "Bad Name: x\r\n");
}

void tst_Server::cutOnceAnywhere()
{
    QFETCH(const QByteArray, request);
    const QByteArray whole = answerTo({request});
    QVERIFY(!whole.isEmpty());
    for (qsizetype cut = 1; cut < request.size(); ++cut) {

        QCOMPARE(answerTo({request.first(cut), request.sliced(cut)}), whole);
    }
}

void tst_Server::byteByByte_data()
{
    cutOnceAnywhere_data();
}

void tst_Server::byteByByte()
{
    QFETCH(const QByteArray, request);
    QByteArrayList bytes;
    for (qsizetype i = 0; i < request.size(); ++i)
        bytes += request.sliced(i, 1);
    const QByteArray whole = answerTo({request});
    QVERIFY(!whole.isEmpty());
    QCOMPARE(answerTo(bytes), whole);
}

void tst_Server::halfClosedClientGetsItsAnswers()
{
    RawClient client(m_server->port());
    QVERIFY(client.send(httpGet("/health") + httpGet("/who")));
    client.finishSending();
    QCOMPARE(client.readResponse().status, 200);
    QCOMPARE(client.readResponse().json().value("host"_L1).toString(), u"app.example"_s);
    QVERIFY(client.waitForClosed());

    RawClient cutOff(m_server->port());
    QVERIFY(cutOff.send("GET /health HTTP/1.1\r\nHo"));
    cutOff.finishSending();
    QCOMPARE(cutOff.readResponse().status, 400);
    QVERIFY(cutOff.waitForClosed());
}

QTEST_GUILESS_MAIN(tst_Server)
#include "tst_server.moc"
