// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// How the server stops: it says so first, then closes its clients, then leaves.
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QScopeGuard>
#include <QTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

ServerProcess::Options withDrain(const char *delay, const char *timeout)
{
    ServerProcess::Options options;
    options.config = "threads = 1\nrequest_details_path = \"/who\"\n"_ba;
    options.environment = {{u"TRUEPEER_DRAIN_DELAY_S"_s, QString::fromLatin1(delay)},
                           {u"TRUEPEER_DRAIN_TIMEOUT_S"_s, QString::fromLatin1(timeout)}};
    return options;
}

} // namespace

class tst_Shutdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void healthSaysSoWhileItIsStillServed_data();
    void healthSaysSoWhileItIsStillServed();
    void clientsAreClosedWith1001();
    void clientInTheMiddleOfAFrameIsClosedInOrder();
    void secondSignalLeavesAtOnce_data();
    void secondSignalLeavesAtOnce();
    void leavesCleanlyWhileHealthIsAskedFor();
    void idleConnectionsEndAndUpgradesAreRefused();
    void stubbornClientsAreCutOffAtTheTimeout();
};

void tst_Shutdown::healthSaysSoWhileItIsStillServed_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void tst_Shutdown::healthSaysSoWhileItIsStillServed()
{
    QFETCH(const int, signal);
    ServerProcess server(withDrain("2", "5"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    server.signal(signal);
    QVERIFY(!server.waitForLine({"truepeer.server draining"}).isEmpty());

    RawClient probe(server.port());
    const HttpResponse health = probe.exchange(httpGet("/health"));
    QCOMPARE(health.status, 503);
    QCOMPARE(health.json().value("status"_L1).toString(), u"draining"_s);
    QCOMPARE(health.json().value("server"_L1).toObject().value("clients"_L1).toInt(), 1);
    QCOMPARE(probe.exchange(httpGet("/health/ready")).status, 503);
    QCOMPARE(probe.exchange(httpGet("/health/live")).status, 200);
    // Everything else goes on as before, for those that have not noticed yet.
    QCOMPARE(probe.exchange(httpGet("/who")).status, 200);
    WebSocketClient late(server.port());
    QVERIFY(late.open());
    QVERIFY(client.isResponsive());

    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(client.sendClose(1001));
    QVERIFY(client.raw().waitForClosed());
    QCOMPARE(late.readCloseCode(), 1001);
    QVERIFY(late.sendClose(1001));
    QVERIFY(late.raw().waitForClosed());
    // The server would give open sockets a moment more.
    for (RawClient *socket : {&client.raw(), &late.raw(), &probe})
        socket->abort();
    QVERIFY(server.exitsCleanly());
    QVERIFY(server.log().contains("truepeer.server stopped cut_connections=0"));
}

void tst_Shutdown::clientsAreClosedWith1001()
{
    ServerProcess server(withDrain("0", "10"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<WebSocketClient>(server.port()));
        QVERIFY(clients.back()->open());
    }
    server.signal(SIGTERM);
    for (const auto &client : clients) {
        const auto close = client->readFrame();
        QVERIFY(close);
        QCOMPARE(close->opcode, WireFrame::Close);
        QCOMPARE(close->closeCode(), 1001);
        QCOMPARE(close->closeReason(), "server is shutting down"_ba);
        QVERIFY(client->sendClose(1001));
        QVERIFY(client->raw().waitForClosed());
    }
    clients.clear();
    QVERIFY(server.exitsCleanly());
    QCOMPARE(server.log().count("client_closed"), 50);
    QCOMPARE(server.log().count("code=1001"), 50);
}

// Its answer comes behind the rest of the frame. Were it not found there, the connection would be
// cut at the timeout.
void tst_Shutdown::clientInTheMiddleOfAFrameIsClosedInOrder()
{
    ServerProcess server(withDrain("0", "4"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    WireFrame frame;
    frame.payload = QByteArray(1000, 'x');
    const QByteArray bytes = frame.encoded();
    {
        WebSocketClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.raw().send(bytes.first(500)));
        // Its one thread has read that once it has answered this.
        RawClient barrier(server.port());
        QCOMPARE(barrier.exchange(httpGet("/health")).status, 200);
        server.signal(SIGTERM);
        QCOMPARE(client.readCloseCode(), 1001);
        QVERIFY(client.raw().send(bytes.sliced(500)));
        QVERIFY(client.sendClose(1001));
        QVERIFY(client.raw().waitForClosed());
    }
    QVERIFY(server.exitsCleanly());
    QVERIFY(server.log().contains("cut_connections=0"));
}

void tst_Shutdown::secondSignalLeavesAtOnce_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::newRow("SIGTERM twice") << SIGTERM << SIGTERM;
    QTest::newRow("SIGINT twice") << SIGINT << SIGINT;
    QTest::newRow("SIGTERM, then SIGINT") << SIGTERM << SIGINT;
}

// Without the second signal this would take minutes.
void tst_Shutdown::secondSignalLeavesAtOnce()
{
    QFETCH(const int, first);
    QFETCH(const int, second);
    ServerProcess server(withDrain("300", "300"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    server.signal(first);
    QVERIFY(!server.waitForLine({"truepeer.server draining"}).isEmpty());
    server.signal(second);
    QVERIFY(server.exitsCleanly());
    QVERIFY(server.log().contains("stopping_now"));
}

// The threads still answer while the server comes down.
void tst_Shutdown::leavesCleanlyWhileHealthIsAskedFor()
{
    ServerProcess server(withDrain("300", "300"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    std::atomic<bool> stop = false;
    std::vector<std::thread> askers;
    for (int i = 0; i < 4; ++i) {
        askers.emplace_back([port = server.port(), &stop] {
            RawClient client(port);
            const QByteArray burst = httpGet("/health").repeated(50);
            bool alive = true;
            while (alive && !stop) {
                alive = client.send(burst);
                for (int n = 0; alive && n < 50; ++n)
                    alive = client.readResponse().status != 0;
            }
        });
    }
    const auto join = qScopeGuard([&] {
        stop = true;
        for (std::thread &asker : askers)
            asker.join();
    });
    server.signal(SIGTERM);
    QVERIFY(!server.waitForLine({"truepeer.server draining"}).isEmpty());
    server.signal(SIGTERM);
    QVERIFY(server.exitsCleanly());
}

void tst_Shutdown::idleConnectionsEndAndUpgradesAreRefused()
{
    ServerProcess server(withDrain("0", "20"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    const quint16 port = server.port();
    RawClient idle(port);
    QCOMPARE(idle.exchange(httpGet("/health")).status, 200);
    const QByteArray request = WebSocketClient::request("/"_ba);
    RawClient begun(port);
    QVERIFY(begun.send(request.first(40)));
    WebSocketClient client(port);
    QVERIFY(client.open());

    server.signal(SIGTERM);
    QCOMPARE(idle.readUntilClosed(), QByteArray());
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(!RawClient(port).isConnected());
    QVERIFY(begun.send(request.sliced(40)));
    const HttpResponse response = begun.readResponse();
    QCOMPARE(response.status, 503);
    QCOMPARE(response.header("connection"), "close"_ba);
    QVERIFY(response.has("retry-after"));
    QVERIFY(begun.waitForClosed());
    QVERIFY(client.sendClose(1001));
    QVERIFY(client.raw().waitForClosed());
    for (RawClient *socket : {&client.raw(), &idle, &begun})
        socket->abort();
    QVERIFY(server.exitsCleanly());
}

void tst_Shutdown::stubbornClientsAreCutOffAtTheTimeout()
{
    ServerProcess server(withDrain("0", "1"));
    QVERIFY2(server.isReady(), server.complaint().constData());
    WebSocketClient client(server.port());
    QVERIFY(client.open());
    server.signal(SIGTERM);
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(server.exitsCleanly());
    QVERIFY(server.log().contains("cut_connections=1"));
    QVERIFY(client.raw().waitForClosed());
}

QTEST_GUILESS_MAIN(tst_Shutdown)
#include "tst_shutdown.moc"
