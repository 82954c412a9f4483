// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The C++ library with real clients: handlers of events, what comes before them, and hooks.
#include "tests/integration/libraryfixture.h"
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <set>
#include <stdexcept>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto FailedText = "Internal server error processing message"_L1;

void echo(Client &client, const QJsonObject &data)
{
    client.send("echo", data);
}

void throws(Client &, const QJsonObject &)
{
    throw std::runtime_error("a secret");
}

QString textOf(const Disconnect &how)
{
    return u"%1 %2 %3"_s.arg(QString::number(how.code), how.reason,
                             QString::fromLatin1(how.initiator));
}

} // namespace

class tst_LibraryEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void data_data();
    void data();
    void sendNeedsAnEvent();
    void exceptions_data();
    void exceptions();

    void middleware();
    void middlewareBeforeRoomEvents();
    void handlerReplacesTheServers();
    void withoutRoomEvents();

    void hooks();
    void ends_data();
    void ends();
    void hookThatThrows();
    void resolutionChanges();

    void pool();
    void poolFromManyConnections();
    void poolThatIsFull();
};

// ---- handlers ---------------------------------------------------------------------------------

void tst_LibraryEvents::data_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("handled");
    QTest::newRow("an object") << R"({"a":[1,{"b":null}],"c":"ä"})"_ba
                               << R"({"a":[1,{"b":null}],"c":"ä"})"_ba;
    QTest::newRow("an empty object") << "{}"_ba
                                     << "{}"_ba;
    QTest::newRow("a list") << R"(["x",[2],{"b":3}])"_ba
                            << R"({"0":"x","1":[2],"2":{"b":3}})"_ba;
    QTest::newRow("an empty list") << "[]"_ba
                                   << "{}"_ba;
}

void tst_LibraryEvents::data()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, handled);
    Server server(loopbackConfig());
    server.on("echo", echo);
    server.on("echo.pool", echo, Server::RunOn::Pool);
    QVERIFY2(server.start(), qPrintable(server.errorString()));
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        const QJsonObject expected =
            EventClient::event(u"echo"_s, QJsonDocument::fromJson(handled).object());
        for (const QByteArray &event : {"echo"_ba, "echo.pool"_ba}) {
            QVERIFY(client.sendText(R"({"event":")" + event + R"(","data":)" + sent + '}'));
            QCOMPARE(client.readEvent(), expected);
        }
    }));
}

void tst_LibraryEvents::sendNeedsAnEvent()
{
    Server server(loopbackConfig());
    server.on("try", [](Client &client, const QJsonObject &) {
        int refused = 0;
        for (const char *name : {"", "a b", "a/b", "a\n", "\"", "ä", "chat.*"}) {
            refused += client.send(name) ? 0 : 1;
            refused += client.room("r").broadcast(name) ? 0 : 1;
        }
        const bool isSent = client.send("tried", {{u"refused"_s, refused}});
        client.send("sent", {{u"is_sent"_s, isSent}});
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.sendEvent(u"try"_s));
        QCOMPARE(client.readEvent(),
                 EventClient::event(u"tried"_s, QJsonObject{{u"refused"_s, 14}}));
        QCOMPARE(client.readEvent(),
                 EventClient::event(u"sent"_s, QJsonObject{{u"is_sent"_s, true}}));
        QVERIFY(!server.broadcast("a b"));
    }));
}

void tst_LibraryEvents::exceptions_data()
{
    QTest::addColumn<QString>("event");
    QTest::newRow("a handler") << u"throws"_s;
    QTest::newRow("a handler that throws no exception class") << u"throws.int"_s;
    QTest::newRow("a handler on the pool") << u"throws.pool"_s;
    QTest::newRow("middleware") << u"stopped"_s;
}

void tst_LibraryEvents::exceptions()
{
    QFETCH(const QString, event);
    Server server(loopbackConfig());
    server.on("echo", echo);
    server.on("stopped", echo);
    server.on("throws", throws);
    server.on("throws.pool", throws, Server::RunOn::Pool);
    server.on("throws.int", [](Client &, const QJsonObject &) { throw 7; });
    server.useForEvents([](Client &, const QString &name, const QJsonObject &) {
        if (name == u"stopped"_s)
            throw std::runtime_error("a secret");
        return true;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.sendEvent(event));
        QCOMPARE(client.readError(), FailedText);
        QVERIFY(client.sendEvent(u"echo"_s));
        QCOMPARE(client.readEvent(), EventClient::event(u"echo"_s));
    }));
}

