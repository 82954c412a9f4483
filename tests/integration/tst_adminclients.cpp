// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What operators see of clients, rooms and requests over the admin socket, and what they do to
// them. One server for all; a test finds its clients by their User-Agent.
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QByteArray forwardedFor(const QByteArray &client)
{
    return "X-Forwarded-For: " + client + "\r\n";
}

// The 101 comes before the server has the client in its lists, and the pong comes after.
bool enter(EventClient &client, const QByteArray &agent, const QByteArray &lines = {})
{
    return client.openAs(agent, lines) && client.isResponsive();
}

QStringList column(const QJsonObject &page, const QString &member)
{
    QStringList values;
    for (const QJsonValue &item : page.value("items"_L1).toArray())
        values += item[member].toString();
    return values;
}

} // namespace

class tst_AdminClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void listIsFilteredSortedAndPaged_data();
    void listIsFilteredSortedAndPaged();
    void badFilterSaysWhere();
    void rowShowsTheClient();
    void clientIsExplained();
    void clientThatClosesIsRemembered_data();
    void clientThatClosesIsRemembered();
    void clientIsKicked();
    void filterKicksWhomItMatches();
    void filterKnowsTrustedHops();
    void eventIsSent();
    void broadcastReachesItsAudience();
    void roomsAreListed();
    void requestsAreRemembered();

private:
    QJsonObject page(const QString &filter, const QString &state = u"open"_s);
    QJsonObject waitForClosed(const QString &agent);
    QString idOf(const QString &agent);

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<AdminCalls> m_admin;
};

void tst_AdminClients::initTestCase()
{
    init();
    m_server = std::make_unique<ServerProcess>(
        "threads = 2\ntrust_proxy = [\"127.0.0.1\", \"10.0.0.0/8\"]\n"
        "request_details_path = \"/who\"\n"_ba);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_admin = std::make_unique<AdminCalls>(m_server->adminSocket());
    QVERIFY(m_admin->isReady());
}

void tst_AdminClients::cleanupTestCase()
{
    init();
    m_admin.reset();
    m_server.reset();
}

QJsonObject tst_AdminClients::page(const QString &filter, const QString &state)
{
    return m_admin->object(u"clients.list"_s, {{u"filter"_s, filter}, {u"state"_s, state}});
}

// The only client with this User-Agent that went; an empty object when there is none in time.
QJsonObject tst_AdminClients::waitForClosed(const QString &agent)
{
    QJsonArray items;
    const auto look = [&] {
        items = page(u"ua:"_s + agent, u"closed"_s).value("items"_L1).toArray();
        return items.size() == 1;
    };
    return QTest::qWaitFor(look, 20000) ? items[0].toObject() : QJsonObject();
}

QString tst_AdminClients::idOf(const QString &agent)
{
    return column(page(u"ua:"_s + agent), u"id"_s).value(0);
}

void tst_AdminClients::listIsFilteredSortedAndPaged_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("filtered");
    QTest::addColumn<QStringList>("agents");
    const auto row = [](const char *name, const char *params, int filtered,
                        const QStringList &agents) {
        QTest::newRow(name) << QByteArray(params) << filtered << agents;
    };
    row("by client, upwards", R"({"sort": "client"})", 3, {u"b"_s, u"a"_s, u"c"_s});
    row("by client, downwards", R"({"sort": "client", "order": "desc"})", 3,
        {u"c"_s, u"a"_s, u"b"_s});
    row("by agent", R"({"sort": "user_agent", "order": "asc"})", 3, {u"a"_s, u"b"_s, u"c"_s});
    row("the first page", R"({"sort": "client", "limit": 2})", 3, {u"b"_s, u"a"_s});
    row("the second page", R"({"sort": "client", "limit": 2, "offset": 2})", 3, {u"c"_s});
    row("a page behind the last", R"({"sort": "client", "offset": 3})", 3, {});
    row("a page of nothing", R"({"limit": 0})", 3, {});
    row("of a range", R"({"filter": "ip:203.0.113.0/24", "sort": "client"})", 2, {u"a"_s, u"c"_s});
    row("without a range", R"({"filter": "-ip:203.0.113.0/24"})", 1, {u"b"_s});
    row("of a room", R"({"filter": "room:list"})", 1, {u"c"_s});
    row("that are known", R"({"filter": "known:yes ua:b"})", 1, {u"b"_s});
    row("that are not there", R"({"filter": "ua:zzz"})", 0, {});
}

