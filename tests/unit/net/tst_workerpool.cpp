// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Whole I/O threads with real sockets. The test thread is the client: its ends block, with a time
// limit that only a failing test reaches.
#include "tests/unit/net/policyfixture.h"

#include <QRegularExpression>
#include <QTest>
#include <QThread>

#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Fixture = PoolFixture;

const QByteArray CloseAnswer = "\x88\x82\x00\x00\x00\x00\x03\xe9"_ba; // 1001, masked with zeros

// A close frame for this code, without mask, as servers send it.
QByteArray closeFrameStart(int code)
{
    return QByteArray().append(char(code >> 8)).append(char(code & 0xff));
}

} // namespace

class tst_WorkerPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void startsAsManyThreadsAsAsked_data();
    void startsAsManyThreadsAsAsked();
    void answersOnAllThreads();
    void spreadsABurstEvenly();
    void fillsTheThreadWithTheFewest();
    void totalsAddUpToWhatWasSent();
    void handsANewPolicyToEachThread();
    void resolvesOpenClientsAgain_data();
    void resolvesOpenClientsAgain();
    void noLimitHoldsForWhoIsThere();
    void aNewerPolicyOvertakesTheWalk();
    void clientsComeAndGoWhilePoliciesChange();
    void connectionsMayBreakInTheWalk();
    void tellsHowLateItsThreadsAre();
    void givesEachClientAnIdOfItsOwn();
    void closesSomeClientsOfEachThread();
    void endsHttpConnectionsWhileDraining();
    void closesWhatIsOpenAtTheEnd();
    void survivesItsEndAtAnyMoment();
    void takesAConnectionWhosePeerIsGone();
    void turnsConnectionsAwayAtTheDoor();
    void knowsWhetherItsThreadsTurn();
};

void tst_WorkerPool::startsAsManyThreadsAsAsked_data()
{
    QTest::addColumn<int>("asked");
    QTest::addColumn<int>("threads");
    QTest::newRow("one") << 1 << 1;
    QTest::newRow("several") << 4 << 4;
    QTest::newRow("one for each core") << 0 << QThread::idealThreadCount();
}

void tst_WorkerPool::startsAsManyThreadsAsAsked()
{
    QFETCH(const int, asked);
    QFETCH(const int, threads);
    Fixture f(asked);
    QCOMPARE(f.pool->threads(), threads);
    QCOMPARE(f.connectionsOfThreads(), std::vector<qint64>(size_t(threads), 0));
    QCOMPARE(f.pool->connections(), 0);
}

void tst_WorkerPool::answersOnAllThreads()
{
    Fixture f(4);
    for (int i = 0; i < 40; ++i)
        f.connect();
    for (int round = 0; round < 5; ++round) {
        for (const auto &client : f.clients)
            client->send(WhoRequest);
        for (const auto &client : f.clients) {
            QVERIFY(client->readUntil(HeadEnd).startsWith("HTTP/1.1 200 OK\r\n"));
            QCOMPARE(client->readUntil("\n"_ba), "127.0.0.1#1\n"_ba);
        }
    }
    f.pool.reset();
    QCOMPARE(f.observer.requests(), 200);
    QCOMPARE(f.observer.threads(), 4);
    QCOMPARE(f.observer.statuses().count(200), 200);
}

// All of them are accepted before any thread comes round to look at its mailbox.
void tst_WorkerPool::spreadsABurstEvenly()
{
    Fixture f(4);
    std::promise<void> go;
    const std::shared_future<void> going = go.get_future().share();
    f.pool->forEachWorker([going](IoWorker &) { going.wait(); });
    for (int i = 0; i < 40; ++i)
        f.connect();
    QCOMPARE(f.pool->connections(), 40);
    go.set_value();
    QCOMPARE(f.connectionsOfThreads(), std::vector<qint64>(4, 10));
}