// ---- middleware -------------------------------------------------------------------------------

void tst_LibraryEvents::middleware()
{
    Notes notes;
    Server server(loopbackConfig());
    server.useForEvents([&notes](Client &client, const QString &event, const QJsonObject &data) {
        notes.add(u"first %1 %2"_s.arg(event, data.value("n"_L1).toString()));
        client.setValue("seen", client.value("seen").toInt() + 1);
        return true;
    });
    server.useForEvents([&notes](Client &client, const QString &event, const QJsonObject &data) {
        notes.add(u"second %1 %2"_s.arg(event, data.value("0"_L1).toString()));
        if (event != u"stop"_s)
            return true;
        client.send("refused");
        return false;
    });
    server.on("go", [&notes](Client &client, const QJsonObject &) {
        notes.add(u"handler %1"_s.arg(client.value("seen").toInt()));
        client.send("done");
    });
    server.on("stop", [&notes](Client &, const QJsonObject &) { notes.add(u"never"_s); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.sendEvent(u"go"_s, QJsonObject{{u"n"_s, u"x"_s}}));
        QCOMPARE(client.readEvent(), EventClient::event(u"done"_s));
        QCOMPARE(notes.take(3), QStringList({u"first go x"_s, u"second go "_s, u"handler 1"_s}));
        // A list is an object for middleware, too.
        QVERIFY(client.sendEvent(u"stop"_s, QJsonArray{u"y"_s}));
        QCOMPARE(client.readEvent(), EventClient::event(u"refused"_s));
        QCOMPARE(notes.take(2), QStringList({u"first stop "_s, u"second stop y"_s}));
        // Not asked about what nobody handles.
        QVERIFY(client.sendEvent(u"nope"_s));
        QCOMPARE(client.readError(), u"Event 'nope' does not exist"_s);
        QVERIFY(client.sendEvent(u"go"_s));
        QCOMPARE(notes.take(3), QStringList({u"first go "_s, u"second go "_s, u"handler 3"_s}));
    }));
}

void tst_LibraryEvents::middlewareBeforeRoomEvents()
{
    Server server(loopbackConfig());
    server.useForEvents([](Client &client, const QString &event, const QJsonObject &data) {
        if (event != u"join_room"_s || data.value("room"_L1) == u"open"_s)
            return true;
        client.send("refused", data);
        return false;
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.join(u"open"_s));
        const QJsonObject secret{{u"room"_s, u"secret"_s}};
        QVERIFY(client.sendEvent(u"join_room"_s, secret));
        QCOMPARE(client.readEvent(), EventClient::event(u"refused"_s, secret));
        QVERIFY(client.leave(u"open"_s));
        QCOMPARE(server.room("secret").memberCount(), 0);
    }));
}

void tst_LibraryEvents::handlerReplacesTheServers()
{
    Server server(loopbackConfig());
    server.on("join_room", [](Client &client, const QJsonObject &) { client.send("no.rooms"); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.sendEvent(u"join_room"_s, QJsonObject{{u"room"_s, u"r"_s}}));
        QCOMPARE(client.readEvent(), EventClient::event(u"no.rooms"_s));
        QCOMPARE(server.room("r").memberCount(), 0);
        QVERIFY(client.leave(u"r"_s));
    }));
}

void tst_LibraryEvents::withoutRoomEvents()
{
    Server server(loopbackConfig().set("register_system_controllers", false));
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QVERIFY(client.sendEvent(u"join_room"_s, QJsonObject{{u"room"_s, u"r"_s}}));
        QCOMPARE(client.readError(), u"Event 'join_room' does not exist"_s);
    }));
}

// ---- hooks ------------------------------------------------------------------------------------

