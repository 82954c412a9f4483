// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/corspolicy.h"
#include "server/http/requestparser.h"

#include <QRegularExpression>
#include <QTest>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

using Fields = std::vector<std::pair<QByteArray, QByteArray>>;

namespace {

const QByteArray Page = "https://a.example"_ba;
const QByteArray ExposeLine =
    "Access-Control-Expose-Headers: "
    "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"_ba;
const QByteArray PreflightVary =
    "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"_ba;

// The request that was sent to http://chat.example.
Resolution resolved(bool schemeStated = true)
{
    Resolution resolution(IpAddress::fromIPv4(0x7f000001));
    resolution.host = "chat.example"_ba;
    resolution.port = 80;
    resolution.schemeStated = schemeStated;
    return resolution;
}

// A head that owns its bytes.
class ParsedHead
{
public:
    explicit ParsedHead(const QByteArray &method, const QByteArray &fields)
        : m_bytes(method + " /x HTTP/1.1\r\nHost: chat.example\r\n" + fields + "\r\n")
    {
        RequestParser parser;
        if (parser.parse(m_bytes, m_head) != ParseStatus::Complete)
            qFatal("not a request");
    }
    const RequestHead &operator*() const { return m_head; }

private:
    const QByteArray m_bytes;
    RequestHead m_head;
};

CorsPolicy policyFor(const QByteArrayList &origins, bool allowCredentials = false)
{
    CorsSettings settings;
    settings.allowCredentials = allowCredentials;
    return CorsPolicy(OriginPolicy(origins), settings);
}

// As they would be sent: "name: value" lines.
QByteArrayList linesOf(const Response &response)
{
    QByteArrayList lines;
    for (const auto &[name, value] : response.headers)
        lines.append(name + ": " + value);
    return lines;
}

} // namespace

class tst_CorsPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void grants_data();
    void grants();
    void credentials_data();
    void credentials();
    void preflightRequests_data();
    void preflightRequests();
    void preflightAnswer();
    void preflightAnswerWithCredentials();
    void preflightAnswerWithoutGrant();
    void preflightAnswerOfEmptyLists();
    void decorated_data();
    void decorated();
    void decoratedTwiceIsAsOnce();
    void aGrantedResponseOnTheWire();
};

void tst_CorsPolicy::grants_data()
{
    QTest::addColumn<QByteArrayList>("list");
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QByteArray>("origin"); // null: no grant
    const auto row = [](const char *name, const QByteArrayList &list, const QByteArray &fields,
                        const QByteArray &origin = {}) {
        QTest::newRow(name) << list << fields << origin;
    };
    row("no Origin", {"*"}, {});
    row("an empty Origin", {"*"}, "Origin:\r\n");
    row("* echoes the origin", {"*"}, "Origin: https://a.example\r\n", Page);
    row("* echoes null", {"*"}, "Origin: null\r\n", "null");
    row("the name in other case", {"*"}, "oRIGIN: https://a.example\r\n", Page);
    row("two Origin lines", {"*"}, "Origin: https://a.example\r\nOrigin: https://b.example\r\n");
    row("two equal Origin lines", {"*"},
        "Origin: https://a.example\r\nOrigin: https://a.example\r\n");
    row("listed", {"https://a.example"}, "Origin: https://a.example\r\n", Page);
    row("not listed", {"https://a.example"}, "Origin: https://b.example\r\n");
    row("self", {"self"}, "Origin: http://chat.example\r\n", "http://chat.example");
    row("self, another host", {"self"}, "Origin: http://a.example\r\n");
    row("self, another scheme", {"self"}, "Origin: https://chat.example\r\n");
    row("self, another port", {"self"}, "Origin: http://chat.example:8080\r\n");
}

void tst_CorsPolicy::grants()
{
    QFETCH(const QByteArrayList, list);
    QFETCH(const QByteArray, fields);
    QFETCH(const QByteArray, origin);
    const ParsedHead head("GET", fields);
    const std::optional<CorsGrant> grant = policyFor(list).grant(*head, resolved());
    const std::optional<CorsGrant> wanted =
        origin.isNull() ? std::nullopt : std::optional(CorsGrant{origin, false});
    QCOMPARE(grant, wanted);
}

void tst_CorsPolicy::credentials_data()
{
    QTest::addColumn<QByteArrayList>("list");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("stated");
    QTest::addColumn<bool>("credentials");
    const auto row = [](const char *name, const QByteArrayList &list, const QByteArray &origin,
                        bool credentials, bool stated = true) {
        QTest::newRow(name) << list << origin << stated << credentials;
    };
    row("listed", {"https://a.example"}, Page, true);
    row("listed beside *", {"*", "https://a.example"}, Page, true);
    row("only by *", {"*"}, Page, false);
    row("only by * beside others", {"https://b.example", "*", "self"}, Page, false);
    row("null by *", {"*"}, "null", false);
    row("null is anybody, listed or not", {"null"}, "null", false);
    row("self", {"self"}, "http://chat.example", true);
    row("self beside *", {"*", "self"}, "http://chat.example", true);
    row("self only by *", {"*"}, "http://chat.example", false);
    row("self, scheme not stated", {"self"}, "http://chat.example", false, false);
    row("listed, scheme not stated", {"https://a.example"}, Page, true, false);
}

