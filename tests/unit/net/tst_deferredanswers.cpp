// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Handlers that answer later, from the test thread, on whole I/O threads with real sockets.
#include "tests/unit/net/poolfixture.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Order
{
    std::shared_ptr<const HttpRequest> request;
    Responder respond;
};

// Where the handlers leave what they were given.
class Desk
{
public:
    void put(const std::shared_ptr<const HttpRequest> &request, const Responder &respond)
    {
        const std::lock_guard lock(m_mutex);
        m_orders.push_back({request, respond});
        ++m_taken;
        m_more.notify_one();
    }
    // Waits for the next one. One without a request: none came in time.
    Order take()
    {
        std::unique_lock lock(m_mutex);
        if (!m_more.wait_for(lock, LoopbackClient::Patience, [this] { return !m_orders.empty(); }))
            return {};
        Order order = m_orders.front();
        m_orders.erase(m_orders.begin());
        return order;
    }
    int taken() const
    {
        const std::lock_guard lock(m_mutex);
        return m_taken;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_more;
    std::vector<Order> m_orders;
    int m_taken = 0;
};

constexpr qsizetype BigBody = 1024 * 1024;

// /later answers when the test wants it to, /big at once but in the next turn.
std::shared_ptr<EngineSettings> settingsWith(Desk &desk, std::atomic<int> &bigOnes)
{
    auto settings = makeSettings();
    settings->origins = OriginPolicy({"https://good.example"_ba});
    settings->cors = CorsPolicy(settings->origins);
    const DeferredHandler later = [&desk](const auto &request, const auto &respond) {
        desk.put(request, respond);
    };
    const RouteOptions options{.takesBody = true};
    settings->router.add("GET", "/later/{name}", later, options);
    settings->router.add("POST", "/later/{name}", later, options);
    settings->router.add("GET", "/big", DeferredHandler([&bigOnes](const auto &, const auto &send) {
                             ++bigOnes;
                             send(Response::text(200, QByteArray(BigBody, 'b')));
                         }));
    return settings;
}

struct Fixture
{
    Desk desk;
    std::atomic<int> bigOnes = 0;
    PoolFixture pool{1, settingsWith(desk, bigOnes)};
};

QByteArray request(const QByteArray &target, const QByteArray &lines = {},
                   const QByteArray &method = "GET"_ba)
{
    return method + ' ' + target + " HTTP/1.1\r\nHost: test\r\n"_ba + lines + "\r\n"_ba;
}

// The head of the next response.
QByteArray readHead(LoopbackClient &client)
{
    return client.readUntil(HeadEnd);
}

} // namespace

class tst_DeferredAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void answersFromAnotherThread_data();
    void answersFromAnotherThread();
    void aHandlerMayEndTheConnection();
    void answersHeadWithoutABody();
    void theRequestOutlivesItsBytes();
    void theRequestOutlivesItsConnection();
    void pagesMayReadThem();
    void isReportedWhenItIsAnswered();
    void pipelinedRequestsStayInOrder();
    void readsNothingMeanwhile();
    void answersAPeerThatSendsNoMore();
    void endsAfterTheAnswerWhileDraining();
    void thePeerGoesAwayBefore_data();
    void thePeerGoesAwayBefore();
    void answersAfterTheEndAreLost();
    void answersOfManyThreads();
    void aPeerThatDoesNotReadIsNotServedOn();
};

void tst_DeferredAnswers::answersFromAnotherThread_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("connection");
    QTest::addColumn<bool>("stays");
    QTest::newRow("keep-alive") << request("/later/a"_ba) << QByteArray() << true;
    QTest::newRow("close") << request("/later/a"_ba, "Connection: close\r\n"_ba)
                           << "\r\nConnection: close\r\n"_ba << false;
    QTest::newRow("HTTP/1.0") << "GET /later/a HTTP/1.0\r\n\r\n"_ba
                              << "\r\nConnection: close\r\n"_ba << false;
    QTest::newRow("HTTP/1.0 that stays")
        << "GET /later/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"_ba
        << "\r\nConnection: keep-alive\r\n"_ba << true;
}

