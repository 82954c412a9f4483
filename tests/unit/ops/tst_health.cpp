// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/health.h"
#include "shared/trust/resolution.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

HealthFacts facts()
{
    HealthFacts facts;
    facts.now = 1'795'446'897;
    facts.uptime = 12'345s;
    facts.clients = 42;
    facts.connections = 50;
    facts.maxConnections = 100;
    return facts;
}

QByteArray headerOf(const Response &response, const QByteArray &name)
{
    for (const auto &[known, value] : response.headers) {
        if (known == name)
            return value;
    }
    return {};
}

// What a router with the health routes answers.
Response ask(const QByteArray &method, const QByteArray &path, const HealthFacts &now)
{
    Router router;
    addHealthRoutes(router, "/health"_ba, [&now] { return now; });
    const RouteMatch match = router.match(method, path);
    if (match.status != RouteStatus::Found)
        return Router::errorResponse(match);
    const RequestHead head;
    const Resolution resolution(IpAddress::fromIPv4(0x7f000001));
    return std::get<Handler>(*match.handler)({head, {}, resolution, match.parameters});
}

} // namespace

Q_DECLARE_METATYPE(HealthFacts)

class tst_Health : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void writesDurations_data();
    void writesDurations();
    void hasTheShapeOfTheOriginal_data();
    void hasTheShapeOfTheOriginal();
    void isAliveWhileTheLoopsTurn_data();
    void isAliveWhileTheLoopsTurn();
    void isReadyWhenNothingSpeaksAgainstIt_data();
    void isReadyWhenNothingSpeaksAgainstIt();
    void answersEachPathAndMethod_data();
    void answersEachPathAndMethod();
    void asksForTheFactsEachTime();
    void isExemptFromEverything();
};

void tst_Health::writesDurations_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](qint64 seconds, const QByteArray &text) {
        QTest::addRow("%lld s", static_cast<long long>(seconds)) << seconds << text;
    };
    row(0, "0s"_ba);
    row(1, "1s"_ba);
    row(59, "59s"_ba);
    row(60, "1m"_ba);
    row(61, "1m 1s"_ba);
    row(3599, "59m 59s"_ba);
    row(3600, "1h"_ba);
    row(3601, "1h 1s"_ba);
    row(3660, "1h 1m"_ba);
    row(3661, "1h 1m 1s"_ba);
    row(12345, "3h 25m 45s"_ba);
    row(86399, "23h 59m 59s"_ba);
    row(86400, "1d"_ba);
    row(90061, "1d 1h 1m 1s"_ba);
    row(172'805, "2d 5s"_ba);
    row(400 * 86400LL, "400d"_ba);
}

void tst_Health::writesDurations()
{
    QFETCH(const qint64, seconds);
    QFETCH(const QByteArray, text);
    QCOMPARE(humanDuration(std::chrono::seconds(seconds)), text);
}

void tst_Health::hasTheShapeOfTheOriginal_data()
{
    QTest::addColumn<HealthFacts>("now");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("running")
        << facts() << 200
        << R"({"status":"healthy","timestamp":1795446897,"server":{"clients":42,"uptime":12345,)"
           R"("uptime_human":"3h 25m 45s"}})"_ba;
    HealthFacts started = facts();
    started.uptime = 0s;
    started.clients = 0;
    QTest::newRow("just started")
        << started << 200
        << R"({"status":"healthy","timestamp":1795446897,"server":{"clients":0,"uptime":0,)"
           R"("uptime_human":"0s"}})"_ba;
    HealthFacts draining = facts();
    draining.draining = true;
    QTest::newRow("draining")
        << draining << 503
        << R"({"status":"draining","timestamp":1795446897,"server":{"clients":42,"uptime":12345,)"
           R"("uptime_human":"3h 25m 45s"}})"_ba;
    HealthFacts full = facts();
    full.connections = 100;
    full.loopsTurning = false;
    QTest::newRow("full and stuck is still the original's answer")
        << full << 200
        << R"({"status":"healthy","timestamp":1795446897,"server":{"clients":42,"uptime":12345,)"
           R"("uptime_human":"3h 25m 45s"}})"_ba;
}

void tst_Health::hasTheShapeOfTheOriginal()
{
    QFETCH(const HealthFacts, now);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    const Response response = healthResponse(now);
    QCOMPARE(response.status, status);
    QCOMPARE(response.contentType, "application/json"_ba);
    QCOMPARE(headerOf(response, "Cache-Control"_ba), "no-store"_ba);
    QCOMPARE(response.body, body); // the order of the members too
    QVERIFY(!response.close);
}

void tst_Health::isAliveWhileTheLoopsTurn_data()
{
    QTest::addColumn<bool>("draining");
    QTest::addColumn<bool>("turning");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("running") << false << true << 200 << R"({"status":"pass"})"_ba;
    QTest::newRow("draining is no reason to be restarted")
        << true << true << 200 << R"({"status":"pass"})"_ba;
    QTest::newRow("stuck") << false << false << 503 << R"({"status":"fail"})"_ba;
}

void tst_Health::isAliveWhileTheLoopsTurn()
{
    QFETCH(const bool, draining);
    QFETCH(const bool, turning);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    HealthFacts now = facts();
    now.draining = draining;
    now.loopsTurning = turning;
    const Response response = liveResponse(now);
    QCOMPARE(response.status, status);
    QCOMPARE(response.contentType, "application/json"_ba);
    QCOMPARE(headerOf(response, "Cache-Control"_ba), "no-store"_ba);
    QCOMPARE(response.body, body);
}

