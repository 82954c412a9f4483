// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/net/epollloop.h"
#include "tests/unit/rooms/memberfixture.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using JoinResult = Member::JoinResult;
using Place = std::pair<QByteArray, QByteArray>; // a RoomKey that can be ordered

const RoomKey Lobby{"/"_ba, "lobby"_ba};
const QByteArray Frame = "\x81\x00"_ba;

std::set<Place> roomsOf(const ClientRecord &record)
{
    std::set<Place> rooms;
    for (const RoomKey &room : record.membership().rooms)
        rooms.emplace(room.nameSpace, room.name);
    return rooms;
}

// What a client should be a member of.
struct Expectation
{
    bool isOpen = true;
    QByteArray nameSpace = "/"_ba;
    std::set<Place> rooms = {};
};

// The books of a shard beside a model of them.
class Books
{
public:
    static constexpr int MaxRooms = 5;

    Books()
        : m_rooms(MaxRooms)
    {
        for (int i = 0; i < 12; ++i)
            add();
    }

    // One random change; false when its outcome was not the expected one.
    bool change();
    // What is wrong with the books; empty when they are right.
    QByteArray problem();

private:
    void add()
    {
        m_rooms.connect();
        m_expected.emplace_back();
    }
    QByteArray anyNameSpace() { return QByteArrayList{"/"_ba, "/a"_ba, "b"_ba}[below(3)]; }
    RoomKey anyRoom() { return {anyNameSpace(), QByteArray("room").append(char('0' + below(8)))}; }
    int below(int end) { return int(m_random.bounded(quint32(end))); }

    bool join(Member &member, Expectation &expected);
    bool leave(Member &member, Expectation &expected);
    std::map<Place, std::set<Member *>> expectedGroups();
    QByteArray problemOfMembers();
    QByteArray problemOfSeats(const std::map<Place, std::set<Member *>> &groups);
    QByteArray problemOfRooms(const std::map<Place, std::set<Member *>> &groups);

    RoomsFixture m_rooms;
    std::vector<Expectation> m_expected;
    QRandomGenerator m_random{20260101};
};

bool Books::join(Member &member, Expectation &expected)
{
    const RoomKey room = anyRoom();
    const Place place(room.nameSpace, room.name);
    JoinResult wanted = JoinResult::Joined;
    if (!expected.isOpen)
        wanted = JoinResult::Gone;
    else if (expected.rooms.count(place) == 1)
        wanted = JoinResult::AlreadyThere;
    else if (expected.rooms.size() == MaxRooms)
        wanted = JoinResult::TooMany;
    else
        expected.rooms.insert(place);
    return member.join(room) == wanted && member.isIn(room) == (expected.rooms.count(place) == 1);
}

bool Books::leave(Member &member, Expectation &expected)
{
    const RoomKey room = anyRoom();
    const bool wasThere = expected.rooms.erase({room.nameSpace, room.name}) == 1;
    return member.leave(room) == wasThere && !member.isIn(room);
}

bool Books::change()
{
    const auto index = size_t(below(int(m_rooms.clients.size())));
    Member &member = m_rooms.clients[index]->member();
    Expectation &expected = m_expected[index];
    const int kind = below(100);
    if (kind < 50)
        return join(member, expected);
    if (kind < 75)
        return leave(member, expected);
    if (kind < 90) {
        const QByteArray nameSpace = anyNameSpace();
        member.setNameSpace(nameSpace);
        if (expected.isOpen)
            expected.nameSpace = nameSpace;
    } else if (kind < 95) {
        member.close(1000, {});
        expected.isOpen = false;
        expected.rooms.clear();
    } else {
        m_rooms.clients.erase(m_rooms.clients.begin() + qptrdiff(index));
        m_expected.erase(m_expected.begin() + qptrdiff(index));
        add();
    }
    return true;
}

std::map<Place, std::set<Member *>> Books::expectedGroups()
{
    std::map<Place, std::set<Member *>> groups;
    for (size_t i = 0; i < m_expected.size(); ++i) {
        if (!m_expected[i].isOpen)
            continue;
        Member *member = &m_rooms.clients[i]->member();
        groups[{m_expected[i].nameSpace, {}}].insert(member);
        for (const Place &room : m_expected[i].rooms)
            groups[room].insert(member);
    }
    return groups;
}

QByteArray Books::problem()
{
    const auto groups = expectedGroups();
    for (const QByteArray &text :
         {problemOfMembers(), problemOfSeats(groups), problemOfRooms(groups)}) {
        if (!text.isEmpty())
            return text;
    }
    return {};
}

QByteArray Books::problemOfMembers()
{
    int open = 0;
    for (size_t i = 0; i < m_expected.size(); ++i) {
        FakeClient &client = *m_rooms.clients[i];
        Member *expected = m_expected[i].isOpen ? &client.member() : nullptr;
        if (m_rooms.shard.find(client.record().id) != expected)
            return "a client is not found, or found when it is gone";
        if (!expected)
            continue;
        ++open;
        if (expected->nameSpace() != m_expected[i].nameSpace)
            return "a client is in the wrong namespace";
        if (client.record().membership().rooms.size() != m_expected[i].rooms.size()
            || roomsOf(client.record()) != m_expected[i].rooms)
            return "a record has the wrong rooms";
    }
    return m_rooms.shard.deliver({}, Frame) == open ? "" : "everybody is not everybody";
}