void tst_LibraryEvents::hooks()
{
    Notes notes;
    Server server(loopbackConfig());
    server.onConnect([](Client &client) {
        client.setValue("name", QString(u"client "_s + client.id()));
        client.join("lobby");
        client.send("welcome", {{u"connected"_s, client.isConnected()}});
    });
    server.onConnect([&notes](Client &client) {
        notes.add(
            u"connected %1 %2"_s.arg(client.value("name").toString(), client.rooms().join(u',')));
    });
    server.onDisconnect([&notes](Client &client, const Disconnect &how) {
        notes.add(u"ended %1 %2"_s.arg(client.value("name").toString(), textOf(how)));
        const bool isSent = client.send("late") && client.join("late");
        client.room("lobby").broadcast("left");
        notes.add(u"%1 %2 %3"_s.arg(client.isConnected())
                      .arg(isSent)
                      .arg(client.room("lobby").memberCount()));
    });
    server.onDisconnect([&notes](Client &, const Disconnect &) { notes.add(u"last"_s); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient stays(server.port());
        QVERIFY(stays.open());
        const QJsonObject welcome =
            EventClient::event(u"welcome"_s, QJsonObject{{u"connected"_s, true}});
        QCOMPARE(stays.readEvent(), welcome);
        EventClient goes(server.port());
        QVERIFY(goes.open());
        QCOMPARE(goes.readEvent(), welcome);
        QCOMPARE(server.room("lobby").memberCount(), 2);
        QCOMPARE(notes.take(2),
                 QStringList({u"connected client 1 lobby"_s, u"connected client 2 lobby"_s}));
        QVERIFY(goes.sendClose(4000, "enough"_ba));
        QCOMPARE(notes.take(3),
                 QStringList({u"ended client 2 4000 enough client"_s, u"0 0 1"_s, u"last"_s}));
        // Those that stay hear of it, the one that went gets its close frame and nothing else.
        QCOMPARE(stays.readEvent(), EventClient::event(u"left"_s));
        QCOMPARE(goes.readCloseCode(), 4000);
        QVERIFY(goes.raw().waitForClosed());
        QCOMPARE(server.room("late").memberCount(), 0);
    }));
}

void tst_LibraryEvents::ends_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("told");
    QTest::newRow("the client closes") << u"close"_s << u"1000 bye client"_s;
    QTest::newRow("the client closes without a code") << u"close nothing"_s << u"1000  client"_s;
    QTest::newRow("the connection breaks") << u"abort"_s << u"1006  network"_s;
    QTest::newRow("the client breaks the protocol") << u"bad frame"_s << u"1002 "_s;
    QTest::newRow("the application closes") << u"kick"_s << u"4001 out server"_s;
    QTest::newRow("the server stops") << u"stop"_s << u"1001 server is shutting down server"_s;
}

void tst_LibraryEvents::ends()
{
    QFETCH(const QString, how);
    QFETCH(const QString, told);
    Notes notes;
    Server server(loopbackConfig());
    server.on("kick", [](Client &client, const QJsonObject &) { client.close(4001, "out"); });
    server.onDisconnect([&notes](Client &, const Disconnect &end) { notes.add(textOf(end)); });
    QVERIFY(server.start());
    EventClient client(server.port());
    QVERIFY(apart([&] {
        QVERIFY(client.open());
        QVERIFY(client.isResponsive());
        if (how == u"close"_s)
            QVERIFY(client.sendClose(1000, "bye"_ba));
        else if (how == u"close nothing"_s)
            QVERIFY(client.send(WireFrame::Close));
        else if (how == u"abort"_s)
            client.raw().abort();
        else if (how == u"bad frame"_s)
            QVERIFY(client.send(0x3) && client.readCloseCode() == 1002 && client.sendClose(1002));
        else if (how == u"kick"_s)
            QVERIFY(client.sendEvent(u"kick"_s) && client.readCloseCode() == 4001
                    && client.sendClose(4001));
    }));
    if (how == u"stop"_s)
        server.stop();
    const QStringList ends = notes.take(1);
    QCOMPARE(ends.size(), 1);
    QVERIFY2(ends[0].startsWith(told), qPrintable(ends[0]));
}

void tst_LibraryEvents::hookThatThrows()
{
    Notes notes;
    Server server(loopbackConfig());
    server.onConnect([](Client &) { throw std::runtime_error("a secret"); });
    server.onConnect([](Client &client) { client.send("welcome"); });
    server.onDisconnect([](Client &, const Disconnect &) { throw 7; });
    server.onDisconnect([&notes](Client &, const Disconnect &) { notes.add(u"ended"_s); });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        QCOMPARE(client.readEvent(), EventClient::event(u"welcome"_s));
        QVERIFY(client.close());
        QCOMPARE(notes.take(1), QStringList{u"ended"_s});
    }));
}

