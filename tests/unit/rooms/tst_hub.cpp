// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/rooms/hubfixture.h"

#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>
#include <QThread>

#include <array>
#include <atomic>
#include <thread>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const RoomKey Room{"/"_ba, "room"_ba};
const RoomKey SameElsewhere{"/side"_ba, "room"_ba};

// In the words of ClientSession.
const QByteArray SlowClose = closeFrame(1013, "send queue is full"_ba);
const QByteArray SlowCloseAnswer("\x88\x82\x00\x00\x00\x00\x03\xf5", 8);

QByteArray numbered(const QByteArray &event, int number)
{
    return textFrame(encodeEvent(event, QJsonObject{{u"n"_s, number}}));
}

QByteArray gone(quint64 id)
{
    return numbered("gone"_ba, int(id));
}

// Everybody hears of everybody's end.
void tellEnds(HubFixture &fixture)
{
    fixture.router.onEnded([&fixture](Member &member, const CloseInfo &) {
        fixture.hub.broadcast({}, gone(member.record()->id));
    });
}

} // namespace

class tst_Hub : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void reachesItsAudience_data();
    void reachesItsAudience();
    void keepsOrderForTheSender();
    void keepsOrderFromEachThread();
    void findsMembers();
    void findsNoMemberThatIsGone();
    void closesASlowReaderAmongFastOnes();
    void refusesWhenAThreadIsFarBehind();
    void endsMembersWithinABroadcast();
    void stopsWhileEndsAreTold();
    void stopsWhileConnectionsBreak();
};

void tst_Hub::reachesItsAudience_data()
{
    QTest::addColumn<std::optional<RoomKey>>("room");
    QTest::addColumn<QList<quint64>>("except");
    QTest::addColumn<QList<quint64>>("ids");
    using Key = std::optional<RoomKey>;
    using Ids = QList<quint64>;
    QTest::newRow("a room") << Key(Room) << Ids() << Ids{1, 3, 5, 7, 9};
    QTest::newRow("the same name elsewhere") << Key(SameElsewhere) << Ids() << Ids{3, 6, 9};
    QTest::newRow("a room of nobody") << Key({"/"_ba, "empty"_ba}) << Ids() << Ids();
    QTest::newRow("the root namespace") << Key({"/"_ba, {}}) << Ids() << Ids{1, 2, 3, 4, 5, 6, 9};
    QTest::newRow("another namespace") << Key({"/side"_ba, ""_ba}) << Ids() << Ids{7, 8};
    QTest::newRow("a namespace of nobody") << Key({"/none"_ba, {}}) << Ids() << Ids();
    QTest::newRow("everybody") << Key() << Ids() << Ids{1, 2, 3, 4, 5, 6, 7, 8, 9};
    QTest::newRow("a room but some") << Key(Room) << Ids{1, 2, 9} << Ids{3, 5, 7};
    QTest::newRow("everybody but some") << Key() << Ids{4, 5, 6, 77} << Ids{1, 2, 3, 7, 8, 9};
    QTest::newRow("nobody of a room") << Key(SameElsewhere) << Ids{3, 6, 9} << Ids();
}

void tst_Hub::reachesItsAudience()
{
    QFETCH(const std::optional<RoomKey>, room);
    QFETCH(const QList<quint64>, except);
    QFETCH(const QList<quint64>, ids);
    HubFixture f(3);
    for (quint64 id = 1; id <= 9; ++id) {
        QCOMPARE(f.connect().record->connection.worker, int(id - 1) % 3);
        const bool isThere = f.with(id, [id](Member &member) {
            if (id % 2 == 1)
                member.join(Room);
            if (id % 3 == 0)
                member.join(SameElsewhere);
            if (id == 7 || id == 8)
                member.setNameSpace("/side"_ba);
        });
        QVERIFY(isThere);
    }
    const Audience audience{room, {except.begin(), except.end()}};
    // From outside, and from each thread: whoever sends is treated like everybody else.
    for (int thread = -1; thread < 3; ++thread) {
        const QByteArray frame = numbered("said"_ba, thread);
        QCOMPARE(f.broadcast(audience, frame, thread), ids.size());
        for (quint64 id = 1; id <= 9; ++id)
            QCOMPARE(f.client(id).heard(), ids.contains(id) ? frame : QByteArray());
    }
    QCOMPARE(f.pool->totals().broadcastFrames, 4 * ids.size());
    QCOMPARE(f.hub.refused(), 0);
}

