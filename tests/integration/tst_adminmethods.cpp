// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The methods of the admin socket: what each gives, whom it is for, and what it refuses. What they
// do is in tst_adminclients, tst_admincontrol and tst_livetrust. One server for all.
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <variant>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const auto ClientShape =
    "id:s client:s peer:s peer_port:n scheme:s host:s port:n url:s user_agent:s origin:s "
    "namespace:s rooms:a connected_at:n idle_s:n messages_in:n messages_out:n bytes_in:n "
    "bytes_out:n queue_bytes:n trusted_peer:b known:b conflict:b source:s hops:n trust_revision:n"_ba;
const auto ClosedShape = " closed_at:n close_code:n close_reason:s initiator:s"_ba;
const auto ResolutionShape =
    "client:s scheme:s host:s port:n url:s peer:s trusted_peer:b known:b conflict:b source:s "
    "trust_revision:n headers:a from:o trail:a notes:a"_ba;
const auto RequestShape = "id:s at_ms:n method:s url:s status:n duration_us:n client:s peer:s "
                          "scheme:s host:s port:n trusted_peer:b source:s trust_revision:n"_ba;

QByteArray forwarded(const QByteArray &client)
{
    return "X-Forwarded-For: " + client
           + "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: app.example\r\n";
}

} // namespace

class tst_AdminMethods : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void helloTellsTheServer();
    void sessionBeginsWithHello_data();
    void sessionBeginsWithHello();
    void resultHasItsShape_data();
    void resultHasItsShape();
    void viewerCannotChange_data();
    void viewerCannotChange();
    void badCallIsRefused_data();
    void badCallIsRefused();
    void lineThatIsNoCallIsRefused_data();
    void lineThatIsNoCallIsRefused();

    void statusCounts();
    void untrustedPeerIsSuggestedAndDiagnosed();
    void proxyConfigIsMade_data();
    void proxyConfigIsMade();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<AdminCalls> m_admin;
    std::unique_ptr<AdminCalls> m_viewer;
    std::unique_ptr<EventClient> m_resident; // is there all the time, in the room "home"
};

// What the shapes need: a client that is there and one that went, a request, a peer that is not
// trusted, an edit, and a few seconds of history.
void tst_AdminMethods::initTestCase()
{
    init();
    const QString viewers = m_directory.filePath(u"viewers.sock"_s);
    m_server = std::make_unique<ServerProcess>(
        "threads = 2\ntrust_proxy = [\"127.0.0.1\"]\nrequest_details_path = \"/who\"\n"
        "[admin]\nread_only_socket = \""_ba
        + viewers.toUtf8() + "\"\n"_ba);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_admin = std::make_unique<AdminCalls>(m_server->adminSocket());
    m_viewer = std::make_unique<AdminCalls>(viewers);
    QVERIFY(m_admin->isReady());
    QVERIFY(m_viewer->isReady());

    m_resident = std::make_unique<EventClient>(m_server->port());
    QVERIFY(m_resident->openAs("resident", forwarded("203.0.113.1")));
    QVERIFY(m_resident->join(u"home"_s));
    EventClient gone(m_server->port());
    QVERIFY(gone.openAs("gone"));
    QVERIFY(gone.close());
    const auto isGone = [this] {
        const QJsonObject closed = m_admin->object(u"clients.list"_s, {{u"state"_s, u"closed"_s}});
        return closed.value("total"_L1) == 1;
    };
    QVERIFY(QTest::qWaitFor(isGone, 20000));
    RawClient stranger(m_server->port(), "127.0.0.9"_ba);
    QCOMPARE(stranger.exchange(httpGet("/who", forwarded("203.0.113.9"))).status, 200);
    m_admin->object(u"trust.add"_s, json(R"({"entry": "192.0.2.1/24", "note": "n"})"));
    const auto hasHistory = [this] {
        const QJsonObject history =
            m_admin->object(u"history"_s, json(R"({"series": "messages_in", "seconds": 60})"));
        return history.value("points"_L1).toArray().size() >= 2;
    };
    QVERIFY(QTest::qWaitFor(hasHistory, 20000));
}

void tst_AdminMethods::cleanupTestCase()
{
    init();
    m_resident.reset();
    m_viewer.reset();
    m_admin.reset();
    m_server.reset();
}

