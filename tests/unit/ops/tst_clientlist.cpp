// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/clientlist.h"
#include "server/trust/resolver.h"

#include <QRegularExpression>
#include <QStringList>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using TimePoint = std::chrono::steady_clock::time_point;

constexpr TimePoint Now(1000h);

const IpAddress Proxy = IpAddress::fromIPv4(0x0a000001);  // 10.0.0.1, trusted
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7
const IpAddress Local = IpAddress::fromIPv4(0xc0000250);

std::shared_ptr<const TrustPolicy> policyThatTrusts(const QString &entry, quint64 revision = 7)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{entry, {}}};
    return TrustPolicy::compile(settings, revision).value();
}

// A client that came with these header lines, and was resolved by `policy`.
std::shared_ptr<ClientRecord> makeRecord(quint64 id, const IpAddress &peer,
                                         const std::vector<HeaderLine> &lines,
                                         const TrustPolicy &policy,
                                         const std::optional<IpAddress> &announced = {})
{
    const ResolveInput input{
        .peer = peer, .announced = announced, .headers = lines, .localAddress = Local};
    return std::make_shared<ClientRecord>(
        id,
        ClientRecord::Handshake{.resolution = resolve(input, policy),
                                .target = "/chat?room=a&key=secret"_ba,
                                .userAgent = "caf\xc3\xa9/1.0"_ba,
                                .origin = "https://app.example"_ba,
                                .forwarding = KeptHeaders(lines, policy),
                                .announced = announced},
        ClientRecord::Connection{peer, Local, 4711, 0, 1'700'000'000});
}

QString textOf(const std::vector<IpAddress> &addresses)
{
    QStringList texts;
    for (const IpAddress &address : addresses)
        texts.append(address.toString());
    return texts.join(u' ');
}

const std::vector<HeaderLine> Forwarded = {{"Host", "App.Example:8443"},
                                           {"X-Forwarded-For", "203.0.113.7, 10.0.0.2"},
                                           {"X-Forwarded-Proto", "https"}};

} // namespace

class tst_ClientList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aRowHasAllThatIsKnown();
    void aRowTellsWhatIsWrong();
    void aRowFollowsItsClient();
    void idleTime_data();
    void idleTime();
    void trustedHopsOf_data();
    void trustedHopsOf();
    void explainsWithAnotherPolicy();
    void explainsWhatWasCut();
    void listsAllClients();
    void queriesWhatAllRowsWouldGive_data();
    void queriesWhatAllRowsWouldGive();
};