QByteArray Books::problemOfSeats(const std::map<Place, std::set<Member *>> &groups)
{
    std::map<Member *, std::set<size_t>> seats;
    for (const auto &[place, expected] : groups) {
        const Group *group = m_rooms.shard.findGroup({place.first, place.second});
        if (!group || group->key() != RoomKey{place.first, place.second})
            return "a group is missing: " + place.first + place.second;
        std::set<Member *> members;
        for (const Group::Entry &entry : group->entries()) {
            members.insert(entry.member);
            seats[entry.member].insert(entry.seat);
            if (place.second.isEmpty() != (entry.seat == 1))
                return "the namespace has lost its seat";
        }
        if (members != expected || group->entries().size() != expected.size())
            return "wrong members: " + place.first + place.second;
    }
    for (const auto &[member, taken] : seats) {
        // Seat 0 is everybody's; from there on without gaps.
        if (*taken.begin() != 1 || *taken.rbegin() != taken.size())
            return "a member has the wrong seats";
    }
    return {};
}

QByteArray Books::problemOfRooms(const std::map<Place, std::set<Member *>> &groups)
{
    std::map<Place, qint64> expected;
    qint64 memberships = 0;
    for (const auto &[place, members] : groups) {
        if (place.second.isEmpty())
            continue;
        expected[place] = qint64(members.size());
        memberships += qint64(members.size());
    }
    std::map<Place, qint64> counted;
    for (const RoomDirectory::Room &room : m_rooms.hub.rooms().all())
        counted[{room.key.nameSpace, room.key.name}] = room.members;
    if (counted != expected || m_rooms.hub.rooms().size() != qint64(expected.size()))
        return "the directory of rooms is wrong";
    if (m_rooms.around.counters.memberships.value() != memberships)
        return "the memberships are miscounted";
    for (const QByteArray &nameSpace : {"/"_ba, "/a"_ba, "b"_ba}) {
        for (char digit = '/'; digit < '8'; ++digit) { // the namespace, and the rooms
            const QByteArray name = digit < '0' ? ""_ba : QByteArray("room").append(digit);
            if (groups.count({nameSpace, name}) == 0 && m_rooms.shard.findGroup({nameSpace, name}))
                return "an empty group has stayed";
        }
    }
    return {};
}

} // namespace

class tst_Member : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void keepsTheBooks();
    void startsInTheRootNamespace();
    void joinsUpToItsCap();
    void tellsRoomsOfTwoNamespacesApart();
    void keepsItsRoomsWhenItMoves();
    void isNobodyOnceItCloses();
    void answersMessages_data();
    void answersMessages();
    void saysWhenTooMuchComes();
};

// Joins, leaves, moves and ends in any order, of which both sides of each seat must agree.
void tst_Member::keepsTheBooks()
{
    Books books;
    QCOMPARE(books.problem(), ""_ba);
    for (int i = 0; i < 5000; ++i) {
        QVERIFY2(books.change(), QByteArray::number(i).constData());
        QCOMPARE(books.problem(), ""_ba);
    }
}

void tst_Member::startsInTheRootNamespace()
{
    RoomsFixture f;
    FakeClient &client = f.connect();
    QCOMPARE(client.member().nameSpace(), "/"_ba);
    QVERIFY(client.record().membership().rooms.empty());
    QCOMPARE(f.shard.deliver({RoomKey{"/"_ba, {}}, {}}, Frame), 1);
    QCOMPARE(f.shard.deliver({RoomKey{"/"_ba, ""_ba}, {}}, Frame), 1);
    QCOMPARE(f.shard.deliver({RoomKey{{}, {}}, {}}, Frame), 0);
    QCOMPARE(f.around.counters.broadcastFrames.value(), 2);
    QVERIFY(!client.member().isIn({"/"_ba, {}})); // the namespace is no room
    QVERIFY(client.heard().size() == 2);
}

void tst_Member::joinsUpToItsCap()
{
    RoomsFixture f(2);
    Member &member = f.connect().member();
    const RoomKey second{"/"_ba, "second"_ba};
    const RoomKey third{"/"_ba, "third"_ba};
    QCOMPARE(member.join(Lobby), JoinResult::Joined);
    QCOMPARE(member.join(Lobby), JoinResult::AlreadyThere);
    QCOMPARE(member.join(second), JoinResult::Joined);
    QCOMPARE(member.join(third), JoinResult::TooMany);
    QCOMPARE(member.join(second), JoinResult::AlreadyThere);
    QVERIFY(!f.shard.findGroup(third));
    QCOMPARE(f.around.counters.refusedRooms.value(), 1);
    QVERIFY(member.leave(Lobby));
    QVERIFY(!member.leave(Lobby));
    QCOMPARE(member.join(third), JoinResult::Joined);
    // The cap is each client's own.
    QCOMPARE(f.connect().member().join(third), JoinResult::Joined);
    QCOMPARE(f.hub.rooms().members(third), 2);
}