void tst_WorkerPool::fillsTheThreadWithTheFewest()
{
    Fixture f(2);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(ask(f.connect()), "127.0.0.1#1"_ba);
    // All connections of one thread end, and as many come again: that thread gets them.
    const auto first = std::make_shared<std::atomic<bool>>(true);
    f.pool->forEachWorker([first](IoWorker &worker) {
        if (first->exchange(false))
            worker.drainHttp();
    });
    QTRY_COMPARE(f.pool->connections(), 10);
    for (int i = 0; i < 10; ++i)
        f.connect();
    QCOMPARE(f.connectionsOfThreads(), std::vector<qint64>(2, 10));
}

void tst_WorkerPool::totalsAddUpToWhatWasSent()
{
    Fixture f(3);
    qint64 received = 0;
    for (int i = 0; i < 30; ++i)
        f.connect();
    for (const auto &client : f.clients) {
        client->send(WhoRequest + WhoRequest);
        for (int i = 0; i < 2; ++i)
            received += client->readUntil(HeadEnd).size() + client->readUntil("\n"_ba).size();
    }
    LoopbackClient &wrong = f.connect();
    const QByteArray garbage = "\x01garbage"_ba;
    wrong.send(garbage);
    received += wrong.readToEnd().size();
    LoopbackClient &webSocket = f.connect();
    webSocket.send(Handshake);
    received += webSocket.readUntil(HeadEnd).size();

    const qint64 sent = 60 * WhoRequest.size() + garbage.size() + Handshake.size();
    QTRY_COMPARE(f.pool->totals().bytesIn, sent);
    QTRY_COMPARE(f.pool->totals().bytesOut, received);
    const CounterTotals totals = f.pool->totals();
    QCOMPARE(totals.requestsTotal, 61); // the handshake is one
    QCOMPARE(totals.connectionsTotal, 32);
    QCOMPARE(totals.upgradesTotal, 1);
    QCOMPARE(totals.clients, 1);
    QCOMPARE(totals.refusedRequests, 1);
    QCOMPARE(totals.ignoredHeaders, 60);
    f.clients.clear();
    QTRY_COMPARE(f.pool->connections(), 0);
    QCOMPARE(f.pool->totals().connections, 0);
    QCOMPARE(f.pool->totals().clients, 0);
}

void tst_WorkerPool::handsANewPolicyToEachThread()
{
    Fixture f(4);
    for (int i = 0; i < 16; ++i)
        QCOMPARE(ask(f.connect()), "127.0.0.1#1"_ba);
    const std::shared_ptr<const TrustPolicy> policy = policyThatTrusts(u"127.0.0.1"_s, 2);
    f.pool->forEachWorker(
        [policy](IoWorker &worker) { worker.applyPolicy(policy, [](qint64) {}); });
    // Orders are passed before the connections that come after them, and hold for old ones too.
    for (int i = 0; i < 16; ++i)
        QCOMPARE(ask(f.connect()), "203.0.113.7#2"_ba);
    for (const auto &client : f.clients)
        QCOMPARE(ask(*client), "203.0.113.7#2"_ba);
}

void tst_WorkerPool::resolvesOpenClientsAgain_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArrayList>("heard");
    const auto row = [](const char *name, const QByteArray &lines, const QByteArray &url,
                        const QByteArrayList &heard) {
        QTest::newRow(name) << lines << url << heard;
    };
    const QByteArray plain = "http://test/"_ba;
    row("it has another address", forwardedFor("203.0.113.7"), plain,
        {"127.0.0.1 is 203.0.113.7"_ba});
    row("it has another scheme", "X-Forwarded-Proto: https\r\n"_ba, "https://test/"_ba,
        {"127.0.0.1 is 127.0.0.1"_ba});
    row("it asks for another host", "X-Forwarded-Host: app.example\r\n"_ba,
        "http://app.example/"_ba, {"127.0.0.1 is 127.0.0.1"_ba});
    row("it asks for another port", "X-Forwarded-Port: 8080\r\n"_ba, "http://test:8080/"_ba,
        {"127.0.0.1 is 127.0.0.1"_ba});
    row("all that is the same", "X-Forwarded-Host: test\r\n"_ba, plain, {});
    row("nothing was forwarded", {}, plain, {});
}

