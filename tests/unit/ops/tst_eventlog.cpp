// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What is remembered of the past: the events, and the clients that went.
#include "server/ops/closedclients.h"
#include "server/ops/eventlog.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Seqs = QList<quint64>;
using Ids = QList<quint64>;

constexpr ClosedClients::TimePoint Now(1000h);

const IpAddress Peer = IpAddress::fromIPv4(0x0a000001);   // 10.0.0.1
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7

void addTimes(EventLog &log, EventType type, int count)
{
    for (int i = 0; i < count; ++i)
        log.add({.type = type});
}

Seqs seqsOf(const std::vector<Event> &events)
{
    Seqs seqs;
    for (const Event &event : events)
        seqs.append(event.seq);
    return seqs;
}

QString namesOf(const EventTypes &types)
{
    QStringList names;
    for (size_t i = 0; i < EventTypeCount; ++i) {
        if (types.test(i))
            names.append(eventName(static_cast<EventType>(i)));
    }
    return names.join(u' ');
}

QByteArray textOf(const QJsonObject &json)
{
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

std::shared_ptr<ClientRecord> makeRecord(quint64 id)
{
    Resolution who(Peer);
    who.client = Client;
    who.host = "app.example"_ba;
    who.port = 80;
    return std::make_shared<ClientRecord>(
        id, ClientRecord::Handshake{.resolution = who, .target = "/chat?key=secret"_ba},
        ClientRecord::Connection{Peer, Peer, 4711, 0, 1'700'000'000});
}

Ids idsOf(const std::vector<ClientInfo> &rows)
{
    Ids ids;
    for (const ClientInfo &row : rows)
        ids.append(row.id);
    return ids;
}

} // namespace

Q_DECLARE_METATYPE(truepeer::Event)

class tst_EventLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void namesTypes_data();
    void namesTypes();
    void refusesUnknownTypes();
    void writesJson_data();
    void writesJson();
    void cutsLongTexts();
    void givesTheLastOnesFirst_data();
    void givesTheLastOnesFirst();
    void oneKindDoesNotPushOutAnother_data();
    void oneKindDoesNotPushOutAnother();
    void continuesWhereASubscriberStands_data();
    void continuesWhereASubscriberStands();
    void countsWhatASubscriberMissed();
    void takesEventsOfSeveralThreads();

    void tellsHowAClientWent_data();
    void tellsHowAClientWent();
    void keepsTheLastClients();
    void findsAClientThatWent();
    void takesClientsOfSeveralThreads();
};

void tst_EventLog::namesTypes_data()
{
    QTest::addColumn<QString>("names"); // with blanks between them
    QTest::addColumn<QString>("types");
    QTest::newRow("one type") << u"trust.changed"_s << u"trust.changed"_s;
    QTest::newRow("two types") << u"server.started client.closed"_s
                               << u"client.closed server.started"_s;
    QTest::newRow("what starts alike") << u"drain"_s << u"drain.started drain.cancelled"_s;
    QTest::newRow("sessions of operators") << u"admin"_s << u"admin.connected admin.closed"_s;
    QTest::newRow("one client, also what an operator does to it")
        << u"client"_s << u"client.connected client.closed client.kicked"_s;
    QTest::newRow("what strangers can cause")
        << u"clients"_s << u"client.connected client.closed request.refused headers.ignored"_s;
    QTest::newRow("what changed")
        << u"audit"_s
        << u"trust.changed trust.failed client.kicked message.sent drain.started "
           "drain.cancelled config.reloaded server.started"_s;
    QTest::newRow("a type twice") << u"audit trust trust.failed admin clients"_s
                                  << namesOf(EventTypes().set());
}

void tst_EventLog::namesTypes()
{
    QFETCH(const QString, names);
    QFETCH(const QString, types);
    QCOMPARE(namesOf(parseEventTypes(names.split(u' ')).value()), types);
    QVERIFY(parseEventTypes({}).value().all());
}

void tst_EventLog::refusesUnknownTypes()
{
    for (const QString &name : {u"client."_s, u"trust.*"_s, u"Audit"_s, u"closed"_s, QString()}) {
        const Expected<EventTypes> types = parseEventTypes({u"audit"_s, name});
        QVERIFY(!types);
        QCOMPARE(types.error().message,
                 u"unknown event type \"%1\"; there are audit, clients, client, request, headers, "
                 "trust, message, drain, config, server, admin, client.connected, client.closed, "
                 "request.refused, headers.ignored, trust.changed, trust.failed, client.kicked, "
                 "message.sent, drain.started, drain.cancelled, config.reloaded, server.started, "
                 "admin.connected, admin.closed"_s.arg(name));
    }
}

void tst_EventLog::writesJson_data()
{
    QTest::addColumn<Event>("event");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("only when and what") << Event{.type = EventType::ServerStarted, .atMs = 1500}
                                        << R"({"at_ms":1500,"seq":1,"type":"server.started"})"_ba;
    QTest::newRow("a client that went")
        << Event{.type = EventType::ClientClosed,
                 .atMs = 1500,
                 .clientId = 9'007'199'254'740'993,
                 .client = Client,
                 .peer = Peer,
                 .code = 1001,
                 .reason = "going away"_ba,
                 .initiator = Initiator::Server,
                 .duration = 90s}
        << R"({"at_ms":1500,"client":"203.0.113.7","client_id":"9007199254740993","code":1001,)"
           R"("duration_ms":90000,"initiator":"server","peer":"10.0.0.1","reason":"going away",)"
           R"("seq":1,"type":"client.closed"})"_ba;
    QTest::newRow("a change by an operator")
        << Event{.type = EventType::TrustChanged,
                 .detail = "added 10.0.0.0/8"_ba,
                 .actor = "uid 1000 (alice)"_ba,
                 .count = 0}
        << R"-({"actor":"uid 1000 (alice)","at_ms":0,"count":0,"detail":"added 10.0.0.0/8",)-"
           R"-("seq":1,"type":"trust.changed"})-"_ba;
    QTest::newRow("texts that would do something to a terminal")
        << Event{.detail = QByteArray("\x1b[2J\""), .actor = "\xff"_ba, .reason = "a\nb\\"_ba}
        << R"({"actor":"\\xff","at_ms":0,"detail":"\\x1b[2J\"","reason":"a\\x0ab\\\\",)"
           R"("seq":1,"type":"server.started"})"_ba;
}

void tst_EventLog::writesJson()
{
    QFETCH(const Event, event);
    QFETCH(const QByteArray, json);
    EventLog log;
    log.add(event);
    QCOMPARE(textOf(toJson(log.recent(1).at(0))), json);
}

void tst_EventLog::cutsLongTexts()
{
    EventLog log;
    const QByteArray text(201, 'x');
    log.add({.detail = text, .actor = text, .reason = text});
    const Event event = log.recent(1).at(0);
    QCOMPARE(event.detail, text.first(200));
    QCOMPARE(event.actor, text.first(200));
    QCOMPARE(event.reason, text.first(200));
}

void tst_EventLog::givesTheLastOnesFirst_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<QString>("types");
    QTest::addColumn<Seqs>("seqs");
    QTest::newRow("all") << 100 << QString() << Seqs{7, 6, 5, 4, 3, 2, 1};
    QTest::newRow("the last three") << 3 << QString() << Seqs{7, 6, 5};
    QTest::newRow("none") << 0 << QString() << Seqs{};
    QTest::newRow("less than none") << -1 << QString() << Seqs{};
    QTest::newRow("changes") << 100 << u"audit"_s << Seqs{7, 4, 1};
    QTest::newRow("the last two changes") << 2 << u"audit"_s << Seqs{7, 4};
    QTest::newRow("a type") << 100 << u"trust.changed"_s << Seqs{4};
    QTest::newRow("a type that is not there") << 100 << u"drain.started"_s << Seqs{};
}

