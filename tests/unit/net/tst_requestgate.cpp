// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"
#include "server/net/requestgate.h"
#include "server/trust/resolver.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Key = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 1.3
constexpr auto Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const IpAddress Peer = IpAddress::fromIPv4(0x0a000001);   // 10.0.0.1, trusted
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7
const IpAddress OtherClient = IpAddress::fromIPv4(0xcb007108);

QByteArray lines(const QByteArrayList &headerLines)
{
    QByteArray text;
    for (const QByteArray &line : headerLines)
        text += line + "\r\n"_ba;
    return text;
}

QByteArray handshakeLines(const QByteArray &version = "13"_ba)
{
    return lines({"Upgrade: websocket"_ba, "Connection: Upgrade"_ba,
                  QByteArray("Sec-WebSocket-Key: "_ba + Key),
                  QByteArray("Sec-WebSocket-Version: "_ba + version)});
}

class NoExplanation final : public ExplanationSource
{
public:
    Explanation explain() const override { return {}; }
};

// Two routes: /health is exempt, /items takes GET and POST.
std::unique_ptr<EngineSettings> makeSettings()
{
    auto settings = std::make_unique<EngineSettings>();
    settings->limits.maxConnections = 10;
    settings->limits.maxConnectionsPerClient = 2;
    settings->authKey = "secret"_ba;
    settings->origins = OriginPolicy({"https://good.example"_ba});
    settings->router.add("GET", "/health",
                         [](const Request &) { return Response::text(200, "healthy"_ba); },
                         {.exempt = true, .bareErrors = true});
    settings->router.add("GET", "/items", [](const Request &request) {
        return Response::text(200, request.resolution.client.toText());
    });
    settings->router.add("POST", "/items", [](const Request &request) {
        return Response::text(201, request.body.toByteArray());
    });
    return settings;
}

std::shared_ptr<const TrustPolicy> makePolicy()
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{u"10.0.0.0/8"_s, {}}};
    settings.allowedHosts = {"app.example"_ba};
    const auto policy = TrustPolicy::compile(settings, 1);
    if (!policy)
        qFatal("the policy of the test is wrong");
    return policy.value();
}

// Everything that a refusal can be about. A default one is a sound handshake of a known client.
struct Caller
{
    QByteArray method = "GET"_ba;
    QByteArray target = "/chat?key=secret"_ba;
    QByteArray headers = handshakeLines();
    QByteArray body = {};
    QByteArray host = "app.example"_ba;
    int connections = 1;
    bool conflictRejected = false;
    bool known = true;
    bool draining = false;
    int placesTaken = 0;
};

// A gate with its surroundings.
struct Fixture
{
    RequestGate::Outcome serve(const Caller &caller)
    {
        const QByteArray bytes = caller.method + ' ' + caller.target
                                 + " HTTP/1.1\r\nHost: anything.example\r\n"_ba + caller.headers
                                 + "\r\n"_ba;
        RequestParser parser;
        RequestHead head;
        if (parser.parse(bytes, head) != ParseStatus::Complete)
            qFatal("the request of the test is wrong: %s", bytes.constData());
        Resolution resolution(Peer);
        resolution.client = Client;
        resolution.host = caller.host;
        resolution.port = 80;
        resolution.known = caller.known;
        resolution.conflictRejected = caller.conflictRejected;
        state.connections = caller.connections;
        state.draining = caller.draining;
        for (int i = 0; i < caller.placesTaken; ++i)
            state.clients.acquire(Client, 0);
        return gate.serve(head, caller.body, resolution, NoExplanation(), *policy);
    }

    std::unique_ptr<EngineSettings> settings = makeSettings();
    EngineState state;
    WorkerCounters counters;
    std::shared_ptr<const TrustPolicy> policy = makePolicy();
    RequestGate gate{*settings, state, counters};
};

QByteArray headerOf(const Response &response, const QByteArray &name)
{
    for (const auto &[known, value] : response.headers) {
        if (known == name)
            return value;
    }
    return {};
}

// All refusals at once, in the order of the checks; row n leaves out the first n of them.
struct Hurdle
{
    const char *name;
    int status;
    std::function<void(Caller &)> fail;
};

const std::vector<Hurdle> &hurdles()
{
    static const std::vector<Hurdle> all = {
        {"contradicting headers", 400, [](Caller &c) { c.conflictRejected = true; }},
        {"a host that is not allowed", 421, [](Caller &c) { c.host = "evil.example"_ba; }},
        {"too many connections", 503, [](Caller &c) { c.connections = 11; }},
        {"a wrong handshake", 426, [](Caller &c) { c.headers = handshakeLines("8"_ba); }},
        {"a wrong Origin", 403, [](Caller &c) { c.headers += "Origin: https://evil.example\r\n"; }},
        {"a wrong key", 401, [](Caller &c) { c.target = "/chat?key=wrong"_ba; }},
        {"draining", 503, [](Caller &c) { c.draining = true; }},
        {"too many connections of the client", 429, [](Caller &c) { c.placesTaken = 2; }},
    };
    return all;
}

