// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/workerpool.h"
#include "server/rooms/roomevents.h"
#include "tests/unit/net/epollloop.h"
#include "tests/unit/rooms/memberfixture.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <chrono>
#include <future>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const RoomKey Lobby{"/"_ba, "lobby"_ba};

qint64 unixSeconds()
{
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(wall).count();
}

QByteArray message(const QByteArray &event, const QByteArray &data)
{
    return R"({"event":")" + event + R"(","data":)" + data + '}';
}

// As the client hears it: canonical.
QByteArray problemOf(const QByteArray &event, const QByteArray &problem)
{
    return R"({"data":{"event":")" + event + R"(","message":")" + problem
           + R"("},"event":"error"})";
}

QByteArray doesNotExist(const QByteArray &event)
{
    return R"({"data":{"message":"Event ')" + event + R"(' does not exist"},"event":"error"})";
}

// Clients of a relay: the first two are in the lobby, the third is not, the fourth is in the
// namespace "/side".
struct RelayFixture
{
    explicit RelayFixture(const RelaySettings &settings)
    {
        addRoomEvents(rooms.router);
        addRelay(rooms.router, settings);
        for (int i = 0; i < 4; ++i)
            rooms.connect();
        rooms.clients[0]->member().join(Lobby);
        rooms.clients[1]->member().join(Lobby);
        rooms.clients[3]->member().setNameSpace("/side"_ba);
    }

    FakeClient &client(size_t index) { return *rooms.clients[index]; }
    // What each of them hears when one says this.
    QList<QByteArrayList> heardWhen(size_t index, const QByteArray &said)
    {
        client(index).say(said);
        QList<QByteArrayList> heard;
        for (const auto &each : rooms.clients)
            heard.append(each->heard());
        return heard;
    }

    RoomsFixture rooms;
};

} // namespace

class tst_RoomEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void namesRooms_data();
    void namesRooms();
    void answersWithTheRoom_data();
    void answersWithTheRoom();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void leavesWhatItJoined();
    void refusesMoreRoomsThanTheCap();
    void saysNothingToAClosingClient();

    void relaysWhatMatches_data();
    void relaysWhatMatches();
    void relaysToTheRoom();
    void relaysToRoomsOfMembersOnly();
    void relaysToTheNamespace();
    void keepsToRoomsWhenToldSo();
    void relaysTheDataAsItIs_data();
    void relaysTheDataAsItIs();
    void relaysOverHandlersNever();
    void saysWhenTheHubIsBusy();
};

void tst_RoomEvents::namesRooms_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isName");
    QTest::newRow("a word") << "lobby"_ba << true;
    QTest::newRow("anything else") << "a b/\"\xc3\xa9\n"_ba << true;
    QTest::newRow("two zeros") << "00"_ba << true;
    QTest::newRow("nothing") << ""_ba << false;
    QTest::newRow("what PHP takes for nothing") << "0"_ba << false;
    QTest::newRow("the longest") << QByteArray(200, 'x') << true;
    QTest::newRow("longer") << QByteArray(201, 'x') << false;
}

void tst_RoomEvents::namesRooms()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, isName);
    QCOMPARE(isRoomName(name), isName);
}