void tst_Hub::keepsOrderForTheSender()
{
    constexpr int Messages = 50;
    HubFixture f(3, [](HubFixture &fixture) {
        fixture.router.on("say"_ba, [](Member &member, const EventMessage &message) {
            member.send("before", message.data());
            member.shard().hub().broadcast({}, textFrame(encodeEvent("said", message.data())));
            member.send("after", message.data());
        });
    });
    for (int i = 0; i < 6; ++i)
        f.connect();
    QByteArray messages;
    QByteArray forSender;
    QByteArray forOthers;
    for (int i = 0; i < Messages; ++i) {
        messages += maskedFrame(R"({"event":"say","data":{"n":)" + QByteArray::number(i) + "}}");
        forSender += numbered("before"_ba, i) + numbered("said"_ba, i) + numbered("after"_ba, i);
        forOthers += numbered("said"_ba, i);
    }
    f.client(2).socket->send(messages);
    QCOMPARE(f.client(2).socket->readUntil(numbered("after"_ba, Messages - 1)), forSender);
    for (const quint64 id : {1u, 3u, 4u, 5u, 6u})
        QCOMPARE(f.client(id).socket->readUntil(numbered("said"_ba, Messages - 1)), forOthers);
}

// Three threads broadcast at the same time: whatever the mixture, it is whole, and each sender's
// frames come in their order.
void tst_Hub::keepsOrderFromEachThread()
{
    constexpr int Frames = 200;
    HubFixture f(3);
    for (int i = 0; i < 6; ++i)
        f.connect();
    std::vector<std::future<void>> sent;
    for (int thread = 0; thread < 3; ++thread) {
        const auto done = std::make_shared<std::promise<void>>();
        sent.push_back(done->get_future());
        const auto left = std::make_shared<std::atomic<int>>(Frames);
        f.pool->post(thread, [&f, thread, done, left] {
            for (int i = 0; i < Frames; ++i) {
                f.hub.broadcast({}, numbered("from" + QByteArray::number(thread), i),
                                [done, left](qint64 count) {
                                    if (count == 6 && left->fetch_sub(1) == 1)
                                        done->set_value();
                                });
            }
        });
    }
    for (auto &done : sent)
        soon(std::move(done));
    for (const auto &client : f.clients) {
        QByteArray rest = client->heard();
        std::array<int, 3> next = {0, 0, 0};
        while (!rest.isEmpty()) {
            bool isNext = false;
            for (int thread = 0; thread < 3 && !isNext; ++thread) {
                int &number = next[size_t(thread)];
                const QByteArray frame = numbered("from" + QByteArray::number(thread), number);
                isNext = rest.startsWith(frame);
                if (!isNext)
                    continue;
                ++number;
                rest = rest.sliced(frame.size());
            }
            QVERIFY2(isNext, rest.left(80).constData());
        }
        QCOMPARE(next, (std::array<int, 3>{Frames, Frames, Frames}));
    }
}

void tst_Hub::findsMembers()
{
    HubFixture f(3);
    for (int i = 0; i < 4; ++i)
        f.connect();
    std::thread::id home;
    const bool isHere = f.with(2, [&home](Member &member) {
        home = std::this_thread::get_id();
        member.send("hello", QJsonObject());
    });
    QVERIFY(isHere);
    QVERIFY(home != std::this_thread::get_id());
    QCOMPARE(f.client(2).heard(), textFrame(R"({"event":"hello","data":{}})"_ba));

    // At once in its own thread; from another one in its own too, but later.
    struct Seen
    {
        std::vector<quint64> atOnce;
        std::promise<std::thread::id> elsewhere;
    };
    const auto seen = std::make_shared<Seen>();
    std::future<std::thread::id> elsewhere = seen->elsewhere.get_future();
    f.with(4, [&f, seen](Member &member) {
        for (const quint64 id : {1u, 4u}) {
            f.hub.withMember(*f.client(id).record, [seen](Member *found) {
                seen->atOnce.push_back(found->record()->id);
            });
        }
        f.hub.withMember(*f.client(2).record, [seen, &member](Member *found) {
            if (found && found != &member)
                seen->elsewhere.set_value(std::this_thread::get_id());
        });
        seen->atOnce.push_back(0);
    });
    QCOMPARE(seen->atOnce, std::vector<quint64>({1, 4, 0}));
    QVERIFY(soon(std::move(elsewhere)) == home);
}

