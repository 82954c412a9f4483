// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Rooms from outside: who gets what is sent to a room, who does not any more, and what one client
// may take of them.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MiB = 1024 * 1024;

constexpr auto Relaying = R"(
threads = 3
metrics_path = "/metrics"
api_keys = ["k"]
[relay]
events = ["chat.*", "typing"]
)";

QJsonObject roomData(const QString &room, const QString &nameSpace = u"/"_s)
{
    return {{u"room"_s, room}, {u"namespace"_s, nameSpace}};
}

QJsonObject roomError(const QString &message, const QString &event)
{
    return EventClient::event(u"error"_s,
                              QJsonObject{{u"message"_s, message}, {u"event"_s, event}});
}

QByteArray joinFrames(int first, int count)
{
    QByteArray bytes;
    for (int i = first; i < first + count; ++i)
        bytes += EventClient::frame(u"join_room"_s, QJsonObject{{u"room"_s, u"r%1"_s.arg(i)}});
    return bytes;
}

} // namespace

class tst_EventRooms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_server.reset(); }

    void joinAndLeaveAreAnswered_data();
    void joinAndLeaveAreAnswered();
    void namespaceMayBeLeftOut();
    void membersGetRelayedEvents();
    void roomsOfOtherNamespacesAreOthers();
    void joiningTwiceIsJoiningOnce();
    void onlyMembersMaySend();
    void whoLeftGetsNothing();
    void whoClosedGetsNothing_data();
    void whoClosedGetsNothing();
    void namespacesGetWhatHasNoRoom();
    void ordersOfSendersAreKept();

    void roomsOfOneClientAreCapped();
    void hundredThousandJoins();
    void hundredThousandJoinsOfOneThatNeverReads();

private:
    std::unique_ptr<ServerProcess> m_server;
};

void tst_EventRooms::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_server = std::make_unique<ServerProcess>(QByteArray(Relaying));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

// ---- membership -------------------------------------------------------------------------------

void tst_EventRooms::joinAndLeaveAreAnswered_data()
{
    QTest::addColumn<QString>("room");
    QTest::addColumn<QString>("nameSpace");
    QTest::newRow("plain") << u"lobby"_s << u"/"_s;
    QTest::newRow("another namespace") << u"lobby"_s << u"/game"_s;
    QTest::newRow("a namespace without a slash") << u"lobby"_s << u"game"_s;
    QTest::newRow("any characters") << u"a b:\"c\"\\/\n<ä€😀>"_s << u"ü \t'n'"_s;
    QTest::newRow("blanks") << u" "_s << u" "_s;
    QTest::newRow("00 is not 0") << u"00"_s << u"/"_s;
    QTest::newRow("of 200 bytes") << u"ä"_s.repeated(100) << u"n"_s.repeated(200);
}

void tst_EventRooms::joinAndLeaveAreAnswered()
{
    QFETCH(const QString, room);
    QFETCH(const QString, nameSpace);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    // To leave is answered also where it never was.
    QVERIFY(client.leave(room, nameSpace));
    QVERIFY(client.join(room, nameSpace));
    QVERIFY(client.leave(room, nameSpace));
    QVERIFY(client.isResponsive());
}

void tst_EventRooms::namespaceMayBeLeftOut()
{
    EventClient client(m_server->port());
    QVERIFY(client.open());
    for (const QJsonObject &data :
         {QJsonObject{{u"room"_s, u"r"_s}},
          QJsonObject{{u"room"_s, u"r"_s}, {u"namespace"_s, QJsonValue::Null}},
          QJsonObject{{u"room"_s, u"r"_s}, {u"more"_s, 1}}}) {
        QVERIFY(client.sendEvent(u"join_room"_s, data));
        const QJsonObject answer = client.readEvent();
        const QJsonValue timestamp = answer.value("data"_L1)["timestamp"_L1];
        QVERIFY(isNow(timestamp));
        QJsonObject expected = roomData(u"r"_s);
        expected.insert(u"timestamp"_s, timestamp);
        QCOMPARE(answer, EventClient::event(u"room_joined"_s, expected));
    }
}

// ---- who gets what ----------------------------------------------------------------------------