void tst_RoomEvents::answersWithTheRoom_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("nameSpace");
    QTest::addColumn<QByteArray>("name");
    const auto row = [](const char *title, const QByteArray &data, const QByteArray &nameSpace,
                        const QByteArray &name) {
        QTest::newRow(title) << data << nameSpace << name;
    };
    row("without a namespace", R"({"room":"lobby"})", "/", "lobby");
    row("with a namespace", R"({"room":"lobby","namespace":"/chat"})", "/chat", "lobby");
    row("a namespace without slash", R"({"room":"lobby","namespace":"chat"})", "chat", "lobby");
    row("a null namespace", R"({"room":"lobby","namespace":null})", "/", "lobby");
    row("members that nobody asked for", R"({"room":"lobby","x":[1]})", "/", "lobby");
    row("a name that is not ASCII", "{\"room\":\"caf\xc3\xa9 \xf0\x9f\x98\x80\"}", "/",
        "caf\xc3\xa9 \xf0\x9f\x98\x80");
    row("names with escapes", R"({"r\u006fom":"l\u006fbby","\u006eamespace":"\/c"})", "/c",
        "lobby");
    row("names twice", R"({"room":"0","namespace":1,"namespace":"/c","room":"lobby"})", "/c",
        "lobby");
    row("names within other members", R"({"x":{"room":"a"},"room":"lobby","y":["namespace"]})", "/",
        "lobby");
    row("blanks between everything", "{ \"room\" :\t\"lobby\" ,\n \"namespace\" : null }", "/",
        "lobby");
    row("a name of blanks", R"({"room":" "})", "/", " ");
    const QByteArray longest = QByteArray("\xc3\xa9").repeated(100);
    row("200 bytes", R"({"room":")" + longest + R"(","namespace":")" + longest + "\"}", longest,
        longest);
}

void tst_RoomEvents::answersWithTheRoom()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QByteArray, nameSpace);
    QFETCH(const QByteArray, name);
    RoomsFixture f;
    addRoomEvents(f.router);
    FakeClient &client = f.connect();
    // Both of them also when nothing changes.
    for (const QByteArray &event :
         {"leave_room"_ba, "join_room"_ba, "join_room"_ba, "leave_room"_ba, "leave_room"_ba}) {
        const qint64 before = unixSeconds();
        client.say(message(event, data));
        const qint64 after = unixSeconds();
        const QByteArrayList heard = client.heard();
        QCOMPARE(heard.size(), 1);
        const bool joins = event == "join_room";
        QCOMPARE(withoutTimestamp(heard[0]), R"({"data":{"namespace":")" + nameSpace
                                                 + R"(","room":")" + name + R"("},"event":")"
                                                 + (joins ? "room_joined" : "room_left") + "\"}");
        const QJsonValue timestamp = QJsonDocument::fromJson(heard[0])[u"data"_s][u"timestamp"_s];
        QVERIFY(timestamp.toInteger() >= before && timestamp.toInteger() <= after);
        QCOMPARE(client.member().isIn({nameSpace, name}), joins);
    }
}

void tst_RoomEvents::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("problem");
    const auto room = [](const char *title, const QByteArray &data) {
        QTest::newRow(title) << data << "Invalid room name"_ba;
    };
    room("no room", "{}");
    room("a list", R"(["lobby"])");
    room("only a namespace", R"({"namespace":"/"})");
    room("another case", R"({"Room":"lobby"})");
    room("a room that is null", R"({"room":null})");
    room("a room that is a number", R"({"room":1})");
    room("a room that is true", R"({"room":true})");
    room("a room that is a list", R"({"room":["lobby"]})");
    room("a room that is an object", R"({"room":{}})");
    room("a room that is empty", R"({"room":""})");
    room("a room that is 0", R"({"room":"0"})");
    room("a room of 201 bytes", R"({"room":")" + QByteArray(201, 'x') + "\"}");
    room("a room of 202 bytes and 101 characters",
         R"({"room":")" + QByteArray("\xc3\xa9").repeated(101) + "\"}");
    room("both are wrong", R"({"room":"","namespace":""})");
    const auto nameSpace = [](const char *title, const QByteArray &value) {
        QTest::newRow(title) << R"({"room":"lobby","namespace":)" + value + '}'
                             << "Invalid namespace"_ba;
    };
    nameSpace("a namespace that is empty", R"("")");
    nameSpace("a namespace that is 0", R"("0")");
    nameSpace("a namespace that is a number", "5");
    nameSpace("a namespace that is false", "false");
    nameSpace("a namespace that is a list", "[]");
    nameSpace("a namespace that is an object", R"({"name":"/"})");
    nameSpace("a namespace of 201 bytes", '"' + QByteArray(201, 'x') + '"');
}