void tst_Hub::findsNoMemberThatIsGone()
{
    HubFixture f(3);
    for (int i = 0; i < 3; ++i)
        f.connect();
    const auto nothing = [](Member &) {};
    // Gone as soon as it closes, whatever its peer does.
    const auto foundItself = std::make_shared<std::atomic<bool>>(true);
    const bool wasHere = f.with(1, [&f, foundItself](Member &member) {
        member.join(Room);
        member.close(1000, "bye"_ba);
        f.hub.withMember(*member.record(),
                         [foundItself](Member *found) { foundItself->store(found != nullptr); });
    });
    QVERIFY(wasHere);
    QVERIFY(!foundItself->load());
    QVERIFY(!f.with(1, nothing));
    QCOMPARE(f.hub.rooms().size(), 0);
    QCOMPARE(f.broadcast({}, numbered("said"_ba, 1)), 2);
    f.client(1).socket->send(QByteArray("\x88\x82\x00\x00\x00\x00\x03\xe8", 8));
    QCOMPARE(f.client(1).socket->readToEnd(), closeFrame(1000, "bye"_ba));
    f.client(1).socket.reset();
    f.client(2).socket.reset(); // without a word
    QTRY_COMPARE(f.observer.codes(), (std::multimap<quint64, int>{{1, 1000}, {2, 1006}}));
    for (const quint64 id : {1u, 2u})
        QVERIFY(!f.with(id, nothing));
    QVERIFY(f.with(3, nothing));
}

void tst_Hub::closesASlowReaderAmongFastOnes()
{
    constexpr qsizetype FrameBytes = 128 * 1024;
    HubFixture f(3, {}, 2 * FrameBytes);
    for (int i = 0; i < 6; ++i)
        f.connect();
    constexpr quint64 Slow = 2;
    const auto frameOf = [](int number) {
        return textFrame(QByteArray::number(number).rightJustified(FrameBytes, ' '));
    };
    int sent = 0;
    while (f.pool->totals().slowClosed == 0 && sent < 2000) {
        const QByteArray frame = frameOf(sent++);
        QCOMPARE(f.broadcast({}, frame), 6);
        for (quint64 id = 1; id <= 6; ++id) {
            if (id != Slow)
                QCOMPARE(f.client(id).socket->readUntil(frame), frame);
        }
    }
    QCOMPARE(f.pool->totals().slowClosed, 1);
    QCOMPARE(f.broadcast({}, numbered("said"_ba, 1)), 5);
    for (quint64 id = 1; id <= 6; ++id) {
        if (id != Slow)
            QCOMPARE(f.client(id).heard(), numbered("said"_ba, 1));
    }
    // What was queued for it is whole, and the close frame stands behind it.
    const auto queued = int(f.client(Slow).record->messagesOut.value());
    QCOMPARE(queued, sent);
    LoopbackClient &slow = *f.client(Slow).socket;
    for (int i = 0; i < queued; ++i)
        QCOMPARE(slow.readUntil(frameOf(i)), frameOf(i));
    QCOMPARE(slow.readUntil(SlowClose), SlowClose);
    slow.send(SlowCloseAnswer);
    QCOMPARE(slow.readToEnd(), QByteArray());
    QTRY_COMPARE(f.observer.codes(), (std::multimap<quint64, int>{{Slow, 1013}}));
}

void tst_Hub::refusesWhenAThreadIsFarBehind()
{
    HubFixture f(3);
    for (int i = 0; i < 3; ++i)
        f.connect();
    std::promise<void> go = f.hold(1);
    const Audience nobody{RoomKey{"/"_ba, "empty"_ba}, {}};
    const QByteArray huge(Hub::MaxBacklog / 4, 'x');
    const auto delivered = std::make_shared<std::atomic<int>>(0);
    const auto count = [delivered](qint64) { delivered->fetch_add(1); };
    for (int i = 0; i < 4; ++i)
        QVERIFY(f.hub.broadcast(nobody, huge, count));
    // Refused as a whole, from wherever it comes.
    QVERIFY(!f.hub.broadcast({}, numbered("said"_ba, 0), count));
    QCOMPARE(f.broadcast({}, numbered("said"_ba, 0), 0), -1);
    QCOMPARE(f.hub.refused(), 2);
    QCOMPARE(f.client(1).heard(), QByteArray());
    QCOMPARE(delivered->load(), 0);
    go.set_value();
    QTRY_COMPARE(delivered->load(), 4);
    QCOMPARE(f.broadcast({}, numbered("said"_ba, 1)), 3);
    for (const auto &client : f.clients)
        QCOMPARE(client->heard(), numbered("said"_ba, 1));
    QCOMPARE(f.hub.refused(), 2);
}

