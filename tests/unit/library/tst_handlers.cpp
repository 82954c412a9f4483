// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What is wrong with handlers before the server runs. That they are called is tested with real
// clients, in tests/integration/.
#include "server/library/handlers.h"
#include "server/ops/health.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Here = Server::RunOn::ConnectionThread;

Response answered(const Request &)
{
    return Response::text(200, "ok"_ba);
}

void handled(Client &, const QJsonObject &) {}

// The server's own routes, as with every path switched on.
void addOwnRoutes(Router &router)
{
    const auto own = [](const HttpRequest &) { return Response(); };
    addHealthRoutes(router, "/health"_ba, [] { return HealthFacts(); });
    for (const char *path : {"/api/broadcast", "/api/clients/{id}/send", "/api/clients/{id}/kick"})
        router.add("POST", path, own);
    router.add("GET", "/api/clients", own);
}

} // namespace

class tst_Handlers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void routeProblems_data();
    void routeProblems();
    void eventProblems_data();
    void eventProblems();
    void emptyFunctions();
    void allProblemsAreTold();
    void conflicts_data();
    void conflicts();
    void serverDoesNotStartWithProblems();
    void serverDoesNotStartWithConflicts();
    void runTellsTheExitCode();
};

void tst_Handlers::routeProblems_data()
{
    QTest::addColumn<QByteArrayList>("routes"); // "METHOD PATH"
    QTest::addColumn<QStringList>("problems");
    const auto row = [](const char *name, const QByteArrayList &routes,
                        const QStringList &problems) { QTest::newRow(name) << routes << problems; };
    row("no routes", {}, {});
    row("good ones", {"GET /", "GET /a/{b}", "PURGE /a"}, {});
    row("another method of the same path", {"GET /a", "POST /a"}, {});
    row("HEAD beside GET", {"GET /a", "HEAD /a"}, {});
    row("a pattern and a path that fits it", {"GET /a/{b}", "GET /a/b"}, {});
    row("patterns that overlap in part", {"GET /a/{b}", "GET /{a}/b"}, {});
    row("a path with braces that are no part", {"GET /a{}", "GET /{}", "GET /{b}"}, {});
    row("no method", {" /a"}, {u"route(\" /a\"): the method is no token"_s});
    row("a method that is no token", {"G(T /a"}, {u"route(\"G(T /a\"): the method is no token"_s});
    row("no path", {"GET "}, {u"route(\"GET \"): the path must start with /"_s});
    row("a relative path", {"GET a"}, {u"route(\"GET a\"): the path must start with /"_s});
    row("a control character", {"GET a\n"}, {u"route(\"GET a\\n\"): the path must start with /"_s});
    row("eight parts in braces", {"GET /{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}"}, {});
    row("nine parts in braces", {"GET /{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}"},
        {u"route(\"GET /{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}\"): more than 8 parts in braces"_s});
    row("the same route twice", {"GET /a", "GET /b", "GET /a"},
        {u"route(\"GET /a\"): a route for the same paths was added before"_s});
    row("the same pattern with other names", {"GET /a/{b}", "GET /a/{c}"},
        {u"route(\"GET /a/{c}\"): a route for the same paths was added before"_s});
}

void tst_Handlers::routeProblems()
{
    QFETCH(const QByteArrayList, routes);
    QFETCH(const QStringList, problems);
    Handlers handlers;
    for (const QByteArray &route : routes) {
        const qsizetype blank = route.indexOf(' ');
        handlers.routes.push_back({route.left(blank), route.mid(blank + 1), answered, Here});
    }
    QCOMPARE(handlers.problems(), problems);
}

void tst_Handlers::eventProblems_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QString>("problem");
    const auto bad = [](const QString &name) {
        return u"on(\"%1\"): no event; allowed: letters, digits and ._-"_s.arg(name);
    };
    QTest::newRow("a good one") << "chat.message_2-x"_ba << QString();
    QTest::newRow("one of the server's own") << "join_room"_ba << QString();
    QTest::newRow("no name") << ""_ba << bad(QString());
    QTest::newRow("a blank") << "chat message"_ba << bad(u"chat message"_s);
    QTest::newRow("a slash") << "chat/message"_ba << bad(u"chat/message"_s);
    QTest::newRow("a wildcard") << "chat.*"_ba << bad(u"chat.*"_s);
    QTest::newRow("a letter beyond ASCII") << "ch\xc3\xa4t"_ba << bad(u"ch\\u00e4t"_s);
}

void tst_Handlers::eventProblems()
{
    QFETCH(const QByteArray, event);
    QFETCH(const QString, problem);
    Handlers handlers;
    handlers.events.push_back({event, handled, Here});
    const QStringList problems = handlers.problems();
    QCOMPARE(problems, problem.isEmpty() ? QStringList() : QStringList{problem});
}

