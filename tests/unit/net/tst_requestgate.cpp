// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"
#include "server/net/requestgate.h"
#include "server/trust/resolver.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto Key = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 1.3
constexpr auto Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const IpAddress Peer = IpAddress::fromIPv4(0x0a000001);        // 10.0.0.1, trusted
const IpAddress Client = IpAddress::fromIPv4(0xcb007107);      // 203.0.113.7
const IpAddress OtherClient = IpAddress::fromIPv4(0xcb007108); // no limit holds for it
const IpAddress Announced = IpAddress::fromIPv4(0xcb007109);

constexpr ClientLimits::TimePoint Start(1000h);

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

// Hands out a request of its own, and remembers the answer.
class FakeDeferral final : public RequestGate::Deferral
{
public:
    std::shared_ptr<const HttpRequest> keep() override
    {
        ++kept;
        return m_request;
    }
    Responder responder() override
    {
        return [this](Response response) { answers.push_back(std::move(response)); };
    }
    const std::shared_ptr<const HttpRequest> &request() const { return m_request; }

    int kept = 0;
    std::vector<Response> answers;

private:
    const RequestHead m_head{};
    const Resolution m_resolution{Client};
    const PathParameters m_none{};
    const std::shared_ptr<const HttpRequest> m_request =
        std::make_shared<HttpRequest>(HttpRequest{m_head, {}, m_resolution, m_none});
};

// What the handler of /later was given.
struct Deferred
{
    std::shared_ptr<const HttpRequest> request;
    Responder respond;
};

ClientLimitSettings twoOfEach()
{
    ClientLimitSettings settings;
    settings.maxConnectionsPerClient = 2;
    settings.acceptRate = 100;
    settings.requests = RateRule{.limit = 2, .burst = 1, .window = 60s};
    settings.exempt = ExemptClients::compile({{OtherClient.toString(), {}}}).value();
    return settings;
}

// Routes: /health is exempt, /items takes GET and POST, /later answers later, /own has OPTIONS.
std::unique_ptr<EngineSettings> makeSettings(Deferred &deferred)
{
    auto settings = std::make_unique<EngineSettings>();
    settings->limits.maxConnections = 10;
    settings->authKey = "secret"_ba;
    settings->origins = OriginPolicy({"https://good.example"_ba});
    settings->cors = CorsPolicy(settings->origins);
    settings->router.add("GET", "/health",
                         [](const HttpRequest &) { return Response::text(200, "healthy"_ba); },
                         {.exempt = true, .bareErrors = true});
    settings->router.add("GET", "/items", [](const HttpRequest &request) {
        return Response::text(200, request.resolution.client.toText());
    });
    settings->router.add("POST", "/items", [](const HttpRequest &request) {
        return Response::text(201, request.body.toByteArray());
    });
    settings->router.add("GET", "/later",
                         DeferredHandler([&deferred](const auto &request, const auto &respond) {
                             deferred = {request, respond};
                         }));
    settings->router.add("OPTIONS", "/own",
                         [](const HttpRequest &) { return Response::text(200, "own"_ba); });
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
    bool refusedByApplication = false;
    int newClients = 0; // in this second
    int placesTaken = 0;
    IpAddress client = Client;
    ClientLimits::TimePoint now = Start;
};