void tst_WorkerPool::resolvesOpenClientsAgain()
{
    QFETCH(const QByteArray, lines);
    QFETCH(const QByteArray, url);
    QFETCH(const QByteArrayList, heard);
    RecordingServices services;
    auto settings = makeSettings();
    settings->services = &services;
    Fixture f(2, settings);
    connectClients(f, 1, [&](int) { return lines; });
    ask(f.connect()); // not a client
    const auto record = f.pool->state().directory.all().at(0);
    const Resolution before = record->resolution();
    const ClientLimits &limits = f.pool->state().limits;
    QCOMPARE(limits.connectionsOf(Proxy), 1);

    QCOMPARE(apply(*f.pool, u"127.0.0.1"_s, 2), heard.size());
    const Resolution after = record->resolution();
    QCOMPARE(effectiveUrl(after, "/"), url);
    QCOMPARE(after.policyRevision, 2);
    QCOMPARE(services.takeHeard(), heard);
    QCOMPARE(record->formerResolution(), heard.isEmpty() ? std::nullopt : std::optional(before));
    const bool hasMoved = after.client != before.client;
    QCOMPARE(limits.connectionsOf(Proxy), hasMoved ? 0 : 1);
    QCOMPARE(limits.connectionsOf(Forwarded), hasMoved ? 1 : 0);

    // And back.
    QCOMPARE(apply(*f.pool, {}, 3), heard.size());
    QCOMPARE(limits.connectionsOf(Proxy), 1);
    QCOMPARE(limits.connectionsOf(Forwarded), 0);
    f.clients.clear();
    QTRY_COMPARE(limits.connectionsOf(Proxy), 0);
    QCOMPARE(apply(*f.pool, u"127.0.0.1"_s, 4), 0);
}

void tst_WorkerPool::noLimitHoldsForWhoIsThere()
{
    auto settings = makeSettings();
    settings->clientLimits.maxConnectionsPerClient = 1;
    Fixture f(1, settings);
    QCOMPARE(apply(*f.pool, u"127.0.0.1"_s, 2), 0);
    connectClients(f, 5,
                   [](int i) { return forwardedFor("203.0.113."_ba + QByteArray::number(i)); });
    const ClientLimits &limits = f.pool->state().limits;
    QCOMPARE(apply(*f.pool, {}, 3), 5);
    QCOMPARE(limits.connectionsOf(Proxy), 5);
    QCOMPARE(f.pool->totals().clients, 5);
    f.connect().send(Handshake);
    QVERIFY(f.clients.back()->readUntil(HeadEnd).startsWith("HTTP/1.1 429 "));
    for (size_t i = 0; i < 5; ++i) {
        f.clients[i]->send("\x89\x80\x00\x00\x00\x00"_ba);
        QCOMPARE(f.clients[i]->readUntil("\x8a\x00"_ba), "\x8a\x00"_ba);
    }
}

// Both are ordered while the thread does something else, so the second one comes between the first
// two turns of the first.
void tst_WorkerPool::aNewerPolicyOvertakesTheWalk()
{
    Fixture f(1);
    constexpr int Count = 500;
    connectClients(f, Count, [](int) { return forwardedFor("203.0.113.7"_ba); });
    std::promise<void> go;
    f.pool->forEachWorker([going = go.get_future().share()](IoWorker &) { going.wait(); });
    Applied first;
    Applied second;
    f.pool->applyPolicy(policyThatTrusts(u"127.0.0.1"_s, 2), first.teller());
    f.pool->applyPolicy(policyThatTrusts({}, 3), second.teller());
    go.set_value();
    const qint64 there = first.wait();
    const qint64 back = second.wait();
    QVERIFY(there > 0 && there < Count);
    QCOMPARE(back, there);
    for (const auto &record : f.pool->state().directory.all()) {
        QCOMPARE(record->resolution().policyRevision, 3);
        QCOMPARE(record->resolution().client, Proxy);
    }
    QCOMPARE(f.pool->state().limits.connectionsOf(Proxy), Count);
    QCOMPARE(f.pool->state().limits.connectionsOf(Forwarded), 0);
    abortClients(f);
}