void tst_AdminMethods::helloTellsTheServer()
{
    const QByteArray shape =
        "protocol:n version:s instance:s pid:n listen:s started:n role:s features:a"_ba;
    for (AdminCalls *calls : {m_admin.get(), m_viewer.get()}) {
        const QJsonObject hello = calls->server();
        QCOMPARE(misfit(hello, shape), ""_ba);
        QCOMPARE(hello.value("protocol"_L1).toInt(), 1);
        QCOMPARE(hello.value("pid"_L1).toInteger(), m_server->pid());
        QCOMPARE(hello.value("listen"_L1).toString().toUtf8(),
                 m_server->readyLine().split(' ').value(2));
        QVERIFY(isNow(hello.value("started"_L1)));
        QCOMPARE(hello.value("role"_L1).toString(),
                 calls == m_viewer.get() ? u"viewer"_s : u"operator"_s);
        QVERIFY(hello.value("features"_L1).toArray().contains(u"trust.preview"_s));
    }
    QCOMPARE(m_admin->server().value("instance"_L1), m_viewer->server().value("instance"_L1));
}

void tst_AdminMethods::sessionBeginsWithHello_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("code");
    QTest::newRow("another call comes first") << u"status"_s << "{}"_ba << -32600;
    QTest::newRow("a subscription comes first")
        << u"subscribe"_s << R"({"topics": ["status"]})"_ba << -32600;
    QTest::newRow("there is no version") << u"hello"_s << R"({"name": "x"})"_ba << -32602;
    QTest::newRow("the version is another") << u"hello"_s << R"({"protocol": 2})"_ba << -32602;
}

void tst_AdminMethods::sessionBeginsWithHello()
{
    QFETCH(const QString, method);
    QFETCH(const QByteArray, params);
    QFETCH(const int, code);
    AdminCalls calls(m_server->adminSocket(), AdminCalls::Greeting::None);
    QCOMPARE(calls.error(method, json(params)).code, code);
    // The session goes on, and nothing else is served before hello.
    QCOMPARE(calls.error(u"trust.get"_s).code, -32600);
    QCOMPARE(calls.object(u"hello"_s, json(R"({"protocol": 1})")).value("pid"_L1).toInteger(),
             m_server->pid());
    QVERIFY(!calls.object(u"status"_s).isEmpty());
}

// `part` is what the shape is of: the result, the first element of an array, or the first element
// of a member that is one.
void tst_AdminMethods::resultHasItsShape_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("part");
    QTest::addColumn<QByteArray>("shape");
    const auto row = [](const char *method, const char *params, const char *part,
                        const QByteArray &shape) {
        QTest::addRow("%s %s %s", method, params, part)
            << QByteArray(params) << QString::fromLatin1(part) << shape;
    };
    constexpr auto Entry = R"({"mode": "list", "entries": [{"entry": "127.0.0.9/8"}]})";
    constexpr auto Test = R"({"peer": "127.0.0.1", "headers": [["X-Forwarded-For", "::2"]]})";
    row("status", "{}", "",
        "status:s uptime:n uptime_human:s clients:n clients_max:n connections_total:n rejected:n "
        "messages_in:n messages_out:n bytes_in:n bytes_out:n rates:o threads:n loop_lag_ms:n "
        "trust_revision:n warnings:a draining:b");
    row("status", "{}", ".rates",
        "connects:n disconnects:n messages_in:n messages_out:n bytes_in:n bytes_out:n");
    row("history", R"({"series": "clients", "seconds": 60})", "", "step_s:n points:a");
    row("clients.list", "{}", "", "total:n filtered:n items:a");
    row("clients.list", "{}", "items", ClientShape);
    row("clients.list", R"({"state": "closed"})", "items", ClientShape + ClosedShape);
    row("rooms.list", "{}", "", "total:n filtered:n items:a");
    row("rooms.list", "{}", "items", "namespace:s room:s members:n");
    row("rooms.members", R"({"room": "home"})", "", "total:n filtered:n items:a");
    row("rooms.members", R"({"room": "home"})", "items", ClientShape);
    row("trust.get", "{}", "", "revision:n mode:s entries:a origin:s warnings:a");
    row("trust.get", "{}", "entries",
        "entry:s note:s added_by:s added_at:n matched_peers:n matched_clients:n last_used:n");
    row("trust.get", "{}", "warnings", "index:n entry:s message:s");
    row("trust.check", Entry, "", "valid:b problems:a warnings:a normalised:a");
    row("trust.check", Entry, "warnings", "index:n entry:s message:s");
    row("trust.check", R"({"entries": [{"entry": "x"}]})", "problems", "index:n entry:s message:s");
    row("trust.preview", Entry, "",
        "valid:b problems:a warnings:a normalised:a changed:n total:n samples:a recent:o");
    row("trust.preview", R"({"mode": "none"})", "samples", "id:s before:o after:o reason:s");
    row("trust.preview", R"({"mode": "none"})", ".recent", "changed:n total:n");
    row("trust.history", "{}", "[]", "revision:n at:n by:s comment:s added:a removed:a");
    row("trust.test", Test, "", ResolutionShape);
    row("trust.test", Test, "headers", "name:s used:b reason:s");
    row("trust.test", Test, "trail", "address:s verdict:s entry:s header:s? index:n");
    row("trust.test", Test, ".from", "scheme:o? host:o? port:o?");
    row("trust.suggestions", "{}", "[]", "peer:s hits:n first_seen:n last_seen:n sample:s entry:s");
    row("diagnose", "{}", "[]", "id:s severity:s title:s detail:s evidence:o fix:o");
    row("config.get", "{}", "[]", "key:s default:s value:s source:s");
    row("requests.recent", "{}", "[]", RequestShape);
    row("requests.get", R"({"id": 1})", "", RequestShape + " resolution:o");
    row("requests.get", R"({"id": "1"})", ".resolution", ResolutionShape);
    row("events.recent", R"({"types": ["trust"]})", "[]", "seq:n at_ms:n type:s actor:s detail:s");
    row("proxy.config", R"({"proxy": "nginx"})", "", "text:s");
}

