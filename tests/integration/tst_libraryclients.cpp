// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The C++ library with real clients: who they are, what they are members of, and what can be done
// with them from other threads and after their end.
#include "tests/integration/libraryfixture.h"
#include "tests/support/eventclient.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// What a Request and a Client say in the same way.
template <typename Caller>
QJsonObject who(const Caller &caller)
{
    QJsonArray cookies;
    for (const auto &[name, value] : caller.headers()) {
        if (name == "Cookie")
            cookies.append(QString::fromLatin1(value));
    }
    const QJsonObject resolution = caller.resolution();
    return {{u"address"_s, caller.ipAddress()},
            {u"origin"_s, u"%1 %2 %3"_s.arg(caller.scheme(), caller.host()).arg(caller.port())},
            {u"url"_s, caller.url()},
            {u"peer"_s, caller.peerAddress()},
            {u"trusted"_s, caller.isPeerTrusted()},
            {u"known"_s, caller.isKnown()},
            {u"resolved"_s, resolution.value("client"_L1)},
            {u"trail"_s, resolution.value("trail"_L1).toArray().size()},
            {u"source"_s, resolution.value("source"_L1)},
            {u"forwarded"_s, QString::fromLatin1(caller.header("x-forwarded-FOR"))},
            {u"none"_s, caller.header("X-None").isNull()},
            {u"cookies"_s, cookies}};
}

QJsonObject text(const QString &value)
{
    return {{u"text"_s, value}};
}

// A server that hands clients to the test.
struct KeepingServer
{
    std::optional<Client> client;
    std::mutex mutex;
    std::optional<Client> latest;    // guarded by mutex
    Server server{loopbackConfig()}; // last: its threads use the above

    KeepingServer()
    {
        server.on("here", [this](Client &here, const QJsonObject &) {
            const std::lock_guard lock(mutex);
            latest = here;
            here.send("kept");
        });
    }

    // Connects, and sets `client` to what the server has of it.
    bool keep(EventClient &from)
    {
        const bool isKept = from.open("/ws?key=secret"_ba) && from.sendEvent(u"here"_s)
                            && from.readEvent() == EventClient::event(u"kept"_s);
        const std::lock_guard lock(mutex);
        client = latest;
        return isKept && client.has_value();
    }
};

} // namespace

class tst_LibraryClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void whoIsCalling_data();
    void whoIsCalling();

    void rooms();
    void roomNames();
    void roomsAreBounded();
    void broadcastExcept();
    void nameSpaces();
    void values();
    void clientById();

    void fromAnotherThread();
    void afterItsEnd();
    void afterTheServersEnd();
};

void tst_LibraryClients::whoIsCalling_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QJsonObject>("expected");
    const auto expected = [](const QString &address, const QString &origin, const QString &url,
                             const QString &peer, bool isTrusted, bool isKnown, int trail,
                             const QString &source, const QString &forwarded) {
        return QJsonObject{
            {u"address"_s, address},   {u"origin"_s, origin},
            {u"url"_s, url},           {u"peer"_s, peer},
            {u"trusted"_s, isTrusted}, {u"known"_s, isKnown},
            {u"resolved"_s, address},  {u"trail"_s, trail},
            {u"source"_s, source},     {u"forwarded"_s, forwarded},
            {u"none"_s, true},         {u"cookies"_s, QJsonArray{u"a=b"_s, u"c=d"_s}}};
    };
    const QByteArray forwarded = "X-Forwarded-For: 203.0.113.7, 127.0.0.9\r\n"
                                 "X-Forwarded-Proto: https\r\n"
                                 "X-Forwarded-Host: shop.example:8443\r\n"
                                 "X-Forwarded-Port: 8443\r\n"_ba;
    const QString list = u"203.0.113.7, 127.0.0.9"_s;
    QTest::newRow("a trusted peer")
        << "127.0.0.1"_ba << forwarded
        << expected(u"203.0.113.7"_s, u"https shop.example 8443"_s,
                    u"https://shop.example:8443/who?x=1&key=***"_s, u"127.0.0.1"_s, true, true, 3,
                    u"x-forwarded-for"_s, list);
    QTest::newRow("an untrusted peer") << "127.0.0.2"_ba << forwarded
                                       << expected(u"127.0.0.2"_s, u"http app.example 80"_s,
                                                   u"http://app.example/who?x=1&key=***"_s,
                                                   u"127.0.0.2"_s, false, true, 1, u"peer"_s, list);
    QTest::newRow("a trusted peer that does not know")
        << "127.0.0.1"_ba
        << "X-Forwarded-For: unknown\r\n"_ba
        << expected(u"127.0.0.1"_s, u"http app.example 80"_s,
                    u"http://app.example/who?x=1&key=***"_s, u"127.0.0.1"_s, true, false, 2,
                    u"peer"_s, u"unknown"_s);
}

