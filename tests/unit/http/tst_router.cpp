// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/router.h"
#include "shared/trust/resolution.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// A handler that says which one it is, and shows its parameters.
Handler named(const QByteArray &name)
{
    return [name](const HttpRequest &request) {
        QByteArray text = name;
        for (const QByteArrayView parameter : {"id", "room"}) {
            if (const auto value = request.parameters.value(parameter))
                text += ' ' + parameter.toByteArray() + '=' + value->toByteArray();
        }
        return Response::text(200, text);
    };
}

Router sample()
{
    Router router;
    router.add("GET", "/health", named("health"), {.exempt = true, .bareErrors = true});
    router.add("GET", "/", named("root"));
    router.add("GET", "/api/clients", named("clients"));
    router.add("POST", "/api/clients/{id}/kick", named("kick"), {.takesBody = true});
    router.add("GET", "/api/clients/{id}", named("client"));
    router.add("DELETE", "/api/clients/{id}", named("delete"));
    router.add("GET", "/api/clients/self", named("self"));
    router.add("POST", "/api/clients/{room}", named("post"));
    router.add("GET", "/api/{id}/{room}", named("two"));
    router.add("PURGE", "/cache", named("purge"));
    router.add("HEAD", "/both", named("head of both"));
    router.add("GET", "/both", named("get of both"));
    return router;
}

QByteArray answer(const RouteMatch &match, const RequestHead &head = {})
{
    const Resolution resolution(IpAddress::fromIPv4(0x7f000001));
    return std::get<Handler>(*match.handler)({head, {}, resolution, match.parameters}).body;
}

} // namespace

class tst_Router : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void found_data();
    void found();
    void notFound_data();
    void notFound();
    void errorBodies();
    void optionsOfThePath();
    void knownPaths();
    void parametersOfAFailedPatternDoNotStay();
    void emptyRouter();
};

void tst_Router::found_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &path,
                        const QByteArray &text) { QTest::newRow(name) << method << path << text; };
    row("exact path", "GET", "/health", "health");
    row("root", "GET", "/", "root");
    row("HEAD is answered by GET", "HEAD", "/health", "health");
    row("HEAD has its own handler", "HEAD", "/both", "head of both");
    row("GET beside it", "GET", "/both", "get of both");
    row("one parameter", "GET", "/api/clients/abc", "client id=abc");
    row("another method of the same pattern", "DELETE", "/api/clients/abc", "delete id=abc");
    row("HEAD of a pattern", "HEAD", "/api/clients/abc", "client id=abc");
    row("an exact path beats a pattern", "GET", "/api/clients/self", "self");
    row("a pattern for the methods that the exact path lacks", "DELETE", "/api/clients/self",
        "delete id=self");
    row("a later pattern for another method", "POST", "/api/clients/abc", "post room=abc");
    row("text after the parameter", "POST", "/api/clients/a%2Fb/kick", "kick id=a%2Fb");
    row("two parameters", "GET", "/api/x/y", "two id=x room=y");
    row("the pattern that was registered first", "GET", "/api/clients/x", "client id=x");
    row("a method of one's own", "PURGE", "/cache", "purge");
}

void tst_Router::found()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, text);
    const Router router = sample();
    const RouteMatch match = router.match(method, path);
    QCOMPARE(match.status, RouteStatus::Found);
    QVERIFY(match.handler);
    QCOMPARE(answer(match), text);
    QVERIFY(match.allow.isEmpty());
}