void tst_WorkerPool::clientsComeAndGoWhilePoliciesChange()
{
    RecordingServices services;
    auto settings = makeSettings();
    settings->services = &services;
    settings->clientLimits.maxConnectionsPerClient = 0;
    Fixture f(2, settings);
    constexpr int Count = 1000;
    connectClients(f, Count, [](int) { return forwardedFor("203.0.113.7"_ba); });
    qint64 changes = 0;
    for (quint64 revision = 2; revision <= 11; ++revision) {
        Applied applied;
        f.pool->applyPolicy(
            policyThatTrusts(revision % 2 == 0 ? u"127.0.0.1"_s : QString(), revision),
            applied.teller());
        // The first, one in the middle, and the last of those that are left; few of them politely.
        for (int i = 0; i < 60; ++i) {
            const size_t at = i % 3 == 0 ? 0 : f.clients.size() / size_t(i % 3) - 1;
            if (i % 10 != 0)
                f.clients[at]->abort();
            f.clients.erase(f.clients.begin() + std::ptrdiff_t(at));
        }
        connectClients(f, 10, [](int) { return forwardedFor("203.0.113.7"_ba); });
        const qint64 changed = applied.wait();
        QVERIFY(changed > 0 && changed <= Count);
        changes += changed;
    }
    const int left = int(f.clients.size());
    QTRY_COMPARE(f.pool->totals().clients, left);
    QCOMPARE(qint64(services.takeHeard().size()), changes);
    for (const auto &record : f.pool->state().directory.all())
        QCOMPARE(record->resolution().policyRevision, 11);
    QCOMPARE(f.pool->state().limits.connectionsOf(Proxy), left);
    QCOMPARE(f.pool->state().limits.connectionsOf(Forwarded), 0);
    // Nobody is somebody else now.
    QCOMPARE(apply(*f.pool, {}, 12), 0);
    QCOMPARE(services.takeHeard(), QByteArrayList());
    abortClients(f);
    QCOMPARE(f.pool->state().limits.connectionsOf(Proxy), 0);
}

// What a handler that hears of a change sends to others may show that their connections broke,
// which takes them out of the list that is being walked.
void tst_WorkerPool::connectionsMayBreakInTheWalk()
{
    RecordingServices services;
    auto settings = makeSettings();
    settings->services = &services;
    settings->limits.sendQueueBytes = 1;
    bool isFirst = true;
    services.onChange = [&] {
        if (!std::exchange(isFirst, false))
            return;
        for (ClientSession *session : services.sessions)
            session->send("\x81\x02hi"_ba);
    };
    Fixture f(1, settings);
    constexpr size_t Count = 20;
    connectClients(f, Count, [](int) { return forwardedFor("203.0.113.7"_ba); });
    Applied applied;
    std::promise<void> go;
    f.pool->forEachWorker([&, going = go.get_future().share()](IoWorker &worker) {
        going.wait();
        worker.applyPolicy(policyThatTrusts(u"127.0.0.1"_s, 2), applied.teller());
    });
    for (size_t i = 0; i < Count; i += 2)
        f.clients[i]->abort();
    go.set_value();
    QCOMPARE(applied.wait(), qint64(Count / 2));
    QTRY_COMPARE(f.pool->totals().clients, qint64(Count / 2));
    for (const auto &record : f.pool->state().directory.all())
        QCOMPARE(record->resolution().client, Forwarded);
}

void tst_WorkerPool::tellsHowLateItsThreadsAre()
{
    Fixture f(2);
    const auto now = [] { return std::chrono::steady_clock::now(); };
    QCOMPARE(f.pool->probeLag(now()), 0us);
    QCOMPARE(f.askThreads([](IoWorker &) { return 1; }).size(), 2);
    // Answered, however much later it is asked.
    QVERIFY(f.pool->probeLag(now() + 1h) < 1h);
    QCOMPARE(f.askThreads([](IoWorker &) { return 1; }).size(), 2);
    // One thread that stands is enough, and only until it goes on.
    std::promise<void> go;
    const std::shared_future<void> going = go.get_future().share();
    const auto first = std::make_shared<std::atomic<bool>>(true);
    f.pool->forEachWorker([first, going](IoWorker &) {
        if (first->exchange(false))
            going.wait();
    });
    const auto asked = now();
    f.pool->probeLag(asked);
    QVERIFY(f.pool->probeLag(asked + 5min) >= 5min);
    QVERIFY(f.pool->probeLag(asked + 6min) >= 6min);
    go.set_value();
    QCOMPARE(f.askThreads([](IoWorker &) { return 1; }).size(), 2);
    QVERIFY(f.pool->probeLag(asked + 7min) < 5min);
}

