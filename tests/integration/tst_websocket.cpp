// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// WebSocket connections of well-behaved and of wrong clients: the opening handshake and each way to
// be refused, frames, and the closing handshake.
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 1
max_message_size = 1000
request_details_path = "/who"
[log]
format = "json"
)";

QByteArray frame(quint8 opcode, const QByteArray &payload, bool isFinal = true)
{
    WireFrame wire;
    wire.opcode = opcode;
    wire.payload = payload;
    wire.isFinal = isFinal;
    return wire.encoded();
}

QByteArray unmasked(quint8 opcode, const QByteArray &payload)
{
    WireFrame wire;
    wire.opcode = opcode;
    wire.payload = payload;
    wire.isMasked = false;
    return wire.encoded();
}

QByteArray reserved(quint8 bits)
{
    WireFrame wire;
    wire.payload = "x"_ba;
    wire.reserved = bits;
    return wire.encoded();
}

// Without the lines of `names`.
QByteArray requestWithout(const QByteArray &name)
{
    QByteArray request;
    for (const QByteArray &line : WebSocketClient::request("/"_ba).split('\n')) {
        if (!line.isEmpty() && !line.startsWith(name))
            request += line + '\n';
    }
    return request;
}

QByteArray requestWith(const QByteArray &from, const QByteArray &to)
{
    return WebSocketClient::request("/"_ba).replace(from, to);
}

// Reads the answers to messages that are no events; what they say is the matter of tst_events.
bool answersMessages(WebSocketClient &client, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto answer = client.readFrame();
        if (!answer || answer->opcode != WireFrame::Text)
            return false;
    }
    return true;
}

} // namespace

class tst_WebSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_server.reset(); }

    void handshakeIsAcceptedOnAnyPath_data();
    void handshakeIsAcceptedOnAnyPath();
    void handshakeCutAnywhere();
    void routesStayHttp();

    void badHandshakeIsRefused_data();
    void badHandshakeIsRefused();
    void refusedByPolicy_data();
    void refusedByPolicy();

    void goodFramesAreTaken_data();
    void goodFramesAreTaken();
    void pingInsideAMessageIsAnsweredAtOnce();
    void badFramesClose_data();
    void badFramesClose();
    void clientCloses_data();
    void clientCloses();
    void brokenConnectionIsReported();
    void healthCountsClients();

private:
    std::unique_ptr<ServerProcess> m_server;
};

void tst_WebSocket::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

void tst_WebSocket::handshakeIsAcceptedOnAnyPath_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headerLines");
    QTest::newRow("the root") << "/"_ba
                              << ""_ba;
    QTest::newRow("a path that nobody named") << "/chat/room?token=x"_ba
                                              << ""_ba;
    QTest::newRow("below a route") << "/who/else"_ba
                                   << ""_ba;
    QTest::newRow("with an Origin") << "/"_ba
                                    << "Origin: https://page.example\r\n"_ba;
    QTest::newRow("with extensions and protocols that are not spoken")
        << "/"_ba
        << "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: a, b\r\n"_ba;
}

void tst_WebSocket::handshakeIsAcceptedOnAnyPath()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, headerLines);
    WebSocketClient client(m_server->port());
    QVERIFY2(client.open(target, headerLines), client.response().body.constData());
    QCOMPARE(client.response().header("upgrade"), "websocket"_ba);
    QCOMPARE(client.response().header("connection").toLower(), "upgrade"_ba);
    QVERIFY(!client.response().has("sec-websocket-extensions"));
    QVERIFY(!client.response().has("sec-websocket-protocol"));
    QVERIFY(!client.response().has("content-length"));
    QVERIFY(client.isResponsive());
    QVERIFY(client.close());
}

// Frames that come right behind the handshake are processed, wherever the bytes are cut.
void tst_WebSocket::handshakeCutAnywhere()
{
    const QByteArray bytes = WebSocketClient::request("/"_ba) + frame(WireFrame::Text, "hello"_ba)
                             + frame(WireFrame::Ping, "early"_ba);
    RawClient barrier(m_server->port());
    for (qsizetype cut = 1; cut <= bytes.size(); ++cut) {
        WebSocketClient client(m_server->port());
        QVERIFY(client.raw().send(bytes.first(cut)));
        QCOMPARE(barrier.exchange(httpGet("/health")).status, 200);
        QVERIFY(client.raw().send(bytes.sliced(cut)));
        QCOMPARE(client.raw().readResponse().status, 101);
        QVERIFY(answersMessages(client, 1));
        const auto pong = client.readFrame();
        QVERIFY2(pong, qPrintable(u"cut at %1"_s.arg(cut)));
        QCOMPARE(pong->opcode, WireFrame::Pong);
        QCOMPARE(pong->payload, "early"_ba);
    }
}