void tst_RoomEvents::saysWhatIsWrong()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QByteArray, problem);
    RoomsFixture f;
    addRoomEvents(f.router);
    FakeClient &client = f.connect();
    client.member().join(Lobby);
    for (const QByteArray &event : {"join_room"_ba, "leave_room"_ba}) {
        client.say(message(event, data));
        QCOMPARE(client.heard(), QByteArrayList{problemOf(event, problem)});
    }
    QCOMPARE(client.record().membership().rooms, std::vector<RoomKey>{Lobby});
}

void tst_RoomEvents::leavesWhatItJoined()
{
    RoomsFixture f;
    addRoomEvents(f.router);
    FakeClient &client = f.connect();
    client.say(message("join_room"_ba, R"({"room":"lobby"})"_ba));
    client.say(message("join_room"_ba, R"({"room":"lobby","namespace":"/chat"})"_ba));
    QCOMPARE(f.hub.rooms().size(), 2);
    client.say(message("leave_room"_ba, R"({"room":"lobby"})"_ba));
    QCOMPARE(client.record().membership().rooms,
             std::vector<RoomKey>({RoomKey{"/chat"_ba, "lobby"_ba}}));
    QCOMPARE(client.member().nameSpace(), "/"_ba); // to join moves nobody
}

void tst_RoomEvents::refusesMoreRoomsThanTheCap()
{
    RoomsFixture f(1);
    addRoomEvents(f.router);
    FakeClient &client = f.connect();
    const QByteArray second = message("join_room"_ba, R"({"room":"second"})"_ba);
    client.say(message("join_room"_ba, R"({"room":"lobby"})"_ba));
    QVERIFY(client.heard().value(0).contains("room_joined"));
    client.say(second);
    QCOMPARE(client.heard(), QByteArrayList{problemOf("join_room"_ba, "Failed to join room"_ba)});
    QCOMPARE(f.around.counters.refusedRooms.value(), 1);
    client.say(message("join_room"_ba, R"({"room":"lobby"})"_ba));
    QVERIFY(client.heard().value(0).contains("room_joined"));
    client.say(message("leave_room"_ba, R"({"room":"lobby"})"_ba));
    client.say(second);
    QVERIFY(client.heard().value(1).contains("room_joined"));
}

void tst_RoomEvents::saysNothingToAClosingClient()
{
    RoomsFixture f;
    addRoomEvents(f.router);
    FakeClient &client = f.connect();
    client.member().close(1000, {});
    f.router.dispatch(client.member(), {"join_room"_ba, R"({"room":"lobby"})"_ba});
    QCOMPARE(client.heard(), QByteArrayList());
    QCOMPARE(f.hub.rooms().size(), 0);
}

// ---- the relay --------------------------------------------------------------------------------

void tst_RoomEvents::relaysWhatMatches_data()
{
    QTest::addColumn<QByteArrayList>("patterns");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<bool>("isRelayed");
    const auto row = [](const char *title, const QByteArrayList &patterns, const QByteArray &event,
                        bool isRelayed) { QTest::newRow(title) << patterns << event << isRelayed; };
    row("no pattern", {}, "chat", false);
    row("the name", {"chat"_ba}, "chat", true);
    row("another name", {"chat"_ba}, "chats", false);
    row("another case", {"chat"_ba}, "Chat", false);
    row("the start", {"chat.*"_ba}, "chat.say", true);
    row("the start and no more", {"chat.*"_ba}, "chat.", true);
    row("less than the start", {"chat.*"_ba}, "chat", false);
    row("the start elsewhere", {"chat.*"_ba}, "my.chat.say", false);
    row("a start within a word", {"ch*"_ba}, "chat", true);
    row("everything", {"*"_ba}, "chat", true);
    row("the second pattern", {"a"_ba, "b.*"_ba}, "b.c", true);
    row("none of two", {"a"_ba, "b.*"_ba}, "b", false);
    row("what the server says, error", {"*"_ba}, "error", false);
    row("what the server says, room_joined", {"room_*"_ba}, "room_joined", false);
    row("what the server says, room_left", {"room_left"_ba}, "room_left", false);
    row("what the server says, rate_limit_exceeded", {"*"_ba}, "rate_limit_exceeded", false);
    row("what only begins like it", {"*"_ba}, "error.mine", true);
}

