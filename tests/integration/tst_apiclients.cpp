// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// GET /api/clients with clients that come directly, through a proxy, and through two: what is told
// about them, and filters, orders and pages.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 2
trust_proxy = ["127.0.0.1", "10.0.0.0/8"]
auth_key = "sesame"
api_keys = ["k"]
)";

// The members of a row; others rely on these names.
const QStringList &members()
{
    static const QStringList names = {
        u"bytes_in"_s,    u"bytes_out"_s,      u"client"_s,       u"conflict"_s, u"connected_at"_s,
        u"hops"_s,        u"host"_s,           u"id"_s,           u"idle_s"_s,   u"known"_s,
        u"messages_in"_s, u"messages_out"_s,   u"namespace"_s,    u"origin"_s,   u"peer"_s,
        u"peer_port"_s,   u"port"_s,           u"queue_bytes"_s,  u"rooms"_s,    u"scheme"_s,
        u"source"_s,      u"trust_revision"_s, u"trusted_peer"_s, u"url"_s,      u"user_agent"_s};
    return names;
}

} // namespace

class tst_ApiClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void rowsTellEverything();
    void rowsFollowTheClient();
    void filters_data();
    void filters();
    void ordersAndPages_data();
    void ordersAndPages();
    void mistakesAreExplained_data();
    void mistakesAreExplained();
    void headHasNoBody();
    void goneClientsAreNotListed();

private:
    void add(const QByteArray &agent, const QByteArray &source, const QByteArray &headerLines);
    QJsonObject list(const QByteArray &query = {});
    static QByteArrayList agentsIn(const QJsonObject &page);
    QJsonObject rowOf(const QByteArray &agent);

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<ApiClient> m_api;
    std::vector<std::unique_ptr<EventClient>> m_clients;
};

void tst_ApiClients::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_api = std::make_unique<ApiClient>(m_server->port(), "k"_ba, "127.0.0.99"_ba);

    add("ann"_ba, "127.0.0.1"_ba,
        "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Host: pub.example\r\nOrigin: https://page.example\r\n"_ba);
    add("bob two"_ba, "127.0.0.1"_ba, "X-Forwarded-For: 203.0.113.200\r\n"_ba);
    // Not trusted, so it is who it is.
    add("cid"_ba, "127.3.4.5"_ba, "X-Forwarded-For: 203.0.113.7\r\n"_ba);
    add("dan"_ba, "127.0.0.1"_ba, "X-Forwarded-For: unknown\r\n"_ba);
    add("eve"_ba, "127.0.0.1"_ba, "X-Forwarded-For: 2001:db8::5, 10.0.0.7\r\n"_ba);
    add("fay"_ba, "127.0.0.1"_ba,
        "X-Forwarded-For: 198.51.100.1\r\nForwarded: for=198.51.100.2\r\n"_ba);
    QVERIFY(m_clients[0]->join(u"lobby"_s));
    QVERIFY(m_clients[1]->join(u"lobby"_s, u"/game"_s));
    QVERIFY(m_clients[4]->join(u"lobby"_s));
    QVERIFY(m_clients[4]->join(u"hall"_s));
}

void tst_ApiClients::cleanupTestCase()
{
    m_clients.clear();
    m_api.reset();
    m_server.reset();
}

void tst_ApiClients::add(const QByteArray &agent, const QByteArray &source,
                         const QByteArray &headerLines)
{
    m_clients.push_back(std::make_unique<EventClient>(m_server->port(), source));
    QVERIFY(m_clients.back()->open("/chat?key=sesame&x=1"_ba,
                                   "User-Agent: " + agent + "\r\n" + headerLines));
}

QJsonObject tst_ApiClients::list(const QByteArray &query)
{
    const HttpResponse response = m_api->get("/api/clients" + query);
    return response.status == 200 ? response.json() : QJsonObject();
}