void tst_WorkerPool::givesEachClientAnIdOfItsOwn()
{
    Fixture f(4);
    for (int i = 0; i < 40; ++i)
        f.connect().send(Handshake);
    for (const auto &client : f.clients)
        QVERIFY(client->readUntil(HeadEnd).startsWith("HTTP/1.1 101 "));
    QTRY_COMPARE(f.observer.clientIds().size(), 40);
    QCOMPARE(*f.observer.clientIds().begin(), 1);
    QCOMPARE(*f.observer.clientIds().rbegin(), 40);
}

void tst_WorkerPool::closesSomeClientsOfEachThread()
{
    Fixture f(2);
    for (int i = 0; i < 20; ++i) {
        LoopbackClient &client = f.connect();
        client.send(Handshake);
        client.readUntil(HeadEnd);
    }
    const std::vector<qint64> left =
        f.askThreads([](IoWorker &worker) { return worker.closeClients(4, 1001, "going"_ba); });
    QCOMPARE(left, std::vector<qint64>(2, 6));
    // The closing handshake is theirs to finish.
    QCOMPARE(f.pool->totals().clients, 20);
    f.pool->forEachWorker([](IoWorker &worker) { worker.closeClients(100, 1001, "going"_ba); });
    for (const auto &client : f.clients) {
        QCOMPARE(client->readUntil("going"_ba).right(7), closeFrameStart(1001) + "going"_ba);
        client->send(CloseAnswer);
        QCOMPARE(client->readToEnd(), QByteArray());
    }
    f.clients.clear();
    QTRY_COMPARE(f.pool->connections(), 0);
    QCOMPARE(f.observer.closeCodes().count(1001), 20);
}

void tst_WorkerPool::endsHttpConnectionsWhileDraining()
{
    Fixture f(2);
    LoopbackClient &idle = f.connect();
    QCOMPARE(ask(idle), "127.0.0.1#1"_ba);
    LoopbackClient &busy = f.connect();
    QCOMPARE(ask(busy), "127.0.0.1#1"_ba);
    busy.send(WhoRequest.first(10));
    QTRY_COMPARE(f.pool->totals().bytesIn, 2 * WhoRequest.size() + 10);
    LoopbackClient &webSocket = f.connect();
    webSocket.send(Handshake);
    webSocket.readUntil(HeadEnd);

    f.pool->setDraining(true);
    f.pool->forEachWorker([](IoWorker &worker) { worker.drainHttp(); });
    QCOMPARE(idle.readToEnd(), QByteArray());
    busy.send(WhoRequest.sliced(10));
    QVERIFY(busy.readToEnd().contains("\r\nConnection: close\r\n"));
    // A client stays until it is closed, and no other one comes.
    webSocket.send("\x89\x80\x00\x00\x00\x00"_ba);
    QCOMPARE(webSocket.readUntil("\x8a\x00"_ba), "\x8a\x00"_ba);
    LoopbackClient &late = f.connect();
    late.send(Handshake);
    QVERIFY(late.readToEnd().startsWith("HTTP/1.1 503 "));

    f.pool->setDraining(false);
    LoopbackClient &again = f.connect();
    QCOMPARE(ask(again), "127.0.0.1#1"_ba);
    QCOMPARE(ask(again), "127.0.0.1#1"_ba);
}

