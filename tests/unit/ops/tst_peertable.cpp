// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/peertable.h"
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>
#include <thread>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 Now = 1'800'000'000;

std::shared_ptr<const TrustPolicy> policyOf(quint64 revision, const QStringList &entries)
{
    TrustSettings settings;
    settings.list = testList(entries);
    return *TrustPolicy::compile(settings, revision);
}

// A table with one policy.
struct Recorder
{
    void send(const TestRequest &request, qint64 at = Now, int status = 200,
              QByteArrayView target = {}, bool exempt = false)
    {
        request.with([&](const ResolveInput &input) {
            const Resolution resolution = resolve(input, *policy);
            table.record({input, resolution, *policy, status, target, "curl", true, exempt}, at);
        });
    }
    std::vector<PeerFacts> facts()
    {
        PeerTable *one = &table;
        return PeerTable::merge({&one, 1});
    }

    std::shared_ptr<const TrustPolicy> policy = policyOf(1, {u"10.0.0.0/8"_s});
    PeerTable table;
};

QByteArray numbered(QByteArrayView prefix, int number)
{
    return prefix.toByteArray() + QByteArray::number(number);
}

// "seen/of/latest".
QString text(const PeerFacts::Recent &recent)
{
    return u"%1/%2/%3"_s.arg(recent.seen).arg(recent.of).arg(recent.latest);
}

} // namespace

class tst_PeerTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void traits_data();
    void traits();
    void lastThirtyTwoRequests();
    void healthChecksAreOnlyCounted();
    void theGateIsTheAnnouncedSource();
    void anEditStartsAnew();
    void distinctClaimsAndClients();
    void ignoredHeaders();
    void missingHopsAreFew();
    void samplesAreShortAndRare();
    void refusedRequests();
    void theNewestEndsAreKept();
    void strangersMakeRoomForStrangers();
    void threadsAreOnePeer();
    void readersAndWritersMeet();
};

void tst_PeerTable::traits_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected"); // numbers of Trait
    const auto row = [](const char *what, const QByteArray &headers,
                        std::initializer_list<Trait> traits) {
        QByteArrayList numbers;
        for (const Trait trait : traits)
            numbers += QByteArray::number(static_cast<int>(trait));
        QTest::newRow(what) << headers << numbers.join(' ');
    };
    using enum Trait;
    row("nothing", {}, {NoAddress});
    row("empty headers", "X-Forwarded-For:\nX-Forwarded-Proto: ", {NoAddress});
    row("only an address", "X-Forwarded-For: 203.0.113.7", {SentFor, NoProto, NoHost, NoPort});
    row("a port in the host",
        "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: http\nX-Forwarded-Host: a.example:81",
        {SentFor, SentProto, SentHost});
    row("a scheme that is none", "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: ssl",
        {SentFor, SentProto, NoProto, NoHost, NoPort});
    row("Forwarded with all", "forwarded: for=203.0.113.7;proto=https;HOST=a.example",
        {SentForwarded});
    row("Forwarded with an address", "Forwarded: for=203.0.113.7",
        {SentForwarded, NoProto, NoHost});
    row("both families", "X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.7",
        {SentFor, SentForwarded, BothFamilies});
    row("families that disagree", "X-Forwarded-For: 203.0.113.7\nForwarded: for=6.6.6.6",
        {SentFor, SentForwarded, ForwardedConflict});
    row("X-Real-IP that disagrees", "X-Forwarded-For: 203.0.113.7\nX-Real-IP: 6.6.6.6",
        {SentFor, SentRealIp, RealIpConflict, NoProto, NoHost, NoPort});
    row("(null) and the right one",
        "X-Forwarded-For: (null), 203.0.113.7\nX-Forwarded-Proto: (null)",
        {SentFor, SentProto, NullFor, NullProto, NoHost, NoPort});
    row("no address in the chain", "X-Forwarded-For: unknown",
        {SentFor, Unusable, NoProto, NoHost, NoPort});
    row("an internal address, and more", "X-Forwarded-For: 6.6.6.6, 192.168.1.5",
        {SentFor, MissingHop, NoProto, NoHost, NoPort});
    row("an internal address, and a line more",
        "X-Forwarded-For: 6.6.6.6\nX-Forwarded-For: 192.168.1.5, 10.0.0.2",
        {SentFor, MissingHop, NoProto, NoHost, NoPort});
    row("an internal address at the end", "X-Forwarded-For: 192.168.1.5, 10.0.0.2",
        {SentFor, NoProto, NoHost, NoPort});
    row("a trusted address at the end", "X-Forwarded-For: 10.0.0.3, 10.0.0.2",
        {SentFor, NoProto, NoHost, NoPort});
    row("an address of the Internet, and more", "X-Forwarded-For: 6.6.6.6, 203.0.113.7",
        {SentFor, NoProto, NoHost, NoPort});
    row("as many hops as the cap", "X-Forwarded-For: 10.0.0.4, 10.0.0.3, 10.0.0.2",
        {SentFor, NoProto, NoHost, NoPort});
    row("a hop more than the cap", "X-Forwarded-For: 6.6.6.6, 10.0.0.4, 10.0.0.3, 10.0.0.2",
        {SentFor, HopCap, NoProto, NoHost, NoPort});
}