void tst_AdminMethods::resultHasItsShape()
{
    QFETCH(const QByteArray, params);
    QFETCH(const QString, part);
    QFETCH(const QByteArray, shape);
    const QString method = QString::fromLatin1(QTest::currentDataTag()).section(u' ', 0, 0);
    // A viewer sees what an operator sees.
    for (AdminCalls *calls : {m_admin.get(), m_viewer.get()}) {
        QJsonValue value;
        if (part == "[]"_L1)
            value = calls->array(method, json(params)).first();
        else if (part.startsWith(u'.'))
            value = calls->object(method, json(params)).value(part.sliced(1));
        else if (!part.isEmpty())
            value = calls->object(method, json(params)).value(part).toArray().first();
        else
            value = calls->object(method, json(params));
        QCOMPARE(misfit(value, shape), ""_ba);
    }
}

void tst_AdminMethods::viewerCannotChange_data()
{
    QTest::addColumn<QByteArray>("params");
    const auto row = [](const char *method, const char *params) {
        QTest::newRow(method) << QByteArray(params);
    };
    row("clients.kick", R"({"filter": "ua:resident"})");
    row("clients.send", R"({"id": 1, "event": "e", "data": {}})");
    row("broadcast", R"({"event": "e", "data": {}})");
    row("trust.set", R"({"mode": "none"})");
    row("trust.add", R"({"entry": "192.0.2.77"})");
    row("trust.remove", R"({"entry": "127.0.0.1"})");
    row("trust.reset", "{}");
    row("trust.rollback", R"({"revision": 1})");
    row("drain", "{}");
    row("undrain", "{}");
    row("reload", "{}");
}

void tst_AdminMethods::viewerCannotChange()
{
    QFETCH(const QByteArray, params);
    const QString method = QString::fromLatin1(QTest::currentDataTag());
    const QJsonObject before = m_viewer->object(u"status"_s);
    QCOMPARE(m_viewer->error(method, json(params)).code, int(RpcCode::ReadOnly));
    const QJsonObject after = m_viewer->object(u"status"_s);
    for (const QString &member :
         {u"trust_revision"_s, u"draining"_s, u"clients"_s, u"messages_out"_s})
        QCOMPARE(after.value(member), before.value(member));
}