void tst_CorsPolicy::credentials()
{
    QFETCH(const QByteArrayList, list);
    QFETCH(const QByteArray, origin);
    QFETCH(const bool, stated);
    QFETCH(const bool, credentials);
    const ParsedHead head("GET", "Origin: " + origin + "\r\n");
    const Resolution resolution = resolved(stated);
    QCOMPARE(policyFor(list, true).grant(*head, resolution),
             std::optional(CorsGrant{origin, credentials}));
    QCOMPARE(policyFor(list, false).grant(*head, resolution),
             std::optional(CorsGrant{origin, false}));
}

void tst_CorsPolicy::preflightRequests_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<bool>("isPreflight");
    const QByteArray origin = "Origin: https://a.example\r\n";
    const QByteArray method = "Access-Control-Request-Method: PUT\r\n";
    QTest::newRow("preflight") << "OPTIONS"_ba << origin + method << true;
    QTest::newRow("names in other case")
        << "OPTIONS"_ba << (origin + method).toUpper().replace("PUT", "put") << true;
    QTest::newRow("without Origin") << "OPTIONS"_ba << method << false;
    QTest::newRow("without method") << "OPTIONS"_ba << origin << false;
    QTest::newRow("plain OPTIONS") << "OPTIONS"_ba
                                   << ""_ba << false;
    QTest::newRow("methods are case-sensitive") << "options"_ba << origin + method << false;
    QTest::newRow("the real request") << "PUT"_ba << origin + method << false;
}

void tst_CorsPolicy::preflightRequests()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, fields);
    QFETCH(const bool, isPreflight);
    const ParsedHead head(method, fields);
    QCOMPARE(CorsPolicy::isPreflight(*head), isPreflight);
}

void tst_CorsPolicy::preflightAnswer()
{
    const Response response = CorsPolicy().preflight(CorsGrant{Page, false});
    QCOMPARE(response.status, 204);
    QCOMPARE(response.body, QByteArray());
    QCOMPARE(linesOf(response),
             (QByteArrayList{
                 PreflightVary, "Access-Control-Allow-Origin: https://a.example",
                 "Access-Control-Allow-Methods: GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD",
                 "Access-Control-Allow-Headers: Content-Type, X-Requested-With, Authorization",
                 "Access-Control-Max-Age: 86400"}));
}

void tst_CorsPolicy::preflightAnswerWithCredentials()
{
    const CorsPolicy policy(OriginPolicy(), {.allowedMethods = {"GET", "PURGE"},
                                             .allowedHeaders = {"X-Own"},
                                             .maxAge = std::chrono::seconds(0)});
    QCOMPARE(linesOf(policy.preflight(CorsGrant{Page, true})),
             (QByteArrayList{PreflightVary, "Access-Control-Allow-Origin: https://a.example",
                             "Access-Control-Allow-Credentials: true",
                             "Access-Control-Allow-Methods: GET, PURGE",
                             "Access-Control-Allow-Headers: X-Own", "Access-Control-Max-Age: 0"}));
}

void tst_CorsPolicy::preflightAnswerWithoutGrant()
{
    const Response response = CorsPolicy().preflight(std::nullopt);
    QCOMPARE(response.status, 204);
    QCOMPARE(linesOf(response), QByteArrayList{PreflightVary});
}

void tst_CorsPolicy::preflightAnswerOfEmptyLists()
{
    const CorsPolicy policy(OriginPolicy(), {.allowedMethods = {}, .allowedHeaders = {}});
    QCOMPARE(linesOf(policy.preflight(CorsGrant{Page, false})),
             (QByteArrayList{PreflightVary, "Access-Control-Allow-Origin: https://a.example",
                             "Access-Control-Max-Age: 86400"}));
}