void tst_PeerTable::traits()
{
    QFETCH(const QByteArray, headers);
    TrustSettings settings = testSettings();
    settings.maxHops = 3;
    Recorder recorder;
    recorder.policy = testPolicy(settings);
    recorder.send({headersFrom(headers)});
    const std::vector<PeerFacts> facts = recorder.facts();
    QCOMPARE(facts.size(), size_t(1));
    QByteArrayList numbers;
    for (size_t i = 0; i < TraitCount; ++i) {
        if (facts[0].recent[i].seen == 1)
            numbers += QByteArray::number(i);
    }
    std::sort(numbers.begin(), numbers.end());
    QFETCH(const QByteArray, expected);
    QByteArrayList sorted = expected.split(' ');
    std::sort(sorted.begin(), sorted.end());
    QCOMPARE(numbers, sorted);
}

void tst_PeerTable::lastThirtyTwoRequests()
{
    Recorder recorder;
    const TestRequest bare;
    const TestRequest full{headersFrom("X-Forwarded-For: 203.0.113.7")};
    const auto now = [&] { return text(recorder.facts()[0].of(Trait::NoAddress)); };
    for (int i = 0; i < 40; ++i)
        recorder.send(bare);
    QCOMPARE(now(), u"32/32/20"_s);
    for (int i = 0; i < 19; ++i)
        recorder.send(full);
    QCOMPARE(now(), u"13/32/1"_s);
    recorder.send(full);
    QCOMPARE(now(), u"12/32/0"_s);
    QCOMPARE(text(recorder.facts()[0].of(Trait::SentFor)), u"20/32/20"_s);
    QCOMPARE(recorder.facts()[0].withHeader[0], 20);
    QCOMPARE(recorder.facts()[0].requests, 60);
    QCOMPARE(recorder.facts()[0].upgrades, 60);
}

void tst_PeerTable::healthChecksAreOnlyCounted()
{
    Recorder recorder;
    recorder.send({}, Now, 200, "/health", true);
    recorder.send({}, Now + 1, 503, "/health", true);
    const PeerFacts facts = recorder.facts()[0];
    QCOMPARE(facts.requests, 2);
    QCOMPARE(facts.lastSeen, Now + 1);
    QCOMPARE(facts.limited, 0);
    QCOMPARE(facts.clients.count, 0);
    QCOMPARE(text(facts.of(Trait::NoAddress)), u"0/0/0"_s);
}

void tst_PeerTable::theGateIsTheAnnouncedSource()
{
    Recorder recorder;
    recorder.send({{}, "127.0.0.1", testAddress("10.0.0.5")});
    const std::vector<PeerFacts> facts = recorder.facts();
    QCOMPARE(facts.size(), size_t(1));
    QCOMPARE(facts[0].peer, testAddress("10.0.0.5"));
    QCOMPARE(facts[0].socketPeer, testAddress("127.0.0.1"));
    QCOMPARE(facts[0].of(Trait::NoAddress).seen, 1);
}

void tst_PeerTable::anEditStartsAnew()
{
    Recorder recorder;
    const TestRequest request{headersFrom("X-Forwarded-For: 203.0.113.7, 192.168.1.5")};
    recorder.send(request, Now);
    recorder.send(request, Now);
    PeerFacts before = recorder.facts()[0];
    QCOMPARE(before.revision, quint64(1));
    QCOMPARE(text(before.of(Trait::MissingHop)), u"2/2/2"_s);
    QCOMPARE(before.missingHops.size(), size_t(1));
    QCOMPARE(before.missingHops[0].address, testAddress("192.168.1.5"));
    QCOMPARE(before.missingHops[0].count, 2);

    recorder.policy = policyOf(2, {u"10.0.0.0/8"_s, u"192.168.0.0/16"_s});
    recorder.send(request, Now + 5);
    const PeerFacts after = recorder.facts()[0];
    QCOMPARE(after.revision, quint64(2));
    QCOMPARE(text(after.of(Trait::MissingHop)), u"0/1/0"_s);
    QCOMPARE(text(after.of(Trait::NoProto)), u"1/1/1"_s);
    QVERIFY(after.missingHops.empty());
    // What does not depend on the list goes on.
    QCOMPARE(text(after.of(Trait::SentFor)), u"3/3/3"_s);
    QCOMPARE(after.firstSeen, Now);
    QCOMPARE(after.lastSeen, Now + 5);
}