void tst_WebSocket::routesStayHttp()
{
    WebSocketClient client(m_server->port());
    QVERIFY(!client.open("/health"_ba));
    QCOMPARE(client.response().status, 200);
}

void tst_WebSocket::badHandshakeIsRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::newRow("no key") << requestWithout("Sec-WebSocket-Key"_ba) << 400;
    QTest::newRow("a short key") << requestWith("dGhl"_ba, "dG"_ba) << 400;
    QTest::newRow("a key of other characters") << requestWith("dGhl"_ba, "!!!!"_ba) << 400;
    QTest::newRow("two keys") << WebSocketClient::request(
        "/"_ba, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"_ba)
                              << 400;
    QTest::newRow("Connection without upgrade")
        << requestWith("Connection: Upgrade"_ba, "Connection: keep-alive"_ba) << 400;
    QTest::newRow("HTTP/1.0") << requestWith("HTTP/1.1"_ba, "HTTP/1.0"_ba) << 400;
    QTest::newRow("with a body") << QByteArray(
        WebSocketClient::request("/"_ba, "Content-Length: 5\r\n"_ba) + "hello")
                                 << 400;
    QTest::newRow("no version") << requestWithout("Sec-WebSocket-Version"_ba) << 426;
    QTest::newRow("an old version") << requestWith("Version: 13"_ba, "Version: 8"_ba) << 426;
}

void tst_WebSocket::badHandshakeIsRefused()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, status);
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(request);
    QCOMPARE(response.status, status);
    QVERIFY(response.header("connection").endsWith("close"));
    QCOMPARE(response.header("content-type"), "text/plain; charset=utf-8"_ba);
    QVERIFY(!response.body.isEmpty());
    if (status == 426)
        QCOMPARE(response.header("sec-websocket-version"), "13"_ba);
    QVERIFY(client.waitForClosed());
}

void tst_WebSocket::refusedByPolicy_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headerLines");
    QTest::addColumn<int>("status");

    const QByteArray list = "[cors]\nallowed_origins = [\"https://page.example\"]\n"_ba;
    QTest::newRow("Origin: on the list") << list << "/"_ba
                                         << "Origin: https://page.example\r\n"_ba << 101;
    QTest::newRow("Origin: none, so no browser") << list << "/"_ba
                                                 << ""_ba << 101;
    QTest::newRow("Origin: another") << list << "/"_ba
                                     << "Origin: https://evil.example\r\n"_ba << 403;
    QTest::newRow("Origin: another scheme") << list << "/"_ba
                                            << "Origin: http://page.example\r\n"_ba << 403;
    QTest::newRow("Origin: null") << list << "/"_ba
                                  << "Origin: null\r\n"_ba << 403;
    QTest::newRow("Origin: two") << list << "/"_ba
                                 << "Origin: https://page.example\r\n"
                                    "Origin: https://page.example\r\n"_ba
                                 << 403;

    const QByteArray self =
        "trust_proxy = [\"127.0.0.1\"]\n[cors]\nallowed_origins = [\"self\"]\n"_ba;
    const QByteArray proxied = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
                               "X-Forwarded-Host: pub.example\r\n"_ba;
    QTest::newRow("self: what the proxy says")
        << self << "/"_ba << QByteArray(proxied + "Origin: https://pub.example\r\n") << 101;
    QTest::newRow("self: the inner host is another")
        << self << "/"_ba << QByteArray(proxied + "Origin: http://app.example\r\n") << 403;
    QTest::newRow("self: the scheme counts")
        << self << "/"_ba << QByteArray(proxied + "Origin: http://pub.example\r\n") << 403;
    QTest::newRow("self: without a proxy, the Host") << self << "/"_ba
                                                     << "Origin: http://app.example\r\n"_ba << 101;

    const QByteArray key = "auth_key = \"open sesame\"\n"_ba;
    QTest::newRow("key: right") << key << "/?key=open%20sesame"_ba
                                << ""_ba << 101;
    QTest::newRow("key: right, as forms write it") << key << "/?a=b&key=open+sesame"_ba
                                                   << ""_ba << 101;
    QTest::newRow("key: wrong") << key << "/?key=sesame"_ba
                                << ""_ba << 401;
    QTest::newRow("key: none") << key << "/"_ba
                               << ""_ba << 401;
    QTest::newRow("key: in a header") << key << "/"_ba
                                      << "Authorization: Bearer open sesame\r\n"_ba << 401;
}

void tst_WebSocket::refusedByPolicy()
{
    QFETCH(const QByteArray, config);
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, headerLines);
    QFETCH(const int, status);
    ServerProcess server(config);
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    const bool isOpen = client.open(target, headerLines);
    QCOMPARE(client.response().status, status);
    QCOMPARE(isOpen, status == 101);
    if (isOpen) {
        QVERIFY(client.isResponsive());
        return;
    }
    QCOMPARE(client.response().header("connection"), "close"_ba);
    QVERIFY(!client.response().body.isEmpty());
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(!server.log().contains("sesame"));
}