void tst_Health::isReadyWhenNothingSpeaksAgainstIt_data()
{
    QTest::addColumn<HealthFacts>("now");
    QTest::addColumn<QStringList>("failing");
    QTest::newRow("running") << facts() << QStringList();
    HealthFacts draining = facts();
    draining.draining = true;
    QTest::newRow("draining") << draining << QStringList{u"drain"_s};
    HealthFacts stuck = facts();
    stuck.loopsTurning = false;
    QTest::newRow("a loop is stuck") << stuck << QStringList{u"eventloop:responseTime"_s};
    HealthFacts almost = facts();
    almost.connections = 99;
    QTest::newRow("room for one more") << almost << QStringList();
    HealthFacts full = facts();
    full.connections = 100;
    QTest::newRow("no room") << full << QStringList{u"connections:utilization"_s};
    HealthFacts all = full;
    all.draining = true;
    all.loopsTurning = false;
    QTest::newRow("everything at once")
        << all
        << QStringList{u"connections:utilization"_s, u"drain"_s, u"eventloop:responseTime"_s};
}

void tst_Health::isReadyWhenNothingSpeaksAgainstIt()
{
    QFETCH(const HealthFacts, now);
    QFETCH(const QStringList, failing);
    const Response response = readyResponse(now);
    QCOMPARE(response.status, failing.isEmpty() ? 200 : 503);
    QCOMPARE(response.contentType, "application/health+json"_ba);
    QCOMPARE(headerOf(response, "Cache-Control"_ba), "no-store"_ba);
    const QJsonObject body = QJsonDocument::fromJson(response.body).object();
    QCOMPARE(body.keys(), QStringList({u"checks"_s, u"status"_s}));
    QCOMPARE(body[u"status"_s].toString(), failing.isEmpty() ? u"pass"_s : u"fail"_s);
    const QJsonObject checks = body[u"checks"_s].toObject();
    QCOMPARE(checks.keys(),
             QStringList({u"connections:utilization"_s, u"drain"_s, u"eventloop:responseTime"_s}));
    for (auto it = checks.begin(); it != checks.end(); ++it) {
        const QJsonObject entry = it->toArray().at(0).toObject();
        QCOMPARE(it->toArray().size(), 1);
        QCOMPARE(entry[u"componentType"_s].toString(), u"system"_s);
        QCOMPARE(entry[u"status"_s].toString(), failing.contains(it.key()) ? u"fail"_s : u"pass"_s);
    }
    const QJsonObject room = checks[u"connections:utilization"_s][0].toObject();
    QCOMPARE(room[u"observedValue"_s].toInteger(), now.connections);
    QCOMPARE(room[u"limit"_s].toInteger(), now.maxConnections);
}

void tst_Health::answersEachPathAndMethod_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("health by GET") << "GET"_ba
                                   << "/health"_ba << 200;
    QTest::newRow("health by HEAD") << "HEAD"_ba
                                    << "/health"_ba << 200;
    QTest::newRow("health by POST") << "POST"_ba
                                    << "/health"_ba << 405;
    QTest::newRow("health by OPTIONS") << "OPTIONS"_ba
                                       << "/health"_ba << 405;
    QTest::newRow("live by GET") << "GET"_ba
                                 << "/health/live"_ba << 200;
    QTest::newRow("live by HEAD") << "HEAD"_ba
                                  << "/health/live"_ba << 200;
    QTest::newRow("live by DELETE") << "DELETE"_ba
                                    << "/health/live"_ba << 405;
    QTest::newRow("ready by GET") << "GET"_ba
                                  << "/health/ready"_ba << 200;
    QTest::newRow("ready by HEAD") << "HEAD"_ba
                                   << "/health/ready"_ba << 200;
    QTest::newRow("something below") << "GET"_ba
                                     << "/health/other"_ba << 404;
    QTest::newRow("with a slash") << "GET"_ba
                                  << "/health/"_ba << 404;
}

void tst_Health::answersEachPathAndMethod()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const int, status);
    const Response response = ask(method, path, facts());
    QCOMPARE(response.status, status);
    if (status == 405) {
        QCOMPARE(headerOf(response, "Allow"_ba), "GET, HEAD"_ba);
        QCOMPARE(response.body, R"({"error":"Method Not Allowed"})"_ba);
    } else if (status == 200) {
        // HEAD gets the same fields; that the body stays here is serialize()'s work.
        QCOMPARE(response.body, ask("GET"_ba, path, facts()).body);
    }
}

void tst_Health::asksForTheFactsEachTime()
{
    HealthFacts now = facts();
    Router router;
    addHealthRoutes(router, "/up"_ba, [&now] { return now; });
    const RequestHead head;
    const Resolution resolution(IpAddress::fromIPv4(0x7f000001));
    const RouteMatch match = router.match("GET", "/up");
    QVERIFY(match.handler);
    const Handler &handler = std::get<Handler>(*match.handler);
    QCOMPARE(handler({head, {}, resolution, match.parameters}).status, 200);
    now.draining = true;
    QCOMPARE(handler({head, {}, resolution, match.parameters}).status, 503);
}

void tst_Health::isExemptFromEverything()
{
    Router router;
    addHealthRoutes(router, "/health"_ba, [] { return facts(); });
    for (const QByteArray &path : {"/health"_ba, "/health/live"_ba, "/health/ready"_ba}) {
        QVERIFY2(router.match("GET", path).options.exempt, path.constData());
        QVERIFY2(router.match("POST", path).options.exempt, path.constData());
        QVERIFY2(router.knowsPath(path), path.constData());
    }
}

QTEST_APPLESS_MAIN(tst_Health)
#include "tst_health.moc"