void tst_DeferredAnswers::answersFromAnotherThread()
{
    QFETCH(const QByteArray, asked);
    QFETCH(const QByteArray, connection);
    QFETCH(const bool, stays);
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    for (int round = 0; round < (stays ? 3 : 1); ++round) {
        client.send(asked);
        const Order order = f.desk.take();
        QVERIFY(order.request);
        order.respond(Response::text(201, "at last"_ba));
        const QByteArray head = readHead(client);
        QVERIFY2(head.startsWith("HTTP/1.1 201 Created\r\n"), head.constData());
        QVERIFY2(head.contains("\r\nContent-Length: 7\r\n"), head.constData());
        QVERIFY2(connection.isEmpty() ? !head.contains("\r\nConnection:")
                                      : head.contains(connection),
                 head.constData());
        QCOMPARE(client.read(7), "at last"_ba);
    }
    if (stays)
        QCOMPARE(ask(client), "127.0.0.1#1"_ba);
    else
        QCOMPARE(client.readToEnd(), QByteArray());
}

void tst_DeferredAnswers::aHandlerMayEndTheConnection()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba) + WhoRequest);
    Response response = Response::text(200, "bye"_ba);
    response.close = true;
    f.desk.take().respond(response);
    QVERIFY(readHead(client).contains("\r\nConnection: close\r\n"));
    QCOMPARE(client.readToEnd(), "bye"_ba); // and nothing to the second request
    QCOMPARE(f.pool.pool->totals().requestsTotal, 1);
}

void tst_DeferredAnswers::answersHeadWithoutABody()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba, {}, "HEAD"_ba) + WhoRequest);
    f.desk.take().respond(Response::text(200, "at last"_ba));
    const QByteArray head = readHead(client);
    QVERIFY(head.startsWith("HTTP/1.1 200 OK\r\n"));
    QVERIFY(head.contains("\r\nContent-Length: 7\r\n"));
    QVERIFY(readHead(client).startsWith("HTTP/1.1 200 OK\r\n"));
    QCOMPARE(client.readUntil("\n"_ba), "127.0.0.1#1\n"_ba);
}

// Head and body come in pieces, and other requests use the buffers of the thread meanwhile.
void tst_DeferredAnswers::theRequestOutlivesItsBytes()
{
    Fixture f;
    f.pool.pool->forEachWorker([](IoWorker &worker) {
        worker.applyPolicy(policyThatTrusts(u"127.0.0.1"_s, 2), [](qint64) {});
    });
    LoopbackClient &client = f.pool.connect();
    const QByteArray asked =
        request("/later/chair?a=b"_ba, "X-Forwarded-For: 203.0.113.7\r\nContent-Length: 4\r\n"_ba,
                "POST"_ba)
        + "body"_ba;
    client.send(asked.first(30));
    QTRY_COMPARE(f.pool.pool->totals().bytesIn, 30);
    client.send(asked.sliced(30));
    const Order order = f.desk.take();
    QVERIFY(order.request);
    f.pool.pool->forEachWorker(
        [](IoWorker &worker) { worker.applyPolicy(policyThatTrusts({}, 3), [](qint64) {}); });
    for (int i = 0; i < 3; ++i)
        QCOMPARE(ask(f.pool.connect()), "127.0.0.1#3"_ba);
    const HttpRequest &kept = *order.request;
    QCOMPARE(kept.head.method.toByteArray(), "POST"_ba);
    QCOMPARE(kept.head.path.toByteArray(), "/later/chair"_ba);
    QCOMPARE(kept.head.query.toByteArray(), "a=b"_ba);
    QCOMPARE(kept.body.toByteArray(), "body"_ba);
    QCOMPARE(kept.parameters.value("name").value_or("").toByteArray(), "chair"_ba);
    QCOMPARE(kept.resolution.client.toString(), u"203.0.113.7"_s);
    QCOMPARE(kept.resolution.policyRevision, 2);
    const Explanation why = kept.explanation->explain();
    QCOMPARE(why.trail.size(), 2);
    QCOMPARE(why.trail[1].address, IpAddress::fromIPv4(0xcb007107));
    order.respond(Response::text(200, "ok"_ba));
    QVERIFY(readHead(client).startsWith("HTTP/1.1 200 OK\r\n"));
}