void tst_AdminMethods::badCallIsRefused_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("about");
    const auto row = [](const char *name, const char *method, const char *params, int code,
                        const char *about) {
        QTest::newRow(name) << QString::fromLatin1(method) << QByteArray(params) << code
                            << QString::fromLatin1(about);
    };
    row("no such method", "clients.lst", "{}", -32601, "clients.list");
    row("no such parameter", "clients.list", R"({"filtr": ""})", -32602, "filter");
    row("a parameter of a method without any", "status", R"({"x": 1})", -32602, "unknown");
    row("no such series", "history", R"({"series": "x"})", -32602, "loop_lag_ms");
    row("no series", "history", "{}", -32602, "series");
    row("no seconds at all", "history", R"({"series": "clients", "seconds": 0})", -32602,
        "seconds");
    row("no such column", "clients.list", R"({"sort": "ipp"})", -32602, "sort");
    row("no such order", "clients.list", R"({"order": "up"})", -32602, "order");
    row("no such state", "clients.list", R"({"state": "new"})", -32602, "state");
    row("a page too large", "clients.list", R"({"limit": 501})", -32602, "limit");
    row("a limit that is half", "clients.list", R"({"limit": 1.5})", -32602, "limit");
    row("an offset before the first", "clients.list", R"({"offset": -1})", -32602, "offset");
    row("a filter that is a number", "clients.list", R"({"filter": 1})", -32602, "filter");
    row("no such client", "clients.get", R"({"id": 999999999})", -32003, "999999999");
    row("an id that is none", "clients.get", R"({"id": "x"})", -32602, "id");
    row("no id", "clients.get", "{}", -32602, "id");
    row("a kick of nobody", "clients.kick", "{}", -32602, "id or a filter");
    row("a kick of one and many", "clients.kick", R"({"id": 1, "filter": "x"})", -32602,
        "id or a filter");
    row("a kick of everybody", "clients.kick", R"({"filter": ""})", -32602, "everybody");
    row("a kick of everybody in blanks", "clients.kick", R"({"filter": "  "})", -32602,
        "everybody");
    row("a kick with a forbidden code", "clients.kick", R"({"id": 1, "code": 1006})", -32602,
        "code");
    row("a kick of a stranger", "clients.kick", R"({"id": 999999999})", -32003, "999999999");
    row("an event to a stranger", "clients.send", R"({"id": 999999999, "event": "e", "data": {}})",
        -32003, "999999999");
    row("an event without a name", "clients.send", R"({"id": 1, "data": {}})", -32602, "event");
    row("a broadcast to no room", "broadcast", R"({"event": "e", "data": {}, "room": ""})", -32602,
        "room");
    row("members of no room", "rooms.members", "{}", -32602, "room");
    row("no such entry", "trust.remove", R"({"entry": "203.0.113.99"})", -32003, "203.0.113.99");
    row("no such revision", "trust.rollback", R"({"revision": 99})", -32003, "99");
    row("no revision", "trust.rollback", "{}", -32602, "revision");
    row("a bad entry", "trust.add", R"({"entry": "10.0.0.0/33"})", -32002, "prefix");
    row("no such request", "requests.get", R"({"id": 999999999})", -32003, "999999999");
    row("too many requests", "requests.recent", R"({"limit": 1001})", -32602, "limit");
    row("no such type", "events.recent", R"({"types": ["x"]})", -32602, "trust.changed");
    row("no such proxy", "proxy.config", R"({"proxy": "squid"})", -32602, "nginx");
    row("an upstream that is none", "proxy.config", R"({"proxy": "nginx", "upstreams": ["a;b:1"]})",
        -32602, "upstreams");
    row("no such topic", "subscribe", R"({"topics": ["news"]})", -32602, "clients");
    row("too often", "subscribe", R"({"topics": ["status"], "interval_ms": 249})", -32602,
        "interval_ms");
    row("not draining", "undrain", "{}", -32600, "not draining");
}

void tst_AdminMethods::badCallIsRefused()
{
    QFETCH(const QString, method);
    QFETCH(const QByteArray, params);
    QFETCH(const int, code);
    QFETCH(const QString, about);
    const RpcError error = m_admin->error(method, json(params));
    QCOMPARE(error.code, code);
    QVERIFY2(error.message.contains(about), qPrintable(error.message));
}

void tst_AdminMethods::lineThatIsNoCallIsRefused_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("code");
    QTest::newRow("no JSON") << "status"_ba << -32700;
    QTest::newRow("no UTF-8") << "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}"_ba << -32700;
    QTest::newRow("a batch") << R"([{"jsonrpc":"2.0","id":1,"method":"status"}])"_ba << -32600;
    QTest::newRow("another version")
        << R"({"jsonrpc":"1.0","id":1,"method":"status"})"_ba << -32600;
    QTest::newRow("no method") << R"({"jsonrpc":"2.0","id":1})"_ba << -32600;
    QTest::newRow("positional parameters")
        << R"({"jsonrpc":"2.0","id":1,"method":"status","params":[1]})"_ba << -32602;
}

void tst_AdminMethods::lineThatIsNoCallIsRefused()
{
    QFETCH(const QByteArray, line);
    QFETCH(const int, code);
    AdminCalls calls(m_server->adminSocket());
    QVERIFY(calls.sendBytes(line + '\n'));
    const Expected<RpcMessage> message = decodeMessage(calls.readLine().value_or(QByteArray()));
    QVERIFY2(message.ok(), "there is no answer");
    const auto *answer = std::get_if<RpcAnswer>(&*message);
    QVERIFY(answer && std::holds_alternative<RpcError>(answer->result));
    QCOMPARE(std::get<RpcError>(answer->result).code, code);
    // The session goes on.
    QVERIFY(!calls.object(u"status"_s).isEmpty());
}

