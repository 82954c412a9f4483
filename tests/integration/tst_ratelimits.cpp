// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Limits for one client, seen from outside: requests, messages, connections, and new clients. It is
// the resolved client that counts; one that is not known is not counted together with others. Where
// a test is not about the end of a window, the window is longer than any test.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr int Patience = 20'000; // milliseconds

// Limits of 3 requests and 3 messages. The tests read the metrics as 127.0.0.200.
constexpr auto Limited = R"(
threads = 2
trust_proxy = ["127.0.0.1"]
request_details_path = "/who"
metrics_path = "/metrics"
[relay]
events = ["echo"]
rooms_only = false
[rate_limit]
enabled = true
max_http_requests_per_ip = 2
http_time_window = 3600
max_websocket_messages_per_client = 2
websocket_time_window = 3600
burst_allowance = 1
whitelist = ["127.0.0.200", "198.51.100.0/24"]
)";

QByteArray forwarded(const QByteArray &client)
{
    return "X-Forwarded-For: "_ba + client + "\r\n"_ba;
}

int statusOf(RawClient &client, const QByteArray &target, const QByteArray &headerLines = {})
{
    return client.exchange(httpGet(target, headerLines)).status;
}

// As the original says it.
QJsonObject overLimit(const QString &event)
{
    return EventClient::event(
        u"rate_limit_exceeded"_s,
        QJsonObject{{u"error"_s, u"Rate limit exceeded"_s},
                    {u"message"_s, u"You have exceeded the global WebSocket message rate limit. "
                                   "Please try again later."_s},
                    {u"original_event"_s, event},
                    {u"retry_after"_s, 3600},
                    {u"limit"_s, 2},
                    {u"window"_s, 3600},
                    {u"type"_s, u"global"_s}});
}

} // namespace

class tst_RateLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void requestsAreLimited();
    void someRequestsDoNotCount();
    void requestsOfEachClientCountApart();
    void limitedRequestsArePipelined();
    void requestsOfUnknownClients();
    void requestsAfterTheWindow();

    void messagesAreLimited();
    void messagesOfOneClientCountTogether();
    void messagesOfUnknownClients();
    void whitelistedClientsAreNotLimited();
    void messagesAfterTheWindow();

    void connectionsOfOneClient();
    void connectionsOfUnknownClients();
    void newClients();

private:
    double metric(QByteArrayView name) { return m_metrics->metric(name); }
    void startWith(const QByteArray &config);

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<ApiClient> m_metrics;
};

void tst_RateLimits::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    startWith(QByteArray(Limited));
}

void tst_RateLimits::cleanup()
{
    m_metrics.reset();
    m_server.reset();
}

void tst_RateLimits::startWith(const QByteArray &config)
{
    cleanup();
    m_server = std::make_unique<ServerProcess>(config);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_metrics = std::make_unique<ApiClient>(m_server->port(), QByteArray(), "127.0.0.200"_ba);
}

// ---- requests ---------------------------------------------------------------------------------