void tst_WorkerPool::closesWhatIsOpenAtTheEnd()
{
    Fixture f(2);
    QCOMPARE(ask(f.connect()), "127.0.0.1#1"_ba);
    f.connect().send(WhoRequest.first(20)); // half a request
    f.connect().send("POST /who HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhalf"_ba);
    LoopbackClient &webSocket = f.connect();
    webSocket.send(Handshake);
    webSocket.readUntil(HeadEnd);
    webSocket.send("\x81\x84\x00\x00"_ba); // half a frame
    f.connect();                           // nothing at all
    QTRY_COMPARE(f.pool->totals().connections, 5);
    f.pool.reset();
    for (const auto &client : f.clients)
        QCOMPARE(client->readToEnd(), QByteArray());
    QCOMPARE(f.observer.closeCodes(), std::multiset<int>{1006});
}

void tst_WorkerPool::survivesItsEndAtAnyMoment()
{
    for (int round = 0; round < 30; ++round) {
        Fixture f(3);
        for (int i = 0; i < round; ++i)
            f.connect().send(i % 3 == 0 ? Handshake : WhoRequest);
        f.pool->forEachWorker([](IoWorker &worker) { worker.closeClients(1, 1001, {}); });
        f.pool.reset();
        // Every descriptor that was handed over was closed, in whatever state it was.
        for (const auto &client : f.clients)
            client->readToEnd();
    }
}

void tst_WorkerPool::takesAConnectionWhosePeerIsGone()
{
    Fixture f(1);
    // Not connected: its peer cannot be told, as after a reset before it was taken.
    f.pool->adopt(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    QTRY_COMPARE(f.pool->connections(), 0);
    QCOMPARE(f.pool->totals().connectionsTotal, 0);
    QCOMPARE(ask(f.connect()), "127.0.0.1#1"_ba);
}

void tst_WorkerPool::turnsConnectionsAwayAtTheDoor()
{
    auto settings = makeSettings();
    settings->limits.maxConnections = 1;
    Fixture f(2, settings);
    QCOMPARE(ask(f.connect()), "127.0.0.1#1"_ba);
    // The reserve is still read, but only for health checks.
    LoopbackClient &reserve = f.connect();
    reserve.send(WhoRequest);
    QVERIFY(reserve.readToEnd().startsWith("HTTP/1.1 503 "));
    QTRY_COMPARE(f.pool->connections(), 1);
    QCOMPARE(f.pool->totals().refusedLimits, 1);
    for (int i = 0; i < EngineLimits::ReserveConnections; ++i)
        f.connect();
    QCOMPARE(f.pool->connections(), 1 + EngineLimits::ReserveConnections);
    const QByteArray answer = f.connect().readToEnd();
    QVERIFY(answer.startsWith("HTTP/1.1 503 Service Unavailable\r\n"));
    QVERIFY(answer.contains("\r\nContent-Length: 24\r\n"));
    QVERIFY(answer.endsWith("\r\n\r\nConnection limit reached"));
    QCOMPARE(f.pool->connections(), 1 + EngineLimits::ReserveConnections);
    QCOMPARE(f.pool->totals().refusedLimits, 2);
    // As soon as somebody goes there is room again.
    f.clients.erase(f.clients.begin());
    QTRY_COMPARE(f.pool->connections(), EngineLimits::ReserveConnections);
    f.connect();
    QCOMPARE(f.pool->connections(), 1 + EngineLimits::ReserveConnections);
}

void tst_WorkerPool::knowsWhetherItsThreadsTurn()
{
    Fixture f(2);
    const auto now = std::chrono::steady_clock::now();
    QVERIFY(f.pool->isTurning(now, 0s));
    QVERIFY(f.pool->isTurning(now + 1s, 5s));
    QVERIFY(!f.pool->isTurning(now + 1h, 5s));
    // One thread that stands is enough, and only until it goes on.
    std::promise<void> go;
    const std::shared_future<void> going = go.get_future().share();
    const auto first = std::make_shared<std::atomic<bool>>(true);
    f.pool->forEachWorker([first, going](IoWorker &) {
        if (first->exchange(false))
            going.wait();
    });
    const auto patience = 100ms;
    QTRY_VERIFY(!f.pool->isTurning(std::chrono::steady_clock::now(), patience));
    go.set_value();
    QTRY_VERIFY(f.pool->isTurning(std::chrono::steady_clock::now(), patience));
}

QTEST_GUILESS_MAIN(tst_WorkerPool)
#include "tst_workerpool.moc"