void tst_EventRooms::membersGetRelayedEvents()
{
    EventClient sender(m_server->port());
    EventClient member(m_server->port());
    EventClient stranger(m_server->port());
    for (EventClient *client : {&sender, &member, &stranger})
        QVERIFY(client->open());
    QVERIFY(sender.join(u"r"_s));
    QVERIFY(member.join(u"r"_s));
    QJsonObject data = roomData(u"r"_s);
    data.insert(u"text"_s, u"hello"_s);
    QVERIFY(sender.sendEvent(u"chat.message"_s, data));
    // The sender gets it too.
    QCOMPARE(sender.readEvent(), EventClient::event(u"chat.message"_s, data));
    QCOMPARE(member.readEvent(), EventClient::event(u"chat.message"_s, data));
    // It comes by the same way, so an earlier one would have come first.
    QVERIFY(stranger.join(u"r"_s));
    QVERIFY(sender.sendEvent(u"typing"_s, roomData(u"r"_s)));
    for (EventClient *client : {&sender, &member, &stranger})
        QCOMPARE(client->readEvent(), EventClient::event(u"typing"_s, roomData(u"r"_s)));
}

void tst_EventRooms::roomsOfOtherNamespacesAreOthers()
{
    EventClient both(m_server->port());
    EventClient root(m_server->port());
    EventClient game(m_server->port());
    for (EventClient *client : {&both, &root, &game})
        QVERIFY(client->open());
    QVERIFY(both.join(u"r"_s));
    QVERIFY(both.join(u"r"_s, u"/game"_s));
    QVERIFY(root.join(u"r"_s));
    QVERIFY(game.join(u"r"_s, u"/game"_s));

    const QJsonObject toRoot = roomData(u"r"_s);
    const QJsonObject toGame = roomData(u"r"_s, u"/game"_s);
    QVERIFY(both.sendEvent(u"chat.1"_s, toGame));
    QVERIFY(both.sendEvent(u"chat.2"_s, toRoot));
    QCOMPARE(both.readEvent(), EventClient::event(u"chat.1"_s, toGame));
    QCOMPARE(both.readEvent(), EventClient::event(u"chat.2"_s, toRoot));
    QCOMPARE(root.readEvent(), EventClient::event(u"chat.2"_s, toRoot));
    QCOMPARE(game.readEvent(), EventClient::event(u"chat.1"_s, toGame));

    // To leave one is not to leave the other; in the original it lost the one that came first.
    QVERIFY(both.leave(u"r"_s, u"/game"_s));
    QVERIFY(game.sendEvent(u"chat.3"_s, toGame));
    QCOMPARE(game.readEvent(), EventClient::event(u"chat.3"_s, toGame));
    QVERIFY(root.sendEvent(u"chat.4"_s, toRoot));
    QCOMPARE(root.readEvent(), EventClient::event(u"chat.4"_s, toRoot));
    QCOMPARE(both.readEvent(), EventClient::event(u"chat.4"_s, toRoot));
}

void tst_EventRooms::joiningTwiceIsJoiningOnce()
{
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.join(u"r"_s));
    QVERIFY(client.join(u"r"_s));
    QVERIFY(client.sendEvent(u"typing"_s, roomData(u"r"_s)));
    QCOMPARE(client.readEvent(), EventClient::event(u"typing"_s, roomData(u"r"_s)));
    QVERIFY(client.isResponsive());
    QVERIFY(client.leave(u"r"_s));
    QCOMPARE(ApiClient(m_server->port(), "k"_ba).metric("truepeer_rooms"), 0);
}

void tst_EventRooms::onlyMembersMaySend()
{
    EventClient member(m_server->port());
    EventClient stranger(m_server->port());
    QVERIFY(member.open());
    QVERIFY(stranger.open());
    QVERIFY(member.join(u"r"_s));
    const QJsonObject refusal = roomError(u"You are not in this room"_s, u"chat.x"_s);
    for (const QJsonObject &data :
         {roomData(u"r"_s), roomData(u"r"_s, u"/other"_s), roomData(u"none"_s)}) {
        QVERIFY(stranger.sendEvent(u"chat.x"_s, data));
        QCOMPARE(stranger.readEvent(), refusal);
    }
    // With rooms_only an event has to name its room.
    QVERIFY(stranger.sendEvent(u"chat.x"_s, QJsonObject{{u"text"_s, u"hello"_s}}));
    QCOMPARE(stranger.readEvent(), roomError(u"Invalid room name"_s, u"chat.x"_s));
    QVERIFY(member.sendEvent(u"typing"_s, roomData(u"r"_s)));
    QCOMPARE(member.readEvent(), EventClient::event(u"typing"_s, roomData(u"r"_s)));
}