void tst_WebSocket::goodFramesAreTaken_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("messages");
    QTest::newRow("a text") << frame(WireFrame::Text, "hello"_ba) << 1;
    QTest::newRow("binary of any bytes") << frame(WireFrame::Binary, "\0\xff\x80"_ba) << 1;
    QTest::newRow("a message of the largest size")
        << frame(WireFrame::Binary, QByteArray(1000, 'x')) << 1;
    QTest::newRow("fragments") << QByteArray(frame(WireFrame::Text, "a"_ba, false)
                                             + frame(WireFrame::Continuation, "b"_ba, false)
                                             + frame(WireFrame::Continuation, "c"_ba))
                               << 1;
    QTest::newRow("a pong inside fragments")
        << QByteArray(frame(WireFrame::Text, "a"_ba, false) + frame(WireFrame::Pong, "?"_ba)
                      + frame(WireFrame::Continuation, "b"_ba))
        << 1;
    QTest::newRow("three messages at once")
        << QByteArray(frame(WireFrame::Text, "a"_ba) + frame(WireFrame::Binary, "b"_ba)
                      + frame(WireFrame::Text, "\xe2\x82\xac"_ba))
        << 3;
    QTest::newRow("a character in two fragments") << QByteArray(
        frame(WireFrame::Text, "\xe2"_ba, false) + frame(WireFrame::Continuation, "\x82\xac"_ba))
                                                  << 1;
}

void tst_WebSocket::goodFramesAreTaken()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, messages);
    WebSocketClient client(m_server->port());
    const QString agent = QString::fromLatin1(QTest::currentDataTag());
    QVERIFY(client.open("/"_ba, "User-Agent: " + agent.toLatin1() + "\r\n"));
    QVERIFY(client.raw().send(bytes));
    QVERIFY(answersMessages(client, messages));
    QVERIFY(client.isResponsive());
    QVERIFY(client.close());
    const QJsonObject opened =
        m_server->waitForEvent(u"client_connected"_s, {{u"user_agent"_s, agent}});
    const QJsonObject closed =
        m_server->waitForEvent(u"client_closed"_s, {{u"id"_s, opened.value("id"_L1)}});
    QCOMPARE(closed.value("messages_in"_L1).toInt(), messages);
    QCOMPARE(closed.value("code"_L1).toInt(), 1000);
}

void tst_WebSocket::pingInsideAMessageIsAnsweredAtOnce()
{
    WebSocketClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.raw().send(frame(WireFrame::Text, "begin "_ba, false)));
    QVERIFY(client.isResponsive());
    QVERIFY(client.raw().send(frame(WireFrame::Continuation, "end"_ba)));
    QVERIFY(answersMessages(client, 1));
    QVERIFY(client.isResponsive());
    // A pong carries what its ping carried, up to the largest.
    for (const QByteArray &payload : {QByteArray(), QByteArray(125, '\xff')}) {
        QVERIFY(client.send(WireFrame::Ping, payload));
        const auto pong = client.readFrame();
        QVERIFY(pong);
        QCOMPARE(pong->opcode, WireFrame::Pong);
        QCOMPARE(pong->payload, payload);
        QVERIFY(!pong->isMasked);
    }
}

void tst_WebSocket::badFramesClose_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("an unmasked text") << unmasked(WireFrame::Text, "x"_ba) << 1002;
    QTest::newRow("an unmasked ping") << unmasked(WireFrame::Ping, "x"_ba) << 1002;
    QTest::newRow("an unmasked close") << unmasked(WireFrame::Close, ""_ba) << 1002;
    QTest::newRow("RSV1") << reserved(0x40) << 1002;
    QTest::newRow("RSV2") << reserved(0x20) << 1002;
    QTest::newRow("RSV3") << reserved(0x10) << 1002;
    QTest::newRow("the reserved opcode 3") << frame(0x3, "x"_ba) << 1002;
    QTest::newRow("the reserved opcode 11") << frame(0xB, "x"_ba) << 1002;
    QTest::newRow("a continuation of nothing") << frame(WireFrame::Continuation, "x"_ba) << 1002;
    QTest::newRow("a text inside a fragmented message")
        << QByteArray(frame(WireFrame::Text, "a"_ba, false) + frame(WireFrame::Text, "b"_ba))
        << 1002;
    QTest::newRow("a fragmented ping") << frame(WireFrame::Ping, "x"_ba, false) << 1002;
    QTest::newRow("a ping of 126 bytes") << frame(WireFrame::Ping, QByteArray(126, 'x')) << 1002;
    QTest::newRow("a close of one byte") << frame(WireFrame::Close, "x"_ba) << 1002;
    QTest::newRow("a close with a code that may not be sent")
        << frame(WireFrame::Close, "\x03\xed"_ba) << 1002;
    QTest::newRow("a text that is not UTF-8") << frame(WireFrame::Text, "\xff\xfe"_ba) << 1007;
    QTest::newRow("a text with half a character") << frame(WireFrame::Text, "\xe2\x82"_ba) << 1007;
    QTest::newRow("fragments with half a character") << QByteArray(
        frame(WireFrame::Text, "a\xe2"_ba, false) + frame(WireFrame::Continuation, "\x82"_ba))
                                                     << 1007;
    QTest::newRow("a message one byte too big")
        << frame(WireFrame::Text, QByteArray(1001, 'x')) << 1009;
    QTest::newRow("fragments that are too big together")
        << QByteArray(frame(WireFrame::Text, QByteArray(600, 'x'), false)
                      + frame(WireFrame::Continuation, QByteArray(600, 'x')))
        << 1009;
    QTest::newRow("the head of a frame of a terabyte")
        << "\x82\xff\x00\x00\x01\x00\x00\x00\x00\x00\x01\x02\x03\x04"_ba << 1009;
    QTest::newRow("a length beyond all")
        << "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04"_ba << 1009;
    QTest::newRow("endless empty fragments")
        << QByteArray(frame(WireFrame::Text, ""_ba, false)
                      + frame(WireFrame::Continuation, ""_ba, false).repeated(5000))
        << 1008;
}