void tst_PeerTable::distinctClaimsAndClients()
{
    Recorder recorder;
    for (int i = 0; i < 32; ++i) {
        recorder.send({headersFrom("X-Forwarded-For: " + numbered("203.0.113.", i))});
        recorder.send({headersFrom("X-Forwarded-For: " + numbered("203.0.113.", i))});
    }
    QCOMPARE(recorder.facts()[0].claims.count, 32);
    QVERIFY(!recorder.facts()[0].claims.atLeast);
    recorder.send({headersFrom("X-Forwarded-For: 203.0.113.99")});
    QCOMPARE(recorder.facts()[0].claims.count, 32);
    QVERIFY(recorder.facts()[0].claims.atLeast);
    QCOMPARE(recorder.facts()[0].clients.count, 32);
    QVERIFY(recorder.facts()[0].clients.atLeast);
    QCOMPARE(recorder.facts()[0].internalClaims, 0);

    Recorder liar;
    for (const char *claim : {"X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 6.6.6.6, 127.0.0.1",
                              "X-Real-IP: 10.1.1.1", "Forwarded: for=\"[fd00::1]:1\""})
        liar.send({headersFrom(claim), "198.51.100.9"});
    QCOMPARE(liar.facts()[0].claims.count, 3);
    QCOMPARE(liar.facts()[0].internalClaims, 3);
    QCOMPARE(liar.facts()[0].clients.count, 1);
}

void tst_PeerTable::ignoredHeaders()
{
    Recorder recorder;
    const TestRequest forged{headersFrom("X-Real-IP: 1.1.1.1"), "198.51.100.9"};
    recorder.send({{}, "198.51.100.9"}, Now);
    recorder.send(forged, Now + 1);
    recorder.send(forged, Now + 2);
    recorder.send({{}, "198.51.100.9"}, Now + 3);
    const PeerFacts facts = recorder.facts()[0];
    QCOMPARE(facts.ignored, 2);
    QCOMPARE(facts.firstIgnored, Now + 1);
    QCOMPARE(facts.lastIgnored, Now + 2);
    QCOMPARE(text(facts.of(Trait::NoAddress)), u"0/4/0"_s); // a trait of trusted peers
}

void tst_PeerTable::missingHopsAreFew()
{
    Recorder recorder;
    for (int i = 1; i <= 12; ++i)
        recorder.send({headersFrom("X-Forwarded-For: 6.6.6.6, " + numbered("192.168.1.", i))});
    QCOMPARE(recorder.facts()[0].missingHops.size(), size_t(8));
    QCOMPARE(recorder.facts()[0].of(Trait::MissingHop).seen, 12);
}

void tst_PeerTable::samplesAreShortAndRare()
{
    Recorder recorder;
    recorder.send({headersFrom("X-Forwarded-For: unknown\nA: b\nX-FORWARDED-PROTO: https")});
    recorder.send({headersFrom("X-Forwarded-For: " + QByteArray(300, 'x'))}, Now + 1);
    recorder.send({headersFrom("X-Forwarded-For: 203.0.113.7")}, Now + 2);
    recorder.send({headersFrom("X-Forwarded-For: 203.0.113.8")}, Now + 2);
    recorder.send({}, Now + 3);
    const PeerFacts facts = recorder.facts()[0];
    QCOMPARE(facts.sample, "X-Forwarded-For: 203.0.113.7"_ba);
    QCOMPARE(facts.faultSample.size(), 200);
    Recorder other;
    other.send({headersFrom("X-Forwarded-For: unknown\nA: b\nX-FORWARDED-PROTO: https")});
    QCOMPARE(other.facts()[0].faultSample, "X-Forwarded-For: unknown\nX-Forwarded-Proto: https"_ba);
}

void tst_PeerTable::refusedRequests()
{
    Recorder recorder;
    recorder.send({{}, "10.0.0.1", {}, Scheme::Http, "10.0.0.9:80"}, Now, 421, "/ping?key=x");
    recorder.send({}, Now, 429);
    recorder.send({}, Now, 503);
    const PeerFacts facts = recorder.facts()[0];
    QCOMPARE(facts.misdirected, 1);
    QCOMPARE(facts.misdirectedHost, "10.0.0.9"_ba);
    QCOMPARE(facts.misdirectedPath, "/ping"_ba);
    QCOMPARE(facts.misdirectedAgent, "curl"_ba);
    QVERIFY(!facts.misdirectedForwarded);
    QCOMPARE(facts.limited, 2);
    QCOMPARE(facts.of(Trait::Misdirected).seen, 1);
    QCOMPARE(facts.of(Trait::Limited).seen, 1);
    recorder.send({headersFrom("X-Forwarded-For: 203.0.113.7")}, Now, 421);
    QVERIFY(recorder.facts()[0].misdirectedForwarded);
}

