// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The C++ library with real clients: how a server in this process starts and ends, and whom it lets
// in. More of it is in tst_libraryrequests.cpp, tst_libraryevents.cpp and tst_libraryclients.cpp.
#include "server/ops/truststore.h"
#include "tests/integration/libraryfixture.h"
#include "tests/support/childprocess.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"

#include <QRegularExpression>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// A server whose only route answers with this text.
std::unique_ptr<Server> serverSaying(const QByteArray &text, const ServerConfig &config)
{
    auto server = std::make_unique<Server>(config);
    server->route("GET", "/", [text](const Request &) { return Response::text(200, text); });
    return server;
}

QByteArray bodyOf(quint16 port)
{
    return RawClient(port).exchange(httpGet("/"_ba)).body;
}

} // namespace

class tst_Library : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void startAndStop();
    void startsOnce();
    void portInUse();
    void twoServers();
    void liveListOfAProgramOnThePort_data();
    void liveListOfAProgramOnThePort();
    void destroyedWhileRunning();
    void requestsThatNobodyAnswersAnyMore();
    void threadsThatGoOnWhileItStops();

    void handshakeMiddleware();
    void handshakeMiddlewareComesBehindTheOrigin();
    void nobodyComesInThroughAFault();
};

// ---- life cycle -------------------------------------------------------------------------------

void tst_Library::startAndStop()
{
    const std::unique_ptr<Server> server = serverSaying("hello"_ba, loopbackConfig());
    QVERIFY(!server->isRunning());
    QCOMPARE(server->port(), quint16{0});
    QCOMPARE(server->clientCount(), 0);
    QVERIFY(!server->client(u"1"_s));
    QVERIFY(!server->broadcast(u"news"_s));

    QVERIFY2(server->start(), qPrintable(server->errorString()));
    QVERIFY(server->isRunning());
    QCOMPARE(server->errorString(), QString());
    const quint16 port = server->port();
    QVERIFY(port != 0);
    WebSocketClient client(port);
    QVERIFY(apart([&] {
        QCOMPARE(bodyOf(port), "hello"_ba);
        QVERIFY(client.open("/ws"_ba));
        QVERIFY(client.isResponsive());
        QCOMPARE(server->clientCount(), 1);
    }));

    server->stop();
    QVERIFY(!server->isRunning());
    QCOMPARE(server->clientCount(), 0);
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(!RawClient(port).isConnected());
    QVERIFY(!server->broadcast(u"news"_s));
    server->stop();
    QVERIFY(!server->start());
    QVERIFY(!server->isRunning());
}

void tst_Library::startsOnce()
{
    const std::unique_ptr<Server> server = serverSaying("hello"_ba, loopbackConfig());
    QVERIFY(server->start());
    QVERIFY(!server->start());
    QCOMPARE(server->errorString(), u"the server was started before"_s);
    QVERIFY(server->isRunning());
    QVERIFY(apart([&] { QCOMPARE(bodyOf(server->port()), "hello"_ba); }));
}

void tst_Library::portInUse()
{
    Server first(loopbackConfig());
    QVERIFY(first.start());
    Server second(loopbackConfig().setPort(first.port()));
    QVERIFY(!second.start());
    QVERIFY(!second.isRunning());
    QCOMPARE(second.port(), quint16{0});
    const QString start = u"cannot listen on 127.0.0.1:%1: "_s.arg(first.port());
    QVERIFY2(second.errorString().startsWith(start), qPrintable(second.errorString()));
    QCOMPARE(Server(loopbackConfig().setPort(first.port())).run(), 69);
}

void tst_Library::twoServers()
{
    const std::unique_ptr<Server> one = serverSaying("one"_ba, loopbackConfig());
    const std::unique_ptr<Server> two = serverSaying("two"_ba, loopbackConfig());
    QVERIFY(one->start() && two->start());
    QVERIFY(apart([&] {
        QCOMPARE(bodyOf(one->port()), "one"_ba);
        QCOMPARE(bodyOf(two->port()), "two"_ba);
        WebSocketClient client(one->port());
        QVERIFY(client.open("/ws"_ba));
        QCOMPARE(one->clientCount(), 1);
        QCOMPARE(two->clientCount(), 0);
    }));
    one->stop();
    QVERIFY(apart([&] { QCOMPARE(bodyOf(two->port()), "two"_ba); }));
}

