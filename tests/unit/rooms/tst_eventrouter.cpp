// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/net/epollloop.h"
#include "tests/unit/rooms/memberfixture.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Message = R"({"event":"chat.say","data":{"text":"hi"}})"_ba;

} // namespace

class tst_EventRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void handsOverTheMessage();
    void aLaterHandlerReplacesAnEarlierOne();
    void comparesWholeNames_data();
    void comparesWholeNames();
    void asksTheFallbackForTheRest();
    void guardsComeFirst();
    void hooksComeInTheirOrder();
    void tellsWhoIsSomebodyElse();
    void aMemberIsOutOfEverythingWhenItsEndIsTold();
};

void tst_EventRouter::handsOverTheMessage()
{
    RoomsFixture f;
    QByteArrayList seen;
    f.router.on("chat.say"_ba, [&](Member &member, const EventMessage &message) {
        seen.append(message.event + ' ' + message.data()[u"text"_s].toString().toUtf8());
        member.send("heard", QJsonObject());
    });
    FakeClient &other = f.connect();
    FakeClient &client = f.connect();
    client.say(Message);
    QCOMPARE(seen, QByteArrayList{"chat.say hi"_ba});
    QCOMPARE(client.heard(), QByteArrayList{R"({"data":{},"event":"heard"})"_ba});
    QCOMPARE(other.heard(), QByteArrayList());
    QCOMPARE(f.around.counters.invalidMessages.value(), 0);
}

void tst_EventRouter::aLaterHandlerReplacesAnEarlierOne()
{
    RoomsFixture f;
    QByteArrayList calls;
    for (const QByteArray &name : {"first"_ba, "second"_ba}) {
        f.router.on("chat.say"_ba,
                    [&calls, name](Member &, const EventMessage &) { calls.append(name); });
    }
    f.connect().say(Message);
    QCOMPARE(calls, QByteArrayList{"second"_ba});
}

void tst_EventRouter::comparesWholeNames_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<bool>("isHandled");
    QTest::newRow("the name") << "chat.say"_ba << true;
    QTest::newRow("another case") << "Chat.Say"_ba << false;
    QTest::newRow("its start") << "chat"_ba << false;
    QTest::newRow("more than it") << "chat.say.more"_ba << false;
}

void tst_EventRouter::comparesWholeNames()
{
    QFETCH(const QByteArray, event);
    QFETCH(const bool, isHandled);
    RoomsFixture f;
    int calls = 0;
    f.router.on("chat.say"_ba, [&](Member &, const EventMessage &) { ++calls; });
    Member &member = f.connect().member();
    QCOMPARE(f.router.dispatch(member, {event, "{}"_ba}), isHandled);
    QCOMPARE(calls, isHandled ? 1 : 0);
}

void tst_EventRouter::asksTheFallbackForTheRest()
{
    RoomsFixture f;
    QByteArrayList asked;
    QByteArrayList taken;
    f.router.on("known"_ba, [](Member &, const EventMessage &) {});
    f.router.onOthers(
        [&](const QByteArray &event) {
            asked.append(event);
            return event == "taken";
        },
        [&](Member &, const EventMessage &message) { taken.append(message.event); });
    FakeClient &client = f.connect();
    client.say(R"({"event":"known","data":{}})"_ba);
    client.say(R"({"event":"taken","data":{}})"_ba);
    QCOMPARE(client.heard(), QByteArrayList());
    client.say(R"({"event":"left","data":{}})"_ba);
    const QByteArrayList heard = client.heard();
    QCOMPARE(heard.size(), 1);
    QCOMPARE(withoutTimestamp(heard[0]),
             R"({"data":{"message":"Event 'left' does not exist"},"event":"error"})"_ba);
    QCOMPARE(asked, QByteArrayList({"taken"_ba, "left"_ba}));
    QCOMPARE(taken, QByteArrayList({"taken"_ba}));
}

void tst_EventRouter::guardsComeFirst()
{
    RoomsFixture f;
    QByteArrayList calls;
    QByteArray refusing;
    for (const QByteArray &name : {"first"_ba, "second"_ba}) {
        f.router.addGuard([&, name](Member &, const EventMessage &) {
            calls.append(name);
            return name != refusing;
        });
    }
    f.router.on("chat.say"_ba, [&](Member &, const EventMessage &) { calls.append("handler"_ba); });
    Member &member = f.connect().member();
    // Nobody would handle it, so nobody is asked.
    QVERIFY(!f.router.dispatch(member, {"other"_ba, "{}"_ba}));
    QCOMPARE(calls, QByteArrayList());
    f.router.onOthers([](const QByteArray &event) { return event != "nobody's"; },
                      [&](Member &, const EventMessage &) { calls.append("fallback"_ba); });
    const auto callsFor = [&](const QByteArray &event) {
        calls.clear();
        f.router.dispatch(member, {event, "{}"_ba});
        return calls;
    };
    QCOMPARE(callsFor("chat.say"_ba), QByteArrayList({"first"_ba, "second"_ba, "handler"_ba}));
    QCOMPARE(callsFor("other"_ba), QByteArrayList({"first"_ba, "second"_ba, "fallback"_ba}));
    // Guards are for what somebody handles.
    QVERIFY(!f.router.dispatch(member, {"nobody's"_ba, "{}"_ba}));
    QCOMPARE(callsFor("nobody's"_ba), QByteArrayList());
    refusing = "second"_ba;
    QCOMPARE(callsFor("chat.say"_ba), QByteArrayList({"first"_ba, "second"_ba}));
    refusing = "first"_ba;
    QCOMPARE(callsFor("other"_ba), QByteArrayList({"first"_ba}));
}