// A gate with its surroundings.
struct Fixture
{
    Fixture()
    {
        settings->admitClient = [this](const HttpRequest &request) -> std::optional<Response> {
            ++askedApplication;
            if (!applicationRefuses)
                return std::nullopt;
            return Response::text(418, "No "_ba + request.resolution.client.toText());
        };
    }

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
        resolution.client = caller.client;
        resolution.host = caller.host;
        resolution.port = 80;
        resolution.known = caller.known;
        resolution.conflictRejected = caller.conflictRejected;
        state.connections = caller.connections;
        state.draining = caller.draining;
        applicationRefuses = caller.refusedByApplication;
        for (int i = 0; i < caller.newClients; ++i)
            state.limits.admitClient(resolution, caller.now);
        for (int i = 0; i < caller.placesTaken; ++i)
            state.limits.acquirePlace(resolution);
        const std::vector<HeaderLine> &headers = head.headers;
        const ResolveInput input{
            .peer = Peer, .announced = Announced, .headers = headers, .localAddress = Peer};
        const NoExplanation none;
        return gate.serve({head, bytes, caller.body, input, resolution, none, *policy, caller.now},
                          deferral);
    }
    int status(const Caller &caller) { return serve(caller).response.status; }
    int connections(const IpAddress &client = Client) const
    {
        return state.limits.connectionsOf(client);
    }

    Deferred deferred;
    std::unique_ptr<EngineSettings> settings = makeSettings(deferred);
    bool applicationRefuses = false;
    int askedApplication = 0;
    FakeDeferral deferral;
    EngineState state{twoOfEach()};
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
        {"the application's no", 418, [](Caller &c) { c.refusedByApplication = true; }},
        {"too many new clients", 503, [](Caller &c) { c.newClients = 100; }},
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
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

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
    void neverRefusesUnknownClients();
    void exemptClientsHaveNoLimits();
    void limitsTheRateOfNewClients();
    void limitsTheRateOfRequests();
    void limitsHandlersOnly_data();
    void limitsHandlersOnly();
    void countsHandlersOnly();
    void answersPreflights_data();
    void answersPreflights();
    void refusesPreflightsEarly();
    void pagesMayReadAnswers_data();
    void pagesMayReadAnswers();
    void pagesMayReadThatTheyAskTooMuch();
    void defersAnswers();
    void keepsNothingForHandlersThatAnswer();
    void keepsTheHeadWhereItIsWanted();
    void keepsForwardingHeaders();
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
    row(7, "No 203.0.113.7"_ba, {}, "refused by the application"_ba,
        &CounterTotals::refusedUpgrades);
    row(8, "Connection rate limit exceeded"_ba, "1"_ba, "Connection rate limit exceeded"_ba,
        &CounterTotals::limitedClients);
    row(9, "Too many connections from this client"_ba, "30"_ba,
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
    QCOMPARE(outcome.client->announced, Announced);
    QVERIFY(outcome.client->head.isEmpty());
    QCOMPARE(f.connections(), 1);
    QCOMPARE(f.askedApplication, 1);
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
    QCOMPARE(f.connections(), 0);
}

void tst_RequestGate::countsClientsApart()
{
    Fixture f;
    Caller other;
    other.client = Announced;
    QCOMPARE(f.status(other), 101);
    QCOMPARE(f.status(other), 101);
    // The peer, whose connections they all are, does not count.
    QCOMPARE(f.status({}), 101);
    QCOMPARE(f.status({}), 101);
    QCOMPARE(f.status({}), 429);
    f.state.limits.releasePlace(Client, true);
    QCOMPARE(f.status({}), 101);
    QCOMPARE(f.connections(Peer), 0);
}

void tst_RequestGate::neverRefusesUnknownClients()
{
    Fixture f;
    Caller caller;
    caller.known = false;
    for (int i = 0; i < 5; ++i)
        QCOMPARE(f.status(caller), 101);
    QCOMPARE(f.connections(), 0);
    QCOMPARE(f.state.limits.spared(), 3);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(f.status({.target = "/items"_ba, .headers = {}, .known = false}), 200);
    QCOMPARE(f.state.limits.spared(), 5);
    QCOMPARE(f.counters.limitedRequests.value(), 0);
}

void tst_RequestGate::exemptClientsHaveNoLimits()
{
    Fixture f;
    Caller caller;
    caller.client = OtherClient;
    caller.newClients = 100;
    for (int i = 0; i < 5; ++i)
        QCOMPARE(f.status(caller), 101);
    QCOMPARE(f.connections(OtherClient), 5);
    const Caller request{.target = "/items"_ba, .headers = {}, .client = OtherClient};
    for (int i = 0; i < 5; ++i)
        QCOMPARE(f.status(request), 200);
    // Their address is no help to a client that is not known to have it.
    caller.known = false;
    caller.newClients = 100;
    QCOMPARE(f.status(caller), 503);
}

void tst_RequestGate::limitsTheRateOfNewClients()
{
    Fixture f;
    Caller caller;
    caller.newClients = 100;
    QCOMPARE(f.status(caller), 503);
    caller.newClients = 0;
    QCOMPARE(f.status(caller), 503);
    caller.now += 10ms;
    QCOMPARE(f.status(caller), 101);
    QCOMPARE(f.status(caller), 503);
    // Plain requests are no clients.
    QCOMPARE(f.status({.target = "/items"_ba, .headers = {}}), 200);
    QCOMPARE(f.counters.limitedClients.value(), 3);
}