void tst_EventLog::givesTheLastOnesFirst()
{
    QFETCH(const int, limit);
    QFETCH(const QString, types);
    QFETCH(const Seqs, seqs);
    EventLog log;
    for (const EventType type :
         {EventType::ServerStarted, EventType::AdminConnected, EventType::ClientConnected,
          EventType::TrustChanged, EventType::ClientConnected, EventType::ClientClosed,
          EventType::ClientKicked})
        log.add({.type = type});
    QCOMPARE(log.lastSeq(), 7);
    const QStringList names = types.isEmpty() ? QStringList() : QStringList(types);
    QCOMPARE(seqsOf(log.recent(limit, parseEventTypes(names).value())), seqs);
}

void tst_EventLog::oneKindDoesNotPushOutAnother_data()
{
    QTest::addColumn<EventType>("many");
    QTest::addColumn<int>("kept");
    QTest::newRow("clients that come and go") << EventType::ClientConnected << 1000;
    QTest::newRow("sessions of operators") << EventType::AdminConnected << 200;
    QTest::newRow("edits") << EventType::TrustChanged << 1000;
}

void tst_EventLog::oneKindDoesNotPushOutAnother()
{
    QFETCH(const EventType, many);
    QFETCH(const int, kept);
    const std::vector<EventType> others = {EventType::ClientClosed, EventType::ServerStarted,
                                           EventType::AdminClosed};
    EventLog log;
    for (const EventType type : others)
        log.add({.type = type});
    addTimes(log, many, 3000);
    EventTypes one;
    one.set(static_cast<size_t>(many));
    const std::vector<Event> found = log.recent(10'000, one);
    QCOMPARE(found.size(), kept);
    QCOMPARE(found.front().seq, 3003);
    QCOMPARE(found.back().seq, 3003 - kept + 1);
    // Two of the three others are in rings that were not filled.
    QCOMPARE(log.recent(10'000).size(), kept + 2);
}

void tst_EventLog::continuesWhereASubscriberStands_data()
{
    QTest::addColumn<quint64>("seq");
    QTest::addColumn<int>("limit");
    QTest::addColumn<Seqs>("seqs");
    QTest::addColumn<quint64>("next");
    QTest::newRow("from the start") << quint64(0) << 100 << Seqs{1, 2, 3, 4, 5} << quint64(5);
    QTest::newRow("some are new") << quint64(3) << 100 << Seqs{4, 5} << quint64(5);
    QTest::newRow("nothing is new") << quint64(5) << 100 << Seqs{} << quint64(5);
    QTest::newRow("more than fits") << quint64(1) << 2 << Seqs{2, 3} << quint64(3);
    QTest::newRow("no room") << quint64(1) << 0 << Seqs{} << quint64(1);
    QTest::newRow("a number of another server") << quint64(99) << 100 << Seqs{} << quint64(5);
}

void tst_EventLog::continuesWhereASubscriberStands()
{
    QFETCH(const quint64, seq);
    QFETCH(const int, limit);
    QFETCH(const Seqs, seqs);
    QFETCH(const quint64, next);
    EventLog log;
    for (const EventType type :
         {EventType::ServerStarted, EventType::ClientConnected, EventType::AdminConnected,
          EventType::TrustChanged, EventType::ClientClosed})
        log.add({.type = type});
    const EventBatch batch = log.since(seq, limit);
    QCOMPARE(seqsOf(batch.events), seqs);
    QCOMPARE(batch.next, next);
    QCOMPARE(batch.missed, 0);
}

void tst_EventLog::countsWhatASubscriberMissed()
{
    EventLog log;
    addTimes(log, EventType::ClientConnected, 500); // 1 to 500
    addTimes(log, EventType::TrustChanged, 1);      // 501
    addTimes(log, EventType::ClientConnected, 800); // 502 to 1301; the first 300 are gone
    EventBatch batch = log.since(100, 2);
    QCOMPARE(seqsOf(batch.events), Seqs({301, 302}));
    QCOMPARE(batch.missed, 200);
    batch = log.since(batch.next, 10'000);
    QCOMPARE(batch.events.size(), 999);
    QCOMPARE(batch.missed, 0);
    QCOMPARE(batch.next, 1301);
    QCOMPARE(log.since(0, 10'000).missed, 300);
}

void tst_EventLog::takesEventsOfSeveralThreads()
{
    constexpr int Each = 5000;
    EventLog log;
    std::vector<std::jthread> threads;
    for (const EventType type : {EventType::ClientConnected, EventType::TrustChanged})
        threads.emplace_back([&log, type] { addTimes(log, type, Each); });
    quint64 seen = 0;
    quint64 missed = 0;
    quint64 next = 0;
    while (next < 2 * Each) {
        const EventBatch batch = log.since(next, 500);
        for (const Event &event : batch.events) {
            QVERIFY(event.seq > next);
            next = event.seq;
        }
        seen += batch.events.size();
        missed += batch.missed;
        QCOMPARE(batch.next, next);
    }
    for (std::jthread &thread : threads)
        thread.join();
    QCOMPARE(seen + missed, 2 * Each);
    QCOMPARE(log.recent(10'000).size(), 2000);
}

void tst_EventLog::tellsHowAClientWent_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<Initiator>("initiator");
    QTest::addColumn<QString>("name");
    QTest::newRow("the client said so")
        << 1000 << "bye \xff"_ba << Initiator::Client << u"client"_s;
    QTest::newRow("an operator did it") << 1008 << "spam"_ba << Initiator::Server << u"server"_s;
    QTest::newRow("the connection broke") << 1006 << ""_ba << Initiator::Network << u"network"_s;
}

void tst_EventLog::tellsHowAClientWent()
{
    QFETCH(const int, code);
    QFETCH(const QByteArray, reason);
    QFETCH(const Initiator, initiator);
    QFETCH(const QString, name);
    const auto record = makeRecord(17);
    record->lastMessage.set((Now - 90s).time_since_epoch().count());
    record->messagesIn.add(3);
    ClosedClients closed;
    closed.add(record, {code, reason, initiator}, Now, 1'700'000'100);
    record->messagesIn.add(); // was on its way
    const std::vector<ClientInfo> rows = closed.list();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0].id, 17);
    QCOMPARE(rows[0].client, Client);
    QCOMPARE(rows[0].url, u"http://app.example/chat?key=***"_s);
    QCOMPARE(rows[0].messagesIn, 4);
    QCOMPARE(rows[0].idle, 90); // when it closed, not by now
    QVERIFY(rows[0].closed);
    QCOMPARE(rows[0].closed->closedAt, 1'700'000'100);
    QCOMPARE(rows[0].closed->code, code);
    QCOMPARE(rows[0].closed->reason, QString::fromUtf8(reason));
    QCOMPARE(rows[0].closed->initiator, name);
}

void tst_EventLog::keepsTheLastClients()
{
    ClosedClients closed;
    QVERIFY(closed.list().empty());
    std::weak_ptr<const ClientRecord> first;
    for (quint64 id = 1; id <= 1001; ++id) {
        const auto record = makeRecord(id);
        if (id == 1)
            first = record;
        closed.add(record, {}, Now, 0);
    }
    const Ids ids = idsOf(closed.list());
    QCOMPARE(ids.size(), 1000);
    QCOMPARE(ids.first(), 1001);
    QCOMPARE(ids.last(), 2);
    QVERIFY(first.expired());
}

void tst_EventLog::findsAClientThatWent()
{
    ClosedClients closed;
    for (const quint64 id : Ids{5, 3, 9})
        closed.add(makeRecord(id), {1000, {}, Initiator::Client}, Now, 100);
    QCOMPARE(idsOf(closed.list()), Ids({9, 3, 5}));
    const std::optional<ClientInfo> found = closed.find(3);
    QVERIFY(found);
    QCOMPARE(found->id, 3);
    QCOMPARE(found->closed->code, 1000);
    QCOMPARE(closed.record(5)->id, 5);
    QVERIFY(!closed.find(4));
    QVERIFY(!closed.record(4));
}

void tst_EventLog::takesClientsOfSeveralThreads()
{
    constexpr quint64 Each = 2000;
    ClosedClients closed;
    std::atomic<int> running = 2;
    std::vector<std::jthread> threads;
    for (const quint64 start : {quint64(0), Each}) {
        threads.emplace_back([&closed, &running, start] {
            for (quint64 id = start + 1; id <= start + Each; ++id)
                closed.add(makeRecord(id), {}, Now, 0);
            --running;
        });
    }
    while (running > 0) {
        const std::vector<ClientInfo> rows = closed.list();
        QVERIFY(rows.size() <= ClosedClients::Capacity);
        QVERIFY(std::all_of(rows.begin(), rows.end(),
                            [](const ClientInfo &row) { return row.closed.has_value(); }));
    }
    for (std::jthread &thread : threads)
        thread.join();
    Ids ids = idsOf(closed.list());
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids.size(), 1000);
    QVERIFY(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

QTEST_APPLESS_MAIN(tst_EventLog)
#include "tst_eventlog.moc"