void tst_EventRouter::hooksComeInTheirOrder()
{
    RoomsFixture f;
    QByteArrayList calls;
    for (const QByteArray &name : {"a"_ba, "b"_ba}) {
        f.router.onOpened([&calls, name](Member &member) {
            calls.append("opened " + name + QByteArray::number(member.record()->id));
        });
        f.router.onEnded([&calls, name](Member &member, const CloseInfo &info) {
            calls.append("ended " + name + QByteArray::number(member.record()->id) + ' '
                         + QByteArray::number(info.code) + info.reason);
        });
    }
    FakeClient &client = f.connect();
    f.connect();
    QCOMPARE(calls,
             QByteArrayList({"opened a1"_ba, "opened b1"_ba, "opened a2"_ba, "opened b2"_ba}));
    calls.clear();
    client.member().close(1001, "x"_ba);
    QCOMPARE(calls, QByteArrayList());
    client.end({1000, "bye"_ba, Initiator::Client});
    QCOMPARE(calls, QByteArrayList({"ended a1 1000bye"_ba, "ended b1 1000bye"_ba}));
    calls.clear();
    f.clients.clear(); // the second one without a word
    QCOMPARE(calls, QByteArrayList({"ended a2 1006"_ba, "ended b2 1006"_ba}));
}

void tst_EventRouter::tellsWhoIsSomebodyElse()
{
    RoomsFixture f;
    QByteArrayList calls;
    for (const QByteArray &name : {"a"_ba, "b"_ba}) {
        f.router.onResolutionChanged([&calls, name](Member &member, const Resolution &before) {
            calls.append(name + QByteArray::number(member.record()->id) + ' ' + before.host + " is "
                         + member.record()->resolution().host);
            member.send("changed", QJsonObject());
        });
    }
    FakeClient &other = f.connect();
    FakeClient &client = f.connect();
    // The records of the test were never resolved, so their host is not what a policy says.
    const auto policy = TrustPolicy::compile({}, 2).value();
    QVERIFY(client.member().session().resolveAgain(*policy));
    const QByteArray host = client.record().resolution().host;
    QVERIFY(!host.isEmpty());
    QCOMPARE(calls, QByteArrayList({"a2  is " + host, "b2  is " + host}));
    const QByteArray told = R"({"data":{},"event":"changed"})"_ba;
    QCOMPARE(client.heard(), QByteArrayList({told, told}));
    QCOMPARE(other.heard(), QByteArrayList());
    calls.clear();
    QVERIFY(!client.member().session().resolveAgain(*policy));
    client.member().close(1001, {});
    client.member().session().resolveAgain(*policy);
    QCOMPARE(calls, QByteArrayList());
}

void tst_EventRouter::aMemberIsOutOfEverythingWhenItsEndIsTold()
{
    RoomsFixture f;
    const RoomKey room{"/"_ba, "lobby"_ba};
    // It can use its session from the first hook on.
    f.router.onOpened([&](Member &member) {
        member.join(room);
        member.send("welcome", QJsonObject());
    });
    int ends = 0;
    f.router.onEnded([&](Member &member, const CloseInfo &) {
        ++ends;
        QVERIFY(!member.isIn(room));
        QCOMPARE(f.hub.rooms().members(room), 0);
        QVERIFY(!f.shard.find(member.record()->id));
        QCOMPARE(member.join(room), Member::JoinResult::Gone);
        member.send("late", QJsonObject());
    });
    FakeClient &client = f.connect();
    QCOMPARE(client.heard(), QByteArrayList{R"({"data":{},"event":"welcome"})"_ba});
    QCOMPARE(f.hub.rooms().members(room), 1);
    client.end({1000, {}, Initiator::Client});
    QCOMPARE(ends, 1);
    QCOMPARE(client.heard(), QByteArrayList());
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_EventRouter>(argc, argv);
}
#include "tst_eventrouter.moc"