void tst_EventRooms::whoLeftGetsNothing()
{
    EventClient sender(m_server->port());
    EventClient leaver(m_server->port());
    QVERIFY(sender.open());
    QVERIFY(leaver.open());
    for (EventClient *client : {&sender, &leaver}) {
        QVERIFY(client->join(u"left"_s));
        QVERIFY(client->join(u"kept"_s));
    }
    QVERIFY(leaver.leave(u"left"_s));
    QVERIFY(sender.sendEvent(u"chat.1"_s, roomData(u"left"_s)));
    QVERIFY(sender.sendEvent(u"chat.2"_s, roomData(u"kept"_s)));
    QCOMPARE(sender.readEvent(), EventClient::event(u"chat.1"_s, roomData(u"left"_s)));
    QCOMPARE(leaver.readEvent(), EventClient::event(u"chat.2"_s, roomData(u"kept"_s)));
    // It may not send there either.
    QVERIFY(leaver.sendEvent(u"chat.3"_s, roomData(u"left"_s)));
    QCOMPARE(leaver.readEvent(), roomError(u"You are not in this room"_s, u"chat.3"_s));
}

void tst_EventRooms::whoClosedGetsNothing_data()
{
    QTest::addColumn<bool>("breaksOff");
    QTest::newRow("with a close frame") << false;
    QTest::newRow("without") << true;
}

void tst_EventRooms::whoClosedGetsNothing()
{
    QFETCH(const bool, breaksOff);
    ApiClient api(m_server->port(), "k"_ba);
    EventClient stays(m_server->port());
    EventClient goes(m_server->port());
    QVERIFY(stays.open());
    QVERIFY(goes.open());
    QVERIFY(stays.join(u"r"_s));
    QVERIFY(goes.join(u"r"_s));
    QVERIFY(goes.join(u"own"_s));
    const QJsonObject order{{u"event"_s, u"news"_s}, {u"room"_s, u"r"_s}};
    QCOMPARE(api.broadcast(order), 2);
    QCOMPARE(api.metric("truepeer_rooms"), 2);
    QCOMPARE(api.metric("truepeer_room_memberships"), 3);
    QCOMPARE(goes.readEvent(), EventClient::event(u"news"_s));

    if (breaksOff) {
        goes.raw().abort();
    } else {
        QVERIFY(goes.sendClose(1000));
        // Nothing comes behind the answer to the close.
        QCOMPARE(goes.readCloseCode(), 1000);
    }
    QTRY_COMPARE(api.metric("truepeer_rooms"), 1);
    QCOMPARE(api.metric("truepeer_room_memberships"), 1);
    QCOMPARE(api.broadcast(order), 1);
    QCOMPARE(stays.readEvent(), EventClient::event(u"news"_s));
    if (!breaksOff)
        QCOMPARE(goes.raw().readUntilClosed(), QByteArray());
}