void tst_RequestGate::limitsTheRateOfRequests()
{
    Fixture f;
    const Caller items{.target = "/items"_ba, .headers = {}};
    for (int i = 0; i < 3; ++i)
        QCOMPARE(f.status(items), 200);
    const qint64 before = QDateTime::currentSecsSinceEpoch();
    const RequestGate::Outcome outcome = f.serve(items);
    const qint64 after = QDateTime::currentSecsSinceEpoch();
    QCOMPARE(outcome.response.status, 429);
    QCOMPARE(outcome.response.contentType, Response::json({}).contentType);
    QCOMPARE(QJsonDocument::fromJson(outcome.response.body).object(),
             QJsonObject({{u"error"_s, u"Rate limit exceeded"_s},
                          {u"message"_s, u"You have exceeded the rate limit. "
                                         u"Please try again later."_s},
                          {u"retry_after"_s, 60},
                          {u"limit"_s, 2},
                          {u"window"_s, 60},
                          {u"code"_s, u"rate_limited"_s}}));
    QCOMPARE(headerOf(outcome.response, "Retry-After"_ba), "60"_ba);
    QCOMPARE(headerOf(outcome.response, "X-RateLimit-Limit"_ba), "2"_ba);
    QCOMPARE(headerOf(outcome.response, "X-RateLimit-Remaining"_ba), "0"_ba);
    const qint64 reset = headerOf(outcome.response, "X-RateLimit-Reset"_ba).toLongLong();
    QVERIFY(reset >= before + 60 && reset <= after + 60);
    QVERIFY(!outcome.response.close); // the client may stay and wait
    QCOMPARE(outcome.detail, "rate limit of requests"_ba);
    QCOMPARE(f.counters.limitedRequests.value(), 1);
    // Another client, and this one after the window.
    QCOMPARE(f.status({.target = "/items"_ba, .headers = {}, .client = Announced}), 200);
    QCOMPARE(f.status({.target = "/items"_ba, .headers = {}, .now = Start + 2min}), 200);
}

void tst_RequestGate::limitsHandlersOnly_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    const QByteArray preflight =
        lines({"Origin: https://good.example"_ba, "Access-Control-Request-Method: GET"_ba});
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &target,
                        const QByteArray &headers, int status) {
        QTest::newRow(name) << method << target << headers << status;
    };
    row("a handler", "GET"_ba, "/items"_ba, {}, 429);
    row("a handler of HEAD", "HEAD"_ba, "/items"_ba, {}, 429);
    row("a handler that answers later", "GET"_ba, "/later"_ba, {}, 429);
    row("a handler of preflights", "OPTIONS"_ba, "/own"_ba, preflight, 429);
    row("a health check", "GET"_ba, "/health"_ba, {}, 200);
    row("a preflight", "OPTIONS"_ba, "/items"_ba, preflight, 204);
    row("another method", "PUT"_ba, "/items"_ba, {}, 405);
    row("no such path", "GET"_ba, "/nothing"_ba, {}, 404);
    row("an upgrade", "GET"_ba, "/chat?key=secret"_ba, handshakeLines(), 101);
}

void tst_RequestGate::limitsHandlersOnly()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, headers);
    QFETCH(const int, status);
    Fixture f;
    for (int i = 0; i < 3; ++i)
        QCOMPARE(f.status({.target = "/items"_ba, .headers = {}}), 200);
    const RequestGate::Outcome outcome =
        f.serve({.method = method, .target = target, .headers = headers});
    QCOMPARE(outcome.response.status, status);
    QVERIFY(!outcome.deferred);
    QVERIFY(!f.deferred.request);
}