void tst_DeferredAnswers::theRequestOutlivesItsConnection()
{
    std::optional<Order> order;
    {
        Fixture f;
        f.pool.connect().send(request("/later/a"_ba, "User-Agent: test\r\n"_ba));
        order = f.desk.take();
        QVERIFY(order->request);
        order->respond(Response::text(200, {}));
        order->respond = {};
    }
    QCOMPARE(order->request->head.find("user-agent").value_or("").toByteArray(), "test"_ba);
    QCOMPARE(order->request->explanation->explain().trail.size(), 1);
}

void tst_DeferredAnswers::pagesMayReadThem()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba, "Origin: https://good.example\r\n"_ba)
                + request("/later/b"_ba, "Origin: https://evil.example\r\n"_ba));
    f.desk.take().respond(Response::text(200, "1"_ba));
    f.desk.take().respond(Response::text(500, "2"_ba));
    const QByteArray good = readHead(client);
    QVERIFY(good.contains("\r\nAccess-Control-Allow-Origin: https://good.example\r\n"));
    QVERIFY(good.contains("\r\nVary: Origin\r\n"));
    const QByteArray evil = readHead(client);
    QVERIFY(!evil.contains("Access-Control-Allow-Origin"));
    QVERIFY(evil.contains("\r\nVary: Origin\r\n"));
}

void tst_DeferredAnswers::isReportedWhenItIsAnswered()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba));
    const Order order = f.desk.take();
    f.pool.connectionsOfThreads(); // the thread has done with the request
    QCOMPARE(f.pool.observer.requests(), 0);
    QCOMPARE(f.pool.pool->totals().requestsTotal, 1);
    order.respond(Response::error(418, "no coffee"));
    readHead(client);
    f.pool.connectionsOfThreads();
    QCOMPARE(f.pool.observer.statuses(), std::multiset<int>{418});
    QCOMPARE(f.pool.pool->totals().requestsTotal, 1);
}

void tst_DeferredAnswers::pipelinedRequestsStayInOrder()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(WhoRequest + request("/later/a"_ba) + WhoRequest + request("/later/b"_ba)
                + request("/later/c"_ba) + WhoRequest);
    for (const QByteArray &name : {"a"_ba, "b"_ba, "c"_ba}) {
        const Order order = f.desk.take();
        QVERIFY(order.request);
        QCOMPARE(order.request->parameters.value("name").value_or("").toByteArray(), name);
        f.pool.connectionsOfThreads();
        order.respond(Response::text(200, name + '\n'));
    }
    QCOMPARE(f.desk.taken(), 3);
    QByteArray bodies;
    for (int i = 0; i < 6; ++i) {
        QVERIFY(readHead(client).startsWith("HTTP/1.1 200 OK\r\n"));
        bodies += client.readUntil("\n"_ba);
    }
    QCOMPARE(bodies, "127.0.0.1#1\na\n127.0.0.1#1\nb\nc\n127.0.0.1#1\n"_ba);
}

void tst_DeferredAnswers::readsNothingMeanwhile()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    const QByteArray first = request("/later/a"_ba);
    client.send(first);
    const Order order = f.desk.take();
    client.send(request("/later/b"_ba));
    // As many turns as a thread that reads would need, and more.
    for (int i = 0; i < 20; ++i)
        f.pool.connectionsOfThreads();
    QCOMPARE(f.pool.pool->totals().bytesIn, first.size());
    QCOMPARE(f.desk.taken(), 1);
    order.respond(Response::text(200, "a\n"_ba));
    f.desk.take().respond(Response::text(200, "b\n"_ba));
    readHead(client);
    QCOMPARE(client.readUntil("\n"_ba), "a\n"_ba);
    readHead(client);
    QCOMPARE(client.readUntil("\n"_ba), "b\n"_ba);
}

void tst_DeferredAnswers::answersAPeerThatSendsNoMore()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba));
    client.finishSending();
    f.desk.take().respond(Response::text(200, "at last"_ba));
    QVERIFY(readHead(client).startsWith("HTTP/1.1 200 OK\r\n"));
    QCOMPARE(client.readToEnd(), "at last"_ba);
    QTRY_COMPARE(f.pool.pool->connections(), 0);
}

