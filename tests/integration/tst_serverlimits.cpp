// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// HTTP clients that send too much, too slowly, or never read: each gets a clear answer or is cut
// off, and the server goes on.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr qint64 MiB = 1024 * 1024;

QByteArray manyHeaders(int count)
{
    QByteArray lines;
    for (int i = 0; i < count; ++i)
        lines += "X-" + QByteArray::number(i) + ": y\r\n";
    return lines;
}

} // namespace

class tst_ServerLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_server.reset(); }

    void tooMuchIsRefused_data();
    void tooMuchIsRefused();
    void slowRequestIsTimedOut_data();
    void slowRequestIsTimedOut();
    void dribbledHeadIsTimedOut();
    void silentConnectionIsClosed();
    void idleConnectionIsClosed();
    void requestBegunLateHasItsTime();

    void manyConnectionsAtOnce();
    void peerThatNeverReadsIsCutOff();
    void connectionsAreLimited();

private:
    std::unique_ptr<ServerProcess> m_server;
};

void tst_ServerLimits::initTestCase()
{
    m_server = std::make_unique<ServerProcess>("request_details_path = \"/who\"\n"
                                               "[limits]\n"
                                               "body_bytes = 1000\n"
                                               "handshake_timeout_ms = 300\n");
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

void tst_ServerLimits::tooMuchIsRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::newRow("a header of 64 kB")
        << httpGet("/health", "X-Big: " + QByteArray(65536, 'x') + "\r\n") << 431;
    QTest::newRow("headers of 64 kB together") << httpGet("/health", manyHeaders(7000)) << 431;
    QTest::newRow("101 headers") << httpGet("/health", manyHeaders(100)) << 431;
    QTest::newRow("a target of 64 kB") << httpGet("/" + QByteArray(65536, 'x')) << 414;
    QTest::newRow("a body over the cap")
        << httpRequest("POST", "/who", "Content-Length: 1001\r\n") << 413;
    QTest::newRow("a body that is not even counted in 64 bits")
        << httpRequest("POST", "/who", "Content-Length: 99999999999999999999\r\n") << 413;
    QTest::newRow("a chunked body over the cap")
        << httpRequest("POST", "/who", "Transfer-Encoding: chunked\r\n",
                       "3e9\r\n" + QByteArray(1001, 'x') + "\r\n0\r\n\r\n")
        << 413;
    QTest::newRow("bytes of another protocol")
        << "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"_ba << 400;
    QTest::newRow("Connection names a forwarding header")
        << httpGet("/health", "Connection: keep-alive, X-Forwarded-For\r\n") << 400;
}

void tst_ServerLimits::tooMuchIsRefused()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, status);
    RawClient client(m_server->port());
    // The answer may come before all of it is sent.
    client.sendWhilePossible(request, RawClient::Patience);
    const HttpResponse response = client.readResponse();
    QCOMPARE(response.status, status);
    QCOMPARE(response.header("connection"), "close"_ba);
    QVERIFY(!response.json().value("error"_L1).toString().isEmpty());
    QVERIFY(client.waitForClosed());
    RawClient next(m_server->port());
    QCOMPARE(next.exchange(httpGet("/health")).status, 200);
}

void tst_ServerLimits::slowRequestIsTimedOut_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("half a request line") << "GET /hea"_ba;
    QTest::newRow("half a head") << "GET /health HTTP/1.1\r\nHost: a.exam"_ba;
    QTest::newRow("half a body") << httpRequest("POST", "/who", "Content-Length: 10\r\n", "01234");
    QTest::newRow("half a chunk") << httpRequest("POST", "/who", "Transfer-Encoding: chunked\r\n",
                                                 "a\r\n01234");
}

void tst_ServerLimits::slowRequestIsTimedOut()
{
    QFETCH(const QByteArray, begin);
    RawClient client(m_server->port());
    const HttpResponse response = client.exchange(begin);
    QCOMPARE(response.status, 408);
    QCOMPARE(response.header("connection"), "close"_ba);
    QVERIFY(client.waitForClosed());
}