qint64 counted(const WorkerCounters &counters)
{
    qint64 sum = 0;
    forEachCounter([&](const char *, auto counter, auto) { sum += (counters.*counter).value(); });
    return sum;
}

} // namespace

Q_DECLARE_METATYPE(Caller)

class tst_RequestGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void checksInItsOrder_data();
    void checksInItsOrder();
    void answersHealthWhateverIsWrong_data();
    void answersHealthWhateverIsWrong();
    void answersRoutes_data();
    void answersRoutes();
    void saysWhyAndWhenToComeBack_data();
    void saysWhyAndWhenToComeBack();
    void acceptsAClient();
    void acceptsAClientFrom_data();
    void acceptsAClientFrom();
    void aRefusedClientTakesNoPlace_data();
    void aRefusedClientTakesNoPlace();
    void countsClientsApart();
    void doesNotCountUnknownClients();
    void asksForNoKeyWithoutOne();
    void takesTheWholeLimitOfConnections();
};

void tst_RequestGate::checksInItsOrder_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("status");
    for (size_t i = 0; i < hurdles().size(); ++i)
        QTest::newRow(hurdles()[i].name) << int(i) << hurdles()[i].status;
    QTest::newRow("nothing wrong") << int(hurdles().size()) << 101;
}

// With this and everything behind it wrong, this is what the answer is about; alone as well.
void tst_RequestGate::checksInItsOrder()
{
    QFETCH(const int, first);
    QFETCH(const int, status);
    Caller everything;
    for (size_t i = size_t(first); i < hurdles().size(); ++i)
        hurdles()[i].fail(everything);
    QCOMPARE(Fixture().serve(everything).response.status, status);

    Caller alone;
    if (size_t(first) < hurdles().size())
        hurdles()[size_t(first)].fail(alone);
    const RequestGate::Outcome outcome = Fixture().serve(alone);
    QCOMPARE(outcome.response.status, status);
    QCOMPARE(outcome.client.has_value(), status == 101);
    QVERIFY(!outcome.exempt);
}

void tst_RequestGate::answersHealthWhateverIsWrong_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    QTest::newRow("GET") << "GET"_ba << QByteArray() << 200;
    QTest::newRow("HEAD") << "HEAD"_ba << QByteArray() << 200;
    QTest::newRow("an upgrade is none here") << "GET"_ba << handshakeLines() << 200;
    QTest::newRow("POST is not allowed, whoever asks") << "POST"_ba << QByteArray() << 405;
}

void tst_RequestGate::answersHealthWhateverIsWrong()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, headers);
    QFETCH(const int, status);
    Caller caller;
    for (const Hurdle &hurdle : hurdles())
        hurdle.fail(caller);
    caller.method = method;
    caller.target = "/health"_ba;
    caller.headers = headers;
    Fixture f;
    const RequestGate::Outcome outcome = f.serve(caller);
    QCOMPARE(outcome.response.status, status);
    QVERIFY(outcome.exempt);
    QVERIFY(!outcome.client);
    QCOMPARE(counted(f.counters), 0);
}

void tst_RequestGate::answersRoutes_data()
{
    QTest::addColumn<Caller>("caller");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &target,
                        const QByteArray &headers, int status, const QByteArray &body) {
        QTest::newRow(name) << Caller{.method = method,
                                      .target = target,
                                      .headers = headers,
                                      .body = "sent"_ba}
                            << status << body;
    };
    const auto error = [](const QByteArray &text, const QByteArray &code) {
        return QByteArray(R"({"error":")"_ba + text + R"(","code":")"_ba + code + R"("})"_ba);
    };
    row("a route gets the resolution", "GET"_ba, "/items"_ba, {}, 200, "203.0.113.7"_ba);
    row("a route gets the body", "POST"_ba, "/items?a=b"_ba, {}, 201, "sent"_ba);
    row("another method", "PUT"_ba, "/items"_ba, {}, 405,
        error("Method Not Allowed"_ba, "method_not_allowed"_ba));
    row("another path", "GET"_ba, "/nothing"_ba, {}, 404, error("Not Found"_ba, "not_found"_ba));
    row("a method that nobody knows", "BREW"_ba, "/nothing"_ba, {}, 501,
        error("Not Implemented"_ba, "not_implemented"_ba));
    row("an upgrade on a route is a plain request", "GET"_ba, "/items"_ba, handshakeLines(), 200,
        "203.0.113.7"_ba);
    row("an upgrade to something else is a plain request", "GET"_ba, "/nothing"_ba,
        lines({"Upgrade: h2c"_ba, "Connection: Upgrade"_ba}), 404,
        error("Not Found"_ba, "not_found"_ba));
    row("an upgrade by POST is a plain request", "POST"_ba, "/nothing"_ba, handshakeLines(), 404,
        error("Not Found"_ba, "not_found"_ba));
}