void tst_CorsPolicy::decorated_data()
{
    QTest::addColumn<Fields>("before");
    QTest::addColumn<std::optional<CorsGrant>>("grant");
    QTest::addColumn<QByteArrayList>("after");
    const auto row = [](const char *name, const Fields &before,
                        const std::optional<CorsGrant> &grant, const QByteArrayList &after) {
        QTest::newRow(name) << before << grant << after;
    };
    const CorsGrant plain{Page, false};
    const QByteArray allow = "Access-Control-Allow-Origin: https://a.example";
    const QByteArray with = "Access-Control-Allow-Credentials: true";
    row("no grant", {}, {}, {"Vary: Origin"});
    row("granted", {}, plain, {"Vary: Origin", allow, ExposeLine});
    row("granted with credentials", {}, CorsGrant{Page, true},
        {"Vary: Origin", allow, with, ExposeLine});
    row("other fields stay", {{"X-Own", "1"}}, plain,
        {"X-Own: 1", "Vary: Origin", allow, ExposeLine});

    row("Vary is appended to", {{"Vary", "Accept"}}, {}, {"Vary: Accept, Origin"});
    row("Vary in other case is appended to", {{"vary", "Accept"}}, {}, {"vary: Accept, Origin"});
    row("an empty Vary is filled", {{"Vary", ""}}, {}, {"Vary: Origin"});
    row("Vary names Origin", {{"Vary", "Origin"}}, {}, {"Vary: Origin"});
    row("Vary names origin in other case", {{"Vary", "Accept,oRIGIN"}}, {},
        {"Vary: Accept,oRIGIN"});
    row("Vary names a longer word", {{"Vary", "Origin-Agent"}}, {}, {"Vary: Origin-Agent, Origin"});
    row("Vary: * covers all", {{"Vary", "*"}}, {}, {"Vary: *"});
    row("a second Vary line names Origin", {{"Vary", "Accept"}, {"Vary", "Origin"}}, {},
        {"Vary: Accept", "Vary: Origin"});
    row("two Vary lines without Origin", {{"Vary", "Accept"}, {"Vary", "Cookie"}}, {},
        {"Vary: Accept", "Vary: Cookie, Origin"});
    row("a Vary that will not be sent does not count", {{"Vary", "Origin, a\nb"}}, {},
        {"Vary: Origin, a\nb", "Vary: Origin"});

    row("the handler's origin stays", {{"access-control-allow-origin", "*"}}, CorsGrant{Page, true},
        {"access-control-allow-origin: *", "Vary: Origin"});
    row("the handler's decision stays whole",
        {{"Access-Control-Allow-Origin", "https://b.example"},
         {"Access-Control-Allow-Credentials", "true"}},
        plain, {"Access-Control-Allow-Origin: https://b.example", with, "Vary: Origin"});
    row("the handler's origin stays without a grant", {{"Access-Control-Allow-Origin", "*"}}, {},
        {"Access-Control-Allow-Origin: *", "Vary: Origin"});
    row("credentials of a handler do not join our origin",
        {{"access-control-allow-credentials", "true"}}, plain, {"Vary: Origin", allow, ExposeLine});
    row("exposed fields of a handler stay", {{"Access-Control-Expose-Headers", "ETag"}}, plain,
        {"Access-Control-Expose-Headers: ETag", "Vary: Origin", allow, ExposeLine});
}

void tst_CorsPolicy::decorated()
{
    QFETCH(const Fields, before);
    QFETCH(const std::optional<CorsGrant>, grant);
    QFETCH(const QByteArrayList, after);
    Response response = Response::text(429, "slow down"_ba);
    response.headers = before;
    CorsPolicy().decorate(response, grant);
    QCOMPARE(linesOf(response), after);
    QCOMPARE(response.status, 429);
    QCOMPARE(response.body, "slow down"_ba);
}

void tst_CorsPolicy::decoratedTwiceIsAsOnce()
{
    const CorsPolicy policy;
    for (const std::optional<CorsGrant> &grant :
         {std::optional<CorsGrant>(), std::optional(CorsGrant{Page, true})}) {
        Response response;
        policy.decorate(response, grant);
        const QByteArrayList once = linesOf(response);
        policy.decorate(response, grant);
        QCOMPARE(linesOf(response), once);

        Response preflight = policy.preflight(grant);
        const QByteArrayList complete = linesOf(preflight);
        policy.decorate(preflight, grant);
        QCOMPARE(linesOf(preflight), complete);
    }
}

void tst_CorsPolicy::aGrantedResponseOnTheWire()
{
    const ParsedHead head("GET", "Origin: https://a.example\r\n");
    const CorsPolicy policy = policyFor({"https://a.example"}, true);
    Response response = Response::text(200, "ok"_ba);
    policy.decorate(response, policy.grant(*head, resolved()));
    QByteArray wire;
    serialize(response, {}, wire);
    QVERIFY(wire.contains("\r\nVary: Origin\r\n"));
    QVERIFY(wire.contains("\r\nAccess-Control-Allow-Origin: https://a.example\r\n"));
    QVERIFY(wire.contains("\r\nAccess-Control-Allow-Credentials: true\r\n"));
    QVERIFY(wire.contains(ExposeLine));
}

QTEST_APPLESS_MAIN(tst_CorsPolicy)
#include "tst_corspolicy.moc"