// None of them uses up what the client may ask for.
void tst_RequestGate::countsHandlersOnly()
{
    Fixture f;
    const QByteArray preflight = lines({"Origin: x"_ba, "Access-Control-Request-Method: GET"_ba});
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(f.status({.target = "/health"_ba, .headers = {}}), 200);
        QCOMPARE(f.status({.target = "/nothing"_ba, .headers = {}}), 404);
        QCOMPARE(f.status({.method = "PUT"_ba, .target = "/items"_ba, .headers = {}}), 405);
        QCOMPARE(f.status({.method = "OPTIONS"_ba, .target = "/items"_ba, .headers = preflight}),
                 204);
    }
    QCOMPARE(f.status({.target = "/items"_ba, .headers = {}}), 200);
}

void tst_RequestGate::answersPreflights_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArrayList>("headerLines");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("allowed"); // Access-Control-Allow-Origin
    const QByteArray good = "Origin: https://good.example"_ba;
    const QByteArray evil = "Origin: https://evil.example"_ba;
    const QByteArray wanted = "Access-Control-Request-Method: POST"_ba;
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &target,
                        const QByteArrayList &headerLines, int status, const QByteArray &allowed) {
        QTest::newRow(name) << method << target << headerLines << status << allowed;
    };
    const QByteArray yes = "https://good.example"_ba;
    row("of an allowed page", "OPTIONS"_ba, "/items"_ba, {good, wanted}, 204, yes);
    row("of another page", "OPTIONS"_ba, "/items"_ba, {evil, wanted}, 204, {});
    row("for a handler that answers later", "OPTIONS"_ba, "/later"_ba, {good, wanted}, 204, yes);
    row("for a path that is not there", "OPTIONS"_ba, "/nothing"_ba, {good, wanted}, 404, yes);
    row("for a health check", "OPTIONS"_ba, "/health"_ba, {good, wanted}, 405, yes);
    row("for a route that answers it itself", "OPTIONS"_ba, "/own"_ba, {good, wanted}, 200, yes);
    row("for everything at once", "OPTIONS"_ba, "*"_ba, {good, wanted}, 404, yes);
    row("OPTIONS without a page", "OPTIONS"_ba, "/items"_ba, {wanted}, 405, {});
    row("OPTIONS without a method", "OPTIONS"_ba, "/items"_ba, {good}, 405, yes);
    row("another method", "PUT"_ba, "/items"_ba, {good, wanted}, 405, yes);
}

void tst_RequestGate::answersPreflights()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArrayList, headerLines);
    QFETCH(const int, status);
    QFETCH(const QByteArray, allowed);
    Fixture f;
    const RequestGate::Outcome outcome =
        f.serve({.method = method, .target = target, .headers = lines(headerLines)});
    QCOMPARE(outcome.response.status, status);
    QCOMPARE(headerOf(outcome.response, "Access-Control-Allow-Origin"_ba), allowed);
    QCOMPARE(headerOf(outcome.response, "Access-Control-Allow-Methods"_ba).isEmpty(),
             status != 204 || allowed.isEmpty());
    QVERIFY(outcome.response.body.isEmpty() == (status == 204));
    QCOMPARE(counted(f.counters), 0);
}

// What is refused before the route is asked is refused to preflights too.
void tst_RequestGate::refusesPreflightsEarly()
{
    const QByteArray preflight =
        lines({"Origin: https://good.example"_ba, "Access-Control-Request-Method: GET"_ba});
    for (size_t i = 0; i < 3; ++i) {
        Caller caller{.method = "OPTIONS"_ba, .target = "/items"_ba, .headers = preflight};
        hurdles()[i].fail(caller);
        QCOMPARE(Fixture().status(caller), hurdles()[i].status);
    }
}

void tst_RequestGate::pagesMayReadAnswers_data()
{
    QTest::addColumn<Caller>("caller");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, int status, const Caller &caller) {
        QTest::newRow(name) << caller << status;
    };
    row("a handler", 200, {.target = "/items"_ba, .headers = {}});
    row("a health check", 200, {.target = "/health"_ba, .headers = {}});
    row("contradicting headers", 400,
        {.target = "/items"_ba, .headers = {}, .conflictRejected = true});
    row("a host that is not allowed", 421,
        {.target = "/items"_ba, .headers = {}, .host = "evil.example"_ba});
    row("too many connections", 503, {.target = "/items"_ba, .headers = {}, .connections = 11});
    row("no such path", 404, {.target = "/nothing"_ba, .headers = {}});
    row("another method", 405, {.method = "PUT"_ba, .target = "/items"_ba, .headers = {}});
    row("a wrong handshake", 426, {.headers = handshakeLines("8"_ba)});
}