void tst_DeferredAnswers::endsAfterTheAnswerWhileDraining()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba));
    const Order order = f.desk.take();
    f.pool.pool->setDraining(true);
    f.pool.pool->forEachWorker([](IoWorker &worker) { worker.drainHttp(); });
    QCOMPARE(f.pool.connectionsOfThreads(), std::vector<qint64>{1});
    order.respond(Response::text(200, "at last"_ba));
    QVERIFY(readHead(client).contains("\r\nConnection: close\r\n"));
    QCOMPARE(client.readToEnd(), "at last"_ba);
}

void tst_DeferredAnswers::thePeerGoesAwayBefore_data()
{
    QTest::addColumn<bool>("byReset");
    QTest::newRow("by an orderly end") << false;
    QTest::newRow("by a reset") << true;
}

void tst_DeferredAnswers::thePeerGoesAwayBefore()
{
    QFETCH(const bool, byReset);
    Fixture f;
    f.pool.connect().send(request("/later/a"_ba) + request("/later/b"_ba));
    const Order order = f.desk.take();
    if (byReset) {
        f.pool.clients.back()->abort();
        QTRY_COMPARE(f.pool.pool->connections(), 0);
    } else {
        f.pool.clients.clear();
    }
    QCOMPARE(order.request->head.path.toByteArray(), "/later/a"_ba);
    order.respond(Response::text(200, "too late"_ba));
    if (!byReset) // it may still have wanted both answers
        f.desk.take().respond(Response::text(200, "too late"_ba));
    QTRY_COMPARE(f.pool.pool->connections(), 0);
    QCOMPARE(f.desk.taken(), byReset ? 1 : 2);
    // The thread goes on, for others.
    QCOMPARE(ask(f.pool.connect()), "127.0.0.1#1"_ba);
}

void tst_DeferredAnswers::answersAfterTheEndAreLost()
{
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/later/a"_ba));
    const Order order = f.desk.take();
    f.pool.pool->stop();
    QCOMPARE(client.readToEnd(), QByteArray());
    order.respond(Response::text(200, "too late"_ba));
    QCOMPARE(order.request->head.path.toByteArray(), "/later/a"_ba);
    f.pool.pool.reset();
    QCOMPARE(f.pool.observer.requests(), 0);
}

void tst_DeferredAnswers::answersOfManyThreads()
{
    constexpr int Clients = 40;
    constexpr int Rounds = 5;
    Fixture f;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&f] {
            for (int i = 0; i < Clients * Rounds / 4; ++i) {
                const Order order = f.desk.take();
                if (order.request)
                    order.respond(
                        Response::text(200, order.request->head.query.toByteArray() + '\n'));
            }
        });
    }
    for (int i = 0; i < Clients; ++i)
        f.pool.connect();
    int wrong = 0;
    for (int round = 0; round < Rounds; ++round) {
        for (int i = 0; i < Clients; ++i)
            f.pool.clients[size_t(i)]->send(request("/later/a?"_ba + QByteArray::number(i)));
        for (int i = 0; i < Clients; ++i) {
            readHead(*f.pool.clients[size_t(i)]);
            const QByteArray body = f.pool.clients[size_t(i)]->readUntil("\n"_ba);
            wrong += body == QByteArray::number(i) + '\n' ? 0 : 1;
        }
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(wrong, 0);
}

// Its requests are small and the answers big, so they would fill the memory.
void tst_DeferredAnswers::aPeerThatDoesNotReadIsNotServedOn()
{
    constexpr int Requests = 60;
    Fixture f;
    LoopbackClient &client = f.pool.connect();
    client.send(request("/big"_ba).repeated(Requests));
    QTRY_VERIFY(f.bigOnes > 0);
    // Each answer takes a turn: there are turns enough for all.
    for (int i = 0; i < 10 * Requests; ++i)
        f.pool.connectionsOfThreads();
    QVERIFY2(f.bigOnes < Requests, "all were answered, and the answers wait");
    // It gets all of them as soon as it reads.
    for (int i = 0; i < Requests; ++i) {
        QVERIFY(readHead(client).startsWith("HTTP/1.1 200 OK\r\n"));
        QCOMPARE(client.read(BigBody).size(), BigBody);
    }
    QCOMPARE(f.bigOnes.load(), Requests);
    QCOMPARE(ask(client), "127.0.0.1#1"_ba);
}

QTEST_GUILESS_MAIN(tst_DeferredAnswers)
#include "tst_deferredanswers.moc"