void tst_RateLimits::requestsAreLimited()
{
    RawClient client(m_server->port());
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = client.exchange(httpGet("/who"));
        QCOMPARE(response.status, 200);
        QVERIFY(!response.has("x-ratelimit-limit"));
    }
    const qint64 before = QDateTime::currentSecsSinceEpoch();
    const HttpResponse response = client.exchange(httpGet("/who"));
    const qint64 after = QDateTime::currentSecsSinceEpoch();
    QCOMPARE(response.status, 429);
    QCOMPARE(response.reason, "Too Many Requests"_ba);
    QCOMPARE(response.header("content-type"), "application/json"_ba);
    QCOMPARE(response.header("x-ratelimit-limit"), "2"_ba);
    QCOMPARE(response.header("x-ratelimit-remaining"), "0"_ba);
    QCOMPARE(response.header("retry-after"), "3600"_ba);
    const qint64 reset = response.header("x-ratelimit-reset").toLongLong();
    QVERIFY(reset >= before + 3600 && reset <= after + 3600);
    QVERIFY(!response.has("connection"));
    const QJsonObject expected{
        {u"error"_s, u"Rate limit exceeded"_s},
        {u"message"_s, u"You have exceeded the rate limit. Please try again later."_s},
        {u"retry_after"_s, 3600},
        {u"limit"_s, 2},
        {u"window"_s, 3600},
        {u"code"_s, u"rate_limited"_s}}; // ours
    QCOMPARE(response.json(), expected);
    // The connection goes on, and another one of the same client is no way out.
    QCOMPARE(statusOf(client, "/who"_ba), 429);
    RawClient second(m_server->port());
    QCOMPARE(statusOf(second, "/who"_ba), 429);
    QCOMPARE(metric("truepeer_rate_limited_total{scope=\"http\"}"), 3);
    QCOMPARE(metric("truepeer_rate_limited_total{scope=\"message\"}"), 0);
}

void tst_RateLimits::someRequestsDoNotCount()
{
    RawClient client(m_server->port());
    const QByteArray preflight = httpRequest(
        "OPTIONS", "/who", "Origin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n");
    const auto askAll = [&] {
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(statusOf(client, "/health"_ba), 200);
            QCOMPARE(statusOf(client, "/health/live"_ba), 200);
            QCOMPARE(statusOf(client, "/health/ready"_ba), 200);
            QCOMPARE(statusOf(client, "/none"_ba), 404);
            QCOMPARE(client.exchange(httpRequest("POST", "/who")).status, 405);
            QCOMPARE(client.exchange(preflight).status, 204);
            QVERIFY(EventClient(m_server->port()).open());
        }
    };
    askAll();
    // HEAD of a route does.
    QCOMPARE(client.exchange(httpRequest("HEAD", "/who"), true).status, 200);
    QCOMPARE(statusOf(client, "/who"_ba), 200);
    QCOMPARE(statusOf(client, "/who"_ba), 200);
    QCOMPARE(statusOf(client, "/who"_ba), 429);
    QCOMPARE(client.exchange(httpRequest("HEAD", "/who"), true).status, 429);
    askAll();
}

void tst_RateLimits::requestsOfEachClientCountApart()
{
    // Over one connection of the proxy, one after the other.
    RawClient proxy(m_server->port());
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(statusOf(proxy, "/who"_ba, forwarded("203.0.113.1"_ba)), i < 3 ? 200 : 429);
        QCOMPARE(statusOf(proxy, "/who"_ba, forwarded("203.0.113.2"_ba)), i < 3 ? 200 : 429);
    }
    QCOMPARE(statusOf(proxy, "/who"_ba, forwarded("203.0.113.3"_ba)), 200);
    // Who is not trusted cannot be somebody else, and cannot use up another one's requests.
    RawClient liar(m_server->port(), "127.0.0.9"_ba);
    for (int i = 0; i < 4; ++i) {
        const QByteArray other = forwarded("203.0.113."_ba + QByteArray::number(4 + i));
        QCOMPARE(statusOf(liar, "/who"_ba, other), i < 3 ? 200 : 429);
    }
    QCOMPARE(statusOf(proxy, "/who"_ba, forwarded("203.0.113.4"_ba)), 200);
    // A proxy that speaks for itself is a client like others.
    for (int i = 0; i < 4; ++i)
        QCOMPARE(statusOf(proxy, "/who"_ba), i < 3 ? 200 : 429);
}

void tst_RateLimits::limitedRequestsArePipelined()
{
    RawClient client(m_server->port());
    QVERIFY(client.send(httpGet("/who").repeated(6) + httpGet("/health")));
    for (int i = 0; i < 6; ++i)
        QCOMPARE(client.readResponse().status, i < 3 ? 200 : 429);
    QCOMPARE(client.readResponse().status, 200);
}