void tst_RequestGate::pagesMayReadAnswers()
{
    QFETCH(Caller, caller);
    QFETCH(const int, status);
    const QByteArray asked = caller.headers;
    caller.headers = asked + "Origin: https://good.example\r\n"_ba;
    Response response = Fixture().serve(caller).response;
    QCOMPARE(response.status, status);
    QCOMPARE(headerOf(response, "Access-Control-Allow-Origin"_ba), "https://good.example"_ba);
    QCOMPARE(headerOf(response, "Vary"_ba), "Origin"_ba);
    QVERIFY(headerOf(response, "Access-Control-Expose-Headers"_ba).contains("Retry-After"));
    for (const char *other : {"Origin: https://evil.example\r\n", ""}) {
        caller.headers = asked + other;
        response = Fixture().serve(caller).response;
        QCOMPARE(response.status, status);
        QVERIFY(headerOf(response, "Access-Control-Allow-Origin"_ba).isNull());
        QCOMPARE(headerOf(response, "Vary"_ba), "Origin"_ba);
    }
}

void tst_RequestGate::pagesMayReadThatTheyAskTooMuch()
{
    Fixture f;
    const Caller caller{.target = "/items"_ba, .headers = "Origin: https://good.example\r\n"_ba};
    for (int i = 0; i < 3; ++i)
        f.serve(caller);
    const Response response = f.serve(caller).response;
    QCOMPARE(response.status, 429);
    QCOMPARE(headerOf(response, "Access-Control-Allow-Origin"_ba), "https://good.example"_ba);
    QVERIFY(headerOf(response, "Access-Control-Expose-Headers"_ba).contains("X-RateLimit-Limit"));
}

void tst_RequestGate::defersAnswers()
{
    Fixture f;
    const RequestGate::Outcome outcome =
        f.serve({.target = "/later"_ba, .headers = "Origin: https://good.example\r\n"_ba});
    QVERIFY(outcome.deferred);
    QVERIFY(!outcome.client);
    QVERIFY(!outcome.exempt);
    // Nothing to decorate yet: who answers does it.
    const CorsGrant grant{"https://good.example"_ba, false};
    QCOMPARE(outcome.grant, grant);
    QCOMPARE(f.deferral.kept, 1);
    QCOMPARE(f.deferred.request, f.deferral.request());
    QVERIFY(f.deferral.answers.empty());
    f.deferred.respond(Response::text(200, "at last"_ba));
    QCOMPARE(f.deferral.answers.size(), 1);
    QCOMPARE(f.deferral.answers[0].body, "at last"_ba);
    QCOMPARE(counted(f.counters), 0);
}

void tst_RequestGate::keepsNothingForHandlersThatAnswer()
{
    Fixture f;
    for (const QByteArray &target : {"/items"_ba, "/nothing"_ba, "/health"_ba}) {
        const RequestGate::Outcome outcome =
            f.serve({.target = target, .headers = "Origin: https://good.example\r\n"_ba});
        QVERIFY(!outcome.deferred);
        QVERIFY(!outcome.grant);
    }
    QCOMPARE(f.deferral.kept, 0);
}

void tst_RequestGate::keepsTheHeadWhereItIsWanted()
{
    Fixture f;
    f.settings->keepHeads = true;
    const RequestGate::Outcome outcome = f.serve({});
    QVERIFY(outcome.client);
    QVERIFY(outcome.client->head.startsWith("GET /chat?key=secret HTTP/1.1\r\n"));
    QVERIFY(outcome.client->head.endsWith("\r\n\r\n"));
}

void tst_RequestGate::keepsForwardingHeaders()
{
    Fixture f;
    Caller caller;
    caller.headers += "X-Forwarded-For: 203.0.113.7\r\n"_ba;
    const RequestGate::Outcome outcome = f.serve(caller);
    QVERIFY(outcome.client);
    const std::vector<HeaderLine> kept = outcome.client->forwarding.lines();
    QVERIFY(std::any_of(kept.begin(), kept.end(), [](const HeaderLine &line) {
        return line.name == "X-Forwarded-For" && line.value == "203.0.113.7";
    }));
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