void tst_Handlers::emptyFunctions()
{
    Handlers handlers;
    handlers.routes.push_back({"GET"_ba, "/a"_ba, nullptr, Here});
    handlers.events.push_back({"a"_ba, nullptr, Here});
    handlers.requestMiddleware = {[](const Request &) { return std::nullopt; }, nullptr};
    handlers.eventMiddleware = {nullptr};
    handlers.handshakeMiddleware = {nullptr};
    handlers.connectHooks = {nullptr};
    handlers.disconnectHooks = {nullptr};
    const QStringList expected = {u"route(\"GET /a\"): the handler is empty"_s,
                                  u"on(\"a\"): the handler is empty"_s,
                                  u"use(): the function is empty"_s,
                                  u"useForEvents(): the function is empty"_s,
                                  u"useForHandshakes(): the function is empty"_s,
                                  u"onConnect(): the function is empty"_s,
                                  u"onDisconnect(): the function is empty"_s};
    QCOMPARE(handlers.problems(), expected);
}

void tst_Handlers::allProblemsAreTold()
{
    Handlers handlers;
    handlers.routes.push_back({"GET"_ba, "a"_ba, answered, Here});
    handlers.routes.push_back({"GET"_ba, "b"_ba, answered, Here});
    handlers.events.push_back({"?"_ba, handled, Here});
    QCOMPARE(handlers.problems().size(), 3);
}

// ---- the server's own paths -------------------------------------------------------------------

void tst_Handlers::conflicts_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("a path of its own") << "/healthy"_ba << false;
    QTest::newRow("below the health path") << "/health/full"_ba << false;
    QTest::newRow("the health path") << "/health"_ba << true;
    QTest::newRow("the path of liveness") << "/health/live"_ba << true;
    QTest::newRow("a path of the API") << "/api/broadcast"_ba << true;
    QTest::newRow("a pattern of the API") << "/api/clients/{id}/send"_ba << true;
    QTest::newRow("the same pattern with another name") << "/api/clients/{who}/send"_ba << true;
    QTest::newRow("a path that a pattern of the API fits") << "/api/clients/7/kick"_ba << true;
    QTest::newRow("another path below the API's") << "/api/clients/{id}/ban"_ba << false;
    QTest::newRow("a pattern that fits a path of the server") << "/{page}"_ba << false;
}

void tst_Handlers::conflicts()
{
    QFETCH(const QByteArray, path);
    QFETCH(const bool, isTaken);
    Router router;
    addOwnRoutes(router);
    // With whatever method: the options of a path hold for all of them.
    for (const QByteArray &method : {"GET"_ba, "POST"_ba, "HEAD"_ba, "DELETE"_ba}) {
        Handlers handlers;
        handlers.routes.push_back({method, path, answered, Here});
        QVERIFY(handlers.problems().isEmpty());
        const QStringList conflicts = handlers.conflicts(router);
        QCOMPARE(conflicts.size(), isTaken ? 1 : 0);
        const QString start = u"route(\"%1\"): the server answers this path itself"_s.arg(
            QString::fromLatin1(QByteArray(method + ' ' + path)));
        QVERIFY2(!isTaken || conflicts[0].startsWith(start), qPrintable(conflicts.join(u'\n')));
    }
}

void tst_Handlers::serverDoesNotStartWithProblems()
{
    Server server(ServerConfig().setHost(u"127.0.0.1"_s).setPort(0));
    server.route("GET", "no-slash", answered);
    server.on("no event", handled);
    QVERIFY(!server.start());
    QCOMPARE(server.errorString().count(u'\n'), 1);
    QVERIFY(server.errorString().contains(u"no-slash"_s));
    QVERIFY(server.errorString().contains(u"no event"_s));
}

void tst_Handlers::serverDoesNotStartWithConflicts()
{
    const ServerConfig config =
        ServerConfig().setHost(u"127.0.0.1"_s).setPort(0).setApiKeys({u"k"_s});
    Server server(config);
    server.route("GET", "/health", answered);
    server.route("GET", "/fine", answered);
    server.route("GET", "/api/clients", answered);
    QVERIFY(!server.start());
    QVERIFY(!server.isRunning());
    const QStringList errors = server.errorString().split(u'\n');
    QCOMPARE(errors.size(), 2);
    QVERIFY2(errors[0].startsWith(u"route(\"GET /health\"): "_s), qPrintable(errors[0]));
    QVERIFY2(errors[1].startsWith(u"route(\"GET /api/clients\"): "_s), qPrintable(errors[1]));

    // They are free when the server does not use them.
    Server other(ServerConfig().setHost(u"127.0.0.1"_s).setPort(0).setHealthCheckPath(QString()));
    other.route("GET", "/health", answered);
    other.route("GET", "/api/clients", answered);
    QVERIFY2(other.start(), qPrintable(other.errorString()));
}

void tst_Handlers::runTellsTheExitCode()
{
    Server conflict(ServerConfig().setHost(u"127.0.0.1"_s).setPort(0));
    conflict.route("POST", "/health", answered);
    QCOMPARE(conflict.run(), 78);
    QVERIFY(conflict.errorString().contains(u"POST /health"_s));

    Server problem(ServerConfig().setHost(u"127.0.0.1"_s).setPort(0));
    problem.onConnect(nullptr);
    QCOMPARE(problem.run(), 78);
}

QTEST_GUILESS_MAIN(tst_Handlers)
#include "tst_handlers.moc"