void tst_RoomEvents::relaysWhatMatches()
{
    QFETCH(const QByteArrayList, patterns);
    QFETCH(const QByteArray, event);
    QFETCH(const bool, isRelayed);
    RelayFixture f({patterns, true});
    const auto heard = f.heardWhen(0, message(event, R"({"room":"lobby"})"));
    if (isRelayed) {
        const QByteArrayList relayed{R"({"data":{"room":"lobby"},"event":")" + event + "\"}"};
        QCOMPARE(heard, QList<QByteArrayList>({relayed, relayed, {}, {}}));
        return;
    }
    QCOMPARE(heard.mid(1), QList<QByteArrayList>(3));
    QCOMPARE(heard[0].size(), 1);
    QCOMPARE(withoutTimestamp(heard[0][0]), doesNotExist(event));
}

void tst_RoomEvents::relaysToTheRoom()
{
    RelayFixture f({{"chat"_ba}, true});
    const RoomKey side{"/side"_ba, "lobby"_ba};
    f.client(0).member().join(side);
    f.client(3).member().join(side);
    const QByteArray data = R"({"namespace":"/side","room":"lobby"})"_ba;
    const QByteArrayList relayed{R"({"data":)" + data + R"(,"event":"chat"})"};
    QCOMPARE(f.heardWhen(0, message("chat"_ba, data)),
             QList<QByteArrayList>({relayed, {}, {}, relayed}));
    // The namespace of a room is "/", wherever its members are.
    const QByteArrayList toLobby{R"({"data":{"room":"lobby"},"event":"chat"})"_ba};
    f.client(0).member().setNameSpace("/side"_ba);
    QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"lobby"})"_ba)),
             QList<QByteArrayList>({toLobby, toLobby, {}, {}}));
}

void tst_RoomEvents::relaysToRoomsOfMembersOnly()
{
    for (const bool roomsOnly : {true, false}) {
        RelayFixture f({{"chat"_ba}, roomsOnly});
        const QByteArrayList refused{problemOf("chat"_ba, "You are not in this room"_ba)};
        QCOMPARE(f.heardWhen(2, message("chat"_ba, R"({"room":"lobby"})"_ba)),
                 QList<QByteArrayList>({{}, {}, refused, {}}));
        QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"nowhere"})"_ba)),
                 QList<QByteArrayList>({refused, {}, {}, {}}));
        QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"lobby","namespace":"/side"})"_ba)),
                 QList<QByteArrayList>({refused, {}, {}, {}}));
        QVERIFY(f.client(0).member().leave(Lobby));
        QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"lobby"})"_ba)),
                 QList<QByteArrayList>({refused, {}, {}, {}}));
    }
}

void tst_RoomEvents::relaysToTheNamespace()
{
    RelayFixture f({{"chat"_ba}, false});
    const QByteArrayList relayed{R"({"data":{"n":1},"event":"chat"})"_ba};
    const QByteArray said = message("chat"_ba, R"({"n":1})"_ba);
    QCOMPARE(f.heardWhen(2, said), QList<QByteArrayList>({relayed, relayed, relayed, {}}));
    QCOMPARE(f.heardWhen(3, said), QList<QByteArrayList>({{}, {}, {}, relayed}));
    f.client(2).member().setNameSpace("/side"_ba);
    QCOMPARE(f.heardWhen(2, said), QList<QByteArrayList>({{}, {}, relayed, relayed}));
    // Where a room is named it counts, and must be right.
    const QByteArrayList inRoom{R"({"data":{"room":"lobby"},"event":"chat"})"_ba};
    QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"lobby"})"_ba)),
             QList<QByteArrayList>({inRoom, inRoom, {}, {}}));
    QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":null})"_ba)),
             QList<QByteArrayList>({{problemOf("chat"_ba, "Invalid room name"_ba)}, {}, {}, {}}));
}