// truepeerd was there before, and somebody edited its list: that is not the list of this program.
void tst_Library::liveListOfAProgramOnThePort_data()
{
    QTest::addColumn<bool>("named");
    QTest::addColumn<QByteArray>("client");
    QTest::newRow("is not taken") << false << "127.0.0.1"_ba;
    QTest::newRow("is taken where state_dir names it") << true << "203.0.113.7"_ba;
}

void tst_Library::liveListOfAProgramOnThePort()
{
    QFETCH(const bool, named);
    QFETCH(const QByteArray, client);
    const QTemporaryDir home;
    qputenv("XDG_STATE_HOME", home.path().toUtf8());
    const auto restore = qScopeGuard([] { qunsetenv("XDG_STATE_HOME"); });
    const quint16 port = freePort();
    const QString directory = home.filePath(u"truepeer/%1"_s.arg(port));
    TrustStore store;
    store.open(directory, TrustList(), std::chrono::sys_seconds());
    TrustEdit edit;
    edit.kind = TrustEdit::Kind::Add;
    edit.entry = u"127.0.0.1"_s;
    QVERIFY(store.apply(edit, std::chrono::sys_seconds()).changed);

    ServerConfig config = loopbackConfig().setPort(port);
    if (named)
        config.set("state_dir", directory);
    Server server(config);
    server.route("GET", "/", [](const Request &request) {
        return Response::text(200, request.ipAddress().toUtf8());
    });
    QVERIFY2(server.start(), qPrintable(server.errorString()));
    QVERIFY(apart([&] {
        const QByteArray request = httpGet("/"_ba, "X-Forwarded-For: 203.0.113.7\r\n"_ba);
        QCOMPARE(RawClient(port).exchange(request).body, client);
    }));
}

void tst_Library::destroyedWhileRunning()
{
    Barrier begun;
    std::unique_ptr<Server> server = serverSaying("hello"_ba, loopbackConfig());
    server->route(
        "GET", "/slow",
        [&begun](const Request &) {
            begun.open();
            return Response::text(200, QByteArray(1'000'000, 'x'));
        },
        Server::RunOn::Pool);
    QVERIFY(server->start());
    WebSocketClient client(server->port());
    RawClient idle(server->port());
    RawClient busy(server->port());
    QVERIFY(apart([&] {
        QVERIFY(client.open("/ws"_ba));
        QCOMPARE(idle.exchange(httpGet("/"_ba)).body, "hello"_ba);
        QVERIFY(busy.send(httpGet("/slow"_ba)));
        QVERIFY(begun.wait());
    }));
    server.reset();
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(idle.waitForClosed());
    QVERIFY(busy.waitForClosed());
}

void tst_Library::requestsThatNobodyAnswersAnyMore()
{
    Notes notes;
    Barrier barrier;
    Server server(loopbackConfig());
    const auto wait = [&](const Request &) {
        notes.add(u"begun"_s);
        barrier.wait();
        return Response::text(200, {});
    };
    server.route("GET", "/", wait, Server::RunOn::Pool);
    QVERIFY(server.start());
    std::vector<std::unique_ptr<RawClient>> clients;
    QVERIFY(apart([&] {
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<RawClient>(server.port()));
            QVERIFY(clients.back()->send(httpGet("/"_ba)));
        }
        QVERIFY(notes.take(2).size() >= 2);
    }));
    // Some wait in the pool, some run there, when it ends.
    std::thread opener([&barrier] { barrier.open(); });
    server.stop();
    opener.join();
    for (const auto &client : clients)
        QVERIFY(client->waitForClosed());
}