void tst_LibraryClients::whoIsCalling()
{
    QFETCH(const QByteArray, source);
    QFETCH(const QByteArray, headers);
    QFETCH(const QJsonObject, expected);
    Server server(loopbackConfig().setTrustProxy({u"127.0.0.1"_s, u"127.0.0.9"_s}));
    server.route("GET", "/who",
                 [](const Request &request) { return Response::json(who(request)); });
    server.on("who", [](Client &client, const QJsonObject &) { client.send("you", who(client)); });
    QVERIFY2(server.start(), qPrintable(server.errorString()));
    QVERIFY(apart([&] {
        const QByteArray lines = headers + "Cookie: a=b\r\nCookie: c=d\r\n";
        RawClient raw(server.port(), source);
        QCOMPARE(raw.exchange(httpGet("/who?x=1&key=k"_ba, lines)).json(), expected);

        EventClient client(server.port(), source);
        QVERIFY(client.open("/who/ws?x=1&key=k"_ba, lines));
        QVERIFY(client.sendEvent(u"who"_s));
        QJsonObject ofClient = expected;
        ofClient[u"url"_s] = expected["url"_L1].toString().replace(u"/who"_s, u"/who/ws"_s);
        QCOMPARE(client.readEvent(), EventClient::event(u"you"_s, ofClient));
    }));
}

// ---- rooms ------------------------------------------------------------------------------------

void tst_LibraryClients::rooms()
{
    Server server(loopbackConfig());
    server.on("join", [](Client &client, const QJsonObject &data) {
        const QString room = data["text"_L1].toString();
        const bool isNew = client.join(room);
        const bool again = client.join(room);
        client.send("joined",
                    text(u"%1 %2 %3"_s.arg(isNew).arg(again).arg(client.room(room).memberCount())));
    });
    server.on("leave", [](Client &client, const QJsonObject &data) {
        client.leave(data["text"_L1].toString());
        client.leave("never.there");
        client.send("left", text(client.rooms().join(u',')));
    });
    server.on("say", [](Client &client, const QJsonObject &data) {
        client.room("lobby").broadcast("said", data);
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient one(server.port());
        EventClient two(server.port());
        EventClient outside(server.port());
        QVERIFY(one.open() && two.open() && outside.open());
        QVERIFY(one.sendEvent(u"join"_s, text(u"lobby"_s)));
        QCOMPARE(one.readEvent(), EventClient::event(u"joined"_s, text(u"1 1 1"_s)));
        QVERIFY(two.sendEvent(u"join"_s, text(u"lobby"_s)));
        QCOMPARE(two.readEvent(), EventClient::event(u"joined"_s, text(u"1 1 2"_s)));
        // A room of the event protocol is the same room.
        QVERIFY(outside.join(u"lobby"_s) && outside.leave(u"lobby"_s));

        const QJsonObject said = EventClient::event(u"said"_s, text(u"hi"_s));
        QVERIFY(outside.sendEvent(u"say"_s, text(u"hi"_s)));
        QCOMPARE(one.readEvent(), said);
        QCOMPARE(two.readEvent(), said);
        QVERIFY(outside.isResponsive());

        QVERIFY(one.sendEvent(u"leave"_s, text(u"lobby"_s)));
        QCOMPARE(one.readEvent(), EventClient::event(u"left"_s, text(QString())));
        QVERIFY(server.room("lobby").broadcast("said", text(u"hi"_s)));
        QCOMPARE(two.readEvent(), said);
        QVERIFY(one.isResponsive());
        QVERIFY(two.close());
        QCOMPARE(server.room("lobby").memberCount(), 0);
    }));
}

void tst_LibraryClients::roomNames()
{
    KeepingServer kept;
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        EventClient client(kept.server.port());
        QVERIFY(kept.keep(client));
        for (const QString &name : {QString(), u"0"_s, QString(201, u'x'), QString(101, u'ä')}) {
            QVERIFY2(!kept.client->join(name), qPrintable(name));
            QVERIFY2(!kept.client->join("r", name), qPrintable(name));
        }
        for (const QString &name : {QString(200, u'x'), QString(100, u'ä'), u"a:b c/\n"_s})
            QVERIFY2(kept.client->join(name), qPrintable(name));
        QVERIFY(kept.client->join("r", "/shop"));
        QVERIFY(client.isResponsive());
        QCOMPARE(kept.client->rooms().size(), 4);
        QCOMPARE(kept.client->rooms().last(), u"/shop:r"_s);
        QCOMPARE(kept.server.room("r", "/shop").memberCount(), 1);
        QCOMPARE(kept.server.room("r").memberCount(), 0);
        const Room room = kept.client->room("r", "/shop");
        QCOMPARE(room.name() + room.nameSpace(), u"r/shop"_s);
    }));
}