void tst_Router::notFound_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("allow");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &path,
                        int code, const QByteArray &allow = {}) {
        QTest::newRow(name) << method << path << code << allow;
    };
    row("no such path", "GET", "/nothing", 404);
    row("a trailing slash is another path", "GET", "/health/", 404);
    row("a prefix is another path", "GET", "/healt", 404);
    row("case counts", "GET", "/Health", 404);
    row("nothing is decoded", "GET", "/%68ealth", 404);
    row("nothing is normalised", "GET", "/a/../health", 404);
    row("slashes are not merged", "GET", "//health", 404);
    row("a parameter is not empty", "DELETE", "/api/clients/", 404);
    row("a parameter is one segment", "DELETE", "/api/clients/a/b", 404);
    row("the target of OPTIONS *", "OPTIONS", "*", 404);
    row("wrong method of an exact path", "POST", "/health", 405, "GET, HEAD");
    row("OPTIONS is a wrong method, too", "OPTIONS", "/health", 405, "GET, HEAD");
    row("TRACE is not served", "TRACE", "/health", 405, "GET, HEAD");
    row("wrong method of a pattern", "GET", "/api/clients/a/kick", 405, "POST");
    row("methods of all routes to this path", "PATCH", "/api/clients/abc", 405,
        "GET, HEAD, DELETE, POST");
    row("without doubles", "PUT", "/api/clients/self", 405, "GET, HEAD, DELETE, POST");
    row("own HEAD is not listed twice", "POST", "/both", 405, "HEAD, GET");
    row("unknown method of a known path", "BREW", "/health", 405, "GET, HEAD");
    row("methods are case-sensitive", "get", "/health", 405, "GET, HEAD");
    row("unknown method, unknown path", "BREW", "/nothing", 501);
    row("lower case, unknown path", "get", "/nothing", 501);
    row("a method of one's own is known", "PURGE", "/nothing", 404);
}

void tst_Router::notFound()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const int, code);
    QFETCH(const QByteArray, allow);
    const Router router = sample();
    const RouteMatch match = router.match(method, path);
    QVERIFY(!match.handler);
    QCOMPARE(match.allow, allow);
    QCOMPARE(match.parameters.size(), 0U);
    const Response response = Router::errorResponse(match);
    QCOMPARE(response.status, code);
    QCOMPARE(response.headers.size(), allow.isEmpty() ? 0U : 1U);
    if (!allow.isEmpty())
        QCOMPARE(response.headers.front(), std::pair("Allow"_ba, allow));
}

void tst_Router::errorBodies()
{
    const Router router = sample();
    const auto body = [&router](QByteArrayView method, QByteArrayView path) {
        return Router::errorResponse(router.match(method, path)).body;
    };
    QCOMPARE(body("GET", "/nothing"), "{\"error\":\"Not Found\",\"code\":\"not_found\"}"_ba);
    QCOMPARE(body("PUT", "/"),
             "{\"error\":\"Method Not Allowed\",\"code\":\"method_not_allowed\"}"_ba);
    QCOMPARE(body("PUT", "/health"), "{\"error\":\"Method Not Allowed\"}"_ba);
    QCOMPARE(body("BREW", "/x"), "{\"error\":\"Not Implemented\",\"code\":\"not_implemented\"}"_ba);
}

void tst_Router::optionsOfThePath()
{
    const Router router = sample();
    QVERIFY(router.match("GET", "/health").options.exempt);
    QVERIFY(router.match("PUT", "/health").options.exempt);
    QVERIFY(!router.match("GET", "/").options.exempt);
    QVERIFY(router.match("POST", "/api/clients/a/kick").options.takesBody);
    QVERIFY(!router.match("GET", "/api/clients/a").options.takesBody);
    QVERIFY(!router.match("GET", "/nothing").options.exempt);
}

void tst_Router::knownPaths()
{
    const Router router = sample();
    QVERIFY(router.knowsPath("/health"));
    QVERIFY(router.knowsPath("/api/clients/a/kick"));
    QVERIFY(!router.knowsPath("/chat"));
    QVERIFY(!router.knowsPath("/health/"));
}

void tst_Router::parametersOfAFailedPatternDoNotStay()
{
    Router router;
    router.add("GET", "/{id}/a/c", named("first"));
    router.add("GET", "/x/{room}/b", named("second"));
    const RouteMatch match = router.match("GET", "/x/a/b");
    QCOMPARE(answer(match), "second room=a"_ba);
    QCOMPARE(match.parameters.size(), 1U);
    QVERIFY(!match.parameters.value("id"));
}

void tst_Router::emptyRouter()
{
    const Router router;
    QCOMPARE(router.match("GET", "/").status, RouteStatus::NotFound);
    QVERIFY(!router.knowsPath("/"));
}

QTEST_APPLESS_MAIN(tst_Router)
#include "tst_router.moc"