void tst_ClientList::aRowHasAllThatIsKnown()
{
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    const auto record = makeRecord(17, Proxy, Forwarded, *policy);
    record->setNameSpace("/game"_ba);
    record->addRoom({"/game"_ba, "lobby"_ba});
    record->addRoom({"/"_ba, "caf\xc3\xa9"_ba});
    record->messagesIn.add(1);
    record->messagesOut.add(2);
    record->bytesIn.add(3);
    record->bytesOut.add(4);
    record->queueBytes.set(5);
    record->lastMessage.set((Now - 90s).time_since_epoch().count());
    const ClientInfo row = clientInfo(*record, Now);
    QCOMPARE(row.id, 17);
    QCOMPARE(row.client, Client);
    QCOMPARE(row.peer, Proxy);
    QCOMPARE(row.peerPort, 4711);
    QCOMPARE(row.host, "app.example"_ba);
    QCOMPARE(row.port, 8443);
    QCOMPARE(row.scheme, Scheme::Https);
    QCOMPARE(row.url, u"https://app.example:8443/chat?room=a&key=***"_s);
    QCOMPARE(row.userAgent, u"caf\u00e9/1.0"_s);
    QCOMPARE(row.origin, u"https://app.example"_s);
    QCOMPARE(row.nameSpace, u"/game"_s);
    const std::vector<RoomName> rooms = {{u"/game"_s, u"lobby"_s}, {u"/"_s, u"caf\u00e9"_s}};
    QCOMPARE(row.rooms, rooms);
    QCOMPARE(row.connectedAt, 1'700'000'000);
    QCOMPARE(row.idle, 90);
    QCOMPARE(row.messagesIn, 1);
    QCOMPARE(row.messagesOut, 2);
    QCOMPARE(row.bytesIn, 3);
    QCOMPARE(row.bytesOut, 4);
    QCOMPARE(row.queueBytes, 5);
    QCOMPARE(row.trustRevision, 7);
    QCOMPARE(row.hops, 2);
    QCOMPARE(row.source, Source::XForwardedFor);
    QVERIFY(row.trustedPeer);
    QVERIFY(row.known);
    QVERIFY(!row.conflict);
    QVERIFY(!row.closed);
    QVERIFY(row.via.empty());
}

void tst_ClientList::aRowTellsWhatIsWrong()
{
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    const std::vector<HeaderLine> unclear = {{"Host", "x"}, {"X-Forwarded-For", "unknown"}};
    const ClientInfo unknown = clientInfo(*makeRecord(1, Proxy, unclear, *policy), Now);
    QVERIFY(!unknown.known);
    QVERIFY(unknown.trustedPeer);
    const std::vector<HeaderLine> twice = {
        {"Host", "x"}, {"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "for=203.0.113.8"}};
    const ClientInfo conflict = clientInfo(*makeRecord(1, Proxy, twice, *policy), Now);
    QVERIFY(conflict.conflict);
    QCOMPARE(conflict.client, Proxy);
    const ClientInfo stranger = clientInfo(*makeRecord(1, Client, twice, *policy), Now);
    QVERIFY(!stranger.trustedPeer);
    QVERIFY(!stranger.conflict);
    QCOMPARE(stranger.source, Source::Peer);
    QCOMPARE(stranger.hops, 0);
}

// A row is what the client is now, not what it was at its handshake.
void tst_ClientList::aRowFollowsItsClient()
{
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    const auto record = makeRecord(1, Proxy, Forwarded, *policy);
    Resolution other = record->resolution();
    other.client = Local;
    other.policyRevision = 8;
    record->setResolution(other);
    const ClientInfo row = clientInfo(*record, Now);
    QCOMPARE(row.client, Local);
    QCOMPARE(row.peer, Proxy);
    QCOMPARE(row.trustRevision, 8);
}

void tst_ClientList::idleTime_data()
{
    QTest::addColumn<qint64>("nanoseconds"); // since the last byte
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("just now") << qint64(0) << qint64(0);
    QTest::newRow("less than a second") << qint64(999'999'999) << qint64(0);
    QTest::newRow("a second") << qint64(1'000'000'000) << qint64(1);
    QTest::newRow("a day") << qint64(86'400'000'000'000) << qint64(86'400);
    QTest::newRow("after the list was begun") << qint64(-5'000'000'000) << qint64(0);
}

void tst_ClientList::idleTime()
{
    QFETCH(const qint64, nanoseconds);
    QFETCH(const qint64, seconds);
    const auto record = makeRecord(1, Client, {}, *policyThatTrusts(u"10.0.0.0/8"_s));
    const TimePoint last = Now - std::chrono::nanoseconds(nanoseconds);
    record->lastMessage.set(last.time_since_epoch().count());
    QCOMPARE(clientInfo(*record, Now).idle, seconds);
}

void tst_ClientList::trustedHopsOf_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QByteArray>("announced");
    QTest::addColumn<QByteArray>("forwardedFor");
    QTest::addColumn<QString>("hops");
    const auto row = [](const char *name, const QByteArray &peer, const QByteArray &announced,
                        const QByteArray &forwardedFor, const QString &hops) {
        QTest::newRow(name) << peer << announced << forwardedFor << hops;
    };
    row("a stranger has none", "203.0.113.9"_ba, {}, "203.0.113.7, 10.0.0.2"_ba, {});
    row("a trusted peer by itself", "10.0.0.1"_ba, {}, {}, u"10.0.0.1"_s);
    row("a client behind the peer", "10.0.0.1"_ba, {}, "203.0.113.7"_ba, u"10.0.0.1"_s);
    row("a client behind more", "10.0.0.1"_ba, {}, "203.0.113.7, 10.0.0.3, 10.0.0.2"_ba,
        u"10.0.0.1 10.0.0.2 10.0.0.3"_s);
    row("what the client claims is no hop", "10.0.0.1"_ba, {}, "10.9.9.9, 203.0.113.7"_ba,
        u"10.0.0.1"_s);
    row("a trusted client is no hop", "10.0.0.1"_ba, {}, "10.0.0.3, 10.0.0.2"_ba,
        u"10.0.0.1 10.0.0.2"_s);
    row("up to an element that is no address", "10.0.0.1"_ba, {}, "unknown, 10.0.0.2"_ba,
        u"10.0.0.1 10.0.0.2"_s);
    row("a source that was announced", "192.0.2.1"_ba, "10.0.0.5"_ba, "203.0.113.7"_ba,
        u"10.0.0.5"_s);
    row("a client that was announced", "10.0.0.1"_ba, "203.0.113.7"_ba, {}, {});
}

void tst_ClientList::trustedHopsOf()
{
    QFETCH(const QByteArray, peer);
    QFETCH(const QByteArray, announced);
    QFETCH(const QByteArray, forwardedFor);
    QFETCH(const QString, hops);
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    std::vector<HeaderLine> lines = {{"Host", "app.example"}};
    if (!forwardedFor.isEmpty())
        lines.push_back({"X-Forwarded-For", forwardedFor});
    const std::optional<IpAddress> source =
        announced.isEmpty() ? std::nullopt : IpAddress::parse(announced);
    const auto record = makeRecord(1, *IpAddress::parse(peer), lines, *policy, source);
    QCOMPARE(textOf(trustedHops(*record, *policy)), hops);
}

void tst_ClientList::explainsWithAnotherPolicy()
{
    const auto record = makeRecord(1, Proxy, Forwarded, *policyThatTrusts(u"192.0.2.1"_s));
    QCOMPARE(record->resolution().client, Proxy);
    Resolution resolution(Proxy);
    const Explanation why =
        explainClient(*record, *policyThatTrusts(u"10.0.0.0/8"_s, 8), &resolution);
    QCOMPARE(resolution.client, Client);
    QCOMPARE(resolution.host, "app.example"_ba);
    QCOMPARE(resolution.port, 8443);
    QCOMPARE(resolution.policyRevision, 8);
    QCOMPARE(why.trail.size(), 3);
    QCOMPARE(record->resolution().client, Proxy); // it is only a question
}

// Two headers that name many hops do not fit into the record. That all hops that are left are
// trusted does not make the farthest of them the client.
void tst_ClientList::explainsWhatWasCut()
{
    const auto policy = policyThatTrusts(u"2001:db8::/32"_s);
    const QByteArray hop = "2001:0db8:0000:0000:0000:0000:0000:0001"_ba;
    const QByteArray plain = "203.0.113.7"_ba + QByteArray(", "_ba + hop).repeated(30);
    const QByteArray standard =
        "for=203.0.113.7"_ba + QByteArray(", for=\"["_ba + hop + "]\""_ba).repeated(30);
    const std::vector<HeaderLine> lines = {
        {"Host", "app.example"}, {"X-Forwarded-For", plain}, {"Forwarded", standard}};
    const auto record = makeRecord(1, *IpAddress::parse(hop), lines, *policy);
    QVERIFY(record->resolution().known);
    QCOMPARE(record->resolution().client, Client);
    QVERIFY(record->forwarding.cut() != 0);
    Resolution resolution(Proxy);
    explainClient(*record, *policy, &resolution);
    QVERIFY(!resolution.known);
}

void tst_ClientList::listsAllClients()
{
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    ClientDirectory directory;
    QVERIFY(listClients(directory, Now).empty());
    for (quint64 id = 1; id <= 50; ++id)
        directory.add(makeRecord(id, id % 2 == 0 ? Proxy : Client, Forwarded, *policy));
    const auto byId = [](const ClientInfo &a, const ClientInfo &b) { return a.id < b.id; };
    std::vector<ClientInfo> rows = listClients(directory, Now);
    std::sort(rows.begin(), rows.end(), byId);
    QCOMPARE(rows.size(), 50);
    for (size_t i = 0; i < rows.size(); ++i) {
        QCOMPARE(rows[i].id, i + 1);
        QCOMPARE(rows[i].client, Client);
        QVERIFY(rows[i].via.empty());
    }
    rows = listClients(directory, Now, policy.get());
    std::sort(rows.begin(), rows.end(), byId);
    QCOMPARE(rows.size(), 50);
    for (const ClientInfo &row : rows)
        QCOMPARE(textOf(row.via), row.id % 2 == 0 ? u"10.0.0.1 10.0.0.2"_s : QString());
}

void tst_ClientList::queriesWhatAllRowsWouldGive_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<qsizetype>("matching");
    QTest::newRow("everybody") << QString() << qsizetype(50);
    QTest::newRow("by the client") << u"ip:203.0.113.7"_s << qsizetype(50);
    QTest::newRow("by a trusted hop") << u"via:10.0.0.2"_s << qsizetype(25);
    QTest::newRow("by what is missing") << u"-queue:0"_s << qsizetype(0);
    QTest::newRow("by a room") << u"room:lobby"_s << qsizetype(10);
    QTest::newRow("by a word of the user agent") << u"caf\u00e9"_s << qsizetype(50);
}

// In each order, so also where the rows are chosen before they have their texts.
void tst_ClientList::queriesWhatAllRowsWouldGive()
{
    QFETCH(const QString, filter);
    QFETCH(const qsizetype, matching);
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    ClientDirectory directory;
    for (quint64 id = 1; id <= 50; ++id) {
        const auto record = makeRecord(id, id % 2 == 0 ? Proxy : Client, Forwarded, *policy);
        record->bytesIn.add(qint64(id * 7 % 50));
        if (id % 5 == 0)
            record->addRoom({"/"_ba, "lobby"_ba});
        directory.add(record);
    }
    for (const QString &name : clientColumnNames()) {
        const ClientQuery query{.filter = *ClientFilter::parse(filter).filter,
                                .sort = *clientColumn(name),
                                .descending = true,
                                .limit = 7,
                                .offset = 2};
        const ClientPage page = queryClients(directory, query, Now, 1'700'000'100, policy.get());
        const ClientPage expected =
            runQuery(listClients(directory, Now, policy.get()), query, 1'700'000'100);
        QCOMPARE(page.total, 50);
        QCOMPARE(page.filtered, matching);
        QCOMPARE(page.items.size(),
                 size_t(std::min<qsizetype>(7, std::max<qsizetype>(0, matching - 2))));
        for (size_t i = 0; i < page.items.size(); ++i) {
            QCOMPARE(toJson(page.items[i]), toJson(expected.items[i]));
            QCOMPARE(page.items[i].userAgent, u"caf\u00e9/1.0"_s);
        }
    }
}

QTEST_APPLESS_MAIN(tst_ClientList)
#include "tst_clientlist.moc"