// One broadcast finds that two of its receivers are dead and closes two that do not read; the end
// of the dead ones is told by broadcasts within it.
void tst_Hub::endsMembersWithinABroadcast()
{
    HubFixture f(3, tellEnds);
    for (int i = 0; i < 13; ++i)
        f.connect();
    // All of them in the first thread.
    const std::vector<quint64> doomed = {1, 4, 7, 10};
    for (const quint64 id : doomed) {
        const bool isHere = f.with(id, [](Member &member) { member.join(Room); });
        QVERIFY(isHere);
    }
    // More than any socket takes.
    const QByteArray huge = textFrame(QByteArray(32 * 1024 * 1024, 'x'));
    const auto count = std::make_shared<std::promise<qint64>>();
    std::promise<void> go = f.hold(0, [&f, &huge, count] {
        f.hub.broadcast({Room, {}}, huge, [count](qint64 sent) { count->set_value(sent); });
    });
    f.client(1).reset();
    f.client(7).reset();
    go.set_value();
    QCOMPARE(soon(count->get_future()), 4);
    QTRY_COMPARE(f.observer.codes(), (std::multimap<quint64, int>{{1, 1006}, {7, 1006}}));
    QCOMPARE(f.pool->totals().slowClosed, 2);
    QCOMPARE(f.hub.rooms().size(), 0);
    for (const quint64 id : {4u, 10u}) {
        f.client(id).socket.reset();
        QTRY_COMPARE(f.observer.codes().count(id), 1);
        QCOMPARE(f.observer.codes().find(id)->second, 1013);
    }
    for (const quint64 id : {2u, 3u, 5u, 6u, 8u, 9u, 11u, 12u, 13u}) {
        QCOMPARE(f.client(id).socket->readUntil(gone(10)), gone(1) + gone(7) + gone(4) + gone(10));
        QCOMPARE(f.client(id).heard(), QByteArray());
    }
}

void tst_Hub::stopsWhileEndsAreTold()
{
    for (int round = 0; round < 10; ++round) {
        HubFixture f(3, [](HubFixture &fixture) {
            fixture.router.onOpened([](Member &member) { member.join(Room); });
            tellEnds(fixture);
            fixture.router.onEnded([&fixture](Member &, const CloseInfo &) {
                fixture.hub.withMember(*fixture.client(1).record, [](Member *member) {
                    if (member)
                        member->send("news", QJsonObject());
                });
            });
        });
        for (int i = 0; i < 3 * round; ++i)
            f.connect();
        QCOMPARE(f.hub.rooms().members(Room), 3 * round);
        f.pool->stop();
        QCOMPARE(f.observer.codes().size(), size_t(3 * round));
        QCOMPARE(f.hub.rooms().size(), 0);
        QCOMPARE(f.pool->totals().memberships, 0);
        QCOMPARE(f.pool->totals().clients, 0);
        QCOMPARE(f.pool->connections(), 0);
    }
}

// Each end is told to members that are dead themselves, which nobody knows yet.
void tst_Hub::stopsWhileConnectionsBreak()
{
    // Each frame is too much for the queue.
    HubFixture f(2, tellEnds, 8);
    for (int i = 0; i < 20; ++i)
        f.connect();
    const auto quit = [] { QThread::currentThread()->quit(); };
    std::promise<void> first = f.hold(0, quit);
    std::promise<void> second = f.hold(1, quit);
    for (size_t i = 0; i < f.clients.size(); ++i) {
        if (i % 4 < 2)
            f.clients[i]->reset();
    }
    first.set_value();
    second.set_value();
    f.pool->stop();
    const std::multimap<quint64, int> codes = f.observer.codes();
    for (quint64 id = 1; id <= 20; ++id)
        QCOMPARE(codes.count(id), 1);
    QCOMPARE(codes.size(), 20);
    QCOMPARE(f.pool->totals().clients, 0);
    QCOMPARE(f.pool->connections(), 0);
}

QTEST_GUILESS_MAIN(tst_Hub)
#include "tst_hub.moc"