void tst_Member::tellsRoomsOfTwoNamespacesApart()
{
    RoomsFixture f;
    Member &member = f.connect().member();
    const RoomKey elsewhere{"/chat"_ba, "lobby"_ba};
    QCOMPARE(member.join(Lobby), JoinResult::Joined);
    QVERIFY(!member.isIn(elsewhere));
    QCOMPARE(member.join(elsewhere), JoinResult::Joined);
    QVERIFY(member.leave(Lobby));
    QVERIFY(member.isIn(elsewhere));
    QCOMPARE(f.hub.rooms().members(Lobby), 0);
    QCOMPARE(f.hub.rooms().members(elsewhere), 1);
}

void tst_Member::keepsItsRoomsWhenItMoves()
{
    RoomsFixture f;
    FakeClient &client = f.connect();
    client.member().join(Lobby);
    client.member().setNameSpace("/chat"_ba);
    client.member().setNameSpace("/chat"_ba);
    QCOMPARE(client.member().nameSpace(), "/chat"_ba);
    QVERIFY(client.member().isIn(Lobby));
    QCOMPARE(f.shard.deliver({RoomKey{"/"_ba, {}}, {}}, Frame), 0);
    QCOMPARE(f.shard.deliver({RoomKey{"/chat"_ba, {}}, {}}, Frame), 1);
    QCOMPARE(f.shard.deliver({Lobby, {}}, Frame), 1);
}

void tst_Member::isNobodyOnceItCloses()
{
    RoomsFixture f;
    FakeClient &client = f.connect();
    Member &member = client.member();
    member.join(Lobby);
    member.close(1000, "bye"_ba);
    QVERIFY(!f.shard.find(client.record().id));
    QVERIFY(!member.isIn(Lobby));
    QVERIFY(!member.leave(Lobby));
    QCOMPARE(member.join(Lobby), JoinResult::Gone);
    member.setNameSpace("/chat"_ba);
    QVERIFY(!f.shard.findGroup({"/chat"_ba, {}}));
    QCOMPARE(f.hub.rooms().size(), 0);
    QCOMPARE(f.around.counters.memberships.value(), 0);
    QCOMPARE(f.shard.deliver({}, Frame), 0);
    member.send("late", QJsonObject());
    member.sendError("late");
    QCOMPARE(client.heard(), QByteArrayList());
    client.end({1000, {}, Initiator::Client});
    QCOMPARE(f.hub.rooms().size(), 0);
}

void tst_Member::answersMessages_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArrayList>("answers"); // messages of errors
    QTest::newRow("nothing") << ""_ba << QByteArrayList();
    QTest::newRow("what the original ignores") << "0"_ba << QByteArrayList();
    QTest::newRow("no JSON") << "hello"_ba
                             << QByteArrayList{"Invalid JSON format: Syntax error"_ba};
    QTest::newRow("no envelope") << R"({"data":{}})"_ba
                                 << QByteArrayList{"Message validation failed: Missing required "
                                                   "field: event"_ba};
    QTest::newRow("an event that nobody handles")
        << R"({"event":"nope","data":{}})"_ba << QByteArrayList{"Event 'nope' does not exist"_ba};
}

void tst_Member::answersMessages()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArrayList, answers);
    RoomsFixture f;
    FakeClient &client = f.connect();
    client.say(payload);
    const QByteArrayList heard = client.heard();
    QCOMPARE(heard.size(), answers.size());
    QCOMPARE(f.around.counters.invalidMessages.value(), answers.size());
    for (qsizetype i = 0; i < heard.size(); ++i) {
        QVERIFY(heard[i].contains("\"timestamp\":"));
        QCOMPARE(withoutTimestamp(heard[i]),
                 R"({"data":{"message":")" + answers[i] + R"("},"event":"error"})");
    }
}

void tst_Member::saysWhenTooMuchComes()
{
    EngineSettings settings;
    settings.clientLimits.messages = RateRule{2, 1, 30s};
    RoomsFixture f(100, settings);
    f.router.on("echo"_ba, [](Member &member, const EventMessage &message) {
        member.send(message.event, message.data());
    });
    FakeClient &client = f.connect();
    const QByteArray message = R"({"data":{"n":1},"event":"echo"})"_ba;
    for (int i = 0; i < 3; ++i)
        client.say(message);
    QCOMPARE(client.heard(), QByteArrayList(3, message));
    client.say(message);
    client.say("no JSON"_ba);
    const QByteArray refusal =
        R"({"data":{"error":"Rate limit exceeded","limit":2,"message":"You have exceeded the )"
        R"(global WebSocket message rate limit. Please try again later.","original_event":"%",)"
        R"("retry_after":30,"type":"global","window":30},"event":"rate_limit_exceeded"})"_ba;
    QCOMPARE(client.heard(),
             QByteArrayList({QByteArray(refusal).replace('%', "echo"), // as it was sent
                             QByteArray(refusal).replace("%", "")}));
    QCOMPARE(f.around.counters.limitedMessages.value(), 2);
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_Member>(argc, argv);
}
#include "tst_member.moc"