void tst_LibraryClients::roomsAreBounded()
{
    Server server(loopbackConfig().set("limits.max_rooms_per_client", 2));
    server.onConnect([](Client &client) {
        QString results;
        for (const char *room : {"a", "b", "c", "a"})
            results += client.join(room) ? u'1' : u'0';
        client.leave("a");
        results += client.join("c") ? u'1' : u'0';
        client.send("results", text(results));
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QCOMPARE(client.readEvent(), EventClient::event(u"results"_s, text(u"11011"_s)));
    }));
}

void tst_LibraryClients::broadcastExcept()
{
    Server server(loopbackConfig());
    server.onConnect([](Client &client) { client.join("lobby"); });
    server.on("say", [](Client &client, const QJsonObject &data) {
        client.room("lobby").broadcastExcept(client, "said", data);
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        // On both I/O threads.
        std::vector<std::unique_ptr<EventClient>> others;
        for (int i = 0; i < 4; ++i) {
            others.push_back(std::make_unique<EventClient>(server.port()));
            QVERIFY(others.back()->open());
        }
        EventClient speaker(server.port());
        QVERIFY(speaker.open());
        QVERIFY(speaker.sendEvent(u"say"_s, text(u"hi"_s)));
        for (const auto &other : others)
            QCOMPARE(other->readEvent(), EventClient::event(u"said"_s, text(u"hi"_s)));
        QVERIFY(speaker.isResponsive());
    }));
}

void tst_LibraryClients::nameSpaces()
{
    KeepingServer kept;
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        Server &server = kept.server;
        EventClient shopper(server.port());
        EventClient other(server.port());
        QVERIFY(kept.keep(shopper) && other.open() && other.isResponsive());
        QCOMPARE(kept.client->nameSpace(), u"/"_s);
        kept.client->setNameSpace(u"0"_s);
        kept.client->setNameSpace(u"/shop"_s);
        QVERIFY(shopper.isResponsive());
        QCOMPARE(kept.client->nameSpace(), u"/shop"_s);

        QVERIFY(server.broadcast("all", text(u"1"_s)));
        QVERIFY(server.broadcast("shop", text(u"2"_s), "/shop"));
        QVERIFY(server.broadcast("root", text(u"3"_s), "/"));
        QVERIFY(server.broadcast("nobody", text(u"4"_s), "/none"));
        QVERIFY(server.broadcast("end"));
        QCOMPARE(shopper.readEvent(), EventClient::event(u"all"_s, text(u"1"_s)));
        QCOMPARE(shopper.readEvent(), EventClient::event(u"shop"_s, text(u"2"_s)));
        QCOMPARE(shopper.readEvent(), EventClient::event(u"end"_s));
        QCOMPARE(other.readEvent(), EventClient::event(u"all"_s, text(u"1"_s)));
        QCOMPARE(other.readEvent(), EventClient::event(u"root"_s, text(u"3"_s)));
        QCOMPARE(other.readEvent(), EventClient::event(u"end"_s));
    }));
}

// ---- clients ----------------------------------------------------------------------------------

void tst_LibraryClients::values()
{
    KeepingServer kept;
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        EventClient one(kept.server.port());
        EventClient two(kept.server.port());
        QVERIFY(kept.keep(one));
        Client first = *kept.client;
        QVERIFY(kept.keep(two));
        Client second = *kept.client;
        QVERIFY(first.value("name").isUndefined());
        first.setValue("name", u"ann"_s);
        first.setValue("cart", QJsonArray{1, 2});
        second.setValue("name", u"bob"_s);
        const Client copy = first;
        QVERIFY(copy == first);
        QVERIFY(!(first == second));
        QCOMPARE(copy.value("name"), QJsonValue(u"ann"_s));
        QCOMPARE(copy.value("cart"), QJsonValue(QJsonArray{1, 2}));
        QCOMPARE(second.value("name"), QJsonValue(u"bob"_s));
        first.setValue("name", QJsonValue(QJsonValue::Undefined));
        QVERIFY(copy.value("name").isUndefined());
    }));
}