void tst_RoomEvents::keepsToRoomsWhenToldSo()
{
    RelayFixture f({{"chat"_ba}, true});
    const QByteArrayList noRoom{problemOf("chat"_ba, "Invalid room name"_ba)};
    const QByteArrayList noNamespace{problemOf("chat"_ba, "Invalid namespace"_ba)};
    QCOMPARE(f.heardWhen(0, message("chat"_ba, "{}"_ba)),
             QList<QByteArrayList>({noRoom, {}, {}, {}}));
    QCOMPARE(f.heardWhen(0, message("chat"_ba, R"([{"room":"lobby"}])"_ba)),
             QList<QByteArrayList>({noRoom, {}, {}, {}}));
    QCOMPARE(f.heardWhen(0, message("chat"_ba, R"({"room":"lobby","namespace":""})"_ba)),
             QList<QByteArrayList>({noNamespace, {}, {}, {}}));
}

void tst_RoomEvents::relaysTheDataAsItIs_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("an object") << R"({"a":{"b":[1,null,"x"]},"c":0.5})"_ba;
    QTest::newRow("a list") << R"([1,[2],{"a":3}])"_ba;
    QTest::newRow("an empty object") << "{}"_ba;
    QTest::newRow("text that is not ASCII") << "{\"t\":\"\xc3\xa9\\n\xf0\x9f\x98\x80/\"}"_ba;
}

void tst_RoomEvents::relaysTheDataAsItIs()
{
    QFETCH(const QByteArray, data);
    RelayFixture f({{"chat"_ba}, false});
    QCOMPARE(f.heardWhen(0, message("chat"_ba, data))[1],
             QByteArrayList{R"({"data":)" + data + R"(,"event":"chat"})"});
}

// A handler of the server's own is not asked whether it wants to be passed on.
void tst_RoomEvents::relaysOverHandlersNever()
{
    RelayFixture f({{"*"_ba}, false});
    const auto heard = f.heardWhen(2, message("join_room"_ba, R"({"room":"lobby"})"_ba));
    QCOMPARE(heard[0], QByteArrayList());
    QVERIFY(heard[2].value(0).contains("room_joined"));
    QVERIFY(f.client(2).member().isIn(Lobby));
}

// Another thread does not come to serve what it is sent.
void tst_RoomEvents::saysWhenTheHubIsBusy()
{
    RoomsFixture f(100, EngineSettings(), 2);
    addRelay(f.router, {{"chat"_ba}, false});
    IdleObserver observer;
    WorkerPool pool(2, std::make_shared<EngineSettings>(), *TrustPolicy::compile({}, 1), observer);
    f.hub.attach(pool);
    std::promise<void> go;
    pool.post(1, [going = go.get_future().share()] { going.wait(); });
    FakeClient &client = f.connect();
    const QByteArray huge(Hub::MaxBacklog / 4, 'x');
    for (int i = 0; i < 4; ++i)
        QVERIFY(f.hub.broadcast({RoomKey{"/"_ba, "nobody"_ba}, {}}, huge));
    client.say(message("chat"_ba, R"({"n":1})"_ba));
    QCOMPARE(client.heard(), QByteArrayList{problemOf("chat"_ba, "The server is too busy"_ba)});
    QCOMPARE(f.hub.refused(), 1);
    go.set_value();
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_RoomEvents>(argc, argv);
}
#include "tst_roomevents.moc"