void tst_RequestGate::answersRoutes()
{
    QFETCH(const Caller, caller);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    Fixture f;
    const RequestGate::Outcome outcome = f.serve(caller);
    QCOMPARE(outcome.response.status, status);
    QCOMPARE(outcome.response.body, body);
    QCOMPARE(headerOf(outcome.response, "Allow"_ba),
             status == 405 ? "GET, HEAD, POST"_ba : QByteArray());
    QVERIFY(!outcome.client);
    QVERIFY(!outcome.exempt);
    QCOMPARE(counted(f.counters), 0);
}

void tst_RequestGate::saysWhyAndWhenToComeBack_data()
{
    QTest::addColumn<int>("hurdle");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<QByteArray>("detail");
    QTest::addColumn<qint64 CounterTotals::*>("counter");
    const auto row = [](int hurdle, const QByteArray &body, const QByteArray &retryAfter,
                        const QByteArray &detail, qint64 CounterTotals::*counter) {
        QTest::newRow(hurdles()[size_t(hurdle)].name)
            << hurdle << body << retryAfter << detail << counter;
    };
    row(0,
        R"({"error":"Forwarding headers contradict each other","code":"forwarding_conflict"})"_ba,
        {}, "forwarding headers contradict each other"_ba, &CounterTotals::refusedRequests);
    row(1,
        R"({"error":"This server does not answer for this host","code":"misdirected_request"})"_ba,
        {}, "host is not in allowed_hosts"_ba, &CounterTotals::refusedRequests);
    row(2, "Connection limit reached"_ba, "5"_ba, "Connection limit reached"_ba,
        &CounterTotals::refusedLimits);
    row(3, "Invalid WebSocket request: Sec-WebSocket-Version must be 13."_ba, {},
        "not a valid WebSocket handshake"_ba, &CounterTotals::refusedUpgrades);
    row(4, "Origin not allowed"_ba, {}, "origin not allowed"_ba, &CounterTotals::refusedUpgrades);
    row(5, "Invalid authentication key"_ba, {}, "invalid authentication key"_ba,
        &CounterTotals::refusedUpgrades);
    row(6, "Server is shutting down"_ba, "10"_ba, "Server is shutting down"_ba,
        &CounterTotals::refusedUpgrades);
    row(7, "Too many connections from this client"_ba, "30"_ba,
        "Too many connections from this client"_ba, &CounterTotals::refusedLimits);
}

void tst_RequestGate::saysWhyAndWhenToComeBack()
{
    QFETCH(const int, hurdle);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, retryAfter);
    QFETCH(const QByteArray, detail);
    using Member = qint64 CounterTotals::*;
    QFETCH(const Member, counter);
    Caller caller;
    hurdles()[size_t(hurdle)].fail(caller);
    Fixture f;
    const RequestGate::Outcome outcome = f.serve(caller);
    QCOMPARE(outcome.response.body, body);
    QCOMPARE(headerOf(outcome.response, "Retry-After"_ba), retryAfter);
    QCOMPARE(outcome.detail, detail);
    // What is refused ends the connection, too.
    QVERIFY(outcome.response.close);
    forEachCounter([&](const char *name, auto member, auto total) {
        QVERIFY2((f.counters.*member).value() == (total == counter ? 1 : 0), name);
    });
}

void tst_RequestGate::acceptsAClient()
{
    Caller caller;
    caller.headers += lines({"Origin: https://good.example"_ba, "User-Agent: test/1.0"_ba});
    Fixture f;
    const RequestGate::Outcome outcome = f.serve(caller);
    QCOMPARE(outcome.response.status, 101);
    QCOMPARE(headerOf(outcome.response, "Upgrade"_ba), "websocket"_ba);
    QCOMPARE(headerOf(outcome.response, "Sec-WebSocket-Accept"_ba), QByteArray(Accept));
    QCOMPARE(headerOf(outcome.response, "Access-Control-Allow-Origin"_ba),
             "https://good.example"_ba);
    QCOMPARE(headerOf(outcome.response, "Vary"_ba), "Origin"_ba);
    QVERIFY(outcome.detail.isEmpty());
    QVERIFY(outcome.client);
    QCOMPARE(outcome.client->target, "/chat?key=secret"_ba);
    QCOMPARE(outcome.client->userAgent, "test/1.0"_ba);
    QCOMPARE(outcome.client->origin, "https://good.example"_ba);
    QVERIFY(outcome.client->resolution.client == Client);
    QVERIFY(outcome.client->counted);
    QCOMPARE(f.state.clients.count(Client), 1);
}