void tst_AdminMethods::statusCounts()
{
    const QJsonObject before = m_admin->object(u"status"_s);
    EventClient client(m_server->port());
    QVERIFY(client.openAs("counted"));
    QVERIFY(client.join(u"counted"_s));
    QVERIFY(client.isResponsive()); // all of that was counted
    const QJsonObject after = m_admin->object(u"status"_s);
    const auto grew = [&](const QString &member) {
        return after.value(member).toInteger() - before.value(member).toInteger();
    };
    QCOMPARE(after.value("status"_L1).toString(), u"healthy"_s);
    QCOMPARE(after.value("draining"_L1), QJsonValue(false));
    QCOMPARE(after.value("threads"_L1).toInt(), 2);
    QCOMPARE(after.value("clients_max"_L1).toInt(), 10000);
    QCOMPARE(after.value("trust_revision"_L1).toInt(), 2);
    QCOMPARE(grew(u"clients"_s), 1);
    QCOMPARE(grew(u"connections_total"_s), 1);
    QCOMPARE(grew(u"messages_in"_s), 1);
    QCOMPARE(grew(u"messages_out"_s), 1);
    QVERIFY(grew(u"bytes_in"_s) > 0);
    QVERIFY(grew(u"bytes_out"_s) > 0);
}

void tst_AdminMethods::untrustedPeerIsSuggestedAndDiagnosed()
{
    const QByteArray lines = forwarded("203.0.113.66");
    for (int i = 0; i < 25; ++i) {
        RawClient proxy(m_server->port(), "127.0.0.66"_ba);
        QCOMPARE(proxy.exchange(httpGet("/who", lines)).status, 200);
    }
    // A diagnosis is up to a second old.
    QJsonObject suggestion;
    const auto isSeen = [&] {
        suggestion = findBy(m_admin->array(u"trust.suggestions"_s), u"peer"_s, u"127.0.0.66"_s);
        return suggestion.value("hits"_L1) == 25;
    };
    QVERIFY(QTest::qWaitFor(isSeen, 20000));
    QCOMPARE(suggestion.value("entry"_L1).toString(), u"127.0.0.66"_s);
    QVERIFY(suggestion.value("sample"_L1).toString().contains(u"203.0.113.66"_s));
    QVERIFY(isNow(suggestion.value("first_seen"_L1)));
    QVERIFY(isNow(suggestion.value("last_seen"_L1)));

    const QJsonObject finding =
        findBy(m_admin->array(u"diagnose"_s), u"subject"_s, u"127.0.0.66"_s);
    QCOMPARE(finding.value("id"_L1).toString(), u"untrusted-headers"_s);
    QCOMPARE(finding.value("severity"_L1).toString(), u"error"_s);
    QCOMPARE(finding.value("fix"_L1)["trust"_L1].toString(), u"truepeerctl trust add 127.0.0.66"_s);
    const QJsonArray warnings = m_admin->object(u"status"_s).value("warnings"_L1).toArray();
    QVERIFY(warnings.contains(finding.value("title"_L1)));
}

void tst_AdminMethods::proxyConfigIsMade_data()
{
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QByteArrayList>("parts");
    const QByteArray own = "127.0.0.1:"_ba + QByteArray::number(m_server->port());
    for (const char *proxy : {"nginx", "apache", "haproxy", "caddy"}) {
        QTest::addRow("%s in front of the server that runs", proxy)
            << "{}"_ba << QByteArrayList{own};
        QTest::addRow("%s with TLS in front of two", proxy)
            << R"({"tls": true, "upstreams": ["10.0.0.1:6001", "10.0.0.2:6002"]})"_ba
            << QByteArrayList{"10.0.0.1:6001", "10.0.0.2:6002", "443"};
    }
}

void tst_AdminMethods::proxyConfigIsMade()
{
    QFETCH(const QByteArray, more);
    QFETCH(const QByteArrayList, parts);
    QJsonObject params = json(more);
    params.insert(u"proxy"_s, QString::fromLatin1(QTest::currentDataTag()).section(u' ', 0, 0));
    const QByteArray text =
        m_admin->object(u"proxy.config"_s, params).value("text"_L1).toString().toUtf8();
    for (const QByteArray &part : parts)
        QVERIFY2(text.contains(part), part.constData());
}

QTEST_GUILESS_MAIN(tst_AdminMethods)
#include "tst_adminmethods.moc"