void tst_EventRooms::namespacesGetWhatHasNoRoom()
{
    ServerProcess server(QByteArray(Relaying) + "rooms_only = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient sender(server.port());
    EventClient other(server.port());
    QVERIFY(sender.open());
    QVERIFY(other.open());
    // A client that joined a room of another namespace is still in "/".
    QVERIFY(other.join(u"r"_s, u"/game"_s));
    const QJsonObject data{{u"text"_s, u"to all"_s}};
    QVERIFY(sender.sendEvent(u"chat.x"_s, data));
    QCOMPARE(sender.readEvent(), EventClient::event(u"chat.x"_s, data));
    QCOMPARE(other.readEvent(), EventClient::event(u"chat.x"_s, data));
    // One with a room still goes to members only.
    QVERIFY(sender.sendEvent(u"chat.x"_s, roomData(u"r"_s, u"/game"_s)));
    QCOMPARE(sender.readEvent(), roomError(u"You are not in this room"_s, u"chat.x"_s));
    // A room that is wrong is no missing room.
    QVERIFY(sender.sendEvent(u"chat.x"_s, QJsonObject{{u"room"_s, QJsonValue::Null}}));
    QCOMPARE(sender.readEvent(), roomError(u"Invalid room name"_s, u"chat.x"_s));
    QVERIFY(other.isResponsive());
}

// Three threads, and each member sees what each sender sent in its order.
void tst_EventRooms::ordersOfSendersAreKept()
{
    constexpr int Each = 50;
    std::vector<std::unique_ptr<EventClient>> members;
    for (int i = 0; i < 6; ++i) {
        members.push_back(std::make_unique<EventClient>(m_server->port()));
        QVERIFY(members.back()->open());
        QVERIFY(members.back()->join(u"r"_s));
    }
    for (int n = 0; n < Each; ++n) {
        for (int from = 0; from < 6; ++from) {
            QJsonObject data = roomData(u"r"_s);
            data.insert(u"from"_s, from);
            data.insert(u"n"_s, n);
            QVERIFY(members[size_t(from)]->sendEvent(u"chat.x"_s, data));
        }
    }
    for (const auto &member : members) {
        std::vector<int> next(6, 0);
        for (int i = 0; i < 6 * Each; ++i) {
            const QJsonValue data = member->readEvent().value("data"_L1);
            const int from = data["from"_L1].toInt(-1);
            QVERIFY(from >= 0 && from < 6);
            QCOMPARE(data["n"_L1].toInt(-1), next[size_t(from)]++);
        }
    }
}

// ---- too much of it ---------------------------------------------------------------------------

void tst_EventRooms::roomsOfOneClientAreCapped()
{
    constexpr int Cap = 100;
    constexpr int Joins = 1000;
    ApiClient api(m_server->port(), "k"_ba);
    EventClient client(m_server->port());
    EventClient other(m_server->port());
    QVERIFY(client.open());
    QVERIFY(other.open());
    QVERIFY(client.raw().send(joinFrames(0, Joins)));
    const QJsonObject refusal = roomError(u"Failed to join room"_s, u"join_room"_s);
    for (int i = 0; i < Joins; ++i) {
        const QJsonObject answer = client.readEvent();
        if (i < Cap) {
            QCOMPARE(answer.value("event"_L1).toString(), u"room_joined"_s);
            QCOMPARE(answer.value("data"_L1)["room"_L1].toString(), u"r%1"_s.arg(i));
        } else {
            QCOMPARE(answer, refusal);
        }
    }
    QCOMPARE(api.metric("truepeer_rooms"), Cap);
    QCOMPARE(api.metric("truepeer_room_memberships"), Cap);
    QCOMPARE(api.metric("truepeer_cap_reached_total{cap=\"rooms_per_client\"}"), Joins - Cap);
    // One that it is in already is no new one, and one that it leaves makes a place.
    QVERIFY(client.join(u"r0"_s));
    QVERIFY(client.leave(u"r0"_s));
    QVERIFY(client.join(u"last"_s));
    QVERIFY(client.sendEvent(u"join_room"_s, roomData(u"one more"_s)));
    QCOMPARE(client.readEvent(), refusal);
    // The others have rooms of their own.
    QVERIFY(other.join(u"new"_s));
    QVERIFY(client.close());
    QTRY_COMPARE(api.metric("truepeer_rooms"), 1);
}

void tst_EventRooms::hundredThousandJoins()
{
    constexpr int Burst = 5000; // the answers to one must fit into the send queue
    EventClient client(m_server->port());
    EventClient other(m_server->port());
    QVERIFY(client.open());
    QVERIFY(other.open());
    QVERIFY(client.join(u"r"_s));
    const qint64 before = m_server->residentBytes();
    for (int first = 0; first < 100'000; first += Burst) {
        QVERIFY(client.raw().send(joinFrames(first, Burst)));
        for (int i = 0; i < Burst; ++i) {
            const auto frame = client.readFrame();
            QVERIFY(frame);
            const bool isDone = first + i < 99; // "r" is the first of the hundred
            QVERIFY(frame->payload.contains(isDone ? "room_joined" : "Failed to join room"));
        }
    }
    const qint64 growth = m_server->residentBytes() - before;
    QVERIFY2(growth < 16 * MiB, qPrintable(u"%1 KiB"_s.arg(growth / 1024)));
    QVERIFY(client.isResponsive());
    QVERIFY(other.join(u"r"_s));
}

void tst_EventRooms::hundredThousandJoinsOfOneThatNeverReads()
{
    ApiClient api(m_server->port(), "k"_ba);
    EventClient flooder(m_server->port(), RawClient::Options{"127.0.0.1"_ba, {}, 4096});
    EventClient other(m_server->port());
    QVERIFY(flooder.open());
    QVERIFY(other.open());
    const qint64 before = m_server->residentBytes();
    qint64 most = before;
    for (int first = 0; first < 100'000; first += 5000) {
        const QByteArray joins = joinFrames(first, 5000);
        const bool isTaken =
            flooder.raw().sendWhilePossible(joins, RawClient::Patience) == joins.size();
        most = std::max(most, m_server->residentBytes());
        if (!isTaken)
            break;
    }
    const qint64 growth = most - before;
    QVERIFY2(growth < 16 * MiB, qPrintable(u"%1 KiB"_s.arg(growth / 1024)));
    QTRY_COMPARE(api.metric("truepeer_slow_clients_closed_total{protocol=\"websocket\"}"), 1);
    QVERIFY(other.join(u"r"_s));
    flooder.raw().abort();
    QTRY_COMPARE(api.metric("truepeer_clients"), 1);
    QCOMPARE(api.metric("truepeer_rooms"), 1);
}

QTEST_GUILESS_MAIN(tst_EventRooms)
#include "tst_eventrooms.moc"