// All that is known of them is the proxy, which stands for many.
void tst_RateLimits::requestsOfUnknownClients()
{
    RawClient proxy(m_server->port());
    for (int i = 0; i < 10; ++i)
        QCOMPARE(statusOf(proxy, "/who"_ba, forwarded("unknown"_ba)), 200);
    // It is told, so that the proxy gets mended.
    QCOMPARE(metric("truepeer_rate_limit_spared_total"), 7);
    QCOMPARE(metric("truepeer_rate_limited_total{scope=\"http\"}"), 0);
    // The proxy itself has its own count.
    for (int i = 0; i < 4; ++i)
        QCOMPARE(statusOf(proxy, "/who"_ba), i < 3 ? 200 : 429);
}

void tst_RateLimits::requestsAfterTheWindow()
{
    startWith("request_details_path = \"/who\"\n[rate_limit]\nenabled = true\n"
              "max_http_requests_per_ip = 3\nburst_allowance = 0\nhttp_time_window = 1\n"_ba);
    RawClient client(m_server->port());
    // The window may end in between on a busy machine.
    const auto isRefused = [&] { return statusOf(client, "/who"_ba) == 429; };
    for (int round = 0; round < 2; ++round) {
        QVERIFY(QTest::qWaitFor(isRefused, Patience));
        // Refused ones do not count, so that asking again does not put it off.
        QVERIFY(QTest::qWaitFor([&] { return !isRefused(); }, Patience));
    }
}

// ---- messages ---------------------------------------------------------------------------------

void tst_RateLimits::messagesAreLimited()
{
    EventClient client(m_server->port());
    EventClient witness(m_server->port(), "127.0.0.200"_ba);
    QVERIFY(client.open());
    QVERIFY(witness.open());
    QVERIFY(client.sendEvent(u"echo"_s));
    QCOMPARE(client.readEvent(), EventClient::event(u"echo"_s));
    // Whatever it is, it counts.
    QVERIFY(client.join(u"r"_s));
    QVERIFY(client.sendText("no JSON"_ba));
    QCOMPARE(client.readError(), u"Invalid JSON format: Syntax error"_s);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(client.sendEvent(u"echo"_s));
        QCOMPARE(client.readEvent(), overLimit(u"echo"_s));
    }
    QVERIFY(client.sendEvent(u"join_room"_s, QJsonObject{{u"room"_s, u"r"_s}}));
    QCOMPARE(client.readEvent(), overLimit(u"join_room"_s));
    QVERIFY(client.send(WireFrame::Binary, "no JSON"_ba));
    QCOMPARE(client.readEvent(), overLimit(u""_s));
    // Pings do not count, and the connection stays.
    for (int i = 0; i < 10; ++i)
        QVERIFY(client.isResponsive());
    QCOMPARE(metric("truepeer_rate_limited_total{scope=\"message\"}"), 5);
    QCOMPARE(metric("truepeer_rate_limited_total{scope=\"http\"}"), 0);
    // What was over the limit went to nobody; what others send still comes.
    QCOMPARE(witness.readEvent(), EventClient::event(u"echo"_s));
    QVERIFY(witness.sendEvent(u"echo"_s, QJsonObject{{u"n"_s, 1}}));
    for (EventClient *each : {&witness, &client})
        QCOMPARE(each->readEvent(), EventClient::event(u"echo"_s, QJsonObject{{u"n"_s, 1}}));
}