QByteArrayList tst_ApiClients::agentsIn(const QJsonObject &page)
{
    QByteArrayList agents;
    for (const QJsonValue &item : page.value("items"_L1).toArray())
        agents.append(item["user_agent"_L1].toString().toLatin1().left(3));
    return agents;
}

QJsonObject tst_ApiClients::rowOf(const QByteArray &agent)
{
    return list("?filter=ua:" + agent).value("items"_L1)[0].toObject();
}

// ---- rows -------------------------------------------------------------------------------------

void tst_ApiClients::rowsTellEverything()
{
    const QJsonArray items = list().value("items"_L1).toArray();
    QCOMPARE(items.size(), 6);
    for (const QJsonValue &item : items) {
        QCOMPARE(item.toObject().keys(), members());
        QVERIFY(isNow(item["connected_at"_L1]));
        QVERIFY(item["peer_port"_L1].toInt() > 0);
        QVERIFY(item["bytes_in"_L1].toInt(-1) >= 0);
        QVERIFY(item["idle_s"_L1].toInt(-1) >= 0);
        QCOMPARE(item["queue_bytes"_L1].toInt(-1), 0);
        QCOMPARE(item["namespace"_L1].toString(), u"/"_s);
        QCOMPARE(item["trust_revision"_L1].toInt(), 1);
    }
    const QJsonObject ann = rowOf("ann"_ba);
    QCOMPARE(ann.value("client"_L1).toString(), u"203.0.113.7"_s);
    QCOMPARE(ann.value("peer"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(ann.value("scheme"_L1).toString(), u"https"_s);
    QCOMPARE(ann.value("host"_L1).toString(), u"pub.example"_s);
    QCOMPARE(ann.value("port"_L1).toInt(), 443);
    QCOMPARE(ann.value("url"_L1).toString(), u"https://pub.example/chat?key=***&x=1"_s);
    QCOMPARE(ann.value("origin"_L1).toString(), u"https://page.example"_s);
    QCOMPARE(ann.value("rooms"_L1).toArray(), QJsonArray{u"lobby"_s});
    QCOMPARE(ann.value("source"_L1).toString(), u"x-forwarded-for"_s);
    QCOMPARE(ann.value("trusted_peer"_L1).toBool(), true);
    QCOMPARE(ann.value("known"_L1).toBool(), true);
    QCOMPARE(ann.value("hops"_L1).toInt(), 1);
    QVERIFY(ann.value("id"_L1).isString());

    const QJsonObject cid = rowOf("cid"_ba);
    QCOMPARE(cid.value("client"_L1).toString(), u"127.3.4.5"_s);
    QCOMPARE(cid.value("source"_L1).toString(), u"peer"_s);
    QCOMPARE(cid.value("trusted_peer"_L1).toBool(true), false);
    QCOMPARE(cid.value("known"_L1).toBool(), true);

    const QJsonObject dan = rowOf("dan"_ba);
    QCOMPARE(dan.value("client"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(dan.value("known"_L1).toBool(true), false);
    QCOMPARE(dan.value("conflict"_L1).toBool(true), false);

    const QJsonObject eve = rowOf("eve"_ba);
    QCOMPARE(eve.value("client"_L1).toString(), u"2001:db8::5"_s);
    QCOMPARE(eve.value("hops"_L1).toInt(), 2);

    const QJsonObject fay = rowOf("fay"_ba);
    QCOMPARE(fay.value("client"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(fay.value("conflict"_L1).toBool(), true);
}

void tst_ApiClients::rowsFollowTheClient()
{
    EventClient &ann = *m_clients[0];
    const QJsonObject before = rowOf("ann"_ba);
    QVERIFY(ann.join(u"b"_s, u"/game"_s));
    QVERIFY(ann.leave(u"none"_s));
    QJsonObject after = rowOf("ann"_ba);
    QCOMPARE(after.value("messages_in"_L1).toInt(), before.value("messages_in"_L1).toInt() + 2);
    QCOMPARE(after.value("messages_out"_L1).toInt(), before.value("messages_out"_L1).toInt() + 2);
    QVERIFY(after.value("bytes_in"_L1).toInt() > before.value("bytes_in"_L1).toInt());
    QVERIFY(after.value("bytes_out"_L1).toInt() > before.value("bytes_out"_L1).toInt());
    QCOMPARE(after.value("rooms"_L1).toArray(), (QJsonArray{u"lobby"_s, u"/game:b"_s}));
    QVERIFY(ann.leave(u"b"_s, u"/game"_s));
    after = rowOf("ann"_ba);
    QCOMPARE(after.value("rooms"_L1).toArray(), QJsonArray{u"lobby"_s});
}

// ---- filters and orders -----------------------------------------------------------------------

void tst_ApiClients::filters_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArrayList>("found");
    const auto row = [](const QByteArray &filter, const QByteArrayList &found) {
        QTest::newRow(filter.isEmpty() ? "nothing" : filter.constData()) << filter << found;
    };
    row(""_ba, {"ann", "bob", "cid", "dan", "eve", "fay"});
    row("ip:203.0.113.0/24"_ba, {"ann", "bob"});
    row("ip:203.0.113.7"_ba, {"ann"});
    row("ip:::ffff:203.0.113.7"_ba, {"ann"});
    row("ip:2001:db8::/32"_ba, {"eve"});
    row("ip:127.0.0.0/8"_ba, {"cid", "dan", "fay"});
    row("-ip:127.0.0.0/8"_ba, {"ann", "bob", "eve"});
    row("peer:127.3.4.5"_ba, {"cid"});
    row("peer:127.0.0.1"_ba, {"ann", "bob", "dan", "eve", "fay"});
    row("via:10.0.0.7"_ba, {"eve"});
    row("via:127.0.0.1 -via:10.0.0.0/8"_ba, {"ann", "bob", "dan", "fay"});
    row("room:lobby"_ba, {"ann", "bob", "eve"});
    row("room:/game:lobby"_ba, {"bob"});
    row("room:lobby room:hall"_ba, {"eve"});
    row("room:Lobby"_ba, {});
    row("ns:/"_ba, {"ann", "bob", "cid", "dan", "eve", "fay"});
    row("ns:/game"_ba, {});
    row("host:PUB"_ba, {"ann"});
    row("ua:\"bob two\""_ba, {"bob"});
    row("UA:AN"_ba, {"ann", "dan"});
    row("origin:page.example"_ba, {"ann"});
    row("known:no"_ba, {"dan", "fay"});
    row("known:yes peer:127.0.0.1"_ba, {"ann", "bob", "eve"});
    row("conflict:yes"_ba, {"fay"});
    row("idle:>5m"_ba, {});
    row("age:<1h -known:no"_ba, {"ann", "bob", "cid", "eve"});
    row("queue:>64k"_ba, {});
    row("in:>0"_ba, {"ann", "bob", "eve"});
    row("out:<1M conflict:yes"_ba, {"fay"});
    row("203.0.113.200"_ba, {"bob"});
    row("eve"_ba, {"eve"});
    row("  eve   lobby  "_ba, {});
}

void tst_ApiClients::filters()
{
    QFETCH(const QByteArray, filter);
    QFETCH(const QByteArrayList, found);
    // Percent-encoded, and as forms write it.
    QByteArray form = filter.toPercentEncoding();
    for (const QByteArray &text : {filter.toPercentEncoding(), form.replace("%20", "+")}) {
        const QJsonObject page = list("?filter=" + text);
        QCOMPARE(agentsIn(page), found);
        QCOMPARE(page.value("total"_L1).toInt(), 6);
        QCOMPARE(page.value("filtered"_L1).toInt(), int(found.size()));
        QCOMPARE(page.size(), 3);
    }
}

void tst_ApiClients::ordersAndPages_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArrayList>("found");
    const auto row = [](const char *query, const QByteArrayList &found) {
        QTest::newRow(query) << QByteArray(query) << found;
    };
    row("?order=desc", {"fay", "eve", "dan", "cid", "bob", "ann"});
    row("?sort=user_agent&order=asc", {"ann", "bob", "cid", "dan", "eve", "fay"});
    row("?sort=client", {"dan", "fay", "cid", "ann", "bob", "eve"}); // by number
    row("?sort=rooms&order=desc", {"eve", "ann", "bob", "cid", "dan", "fay"});
    row("?sort=hops&order=desc&limit=1", {"eve"});
    row("?sort=conflict&order=desc&limit=2", {"fay", "ann"});
    row("?limit=0", {});
    row("?limit=2", {"ann", "bob"});
    row("?limit=2&offset=2", {"cid", "dan"});
    row("?limit=500&offset=5", {"fay"});
    row("?offset=6", {});
    row("?offset=2147483647", {});
    row("?sort=user_agent&order=desc&offset=1&limit=2", {"eve", "dan"});
    row("?", {"ann", "bob", "cid", "dan", "eve", "fay"});
}

void tst_ApiClients::ordersAndPages()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArrayList, found);
    const QJsonObject page = list(query);
    QCOMPARE(agentsIn(page), found);
    QCOMPARE(page.value("total"_L1).toInt(), 6);
    QCOMPARE(page.value("filtered"_L1).toInt(), 6);
}

void tst_ApiClients::mistakesAreExplained_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("words"); // in the text of the error
    const auto row = [](const char *query, const char *words) {
        QTest::newRow(query) << QByteArray(query) << QByteArray(words);
    };
    row("?filter=ip:300.0.0.1", "character 4");
    row("?filter=ua:x+known:maybe", "character 12");
    row("?filter=idle:>5x", "character 6");
    row("?filter=wibble:1", "wibble");
    row("?filter=%22open", "not closed");
    row("?filter=ip:", "missing");
    row("?sort=colour", "colour");
    row("?sort=", "column");
    row("?order=up", "asc");
    row("?order=DESC", "asc");
    row("?limit=501", "500");
    row("?limit=-1", "limit");
    row("?limit=x", "limit");
    row("?limit=", "limit");
    row("?limit=1.5", "limit");
    row("?offset=-1", "offset");
    row("?offset=2147483648", "offset");
    row("?limit=1&limit=2", "twice");
    row("?page=2", "page");
    row("?Limit=2", "Limit");
}

void tst_ApiClients::mistakesAreExplained()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArray, words);
    const HttpResponse response = m_api->get("/api/clients" + query);
    QCOMPARE(response.status, 400);
    QCOMPARE(response.json().size(), 2);
    QCOMPARE(response.json().value("code"_L1).toString(), u"invalid_request"_s);
    const QByteArray text = response.json().value("error"_L1).toString().toUtf8();
    QVERIFY2(text.contains(words), text.constData());
}

void tst_ApiClients::headHasNoBody()
{
    RawClient &raw = m_api->raw();
    const HttpResponse get = m_api->get("/api/clients?limit=2"_ba);
    const HttpResponse head =
        raw.exchange(ApiClient::request("HEAD"_ba, "/api/clients?limit=2"_ba, "k"_ba), true);
    QCOMPARE(head.status, 200);
    QCOMPARE(head.header("content-type"), get.header("content-type"));
    QCOMPARE(head.header("content-length").toInt(), int(get.body.size()));
    // The connection is where it should be.
    QCOMPARE(agentsIn(list("?limit=1"_ba)), QByteArrayList{"ann"});
}

void tst_ApiClients::goneClientsAreNotListed()
{
    add("gus"_ba, "127.0.0.1"_ba, ""_ba);
    QCOMPARE(list().value("total"_L1).toInt(), 7);
    QVERIFY(m_clients.back()->close());
    m_clients.pop_back();
    QTRY_COMPARE(list().value("total"_L1).toInt(), 6);
}

QTEST_GUILESS_MAIN(tst_ApiClients)
#include "tst_apiclients.moc"