// The server waits for calls that have begun, and those that come later have no effect.
void tst_Library::threadsThatGoOnWhileItStops()
{
    Server server(loopbackConfig());
    std::atomic<bool> isEnough = false;
    std::atomic<int> rounds = 0;
    std::vector<std::jthread> threads;
    const auto end = qScopeGuard([&isEnough] { isEnough.store(true); });
    server.on("here", [&](Client &here, const QJsonObject &) {
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&, mine = here]() mutable {
                const Room room = mine.room("lobby");
                while (!isEnough.load()) {
                    mine.join("lobby");
                    mine.send("tick");
                    room.broadcast("tock");
                    server.broadcast("tack");
                    const auto same = server.client(mine.id());
                    mine.setValue("n", server.clientCount() + room.memberCount());
                    mine.resolution();
                    rounds.fetch_add(1);
                    std::this_thread::yield();
                }
            });
        }
        here.send("begun");
    });
    server.onDisconnect([&server](Client &client, const Disconnect &) {
        client.room("lobby").broadcast("left");
        server.broadcast("gone");
    });
    QVERIFY(server.start());
    EventClient client(server.port());
    EventClient other(server.port());
    QVERIFY(apart([&] {
        QVERIFY(other.open());
        QVERIFY(client.open() && client.sendEvent(u"here"_s));
        QCOMPARE(client.readEvent(), EventClient::event(u"begun"_s));
        while (rounds.load() < 30)
            std::this_thread::yield();
    }));
    server.stop();
    const int before = rounds.load();
    while (rounds.load() < before + 30)
        std::this_thread::yield();
    isEnough.store(true);
    for (std::jthread &thread : threads)
        thread.join();
    QVERIFY(!server.isRunning());
    QVERIFY(client.raw().waitForClosed());
    QVERIFY(other.raw().waitForClosed());
}

// ---- handshakes -------------------------------------------------------------------------------

void tst_Library::handshakeMiddleware()
{
    Notes notes;
    Server server(loopbackConfig().setTrustProxy({u"127.0.0.1"_s}));
    server.useForHandshakes([&notes](const Request &request) {
        notes.add(request.ipAddress() + u' ' + request.query("token"));
        return std::nullopt;
    });
    server.useForHandshakes([](const Request &request) -> std::optional<Response> {
        if (request.header("X-Token") == "right" || request.query("token") == u"right"_s)
            return std::nullopt;
        Response refusal = Response::error(451, "not here", "elsewhere");
        refusal.headers = {{"X-Reason", "law"}};
        return refusal;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        WebSocketClient refused(server.port());
        QVERIFY(!refused.open("/?token=wrong"_ba, "X-Forwarded-For: 203.0.113.9\r\n"_ba));
        QCOMPARE(refused.response().status, 451);
        QCOMPARE(refused.response().header("x-reason"), "law"_ba);
        QCOMPARE(refused.response().json(),
                 QJsonObject({{u"error"_s, u"not here"_s}, {u"code"_s, u"elsewhere"_s}}));
        QVERIFY(refused.raw().waitForClosed());
        WebSocketClient admitted(server.port());
        QVERIFY(admitted.open("/?token=right"_ba));
        QVERIFY(admitted.isResponsive());
        QCOMPARE(server.clientCount(), 1);
        // Not asked for requests.
        QCOMPARE(RawClient(server.port()).exchange(httpGet("/health"_ba)).status, 200);
        QCOMPARE(notes.take(2), QStringList({u"203.0.113.9 wrong"_s, u"127.0.0.1 right"_s}));
    }));
}

void tst_Library::handshakeMiddlewareComesBehindTheOrigin()
{
    Notes notes;
    Server server(loopbackConfig().setAllowedOrigins({u"http://good.example"_s}));
    server.useForHandshakes([&notes](const Request &request) {
        notes.add(QString::fromLatin1(request.header("Origin")));
        return std::nullopt;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        WebSocketClient bad(server.port());
        QVERIFY(!bad.open("/"_ba, "Origin: http://bad.example\r\n"_ba));
        QCOMPARE(bad.response().status, 403);
        WebSocketClient good(server.port());
        QVERIFY(good.open("/"_ba, "Origin: http://good.example\r\n"_ba));
        QCOMPARE(notes.take(1), QStringList{u"http://good.example"_s});
    }));
}

void tst_Library::nobodyComesInThroughAFault()
{
    Server server(loopbackConfig());
    server.useForHandshakes(
        [](const Request &) -> std::optional<Response> { throw std::runtime_error("broken"); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        WebSocketClient client(server.port());
        QVERIFY(!client.open());
        QCOMPARE(client.response().status, 500);
        QCOMPARE(client.response().json().value("code"_L1), u"internal_error"_s);
        QCOMPARE(server.clientCount(), 0);
    }));
}

QTEST_GUILESS_MAIN(tst_Library)
#include "tst_library.moc"