void tst_AdminClients::listIsFilteredSortedAndPaged()
{
    QFETCH(const QByteArray, params);
    QFETCH(const int, filtered);
    QFETCH(const QStringList, agents);
    EventClient a(m_server->port());
    EventClient b(m_server->port());
    EventClient c(m_server->port());
    QVERIFY(enter(a, "listed-a", forwardedFor("203.0.113.20")));
    QVERIFY(enter(b, "listed-b", forwardedFor("198.51.100.30")));
    QVERIFY(enter(c, "listed-c", forwardedFor("203.0.113.100")));
    QVERIFY(c.join(u"list"_s));
    QJsonObject sent = json(params);
    const QString filter = sent.value("filter"_L1).toString().replace(u"ua:"_s, u"ua:listed-"_s);
    sent.insert(u"filter"_s, QString(filter + u" ua:listed-"_s));
    const QJsonObject page = m_admin->object(u"clients.list"_s, sent);
    QVERIFY(page.value("total"_L1).toInt() >= 3);
    QCOMPARE(page.value("filtered"_L1).toInt(), filtered);
    QCOMPARE(column(page, u"user_agent"_s).replaceInStrings(u"listed-"_s, QString()), agents);
    for (EventClient *client : {&a, &b, &c})
        QVERIFY(client->close());
    const auto areGone = [this] { return column(this->page(u"ua:listed-"_s), u"id"_s).isEmpty(); };
    QVERIFY(QTest::qWaitFor(areGone, 20000));
}

void tst_AdminClients::badFilterSaysWhere()
{
    for (const QString &method : {u"clients.list"_s, u"clients.kick"_s}) {
        const RpcError error = m_admin->error(method, json(R"({"filter": "ua:x ip:300.1.1.1"})"));
        QCOMPARE(error.code, int(RpcCode::InvalidParams));
        QCOMPARE(misfit(error.data, "position:n message:s"), ""_ba);
        const int position = error.data.value("position"_L1).toInt();
        QVERIFY2(position >= 5 && position <= 8, QByteArray::number(position).constData());
    }
}