// Progress does not help: the whole head has one deadline.
void tst_ServerLimits::dribbledHeadIsTimedOut()
{
    RawClient client(m_server->port());
    int sent = 0;
    QVERIFY(client.send("GET /health HTTP/1.1\r\nX: "));
    while (sent < 1000 && client.staysSilent(20ms)) {
        QVERIFY(client.send("x"));
        ++sent;
    }
    QVERIFY(sent < 1000);
    QCOMPARE(client.readResponse().status, 408);
}

void tst_ServerLimits::silentConnectionIsClosed()
{
    RawClient client(m_server->port());
    QCOMPARE(client.readUntilClosed(), QByteArray());
    QVERIFY2(client.error().isEmpty(), qPrintable(client.error()));
}

void tst_ServerLimits::idleConnectionIsClosed()
{
    ServerProcess server("[limits]\nkeep_alive_s = 1\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
    QCOMPARE(client.readUntilClosed(), QByteArray());
    QVERIFY2(client.error().isEmpty(), qPrintable(client.error()));

    ServerProcess impatient("[limits]\nkeep_alive_s = 0\n");
    RawClient single(impatient.port());
    QCOMPARE(single.exchange(httpGet("/health")).header("connection"), "close"_ba);
    QVERIFY(single.waitForClosed());
}

// The time for waiting is not the time for arriving: a request that begins just before an idle
// connection would be closed has as long as any other.
void tst_ServerLimits::requestBegunLateHasItsTime()
{
    ServerProcess server("[limits]\nkeep_alive_s = 1\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
    const QByteArray request = httpGet("/health");
    QVERIFY(client.send(request.first(20)));
    QVERIFY(client.staysSilent(1500ms));
    QVERIFY(client.send(request.sliced(20)));
    QCOMPARE(client.readResponse().status, 200);
}

void tst_ServerLimits::manyConnectionsAtOnce()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    constexpr int Count = 400;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < Count; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        QVERIFY2(clients.back()->isConnected(), qPrintable(clients.back()->error()));
    }
    for (const auto &client : clients)
        QVERIFY(client->send(httpGet("/health")));
    for (const auto &client : clients)
        QCOMPARE(client->readResponse().status, 200);
}

// It is not read from while its answers wait, so that both ends stay small, and after half a minute
// without taking a byte it is cut off.
void tst_ServerLimits::peerThatNeverReadsIsCutOff()
{
    ServerProcess server("request_details_path = \"/who\"\n[log]\naccess = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient::Options narrow;
    narrow.receiveBuffer = 4096;
    RawClient flooder(server.port(), narrow);
    const QByteArray requests =
        httpGet("/who", "X-Padding: " + QByteArray(1000, 'x') + "\r\n").repeated(20000);
    const qint64 before = server.residentBytes();
    const qsizetype sent = flooder.sendWhilePossible(requests, 1s);
    QVERIFY(sent < requests.size());
    const qint64 growth = server.residentBytes() - before;
    qInfo("%lld KiB for %lld KiB of requests", growth / 1024, qint64(sent) / 1024);
    QVERIFY2(growth < 16 * MiB, QByteArray::number(growth).constData());

    RawClient other(server.port());
    QCOMPARE(other.exchange(httpGet("/health")).status, 200);
    QVERIFY(flooder.waitForReset(60s));
    QCOMPARE(other.exchange(httpGet("/health")).status, 200);
}

void tst_ServerLimits::connectionsAreLimited()
{
    ServerProcess server("[limits]\nmax_connections = 1\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient first(server.port());
    QCOMPARE(first.exchange(httpGet("/nothing")).status, 404);
    RawClient second(server.port());
    const HttpResponse response = second.exchange(httpGet("/nothing"));
    QCOMPARE(response.status, 503);
    QVERIFY(response.has("retry-after"));
    RawClient probe(server.port());
    QCOMPARE(probe.exchange(httpGet("/health")).status, 200);
    QCOMPARE(probe.exchange(httpGet("/health/live")).status, 200);
    // It is full, so it is not ready for more.
    QCOMPARE(probe.exchange(httpGet("/health/ready")).status, 503);
}

QTEST_GUILESS_MAIN(tst_ServerLimits)
#include "tst_serverlimits.moc"
