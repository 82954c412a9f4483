// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The record of a client and the directory of all of them.
#include "server/net/clientdirectory.h"
#include "server/net/clientrecord.h"
#include "server/trust/resolver.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const IpAddress Peer = IpAddress::fromIPv4(0x0a000001);
const IpAddress Local = IpAddress::fromIPv4(0x0a000002);
const IpAddress Client = IpAddress::fromIPv4(0xcb007107);

Resolution resolutionOf(const IpAddress &client, const QByteArray &host = "app.example"_ba)
{
    Resolution resolution(Peer);
    resolution.client = client;
    resolution.host = host;
    return resolution;
}

std::shared_ptr<const TrustPolicy> policyThatTrusts(const QString &entry)
{
    TrustSettings settings;
    settings.list.mode = entry.isEmpty() ? TrustMode::None : TrustMode::List;
    if (!entry.isEmpty())
        settings.list.entries = {{entry, {}}};
    return TrustPolicy::compile(settings, 1).value();
}

std::shared_ptr<ClientRecord> makeRecord(quint64 id)
{
    return std::make_shared<ClientRecord>(
        id, ClientRecord::Handshake{.resolution = resolutionOf(Client)},
        ClientRecord::Connection{Peer, Local});
}

std::vector<quint64> idsOf(const ClientDirectory &directory)
{
    std::vector<quint64> ids;
    for (const std::shared_ptr<ClientRecord> &record : directory.all())
        ids.push_back(record->id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace

class tst_ClientRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void keepsWhatWasSaid();
    void isResolvedAgain();
    void resolvesByAnotherPolicy();
    void remembersWhoItWas();
    void remembersMemberships();
    void roomsOfEqualNamesDiffer();
    void isReadWhileItChanges();

    void theDirectoryFindsClients();
    void recordsOutliveTheDirectory();
    void removingNobodyIsHarmless();
    void clientsComeAndGoWhileListsAreMade();
};

void tst_ClientRecord::keepsWhatWasSaid()
{
    const auto policy = TrustPolicy::compile({}, 1).value();
    const std::vector<HeaderLine> lines = {{"Host", "app.example"},
                                           {"X-Forwarded-For", "203.0.113.7"}};
    const ClientRecord record(17,
                              {.resolution = resolutionOf(Client),
                               .target = "/chat?a=b"_ba,
                               .userAgent = "agent"_ba,
                               .origin = "https://app.example"_ba,
                               .forwarding = KeptHeaders(lines, *policy),
                               .announced = Local,
                               .head = "GET"_ba},
                              {Peer, Local, 4711, 3, 1'700'000'000});
    QCOMPARE(record.id, 17);
    QCOMPARE(record.peer(), Peer);
    QCOMPARE(record.connection.local, Local);
    QCOMPARE(record.connection.peerPort, 4711);
    QCOMPARE(record.connection.worker, 3);
    QCOMPARE(record.connection.connectedAt, 1'700'000'000);
    QCOMPARE(record.target, "/chat?a=b"_ba);
    QCOMPARE(record.userAgent, "agent"_ba);
    QCOMPARE(record.origin, "https://app.example"_ba);
    QCOMPARE(record.forwarding.lines().size(), 2);
    QCOMPARE(record.forwarding.lines()[1].value.toByteArray(), "203.0.113.7"_ba);
    QCOMPARE(record.announced, Local);
    QCOMPARE(record.head, "GET"_ba);
    QCOMPARE(record.resolution(), resolutionOf(Client));
    QVERIFY(record.membership().nameSpace.isEmpty());
    QVERIFY(record.membership().rooms.empty());
    for (const Counter *counter :
         {&record.messagesIn, &record.messagesOut, &record.bytesIn, &record.bytesOut,
          &record.queueBytes, &record.lastMessage, &record.lastSent})
        QCOMPARE(counter->value(), 0);
}

void tst_ClientRecord::isResolvedAgain()
{
    const auto record = makeRecord(1);
    Resolution other = resolutionOf(Local, "other.example"_ba);
    other.known = false;
    other.policyRevision = 9;
    record->setResolution(other);
    QCOMPARE(record->resolution(), other);
    QCOMPARE(record->ownResolution(), other);
    QCOMPARE(record->peer(), Peer);
}

void tst_ClientRecord::resolvesByAnotherPolicy()
{
    const std::vector<HeaderLine> lines = {{"Host", "app.example"},
                                           {"X-Forwarded-For", "203.0.113.9"},
                                           {"X-Forwarded-Proto", "https"}};
    const auto before = policyThatTrusts({});
    const auto after = policyThatTrusts(u"10.0.0.1"_s);
    const ClientRecord record(
        1, {.resolution = resolutionOf(Client), .forwarding = KeptHeaders(lines, *before)},
        {Peer, Local});
    QCOMPARE(record.resolveBy(*before).client, Peer);
    const Resolution trusted = record.resolveBy(*after);
    QCOMPARE(trusted.client.toText(), "203.0.113.9"_ba);
    QCOMPARE(trusted.scheme, Scheme::Https);
    QCOMPARE(trusted.host, "app.example"_ba);
    QCOMPARE(record.resolution(), resolutionOf(Client)); // nothing was changed

    // Behind the PROXY protocol it is the announced source that has to be trusted.
    const ClientRecord announced(2,
                                 {.resolution = resolutionOf(Client),
                                  .forwarding = KeptHeaders(lines, *before),
                                  .announced = Peer},
                                 {Client, Local});
    QCOMPARE(announced.resolveBy(*before).client, Peer);
    QCOMPARE(announced.resolveBy(*after).client.toText(), "203.0.113.9"_ba);
    QCOMPARE(announced.resolveBy(*policyThatTrusts(u"203.0.113.7"_s)).client, Peer);
}

void tst_ClientRecord::remembersWhoItWas()
{
    const auto record = makeRecord(1);
    QVERIFY(!record->formerResolution());
    record->setResolution(resolutionOf(Local), resolutionOf(Client));
    QCOMPARE(record->formerResolution(), resolutionOf(Client));
    QCOMPARE(record->resolution(), resolutionOf(Local));
    // It stays until the caller is somebody else again.
    record->setResolution(resolutionOf(Local, "other.example"_ba));
    QCOMPARE(record->formerResolution(), resolutionOf(Client));
    record->setResolution(resolutionOf(Client), resolutionOf(Local));
    QCOMPARE(record->formerResolution(), resolutionOf(Local));
}

void tst_ClientRecord::remembersMemberships()
{
    using Rooms = std::vector<RoomKey>;
    const auto record = makeRecord(1);
    const RoomKey lobby{"/"_ba, "lobby"_ba};
    const RoomKey game{"/"_ba, "game"_ba};
    record->setNameSpace("/"_ba);
    record->addRoom(lobby);
    record->addRoom(game);
    QCOMPARE(record->membership().nameSpace, "/"_ba);
    QCOMPARE(record->membership().rooms, Rooms({lobby, game}));
    record->removeRoom(lobby);
    QCOMPARE(record->membership().rooms, Rooms({game}));
    record->removeRoom(lobby);
    record->removeRoom({"/other"_ba, "game"_ba});
    QCOMPARE(record->membership().rooms, Rooms({game}));
    record->setNameSpace("/other"_ba);
    QCOMPARE(record->membership().nameSpace, "/other"_ba);
}

void tst_ClientRecord::roomsOfEqualNamesDiffer()
{
    const QSet<RoomKey> rooms = {{"/"_ba, "a"_ba}, {"/b"_ba, "a"_ba}, {"/"_ba, {}}, {"/b"_ba, {}}};
    QCOMPARE(rooms.size(), 4);
    QVERIFY(rooms.contains({"/b"_ba, "a"_ba}));
    QVERIFY(!rooms.contains({"a"_ba, "/b"_ba}));
    QCOMPARE(qHash(RoomKey{"/"_ba, {}}), qHash(RoomKey{"/"_ba, ""_ba}));
}

// One thread changes it, as its I/O thread does; others never see half of a change.
void tst_ClientRecord::isReadWhileItChanges()
{
    const auto record = makeRecord(1);
    const Resolution one = resolutionOf(Client, "one.example"_ba);
    const Resolution two = resolutionOf(Local, "two.example"_ba);
    record->setResolution(one);
    std::atomic<bool> isDone = false;
    std::atomic<int> halves = 0;
    std::vector<std::thread> readers;
    for (int t = 0; t < 3; ++t) {
        readers.emplace_back([&] {
            while (!isDone) {
                const Resolution seen = record->resolution();
                const std::optional<Resolution> former = record->formerResolution();
                const ClientRecord::Membership where = record->membership();
                const bool isWhole = (seen == one || seen == two) && where.rooms.size() <= 2
                                     && (!former || former == one || former == two)
                                     && record->messagesIn.value() >= 0;
                halves += isWhole ? 0 : 1;
            }
        });
    }
    const RoomKey lobby{"/"_ba, "lobby"_ba};
    for (int i = 0; i < 2000; ++i) {
        record->setResolution(i % 2 == 0 ? two : one, i % 2 == 0 ? one : two);
        record->setNameSpace("/"_ba + QByteArray::number(i));
        record->addRoom(lobby);
        record->addRoom({"/"_ba, QByteArray::number(i)});
        record->removeRoom(lobby);
        record->removeRoom({"/"_ba, QByteArray::number(i)});
        record->messagesIn.add();
    }
    isDone = true;
    for (std::thread &reader : readers)
        reader.join();
    QCOMPARE(halves.load(), 0);
    QCOMPARE(record->messagesIn.value(), 2000);
    QVERIFY(record->membership().rooms.empty());
}

void tst_ClientRecord::theDirectoryFindsClients()
{
    ClientDirectory directory;
    QVERIFY(directory.all().empty());
    QVERIFY(!directory.find(1));
    std::vector<quint64> ids;
    for (quint64 id = 1; id <= 100; ++id) {
        directory.add(makeRecord(id));
        ids.push_back(id);
    }
    QCOMPARE(idsOf(directory), ids);
    for (const quint64 id : ids) {
        QVERIFY(directory.find(id));
        QCOMPARE(directory.find(id)->id, id);
    }
    QVERIFY(!directory.find(101));
    // 33 shares a shard with 1 and 65.
    directory.remove(33);
    ids.erase(ids.begin() + 32);
    QVERIFY(!directory.find(33));
    QCOMPARE(idsOf(directory), ids);
}

void tst_ClientRecord::recordsOutliveTheDirectory()
{
    std::shared_ptr<ClientRecord> held;
    std::weak_ptr<ClientRecord> dropped;
    {
        ClientDirectory directory;
        held = makeRecord(1);
        directory.add(held);
        const std::shared_ptr<ClientRecord> other = makeRecord(2);
        dropped = other;
        directory.add(other);
        directory.remove(1);
    }
    QCOMPARE(held->id, 1);
    QCOMPARE(held.use_count(), 1);
    QVERIFY(dropped.expired());
}

void tst_ClientRecord::removingNobodyIsHarmless()
{
    ClientDirectory directory;
    directory.remove(7);
    directory.add(makeRecord(1));
    directory.remove(33); // of the same shard
    directory.remove(1);
    directory.remove(1);
    QVERIFY(directory.all().empty());
}

void tst_ClientRecord::clientsComeAndGoWhileListsAreMade()
{
    constexpr quint64 Threads = 3;
    constexpr quint64 Rounds = 500;
    ClientDirectory directory;
    directory.add(makeRecord(1'000'000)); // who stays is in every list
    std::atomic<quint64> atWork = Threads;
    std::vector<std::thread> threads;
    for (quint64 t = 0; t < Threads; ++t) {
        threads.emplace_back([&, t] {
            for (quint64 i = 1; i <= Rounds; ++i) {
                const quint64 id = i * Threads + t;
                directory.add(makeRecord(id));
                // Each tenth stays.
                if (i % 10 != 0)
                    directory.remove(id);
            }
            --atWork;
        });
    }
    int missing = 0;
    int lists = 0;
    do {
        const std::vector<quint64> ids = idsOf(directory);
        missing += !ids.empty() && ids.back() == 1'000'000 ? 0 : 1;
        ++lists;
    } while (atWork > 0);
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(lists > 0);
    QCOMPARE(missing, 0);
    QCOMPARE(directory.all().size(), size_t(Threads * Rounds / 10 + 1));
}

QTEST_APPLESS_MAIN(tst_ClientRecord)
#include "tst_clientrecord.moc"