void tst_LibraryEvents::resolutionChanges()
{
    const QTemporaryDir folder;
    const QString socket = folder.filePath(u"a.sock"_s);
    Notes notes;
    Server server(loopbackConfig().set("admin.socket", socket).set("state_dir", folder.path()));
    server.onResolutionChange([](Client &) { throw std::runtime_error("a secret"); });
    server.onResolutionChange([&notes](Client &client) {
        notes.add(client.ipAddress() + u' ' + client.url());
        client.send("changed");
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient direct(server.port());
        QVERIFY(direct.open());
        EventClient client(server.port());
        QVERIFY(client.open("/", "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"));
        AdminCalls admin(socket);
        const QJsonObject edit{{u"entry"_s, u"127.0.0.1"_s}, {u"confirm"_s, true}};
        QCOMPARE(admin.object(u"trust.add"_s, edit)["changed"_L1], QJsonValue(1));
        QCOMPARE(notes.take(1), QStringList{u"203.0.113.7 https://app.example/"_s});
        QCOMPARE(client.readEvent(), EventClient::event(u"changed"_s));
        QVERIFY(direct.isResponsive());
    }));
}

// ---- the pool ---------------------------------------------------------------------------------

void tst_LibraryEvents::pool()
{
    Barrier barrier;
    Server server(loopbackConfig().setThreads(1));
    const auto wait = [&barrier](Client &client, const QJsonObject &data) {
        client.send(barrier.wait() ? "waited" : "late", data);
    };
    server.on("wait", wait, Server::RunOn::Pool);
    server.on("open", [&barrier](Client &client, const QJsonObject &) {
        client.send("opened");
        barrier.open();
    });
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        const QJsonObject data{{u"n"_s, 1}};
        QVERIFY(client.sendEvent(u"wait"_s, data));
        QVERIFY(client.isResponsive());
        QVERIFY(client.sendEvent(u"open"_s));
        QCOMPARE(client.readEvent(), EventClient::event(u"opened"_s));
        QCOMPARE(client.readEvent(), EventClient::event(u"waited"_s, data));
    }));
}

void tst_LibraryEvents::poolFromManyConnections()
{
    constexpr int Events = 200;
    Server server(loopbackConfig());
    server.on("echo", echo, Server::RunOn::Pool);
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        std::vector<std::unique_ptr<EventClient>> clients;
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<EventClient>(server.port()));
            QVERIFY(clients.back()->open());
        }
        for (int n = 0; n < Events; ++n) {
            for (int i = 0; i < 6; ++i) {
                const QJsonObject data{{u"n"_s, n}, {u"client"_s, i}};
                QVERIFY(clients[size_t(i)]->sendEvent(u"echo"_s, data));
            }
        }
        // In whatever order, but each once, and to the client that sent it.
        for (int i = 0; i < 6; ++i) {
            std::set<int> numbers;
            for (int n = 0; n < Events; ++n) {
                const QJsonObject data = clients[size_t(i)]->readEvent()["data"_L1].toObject();
                QCOMPARE(data["client"_L1].toInt(-1), i);
                numbers.insert(data["n"_L1].toInt(-1));
            }
            QCOMPARE(numbers.size(), size_t(Events));
            QVERIFY(*numbers.begin() == 0 && *numbers.rbegin() == Events - 1);
        }
    }));
}

void tst_LibraryEvents::poolThatIsFull()
{
    constexpr int MaxWaiting = 10'000;
    constexpr int Running = 2;
    constexpr int Refused = 3;
    Barrier barrier;
    Notes running;
    Server server(loopbackConfig());
    server.on(
        "wait",
        [&](Client &, const QJsonObject &) {
            running.add(u"runs"_s);
            barrier.wait();
        },
        Server::RunOn::Pool);
    server.route(
        "GET", "/slow", [](const Request &) { return Response(); }, Server::RunOn::Pool);
    QVERIFY(server.start());
    QVERIFY(apart([&] {
        EventClient client(server.port());
        QVERIFY(client.open());
        const QByteArray frame = EventClient::frame(u"wait"_s);
        QVERIFY(client.raw().send(frame.repeated(Running)));
        QCOMPARE(running.take(Running).size(), Running);
        QVERIFY(client.raw().send(frame.repeated(MaxWaiting + Refused)));
        for (int i = 0; i < Refused; ++i)
            QCOMPARE(client.readError(), u"The server is too busy"_s);
        QVERIFY(client.isResponsive());

        const HttpResponse response = RawClient(server.port()).exchange(httpGet("/slow"_ba));
        QCOMPARE(response.status, 503);
        QCOMPARE(response.header("retry-after"), "1"_ba);
        QCOMPARE(response.json().value("code"_L1), u"busy"_s);
        barrier.open();
        // All that was taken is done, too.
        QCOMPARE(running.take(MaxWaiting).size(), MaxWaiting);
    }));
}

QTEST_GUILESS_MAIN(tst_LibraryEvents)
#include "tst_libraryevents.moc"