void tst_AdminClients::rowShowsTheClient()
{
    EventClient client(m_server->port());
    QVERIFY(enter(client, "shown",
                  "Host: inner.example\r\nOrigin: https://app.example\r\n"
                  "X-Forwarded-For: 2001:DB8::7, 10.1.2.3\r\n"
                  "X-Forwarded-Proto: https\r\nX-Forwarded-Host: app.example:8443\r\n"));
    QVERIFY(client.join(u"lobby"_s));
    QVERIFY(client.join(u"lobby"_s, u"/game"_s));
    const QJsonObject row = page(u"ua:shown"_s).value("items"_L1)[0].toObject();
    QCOMPARE(row.value("client"_L1).toString(), u"2001:db8::7"_s);
    QCOMPARE(row.value("peer"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(row.value("scheme"_L1).toString(), u"https"_s);
    QCOMPARE(row.value("host"_L1).toString(), u"app.example"_s);
    QCOMPARE(row.value("port"_L1).toInt(), 8443);
    QCOMPARE(row.value("url"_L1).toString(), u"https://app.example:8443/"_s);
    QCOMPARE(row.value("origin"_L1).toString(), u"https://app.example"_s);
    QCOMPARE(row.value("source"_L1).toString(), u"x-forwarded-for"_s);
    QCOMPARE(row.value("trusted_peer"_L1), QJsonValue(true));
    QCOMPARE(row.value("known"_L1), QJsonValue(true));
    QCOMPARE(row.value("conflict"_L1), QJsonValue(false));
    QCOMPARE(row.value("hops"_L1).toInt(), 2);
    QCOMPARE(row.value("messages_in"_L1).toInt(), 2);
    QCOMPARE(row.value("trust_revision"_L1).toInt(), 1);
    QVERIFY(isNow(row.value("connected_at"_L1)));
    QVERIFY(row.value("peer_port"_L1).toInt() > 0);
    const QStringList rooms = row.value("rooms"_L1).toVariant().toStringList();
    QCOMPARE(QSet<QString>(rooms.begin(), rooms.end()),
             (QSet<QString>{u"lobby"_s, u"/game:lobby"_s}));
}

void tst_AdminClients::clientIsExplained()
{
    EventClient client(m_server->port());
    QVERIFY(enter(client, "explained",
                  "Host: inner.example\r\n"
                  "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.1.2.3\r\n"
                  "X-Forwarded-Proto: https\r\n"));
    const QString id = idOf(u"explained"_s);
    const QJsonObject shown = m_admin->object(u"clients.get"_s, {{u"id"_s, id}});
    QCOMPARE(shown.value("user_agent"_L1).toString(), u"explained"_s);
    const QJsonObject resolution = shown.value("resolution"_L1).toObject();
    QCOMPARE(resolution.value("client"_L1).toString(), u"203.0.113.7"_s);
    QCOMPARE(trailText(resolution),
             "127.0.0.1 peer by 127.0.0.1; 10.1.2.3 trusted by 10.0.0.0/8 X-Forwarded-For#1; "
             "203.0.113.7 client X-Forwarded-For#2; 6.6.6.6 unread X-Forwarded-For#3"_ba);
    QCOMPARE(resolution.value("from"_L1)["scheme"_L1].toObject(),
             json(R"({"header": "X-Forwarded-Proto", "index": 1})"));
    QVERIFY(resolution.value("from"_L1)["host"_L1].isNull());
    // The number does as well, and when it is gone it is still explained.
    QVERIFY(client.close());
    QVERIFY(!waitForClosed(u"explained"_s).isEmpty());
    const QJsonObject gone = m_admin->object(u"clients.get"_s, {{u"id"_s, id.toLongLong()}});
    QCOMPARE(gone.value("close_code"_L1).toInt(), 1000);
    QCOMPARE(trailText(gone.value("resolution"_L1).toObject()), trailText(resolution));
}

void tst_AdminClients::clientThatClosesIsRemembered_data()
{
    QTest::addColumn<int>("code"); // 0: it breaks off
    QTest::addColumn<int>("shown");
    QTest::addColumn<QString>("initiator");
    QTest::newRow("it closes") << 1000 << 1000 << u"client"_s;
    QTest::newRow("it closes with a code of its own") << 4321 << 4321 << u"client"_s;
    QTest::newRow("it breaks off") << 0 << 1006 << u"network"_s;
}

void tst_AdminClients::clientThatClosesIsRemembered()
{
    QFETCH(const int, code);
    QFETCH(const int, shown);
    QFETCH(const QString, initiator);
    const QString agent = u"closing-"_s + QString::number(code);
    EventClient client(m_server->port());
    QVERIFY(enter(client, agent.toLatin1()));
    QVERIFY(!idOf(agent).isEmpty());
    if (code == 0)
        client.raw().abort();
    else
        QVERIFY(client.sendClose(code, "so long"_ba));
    const QJsonObject closed = waitForClosed(agent);
    QCOMPARE(closed.value("close_code"_L1).toInt(), shown);
    QCOMPARE(closed.value("close_reason"_L1).toString(), code == 0 ? QString() : u"so long"_s);
    QCOMPARE(closed.value("initiator"_L1).toString(), initiator);
    QVERIFY(isNow(closed.value("closed_at"_L1)));
    QVERIFY(idOf(agent).isEmpty());
    QCOMPARE(page(u"ua:"_s + agent, u"all"_s).value("filtered"_L1).toInt(), 1);
}

void tst_AdminClients::clientIsKicked()
{
    EventClient client(m_server->port());
    QVERIFY(enter(client, "kicked"));
    QJsonObject params = json(R"({"reason": "too loud", "code": 4001})");
    params.insert(u"id"_s, idOf(u"kicked"_s));
    QCOMPARE(m_admin->object(u"clients.kick"_s, params), json(R"({"count": 1})"));
    const auto frame = client.readFrame();
    QVERIFY(frame);
    QCOMPARE(frame->closeCode(), 4001);
    QCOMPARE(frame->closeReason(), "too loud"_ba);
    QVERIFY(client.sendClose(4001));
    const QJsonObject closed = waitForClosed(u"kicked"_s);
    QCOMPARE(closed.value("close_code"_L1).toInt(), 4001);
    QCOMPARE(closed.value("close_reason"_L1).toString(), u"too loud"_s);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"server"_s);
    const QJsonArray events =
        m_admin->array(u"events.recent"_s, json(R"({"types": ["client.kicked"], "limit": 1})"));
    QCOMPARE(events[0]["client_id"_L1], params.value("id"_L1));
    QCOMPARE(events[0]["reason"_L1].toString(), u"too loud"_s);
    QVERIFY(events[0]["actor"_L1].toString().startsWith(u"uid "_s));
}

void tst_AdminClients::filterKicksWhomItMatches()
{
    EventClient one(m_server->port());
    EventClient two(m_server->port());
    EventClient other(m_server->port());
    QVERIFY(enter(one, "crowd", forwardedFor("203.0.113.41")));
    QVERIFY(enter(two, "crowd", forwardedFor("203.0.113.42")));
    QVERIFY(enter(other, "crowd", forwardedFor("198.51.100.43")));
    QJsonObject params = json(R"({"filter": "ua:crowd ip:203.0.113.0/24", "dry_run": true})");
    QCOMPARE(m_admin->object(u"clients.kick"_s, params).value("count"_L1).toInt(), 2);
    for (EventClient *client : {&one, &two, &other})
        QVERIFY(client->isResponsive());
    params.remove(u"dry_run"_s);
    QCOMPARE(m_admin->object(u"clients.kick"_s, params).value("count"_L1).toInt(), 2);
    QCOMPARE(one.readCloseCode(), 1008);
    QCOMPARE(two.readCloseCode(), 1008);
    QVERIFY(other.isResponsive());
    params.insert(u"filter"_s, u"ua:nobody-at-all"_s);
    QCOMPARE(m_admin->object(u"clients.kick"_s, params).value("count"_L1).toInt(), 0);
}

void tst_AdminClients::filterKnowsTrustedHops()
{
    EventClient near(m_server->port());
    EventClient far(m_server->port());
    QVERIFY(enter(near, "hopping-near", forwardedFor("203.0.113.51")));
    QVERIFY(enter(far, "hopping-far", forwardedFor("203.0.113.52, 10.7.7.7")));
    QCOMPARE(column(page(u"ua:hopping via:10.0.0.0/8"_s), u"user_agent"_s),
             QStringList{u"hopping-far"_s});
    QCOMPARE(page(u"ua:hopping via:127.0.0.1"_s).value("filtered"_L1).toInt(), 2);
    // The client itself is no hop.
    QCOMPARE(page(u"ua:hopping via:203.0.113.0/24"_s).value("filtered"_L1).toInt(), 0);
    QCOMPARE(
        m_admin->object(u"clients.kick"_s, json(R"({"filter": "via:10.7.7.7"})")).value("count"_L1),
        QJsonValue(1));
    QCOMPARE(far.readCloseCode(), 1008);
    QVERIFY(near.isResponsive());
}

void tst_AdminClients::eventIsSent()
{
    EventClient client(m_server->port());
    EventClient other(m_server->port());
    QVERIFY(enter(client, "addressee"));
    QVERIFY(enter(other, "bystander"));
    QJsonObject params = json(R"({"event": "notice", "data": {"text": "h\u00e9"}})");
    params.insert(u"id"_s, idOf(u"addressee"_s));
    m_admin->object(u"clients.send"_s, params);
    QCOMPARE(client.readEvent(), EventClient::event(u"notice"_s, params.value("data"_L1)));
    QVERIFY(other.isResponsive()); // and got nothing before
}

void tst_AdminClients::broadcastReachesItsAudience()
{
    EventClient one(m_server->port());
    EventClient two(m_server->port());
    EventClient away(m_server->port());
    QVERIFY(enter(one, "audience-1"));
    QVERIFY(enter(two, "audience-2"));
    QVERIFY(enter(away, "audience-3"));
    QVERIFY(one.join(u"audience"_s));
    QVERIFY(two.join(u"audience"_s));
    QVERIFY(away.join(u"audience"_s, u"/other"_s));
    const QJsonObject event = EventClient::event(u"news"_s, QJsonArray{1, u"two"_s});

    QJsonObject params = event;
    params.insert(u"room"_s, u"audience"_s);
    QCOMPARE(m_admin->object(u"broadcast"_s, params), json(R"({"delivered": 2})"));
    QCOMPARE(one.readEvent(), event);
    QCOMPARE(two.readEvent(), event);
    params.insert(u"namespace"_s, u"/other"_s);
    QCOMPARE(m_admin->object(u"broadcast"_s, params), json(R"({"delivered": 1})"));
    QCOMPARE(away.readEvent(), event);
    params = event;
    params.insert(u"except"_s, QJsonArray{idOf(u"audience-1"_s)});
    QVERIFY(m_admin->object(u"broadcast"_s, params).value("delivered"_L1).toInt() >= 2);
    QCOMPARE(two.readEvent(), event);
    QCOMPARE(away.readEvent(), event);
    QVERIFY(one.isResponsive()); // and got nothing before
}

void tst_AdminClients::roomsAreListed()
{
    EventClient one(m_server->port());
    EventClient two(m_server->port());
    QVERIFY(enter(one, "guest-1"));
    QVERIFY(enter(two, "guest-2"));
    for (EventClient *client : {&one, &two})
        QVERIFY(client->join(u"rooms-large"_s));
    QVERIFY(one.join(u"rooms-small"_s));
    const QJsonObject rooms = m_admin->object(
        u"rooms.list"_s, json(R"({"filter": "rooms-", "sort": "members", "order": "desc"})"));
    QCOMPARE(rooms.value("filtered"_L1).toInt(), 2);
    QCOMPARE(rooms.value("items"_L1)[0].toObject(),
             json(R"({"namespace": "/", "room": "rooms-large", "members": 2})"));
    QCOMPARE(rooms.value("items"_L1)[1].toObject(),
             json(R"({"namespace": "/", "room": "rooms-small", "members": 1})"));

    const QJsonObject members = m_admin->object(
        u"rooms.members"_s, json(R"({"room": "rooms-large", "sort": "user_agent", "limit": 1})"));
    QCOMPARE(members.value("total"_L1).toInt(), 2);
    QCOMPARE(column(members, u"user_agent"_s), QStringList{u"guest-1"_s});
    const QJsonObject elsewhere = m_admin->object(
        u"rooms.members"_s, json(R"({"room": "rooms-large", "namespace": "/other"})"));
    QCOMPARE(elsewhere.value("total"_L1).toInt(), 0);
}

void tst_AdminClients::requestsAreRemembered()
{
    RawClient browser(m_server->port());
    const QByteArray lines = forwardedFor("6.6.6.6, 203.0.113.7")
                             + "User-Agent: browser\r\nX-Forwarded-Proto: https\r\n"
                               "X-Forwarded-Host: app.example\r\n";
    QCOMPARE(browser.exchange(httpGet("/who?key=geheim&x=1", lines)).status, 200);
    QCOMPARE(browser.exchange(httpGet("/nowhere", lines)).status, 404);
    // A request is remembered when it was answered.
    QJsonArray last;
    const auto isRemembered = [&] {
        last = m_admin->array(u"requests.recent"_s, json(R"({"limit": 2})"));
        return last[0]["status"_L1] == 404;
    };
    QVERIFY(QTest::qWaitFor(isRemembered, 20000));
    QCOMPARE(last.size(), 2);
    const QJsonObject request = last[1].toObject();
    QCOMPARE(request.value("method"_L1).toString(), u"GET"_s);
    QCOMPARE(request.value("status"_L1).toInt(), 200);
    QCOMPARE(request.value("url"_L1).toString(), u"https://app.example/who?key=***&x=1"_s);
    QCOMPARE(request.value("client"_L1).toString(), u"203.0.113.7"_s);
    QCOMPARE(request.value("peer"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(request.value("user_agent"_L1).toString(), u"browser"_s);
    const QJsonObject one = m_admin->object(u"requests.get"_s, {{u"id"_s, request.value("id"_L1)}});
    QCOMPARE(one.value("url"_L1), request.value("url"_L1));
    QCOMPARE(trailText(one.value("resolution"_L1).toObject()),
             "127.0.0.1 peer by 127.0.0.1; 203.0.113.7 client X-Forwarded-For#1; "
             "6.6.6.6 unread X-Forwarded-For#2"_ba);
}

QTEST_GUILESS_MAIN(tst_AdminClients)
#include "tst_adminclients.moc"