void tst_RateLimits::messagesOfOneClientCountTogether()
{
    const auto open = [this](EventClient &client, const QByteArray &address) {
        return client.open("/"_ba, forwarded(address));
    };
    EventClient first(m_server->port());
    EventClient second(m_server->port());
    EventClient other(m_server->port());
    QVERIFY(open(first, "203.0.113.1"_ba));
    QVERIFY(open(second, "203.0.113.1"_ba));
    QVERIFY(open(other, "203.0.113.2"_ba));
    QVERIFY(first.join(u"a"_s));
    QVERIFY(second.join(u"a"_s));
    QVERIFY(first.join(u"b"_s));
    for (EventClient *client : {&first, &second}) {
        QVERIFY(client->sendEvent(u"x"_s));
        QCOMPARE(client->readEvent(), overLimit(u"x"_s));
    }
    // To connect anew does not help.
    EventClient third(m_server->port());
    QVERIFY(open(third, "203.0.113.1"_ba));
    QVERIFY(third.sendEvent(u"x"_s));
    QCOMPARE(third.readEvent(), overLimit(u"x"_s));
    // Another one behind the same proxy has its own count.
    for (int i = 0; i < 3; ++i)
        QVERIFY(other.join(u"a"_s));
    QVERIFY(other.sendEvent(u"x"_s));
    QCOMPARE(other.readEvent(), overLimit(u"x"_s));
}

// Each connection has a count of its own, for nobody knows who is behind which.
void tst_RateLimits::messagesOfUnknownClients()
{
    std::vector<std::unique_ptr<EventClient>> clients;
    for (const QByteArray &lines :
         {forwarded("unknown"_ba), forwarded("unknown"_ba), forwarded("203.0.113.1, 10.5"_ba),
          QByteArray(forwarded("203.0.113.1"_ba) + "Forwarded: for=203.0.113.2\r\n")}) {
        clients.push_back(std::make_unique<EventClient>(m_server->port()));
        EventClient &client = *clients.back();
        QVERIFY(client.open("/"_ba, lines));
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.join(u"r"_s));
        QVERIFY(client.sendEvent(u"x"_s));
        QCOMPARE(client.readEvent(), overLimit(u"x"_s));
    }
    // They used up nothing of the proxy's own, nor of those that they named.
    for (const QByteArray &lines : {QByteArray(), forwarded("203.0.113.1"_ba)}) {
        EventClient client(m_server->port());
        QVERIFY(client.open("/"_ba, lines));
        QVERIFY(client.join(u"r"_s));
    }
}

void tst_RateLimits::whitelistedClientsAreNotLimited()
{
    // By the resolved address: the range is trusted with nothing else.
    EventClient client(m_server->port());
    QVERIFY(client.open("/"_ba, forwarded("198.51.100.17"_ba)));
    RawClient raw(m_server->port());
    for (int i = 0; i < 10; ++i) {
        QVERIFY(client.join(u"r"_s));
        QCOMPARE(statusOf(raw, "/who"_ba, forwarded("198.51.100.17"_ba)), 200);
    }
    RawClient liar(m_server->port(), "127.0.0.9"_ba);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(statusOf(liar, "/who"_ba, forwarded("198.51.100.17"_ba)), i < 3 ? 200 : 429);
}

void tst_RateLimits::messagesAfterTheWindow()
{
    startWith("[rate_limit]\nenabled = true\nmax_websocket_messages_per_client = 3\n"
              "burst_allowance = 0\nwebsocket_time_window = 1\n"_ba);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    const auto answer = [&] {
        return client.sendEvent(u"leave_room"_s, QJsonObject{{u"room"_s, u"r"_s}})
                   ? client.readEvent().value("event"_L1).toString()
                   : QString();
    };
    for (int round = 0; round < 2; ++round) {
        QVERIFY(QTest::qWaitFor([&] { return answer() == u"rate_limit_exceeded"_s; }, Patience));
        QVERIFY(QTest::qWaitFor([&] { return answer() == u"room_left"_s; }, Patience));
    }
}

// ---- connections ------------------------------------------------------------------------------