void tst_LibraryClients::clientById()
{
    KeepingServer kept;
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        Server &server = kept.server;
        EventClient client(server.port());
        QVERIFY(kept.keep(client));
        const QString id = kept.client->id();
        QVERIFY(!id.isEmpty());
        QVERIFY(server.client(id) == *kept.client);
        QVERIFY(server.client(id)->send("found"));
        QCOMPARE(client.readEvent(), EventClient::event(u"found"_s));
        const QStringList wrongOnes = {
            QString(),          u"0"_s,   QString(id + u'0'),          QString(u'x' + id), u"-1"_s,
            QString(id + u' '), u"abc"_s, u"99999999999999999999999"_s};
        for (const QString &wrong : wrongOnes)
            QVERIFY2(!server.client(wrong), qPrintable(wrong));
        QCOMPARE(server.clientCount(), 1);

        server.client(id)->close(4002, QString(200, u'x'));
        const auto frame = client.readFrame();
        QVERIFY(frame && frame->opcode == WireFrame::Close);
        QCOMPARE(frame->closeCode(), 4002);
        QCOMPARE(frame->closeReason(), QByteArray(123, 'x'));
        QVERIFY(client.sendClose(4002));
        QVERIFY(client.raw().waitForClosed());
        QVERIFY(!server.client(id));
    }));
}

void tst_LibraryClients::fromAnotherThread()
{
    constexpr int Events = 100;
    KeepingServer kept;
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        EventClient client(kept.server.port());
        QVERIFY(kept.keep(client));
        // Each thread with a copy of its own.
        std::vector<std::jthread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([mine = *kept.client, t]() mutable {
                mine.join(u"room %1"_s.arg(t));
                for (int n = 0; n < Events; ++n)
                    mine.send("tick", {{u"t"_s, t}, {u"n"_s, n}});
                mine.setValue(QString::number(t), mine.rooms().size());
            });
        }
        // Those of one thread come in order.
        std::array<int, 3> next = {};
        for (int i = 0; i < 3 * Events; ++i) {
            const QJsonObject data = client.readEvent()["data"_L1].toObject();
            const int t = data["t"_L1].toInt(-1);
            QVERIFY(t >= 0 && t < 3);
            QCOMPARE(data["n"_L1].toInt(), next.at(size_t(t))++);
        }
        for (std::jthread &thread : threads)
            thread.join();
        QStringList rooms = kept.client->rooms();
        rooms.sort();
        QCOMPARE(rooms, QStringList({u"room 0"_s, u"room 1"_s, u"room 2"_s}));
    }));
}

void tst_LibraryClients::afterItsEnd()
{
    Notes ended;
    KeepingServer kept;
    kept.server.onDisconnect(
        [&ended](Client &client, const Disconnect &) { ended.add(client.id()); });
    QVERIFY(kept.server.start());
    QVERIFY(apart([&] {
        EventClient client(kept.server.port());
        QVERIFY(kept.keep(client));
        Client &gone = *kept.client;
        gone.setValue("name", u"ann"_s);
        QVERIFY(gone.isConnected());
        QVERIFY(client.close());
        QCOMPARE(ended.take(1), QStringList{gone.id()});
        QVERIFY(!gone.isConnected());
        // What it knows stays; what it does has no effect.
        QCOMPARE(gone.ipAddress(), u"127.0.0.1"_s);
        QCOMPARE(gone.url(), u"http://app.example/ws?key=***"_s);
        QCOMPARE(gone.header("Upgrade"), "websocket"_ba);
        QCOMPARE(gone.resolution()["client"_L1], u"127.0.0.1"_s);
        QCOMPARE(gone.value("name"), QJsonValue(u"ann"_s));
        gone.send("late");
        gone.join("late");
        gone.leave("late");
        gone.setNameSpace("/late");
        gone.close();
        EventClient next(kept.server.port());
        QVERIFY(kept.keep(next));
        QCOMPARE(kept.server.room("late").memberCount(), 0);
    }));
}

void tst_LibraryClients::afterTheServersEnd()
{
    auto kept = std::make_unique<KeepingServer>();
    QVERIFY(kept->server.start());
    EventClient client(kept->server.port());
    QVERIFY(apart([&] { QVERIFY(kept->keep(client)); }));
    const QString id = kept->client->id();
    Client gone = *kept->client;
    const Room room = gone.room("lobby");
    for (const bool isDestroyed : {false, true}) {
        if (isDestroyed)
            kept.reset();
        else
            kept->server.stop();
        QVERIFY(!gone.isConnected());
        QCOMPARE(gone.id(), id);
        QCOMPARE(gone.ipAddress(), u"127.0.0.1"_s);
        QCOMPARE(gone.header("upgrade"), "websocket"_ba);
        QCOMPARE(gone.resolution()["client"_L1], u"127.0.0.1"_s);
        QVERIFY(!gone.send("late"));
        QVERIFY(!gone.join("lobby"));
        gone.leave("lobby");
        gone.setNameSpace("/late");
        gone.close();
        QVERIFY(!room.broadcast("late"));
        QVERIFY(!room.broadcastExcept(gone, "late"));
        QCOMPARE(room.memberCount(), 0);
    }
    QCOMPARE(client.readCloseCode(), 1001);
}

QTEST_GUILESS_MAIN(tst_LibraryClients)
#include "tst_libraryclients.moc"