void tst_PeerTable::theNewestEndsAreKept()
{
    Recorder recorder;
    recorder.table.recordEnd(testAddress("10.0.0.1"), {1s, 1s, Now, true}); // nobody knows it
    recorder.send({});
    QVERIFY(recorder.facts()[0].ends.empty());
    for (int i = 0; i < 40; ++i)
        recorder.table.recordEnd(testAddress("10.0.0.1"),
                                 {std::chrono::seconds(i), 10ms, Now + i, i % 2 == 0});
    const PeerFacts facts = recorder.facts()[0];
    QCOMPARE(facts.ends.size(), size_t(32));
    QCOMPARE(facts.ends.front().age, 8s);
    QCOMPARE(facts.ends.back().age, 39s);
    QVERIFY(facts.ends.front().cut && !facts.ends.back().cut);
}

void tst_PeerTable::strangersMakeRoomForStrangers()
{
    Recorder recorder;
    constexpr int Strangers = 3000;
    for (int i = 0; i < Strangers; ++i) {
        const QByteArray stranger =
            IpAddress::fromIPv4(0xc6336400 + static_cast<quint32>(i)).toText();
        recorder.send({}, Now + i); // the proxy, which is seen all the time
        recorder.send({{}, stranger}, Now + i);
    }
    const std::vector<PeerFacts> facts = recorder.facts();
    QCOMPARE(facts.size(), PeerTable::MaxPeers);
    QCOMPARE(recorder.table.evictions(), quint64(Strangers + 1 - PeerTable::MaxPeers));
    const auto proxy = std::find_if(facts.begin(), facts.end(), [](const PeerFacts &peer) {
        return peer.peer == testAddress("10.0.0.1");
    });
    QVERIFY(proxy != facts.end());
    QCOMPARE(proxy->requests, Strangers);
}

void tst_PeerTable::threadsAreOnePeer()
{
    Recorder one;
    Recorder two;
    std::array<PeerTable *, 2> tables = {&one.table, &two.table};
    for (int i = 0; i < 3; ++i) {
        one.send({headersFrom("X-Forwarded-For: " + numbered("203.0.113.", i))}, Now + 10);
        two.send({headersFrom("X-Forwarded-For: " + numbered("203.0.113.", i + 1))}, Now);
    }
    two.send({{}, "10.0.0.2"}, Now);
    std::vector<PeerFacts> facts = PeerTable::merge(tables);
    QCOMPARE(facts.size(), size_t(2));
    QCOMPARE(facts[0].peer, testAddress("10.0.0.1"));
    QCOMPARE(facts[0].requests, 6);
    QCOMPARE(facts[0].claims.count, 4);
    QCOMPARE(facts[0].clients.count, 4);
    QCOMPARE(facts[0].firstSeen, Now);
    QCOMPARE(facts[0].lastSeen, Now + 10);
    QCOMPARE(facts[0].sample, "X-Forwarded-For: 203.0.113.0"_ba);
    QCOMPARE(text(facts[0].of(Trait::NoProto)), u"6/6/6"_s);

    // A thread with the old list, and later one that the peer does not come to any more.
    one.policy = policyOf(2, {u"10.0.0.0/8"_s});
    one.send({headersFrom("X-Forwarded-For: 203.0.113.7")}, Now + 60);
    facts = PeerTable::merge(tables);
    QCOMPARE(facts[0].revision, quint64(2));
    QCOMPARE(text(facts[0].of(Trait::NoProto)), u"1/1/1"_s);
    QCOMPARE(text(facts[0].of(Trait::SentFor)), u"7/7/7"_s);
    one.send({headersFrom("X-Forwarded-For: 203.0.113.7")}, Now + 61);
    facts = PeerTable::merge(tables);
    QCOMPARE(text(facts[0].of(Trait::SentFor)), u"5/5/5"_s);
}

void tst_PeerTable::readersAndWritersMeet()
{
    Recorder recorder;
    constexpr int Requests = 2000;
    std::thread writer([&recorder] {
        for (int i = 0; i < Requests; ++i)
            recorder.send(
                {headersFrom("X-Forwarded-For: 203.0.113.7"), numbered("192.168.1.", i % 200)});
    });
    qint64 seen = 0;
    while (seen < Requests) {
        qint64 sum = 0;
        for (const PeerFacts &peer : recorder.facts())
            sum += peer.requests;
        if (sum < seen)
            break;
        seen = sum;
    }
    writer.join();
    QCOMPARE(seen, Requests);
}

QTEST_APPLESS_MAIN(tst_PeerTable)
#include "tst_peertable.moc"