void tst_RateLimits::connectionsOfOneClient()
{
    startWith("trust_proxy = [\"127.0.0.1\"]\nmetrics_path = \"/metrics\"\n"
              "[limits]\nmax_connections_per_client = 2\n"
              "[rate_limit]\nwhitelist = [\"203.0.113.200\"]\n"_ba);
    const QByteArray one = forwarded("203.0.113.1"_ba);
    EventClient first(m_server->port());
    EventClient second(m_server->port());
    QVERIFY(first.open("/"_ba, one));
    QVERIFY(second.open("/"_ba, one));
    EventClient third(m_server->port());
    QVERIFY(!third.open("/"_ba, one));
    QCOMPARE(third.response().status, 429);
    QVERIFY(third.response().header("retry-after").toInt() > 0);
    QCOMPARE(third.response().header("connection"), "close"_ba);
    QCOMPARE(third.response().body, "Too many connections from this client"_ba);
    QVERIFY(third.raw().waitForClosed());
    QCOMPARE(metric("truepeer_refused_total{reason=\"limit\"}"), 1);
    // Requests are no such connections.
    RawClient raw(m_server->port());
    QCOMPARE(statusOf(raw, "/metrics"_ba, one), 200);
    QVERIFY(EventClient(m_server->port()).open("/"_ba, forwarded("203.0.113.2"_ba)));
    std::vector<std::unique_ptr<EventClient>> listed;
    for (int i = 0; i < 4; ++i) {
        listed.push_back(std::make_unique<EventClient>(m_server->port()));
        QVERIFY(listed.back()->open("/"_ba, forwarded("203.0.113.200"_ba)));
    }
    // A place that is given back is a place.
    QVERIFY(first.close());
    const auto opensAgain = [&] { return EventClient(m_server->port()).open("/"_ba, one); };
    QVERIFY(QTest::qWaitFor(opensAgain, Patience));
    QVERIFY(second.isResponsive());
}

void tst_RateLimits::connectionsOfUnknownClients()
{
    startWith("trust_proxy = [\"127.0.0.1\"]\nmetrics_path = \"/metrics\"\n"
              "[limits]\nmax_connections_per_client = 1\n"_ba);
    std::vector<std::unique_ptr<EventClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<EventClient>(m_server->port()));
        QVERIFY(clients.back()->open("/"_ba, forwarded("unknown"_ba)));
    }
    QCOMPARE(metric("truepeer_rate_limit_spared_total"), 3);
    QCOMPARE(metric("truepeer_refused_total{reason=\"limit\"}"), 0);
    // They took no place of the proxy itself.
    EventClient proxy(m_server->port());
    QVERIFY(proxy.open());
    QVERIFY(!EventClient(m_server->port()).open());
}

void tst_RateLimits::newClients()
{
    startWith("metrics_path = \"/metrics\"\n[limits]\naccept_rate = 2\n"_ba);
    HttpResponse refusal;
    int opened = 0;
    const auto isRefused = [&] {
        EventClient client(m_server->port());
        const bool isOpen = client.open();
        opened += isOpen ? 1 : 0;
        if (!isOpen)
            refusal = client.response();
        return !isOpen;
    };
    QVERIFY(QTest::qWaitFor(isRefused, Patience));
    QVERIFY(opened >= 2);
    QCOMPARE(refusal.status, 503);
    QVERIFY(refusal.header("retry-after").toInt() > 0);
    QCOMPARE(refusal.header("connection"), "close"_ba);
    QCOMPARE(refusal.body, "Connection rate limit exceeded"_ba);
    QVERIFY(metric("truepeer_rate_limited_total{scope=\"connect\"}") >= 1);
    // It holds for new clients only, and not for long.
    RawClient raw(m_server->port());
    QCOMPARE(statusOf(raw, "/health"_ba), 200);
    QCOMPARE(statusOf(raw, "/none"_ba), 404);
    QVERIFY(QTest::qWaitFor([&] { return !isRefused(); }, Patience));
}

QTEST_GUILESS_MAIN(tst_RateLimits)
#include "tst_ratelimits.moc"