void tst_WebSocket::badFramesClose()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, code);
    WebSocketClient client(m_server->port());
    WebSocketClient other(m_server->port());
    QVERIFY(client.open());
    QVERIFY(other.open());
    QVERIFY(client.raw().send(bytes));
    QCOMPARE(client.readCloseCode(), code);
    QVERIFY(client.sendClose(code));
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(other.isResponsive());
}

void tst_WebSocket::clientCloses_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("reason");
    QTest::newRow("normally") << "\x03\xe8"_ba << 1000 << u""_s;
    QTest::newRow("with a reason") << "\x03\xe9going home"_ba << 1001 << u"going home"_s;
    QTest::newRow("with a code of the application") << "\x0f\xa1"_ba << 4001 << u""_s;
    // QWebSocket takes it for 1000.
    QTest::newRow("without a code") << ""_ba << 1000 << u""_s;
}

void tst_WebSocket::clientCloses()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const int, code);
    QFETCH(const QString, reason);
    WebSocketClient client(m_server->port());
    const QString agent = u"closes "_s + QString::fromLatin1(QTest::currentDataTag());
    QVERIFY(client.open("/"_ba, "User-Agent: " + agent.toLatin1() + "\r\n"));
    QVERIFY(client.send(WireFrame::Close, payload));
    const auto answer = client.readFrame();
    QVERIFY(answer);
    QCOMPARE(answer->opcode, WireFrame::Close);
    QCOMPARE(answer->closeCode(), code);
    QVERIFY(client.raw().waitForClosed());
    const QJsonObject opened =
        m_server->waitForEvent(u"client_connected"_s, {{u"user_agent"_s, agent}});
    const QJsonObject closed =
        m_server->waitForEvent(u"client_closed"_s, {{u"id"_s, opened.value("id"_L1)}});
    QCOMPARE(closed.value("initiator"_L1).toString(), u"client"_s);
    QCOMPARE(closed.value("code"_L1).toInt(), code);
    QCOMPARE(closed.value("reason"_L1).toString(), reason);
}

void tst_WebSocket::brokenConnectionIsReported()
{
    WebSocketClient client(m_server->port());
    QVERIFY(client.open("/"_ba, "User-Agent: breaks off\r\n"_ba));
    client.raw().abort();
    const QJsonObject opened =
        m_server->waitForEvent(u"client_connected"_s, {{u"user_agent"_s, u"breaks off"_s}});
    const QJsonObject closed =
        m_server->waitForEvent(u"client_closed"_s, {{u"id"_s, opened.value("id"_L1)}});
    QCOMPARE(closed.value("code"_L1).toInt(), 1006);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"network"_s);
}

void tst_WebSocket::healthCountsClients()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    const auto clients = [&server] {
        RawClient probe(server.port());
        return probe.exchange(httpGet("/health"))
            .json()
            .value("server"_L1)
            .toObject()
            .value("clients"_L1)
            .toInt(-1);
    };
    QCOMPARE(clients(), 0);
    {
        WebSocketClient first(server.port());
        WebSocketClient second(server.port());
        QVERIFY(first.open());
        QVERIFY(second.open());
        QCOMPARE(clients(), 2);
        QVERIFY(first.close());
    }
    QTRY_COMPARE(clients(), 0);
}

QTEST_GUILESS_MAIN(tst_WebSocket)
#include "tst_websocket.moc"