void tst_RequestGate::acceptsAClientFrom_data()
{
    QTest::addColumn<QByteArrayList>("allowed");
    QTest::addColumn<QByteArrayList>("origins");
    QTest::addColumn<int>("status");
    const QByteArrayList one = {"https://good.example"_ba};
    QTest::newRow("no page at all") << one << QByteArrayList() << 101;
    QTest::newRow("a page of the list") << one << one << 101;
    QTest::newRow("a page that is not in the list")
        << one << QByteArrayList{"https://x.example"} << 403;
    QTest::newRow("an empty Origin") << one << QByteArrayList{""} << 403;
    QTest::newRow("two Origin lines, both good") << one << QByteArrayList(2, one[0]) << 403;
    QTest::newRow("any page") << QByteArrayList{"*"} << QByteArrayList{"null"} << 101;
    QTest::newRow("the server's own page")
        << QByteArrayList{"self"} << QByteArrayList{"http://app.example"} << 101;
    QTest::newRow("a page of another port of the server")
        << QByteArrayList{"self"} << QByteArrayList{"http://app.example:81"} << 403;
}

void tst_RequestGate::acceptsAClientFrom()
{
    QFETCH(const QByteArrayList, allowed);
    QFETCH(const QByteArrayList, origins);
    QFETCH(const int, status);
    Fixture f;
    f.settings->origins = OriginPolicy(allowed);
    Caller caller;
    for (const QByteArray &origin : origins)
        caller.headers += "Origin: "_ba + origin + "\r\n"_ba;
    QCOMPARE(f.serve(caller).response.status, status);
}

void tst_RequestGate::aRefusedClientTakesNoPlace_data()
{
    QTest::addColumn<int>("hurdle");
    for (size_t i = 0; i + 1 < hurdles().size(); ++i)
        QTest::newRow(hurdles()[i].name) << int(i);
}

void tst_RequestGate::aRefusedClientTakesNoPlace()
{
    QFETCH(const int, hurdle);
    Caller caller;
    hurdles()[size_t(hurdle)].fail(caller);
    Fixture f;
    QVERIFY(!f.serve(caller).client);
    QCOMPARE(f.state.clients.count(Client), 0);
}

void tst_RequestGate::countsClientsApart()
{
    Fixture f;
    f.state.clients.acquire(OtherClient, 0);
    f.state.clients.acquire(OtherClient, 0);
    f.state.clients.acquire(OtherClient, 0);
    // The peer, whose connections they all are, does not count.
    QCOMPARE(f.serve({}).response.status, 101);
    QCOMPARE(f.serve({}).response.status, 101);
    QCOMPARE(f.serve({}).response.status, 429);
    f.state.clients.release(Client);
    QCOMPARE(f.serve({}).response.status, 101);
    QCOMPARE(f.state.clients.count(Peer), 0);
}

void tst_RequestGate::doesNotCountUnknownClients()
{
    Fixture f;
    Caller caller;
    caller.known = false;
    for (int i = 0; i < 5; ++i) {
        const RequestGate::Outcome outcome = f.serve(caller);
        QCOMPARE(outcome.response.status, 101);
        QVERIFY(!outcome.client->counted);
    }
    QCOMPARE(f.state.clients.count(Client), 0);
}

void tst_RequestGate::asksForNoKeyWithoutOne()
{
    Fixture f;
    f.settings->authKey.clear();
    Caller caller;
    caller.target = "/chat"_ba;
    QCOMPARE(f.serve(caller).response.status, 101);
    caller.target = "/chat?key=whatever"_ba;
    QCOMPARE(f.serve(caller).response.status, 101);
    f.settings->authKey = "secret"_ba;
    QCOMPARE(f.serve(caller).response.status, 401);
    caller.target = "/chat"_ba;
    QCOMPARE(f.serve(caller).response.status, 401);
    caller.target = "/chat?key="_ba;
    QCOMPARE(f.serve(caller).response.status, 401);
}

void tst_RequestGate::takesTheWholeLimitOfConnections()
{
    Caller caller;
    caller.target = "/items"_ba;
    caller.headers.clear();
    caller.connections = 10; // this one included
    QCOMPARE(Fixture().serve(caller).response.status, 200);
    caller.connections = 11;
    QCOMPARE(Fixture().serve(caller).response.status, 503);
}

QTEST_APPLESS_MAIN(tst_RequestGate)
#include "tst_requestgate.moc"
