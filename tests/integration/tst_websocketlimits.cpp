// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// WebSocket clients that take too much: too many of them, too slow, silent, or never reading. Each
// is cut off, and the others do not notice.
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr qint64 MiB = 1024 * 1024;

int statusOfHealth(quint16 port)
{
    RawClient probe(port);
    return probe.exchange(httpGet("/health")).status;
}

} // namespace

class tst_WebSocketLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void connectionsAreLimited();
    void connectionsOfOneClientAreLimited();
    void unknownClientsAreNotLimitedTogether();

    void halfAFrameIsTimedOut();
    void frameOfSingleBytesIsTimedOut();
    void peerThatNeverAnswersOurCloseIsCutOff();
    void idleClientIsPinged();
    void peerThatNeverReadsIsCutOff();
};

void tst_WebSocketLimits::connectionsAreLimited()
{
    ServerProcess server("[limits]\nmax_connections = 2\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient first(server.port());
    WebSocketClient second(server.port());
    QVERIFY(first.open());
    QVERIFY(second.open());

    WebSocketClient third(server.port());
    QVERIFY(!third.open());
    QCOMPARE(third.response().status, 503);
    QVERIFY(third.response().has("retry-after"));
    QCOMPARE(third.response().header("connection"), "close"_ba);
    QVERIFY(!third.response().body.isEmpty());
    QVERIFY(third.raw().waitForClosed());
    // The health check has a reserve of its own.
    QCOMPARE(statusOfHealth(server.port()), 200);

    QVERIFY(first.close());
    first.raw().abort();
    QVERIFY(QTest::qWaitFor([&server] { return WebSocketClient(server.port()).open(); }, 20000));
    QVERIFY(second.isResponsive());
}

void tst_WebSocketLimits::connectionsOfOneClientAreLimited()
{
    ServerProcess server(
        "trust_proxy = [\"127.0.0.1\"]\n[limits]\nmax_connections_per_client = 2\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray one = "X-Forwarded-For: 203.0.113.1\r\n"_ba;
    const QByteArray two = "X-Forwarded-For: 203.0.113.2\r\n"_ba;
    WebSocketClient first(server.port());
    WebSocketClient second(server.port());
    QVERIFY(first.open("/"_ba, one));
    QVERIFY(second.open("/"_ba, one));

    // It is the resolved client that counts: the same one over another connection of the proxy …
    WebSocketClient third(server.port());
    QVERIFY(!third.open("/"_ba, one));
    QCOMPARE(third.response().status, 429);
    QVERIFY(third.response().has("retry-after"));
    QCOMPARE(third.response().header("connection"), "close"_ba);
    QVERIFY(third.raw().waitForClosed());
    // … and not the proxy, nor what a peer that is not trusted claims.
    QVERIFY(WebSocketClient(server.port()).open("/"_ba, two));
    QVERIFY(WebSocketClient(server.port(), "127.0.0.9"_ba).open("/"_ba, one));

    QVERIFY(first.close());
    first.raw().abort();
    const auto opensAgain = [&] { return WebSocketClient(server.port()).open("/"_ba, one); };
    QVERIFY(QTest::qWaitFor(opensAgain, 20000));
}

// Where headers contradict each other only the proxy is known, and it stands for many.
void tst_WebSocketLimits::unknownClientsAreNotLimitedTogether()
{
    ServerProcess server(
        "trust_proxy = [\"127.0.0.1\"]\n[limits]\nmax_connections_per_client = 1\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray conflict = "X-Forwarded-For: 203.0.113.1\r\nForwarded: for=203.0.113.2\r\n"_ba;
    WebSocketClient first(server.port());
    WebSocketClient second(server.port());
    QVERIFY(first.open("/"_ba, conflict));
    QVERIFY(second.open("/"_ba, conflict));
}

void tst_WebSocketLimits::halfAFrameIsTimedOut()
{
    ServerProcess server("max_message_size = 1000\n[limits]\nhandshake_timeout_ms = 200\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    for (const QByteArray &half : {"\x82"_ba, "\x82\xfe\x01"_ba, "\x82\x85\x01\x02\x03\x04zz"_ba}) {
        WebSocketClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.raw().send(half));
        QCOMPARE(client.readCloseCode(), 1001);
    }
}

void tst_WebSocketLimits::frameOfSingleBytesIsTimedOut()
{
    ServerProcess server("max_message_size = 1000\n[limits]\nhandshake_timeout_ms = 200\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    QVERIFY(client.raw().send("\x82\xfe\x03\xe8\x01\x02\x03\x04"_ba));
    int sent = 0;
    while (sent < 992 && client.raw().staysSilent(20ms)) {
        QVERIFY(client.raw().send("x"_ba));
        ++sent;
    }
    QVERIFY(sent > 0);
    QVERIFY(sent < 992);
    QCOMPARE(client.readCloseCode(), 1001);
}

void tst_WebSocketLimits::peerThatNeverAnswersOurCloseIsCutOff()
{
    ServerProcess server("[log]\nformat = \"json\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    WireFrame wrong;
    wrong.reserved = 0x40;
    QVERIFY(client.send(wrong));
    QCOMPARE(client.readCloseCode(), 1002);
    QVERIFY(client.raw().waitForClosed());
    const QJsonObject closed = server.waitForEvent(u"client_closed"_s);
    QCOMPARE(closed.value("code"_L1).toInt(), 1002);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"server"_s);
}

void tst_WebSocketLimits::idleClientIsPinged()
{
    ServerProcess server("[limits]\nidle_ping_s = 1\npong_timeout_s = 1\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    for (int i = 0; i < 2; ++i) {
        const auto ping = client.readFrame();
        QVERIFY(ping);
        QCOMPARE(ping->opcode, WireFrame::Ping);
        QVERIFY(!ping->isMasked);
        if (i == 0)
            QVERIFY(client.send(WireFrame::Pong, ping->payload));
    }
    // The second one gets no answer.
    QCOMPARE(client.readCloseCode(), 1001);
}

void tst_WebSocketLimits::peerThatNeverReadsIsCutOff()
{
    ServerProcess server("[limits]\nsend_queue_bytes = 65536\n[log]\nformat = \"json\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient other(server.port());
    QVERIFY(other.open("/"_ba, "User-Agent: other\r\n"_ba));
    WebSocketClient flooder(server.port(), RawClient::Options{"127.0.0.1"_ba, {}, 4096});
    QVERIFY(flooder.open("/"_ba, "User-Agent: flooder\r\n"_ba));

    WireFrame ping;
    ping.opcode = WireFrame::Ping;
    ping.payload = QByteArray(125, 'p');
    const QByteArray pings = ping.encoded().repeated(8000);
    const qint64 before = server.residentBytes();
    QVERIFY(before > 0);
    qint64 most = before;
    qint64 sent = 0;
    qsizetype taken = pings.size();
    while (taken == pings.size() && sent < 400 * MiB) {
        taken = flooder.raw().sendWhilePossible(pings, RawClient::Patience);
        sent += taken;
        most = std::max(most, server.residentBytes());
    }
    QVERIFY2(sent < 400 * MiB, "it was never cut off");
    const QByteArray growth = QByteArray::number((most - before) / 1024) + " KiB for "
                              + QByteArray::number(sent / 1024) + " KiB of pings";
    qInfo("%s", growth.constData());
    QVERIFY2(most - before < 16 * MiB, growth.constData());

    const QJsonObject opened =
        server.waitForEvent(u"client_connected"_s, {{u"user_agent"_s, u"flooder"_s}});
    const QJsonObject closed =
        server.waitForEvent(u"client_closed"_s, {{u"id"_s, opened.value("id"_L1)}});
    QCOMPARE(closed.value("code"_L1).toInt(), 1013);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"server"_s);
    QVERIFY(other.isResponsive());
    QCOMPARE(statusOfHealth(server.port()), 200);
}

QTEST_GUILESS_MAIN(tst_WebSocketLimits)
#include "tst_websocketlimits.moc"
