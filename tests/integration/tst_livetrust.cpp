// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The trust list edited while clients are there: who they are changes at once, in every place that
// shows it, and no connection is lost. How the list is kept is in tst_trustfiles.
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <utility>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// Nobody is trusted at first; clients come through a proxy at 127.0.0.2.
constexpr auto Config = "threads = 2\nrequest_details_path = \"/who\"\n";

QByteArray linesOf(const QByteArray &client)
{
    return "Host: inner.example\r\nX-Forwarded-For: 6.6.6.6, " + client
           + "\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: app.example\r\n"
             "X-Forwarded-Port: 8443\r\n";
}

QJsonObject entry(const QString &text)
{
    return {{u"entry"_s, text}};
}

QStringList entriesOf(const QJsonObject &list)
{
    QStringList texts;
    for (const QJsonValue &one : list.value("entries"_L1).toArray())
        texts += one["entry"_L1].toString();
    return texts;
}

} // namespace

class tst_LiveTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void editChangesWhoTheClientsAre();
    void clientIsExplainedInBothStates();
    void requestsAreSeenAnew();
    void previewTellsWhatAnEditDoes();
    void limitsFollowTheClients();
    void editOnAnOldRevisionIsAConflict();
    void invalidListChangesNothing_data();
    void invalidListChangesNothing();
    void listHasACap();
    void severeEditHasToBeConfirmed_data();
    void severeEditHasToBeConfirmed();
    void losingEverybodyHasToBeConfirmed();
    void entriesAreEdited();
    void resetGoesBackToTheConfiguration();
    void historyKeepsTheLastHundred();

private:
    void start(const QByteArray &config);
    // Clients 203.0.113.1 … through the proxy.
    bool connectClients(int count);
    QJsonObject edit(const QString &method, const QByteArray &params)
    {
        return m_admin->object(method, json(params));
    }
    QStringList clients();
    QJsonObject details();

    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<AdminCalls> m_admin;
    std::vector<std::unique_ptr<EventClient>> m_clients;
};

void tst_LiveTrust::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    start(Config);
}

void tst_LiveTrust::cleanup()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_clients.clear();
    m_admin.reset();
    m_server.reset();
}

void tst_LiveTrust::start(const QByteArray &config)
{
    cleanup();
    m_server = std::make_unique<ServerProcess>(config);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_admin = std::make_unique<AdminCalls>(m_server->adminSocket());
    QVERIFY(m_admin->isReady());
}

bool tst_LiveTrust::connectClients(int count)
{
    bool areOpen = true;
    for (int i = 1; i <= count; ++i) {
        auto client = std::make_unique<EventClient>(m_server->port(), "127.0.0.2"_ba);
        areOpen = areOpen && client->openAs("c", linesOf("203.0.113." + QByteArray::number(i)))
                  && client->join(u"room"_s);
        m_clients.push_back(std::move(client));
    }
    return areOpen;
}

// "client scheme://host:port revision" of each, by id.
QStringList tst_LiveTrust::clients()
{
    QStringList texts;
    for (const QJsonValue &row : m_admin->object(u"clients.list"_s).value("items"_L1).toArray()) {
        texts += row["client"_L1].toString() + u' ' + row["scheme"_L1].toString() + u"://"
                 + row["host"_L1].toString() + u':' + QString::number(row["port"_L1].toInt())
                 + u" r" + QString::number(row["trust_revision"_L1].toInt());
    }
    return texts;
}

// What a request through the proxy is told.
QJsonObject tst_LiveTrust::details()
{
    RawClient proxy(m_server->port(), "127.0.0.2"_ba);
    return proxy.exchange(httpGet("/who", linesOf("203.0.113.77"))).json();
}

void tst_LiveTrust::editChangesWhoTheClientsAre()
{
    QVERIFY(connectClients(3));
    QString direct = u"127.0.0.2 http://inner.example:80 r1"_s;
    QCOMPARE(clients(), QStringList(3, direct));
    QCOMPARE(details().value("ip_address"_L1).toString(), u"127.0.0.2"_s);

    const QJsonObject added = edit(u"trust.add"_s, R"({"entry": "127.0.0.2", "note": "edge"})");
    QCOMPARE(misfit(added, "revision:n changed:n took_ms:n"), ""_ba);
    QCOMPARE(added.value("revision"_L1).toInt(), 2);
    QCOMPARE(added.value("changed"_L1).toInt(), 3);
    QCOMPARE(clients(), (QStringList{u"203.0.113.1 https://app.example:8443 r2"_s,
                                     u"203.0.113.2 https://app.example:8443 r2"_s,
                                     u"203.0.113.3 https://app.example:8443 r2"_s}));
    const QJsonObject seen = details();
    QCOMPARE(seen.value("ip_address"_L1).toString(), u"203.0.113.77"_s);
    QCOMPARE(seen.value("url"_L1).toString(), u"https://app.example:8443/who"_s);
    QCOMPARE(seen.value("trust_revision"_L1).toInt(), 2);
    for (const auto &client : m_clients)
        QVERIFY(client->isResponsive());
    // They are still in their room.
    QCOMPARE(edit(u"broadcast"_s, R"({"event": "e", "data": {}, "room": "room"})")
                 .value("delivered"_L1)
                 .toInt(),
             3);
    for (const auto &client : m_clients)
        QCOMPARE(client->readEvent().value("event"_L1).toString(), u"e"_s);

    const QJsonObject back = edit(u"trust.rollback"_s, R"({"revision": 1, "confirm": true})");
    QCOMPARE(back.value("revision"_L1).toInt(), 3);
    QCOMPARE(back.value("changed"_L1).toInt(), 3);
    direct.replace(u"r1"_s, u"r3"_s);
    QCOMPARE(clients(), QStringList(3, direct));
    QCOMPARE(details().value("ip_address"_L1).toString(), u"127.0.0.2"_s);
    for (const auto &client : m_clients)
        QVERIFY(client->isResponsive());
    // An edit that changes nothing makes no revision.
    QCOMPARE(edit(u"trust.set"_s, R"({"mode": "none"})").value("revision"_L1).toInt(), 3);
}

void tst_LiveTrust::clientIsExplainedInBothStates()
{
    QVERIFY(connectClients(1));
    const auto shown = [this] { return edit(u"clients.get"_s, R"({"id": 1})"); };
    QCOMPARE(shown().value("client"_L1).toString(), u"127.0.0.2"_s);
    QCOMPARE(trailText(shown().value("resolution"_L1).toObject()), "127.0.0.2 peer"_ba);
    edit(u"trust.add"_s, R"({"entry": "127.0.0.2"})");
    QCOMPARE(shown().value("client"_L1).toString(), u"203.0.113.1"_s);
    QCOMPARE(trailText(shown().value("resolution"_L1).toObject()),
             "127.0.0.2 peer by 127.0.0.2; 203.0.113.1 client X-Forwarded-For#1; "
             "6.6.6.6 unread X-Forwarded-For#2"_ba);
    QCOMPARE(shown().value("before"_L1)["client"_L1].toString(), u"127.0.0.2"_s);
    edit(u"trust.add"_s, R"({"entry": "203.0.113.0/24"})");
    QCOMPARE(shown().value("client"_L1).toString(), u"6.6.6.6"_s);
    QCOMPARE(shown().value("before"_L1)["client"_L1].toString(), u"203.0.113.1"_s);
}

void tst_LiveTrust::requestsAreSeenAnew()
{
    // On one connection: the edit reaches it between two requests.
    RawClient proxy(m_server->port(), "127.0.0.2"_ba);
    const QByteArray request = httpGet("/who", linesOf("203.0.113.77"));
    QCOMPARE(proxy.exchange(request).json().value("ip_address"_L1).toString(), u"127.0.0.2"_s);
    edit(u"trust.add"_s, R"({"entry": "127.0.0.2"})");
    QCOMPARE(proxy.exchange(request).json().value("ip_address"_L1).toString(), u"203.0.113.77"_s);
    // A request of before is explained by the list of now, and still shows who it was.
    const QJsonObject old = edit(u"requests.get"_s, R"({"id": 1})");
    QCOMPARE(old.value("client"_L1).toString(), u"127.0.0.2"_s);
    QCOMPARE(old.value("resolution"_L1)["client"_L1].toString(), u"203.0.113.77"_s);
}

void tst_LiveTrust::previewTellsWhatAnEditDoes()
{
    QVERIFY(connectClients(2));
    EventClient direct(m_server->port());
    QVERIFY(direct.openAs("direct") && direct.isResponsive());
    details();
    // A request is remembered when it was answered.
    const auto isRemembered = [this] { return m_admin->array(u"requests.recent"_s).size() == 4; };
    QVERIFY(QTest::qWaitFor(isRemembered, 20000));
    const QJsonObject preview =
        edit(u"trust.preview"_s, R"({"mode": "list", "entries": [{"entry": "127.0.0.2"}]})");
    QCOMPARE(preview.value("valid"_L1), QJsonValue(true));
    QCOMPARE(preview.value("changed"_L1).toInt(), 2);
    QCOMPARE(preview.value("total"_L1).toInt(), 3);
    QCOMPARE(preview.value("samples"_L1)[0]["before"_L1]["client"_L1].toString(), u"127.0.0.2"_s);
    QCOMPARE(preview.value("samples"_L1)[0]["after"_L1].toObject(),
             json(R"({"client": "203.0.113.1", "scheme": "https", "host": "app.example",
                      "port": 8443})"));
    QCOMPARE(preview.value("recent"_L1)["changed"_L1].toInt(), 3); // two upgrades and a request
    QCOMPARE(
        edit(u"trust.preview"_s, R"({"entries": [{"entry": "10.0.0.0/33"}]})").value("valid"_L1),
        QJsonValue(false));
    // Nothing happened.
    QCOMPARE(edit(u"status"_s, "{}").value("trust_revision"_L1).toInt(), 1);
    QVERIFY(clients().first().startsWith(u"127.0.0.2 "_s));
}

// Places are counted for those whom the clients are taken for now.
void tst_LiveTrust::limitsFollowTheClients()
{
    start(QByteArray(Config) + "[limits]\nmax_connections_per_client = 2\n");
    const auto statusOfUpgrade = [this](const QByteArray &client) {
        auto next = std::make_unique<EventClient>(m_server->port(), "127.0.0.2"_ba);
        next->openAs("c", linesOf(client));
        m_clients.push_back(std::move(next));
        return m_clients.back()->response().status;
    };
    QCOMPARE(statusOfUpgrade("203.0.113.1"), 101);
    QCOMPARE(statusOfUpgrade("203.0.113.2"), 101);
    QCOMPARE(statusOfUpgrade("203.0.113.3"), 429);

    edit(u"trust.add"_s, R"({"entry": "127.0.0.2"})");
    QCOMPARE(statusOfUpgrade("203.0.113.1"), 101);
    QCOMPARE(statusOfUpgrade("203.0.113.1"), 429);
    QCOMPARE(statusOfUpgrade("203.0.113.3"), 101);
    // The proxy's own places are free again.
    EventClient direct(m_server->port(), "127.0.0.2"_ba);
    QVERIFY(direct.openAs("direct"));

    edit(u"trust.rollback"_s, R"({"revision": 1, "confirm": true})");
    // Now five have one address. None is thrown out, but no more come in.
    QCOMPARE(clients().filter(u"127.0.0.2 "_s).size(), 5);
    QVERIFY(m_clients.front()->isResponsive());
    QVERIFY(direct.isResponsive());
    QCOMPARE(statusOfUpgrade("203.0.113.4"), 429);
    edit(u"trust.add"_s, R"({"entry": "127.0.0.2"})");
    QCOMPARE(statusOfUpgrade("203.0.113.2"), 101);
    QCOMPARE(statusOfUpgrade("203.0.113.2"), 429);
}

void tst_LiveTrust::editOnAnOldRevisionIsAConflict()
{
    edit(u"trust.add"_s, R"({"entry": "192.0.2.1", "note": "first", "base_revision": 1})");
    const RpcError error =
        m_admin->error(u"trust.add"_s, json(R"({"entry": "192.0.2.2", "base_revision": 1})"));
    QCOMPARE(error.code, int(RpcCode::Conflict));
    const QJsonObject current = error.data.value("current"_L1).toObject();
    QCOMPARE(current.value("revision"_L1).toInt(), 2);
    QCOMPARE(current.value("mode"_L1).toString(), u"list"_s);
    QCOMPARE(current.value("entries"_L1).toArray(),
             QJsonArray{json(R"({"entry": "192.0.2.1", "note": "first"})")});
    for (const QString &method : {u"trust.remove"_s, u"trust.reset"_s, u"trust.rollback"_s}) {
        QJsonObject params{{u"base_revision"_s, 1}};
        if (method == "trust.remove"_L1)
            params.insert(u"entry"_s, u"192.0.2.1"_s);
        if (method == "trust.rollback"_L1)
            params.insert(u"revision"_s, 1);
        QCOMPARE(m_admin->error(method, params).code, int(RpcCode::Conflict));
    }
    QCOMPARE(
        edit(u"trust.add"_s, R"({"entry": "192.0.2.2", "base_revision": 2})").value("revision"_L1),
        QJsonValue(3));
}

void tst_LiveTrust::invalidListChangesNothing_data()
{
    QTest::addColumn<QString>("bad");
    QTest::newRow("a range that is none") << u"10.0.0.0/33"_s;
    QTest::newRow("everybody") << u"0.0.0.0/0"_s;
    QTest::newRow("a name") << u"proxy.example"_s;
    QTest::newRow("nothing") << u" "_s;
}

void tst_LiveTrust::invalidListChangesNothing()
{
    QFETCH(const QString, bad);
    edit(u"trust.add"_s, R"({"entry": "127.0.0.2"})");
    const QJsonObject before = edit(u"trust.get"_s, "{}");
    const QJsonObject list{
        {u"mode"_s, u"list"_s},
        {u"entries"_s, QJsonArray{entry(u"192.0.2.1"_s), entry(bad), entry(u"192.0.2.2"_s)}}};
    const RpcError error = m_admin->error(u"trust.set"_s, list);
    QCOMPARE(error.code, int(RpcCode::InvalidList));
    const QJsonArray problems = error.data.value("problems"_L1).toArray();
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems[0]["index"_L1].toInt(), 1);
    QCOMPARE(problems[0]["entry"_L1].toString().trimmed(), bad.trimmed());
    QVERIFY(!problems[0]["message"_L1].toString().isEmpty());
    QCOMPARE(m_admin->error(u"trust.add"_s, entry(bad)).code, int(RpcCode::InvalidList));
    QCOMPARE(edit(u"trust.get"_s, "{}"), before);
    QCOMPARE(details().value("ip_address"_L1).toString(), u"203.0.113.77"_s);
}

void tst_LiveTrust::listHasACap()
{
    const auto listOf = [](int count) {
        QJsonArray entries;
        for (int i = 0; i < count; ++i)
            entries.append(entry(u"10.%1.%2.%3"_s.arg(i >> 16).arg(i >> 8 & 255).arg(i & 255)));
        return QJsonObject{{u"mode"_s, u"list"_s}, {u"entries"_s, entries}};
    };
    const RpcError error = m_admin->error(u"trust.set"_s, listOf(100'000));
    QCOMPARE(error.code, int(RpcCode::InvalidList));
    QVERIFY2(error.message.contains(u"10000"_s), qPrintable(error.message));
    QCOMPARE(edit(u"status"_s, "{}").value("trust_revision"_L1).toInt(), 1);
    QVERIFY(connectClients(1));

    QCOMPARE(m_admin->object(u"trust.set"_s, listOf(10'000)).value("revision"_L1).toInt(), 2);
    QCOMPARE(entriesOf(edit(u"trust.get"_s, "{}")).size(), 10'000);
    QCOMPARE(m_admin->error(u"trust.add"_s, entry(u"192.0.2.1"_s)).code, int(RpcCode::InvalidList));
    // Longer than any line may be: the session ends in the middle of it.
    AdminCalls other(m_server->adminSocket());
    other.error(u"trust.set"_s, listOf(200'000));
    QVERIFY(other.waitForClosed());
    QVERIFY(m_clients.front()->isResponsive());
    QCOMPARE(edit(u"status"_s, "{}").value("trust_revision"_L1).toInt(), 2);
}

void tst_LiveTrust::severeEditHasToBeConfirmed_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QString>("reason");
    QTest::newRow("everybody is believed")
        << R"({"mode": "all"})"_ba << u"whoever connects would be believed"_s;
    QTest::newRow("a range is very broad")
        << R"({"mode": "list", "entries": [{"entry": "192.0.2.1"}, {"entry": "8.0.0.0/6"}]})"_ba
        << u"8.0.0.0/6"_s;
}

void tst_LiveTrust::severeEditHasToBeConfirmed()
{
    QFETCH(const QByteArray, list);
    QFETCH(const QString, reason);
    QJsonObject params = json(list);
    for (const bool confirm : {false, false}) {
        const RpcError error = m_admin->error(u"trust.set"_s, params);
        QCOMPARE(error.code, int(RpcCode::NeedsConfirmation));
        QCOMPARE(error.data.value("reasons"_L1).toArray().size(), 1);
        QVERIFY(error.data.value("reasons"_L1)[0].toString().contains(reason));
        QCOMPARE(edit(u"status"_s, "{}").value("trust_revision"_L1).toInt(), 1);
        params.insert(u"confirm"_s, confirm);
    }
    params.insert(u"confirm"_s, true);
    QCOMPARE(m_admin->object(u"trust.set"_s, params).value("revision"_L1).toInt(), 2);
    QCOMPARE(edit(u"trust.get"_s, "{}").value("mode"_L1), params.value("mode"_L1));
}

void tst_LiveTrust::losingEverybodyHasToBeConfirmed()
{
    edit(u"trust.set"_s, R"({"entries": [{"entry": "127.0.0.2"}, {"entry": "192.0.2.1"}]})");
    QVERIFY(connectClients(2));
    const RpcError error = m_admin->error(u"trust.remove"_s, entry(u"127.0.0.2"_s));
    QCOMPARE(error.code, int(RpcCode::NeedsConfirmation));
    const QString reason = error.data.value("reasons"_L1)[0].toString();
    QVERIFY2(reason.contains(u"2 of 2 clients come through 127.0.0.2"_s), qPrintable(reason));
    for (const auto &[method, params] : {std::pair{u"trust.reset"_s, "{}"_ba},
                                         {u"trust.rollback"_s, R"({"revision": 1})"_ba},
                                         {u"trust.set"_s, R"({"mode": "none"})"_ba}})
        QCOMPARE(m_admin->error(method, json(params)).code, int(RpcCode::NeedsConfirmation));
    QVERIFY(clients().first().startsWith(u"203.0.113.1 "_s));
    // An entry that nobody needs goes without a word.
    edit(u"trust.remove"_s, R"({"entry": "192.0.2.1"})");
    QCOMPARE(edit(u"trust.remove"_s, R"({"entry": "127.0.0.2", "confirm": true})")
                 .value("changed"_L1)
                 .toInt(),
             2);
    QVERIFY(clients().first().startsWith(u"127.0.0.2 "_s));
}

void tst_LiveTrust::entriesAreEdited()
{
    edit(u"trust.add"_s, R"({"entry": "192.0.2.1", "note": "old", "comment": "why"})");
    QJsonObject list = edit(u"trust.get"_s, "{}");
    QCOMPARE(list.value("mode"_L1).toString(), u"list"_s);
    QCOMPARE(list.value("origin"_L1).toString(), u"live"_s);
    const QJsonValue first = list.value("entries"_L1)[0];
    QCOMPARE(first["note"_L1].toString(), u"old"_s);
    QVERIFY(first["added_by"_L1].toString().startsWith(u"uid "_s));
    QVERIFY(isNow(first["added_at"_L1]));
    // The same range in other words is the same entry.
    edit(u"trust.add"_s, R"({"entry": "192.0.2.1/32", "note": "new"})");
    list = edit(u"trust.get"_s, "{}");
    QCOMPARE(entriesOf(list), QStringList{u"192.0.2.1"_s});
    QCOMPARE(list.value("entries"_L1)[0]["note"_L1].toString(), u"new"_s);
    edit(u"trust.add"_s, R"({"entry": "private"})");
    edit(u"trust.remove"_s, R"({"entry": "::ffff:192.0.2.1"})");
    QCOMPARE(entriesOf(edit(u"trust.get"_s, "{}")), QStringList{u"private"_s});

    const QJsonArray history = m_admin->array(u"trust.history"_s);
    QCOMPARE(history.size(), 5);
    QCOMPARE(history[0]["removed"_L1].toArray(), QJsonArray{u"192.0.2.1"_s});
    QCOMPARE(history[3]["comment"_L1].toString(), u"why"_s);
    QCOMPARE(history[3]["added"_L1].toArray(), QJsonArray{u"192.0.2.1"_s});
    QCOMPARE(history[4]["by"_L1].toString(), u"configuration"_s);
}

void tst_LiveTrust::resetGoesBackToTheConfiguration()
{
    start(QByteArray(Config) + "trust_proxy = [\"127.0.0.2\", \"10.0.0.0/8\"]\n");
    QVERIFY(connectClients(1));
    edit(u"trust.set"_s, R"({"entries": [{"entry": "127.0.0.0/8"}]})");
    QCOMPARE(edit(u"trust.get"_s, "{}").value("origin"_L1).toString(), u"live"_s);
    const QJsonObject reset = edit(u"trust.reset"_s, "{}");
    QCOMPARE(reset.value("revision"_L1).toInt(), 3);
    QCOMPARE(reset.value("changed"_L1).toInt(), 0);
    const QJsonObject list = edit(u"trust.get"_s, "{}");
    QCOMPARE(list.value("origin"_L1).toString(), u"config"_s);
    QCOMPARE(entriesOf(list), (QStringList{u"127.0.0.2"_s, u"10.0.0.0/8"_s}));
    QVERIFY(clients().first().startsWith(u"203.0.113.1 "_s));
}

void tst_LiveTrust::historyKeepsTheLastHundred()
{
    for (int i = 2; i <= 103; ++i) {
        m_admin->object(u"trust.set"_s, {{u"entries"_s, QJsonArray{entry(u"10.0.0.%1"_s.arg(i))}}});
    }
    const QJsonArray history = m_admin->array(u"trust.history"_s);
    QCOMPARE(history.size(), 100);
    QCOMPARE(history.first()["revision"_L1].toInt(), 103);
    QCOMPARE(history.last()["revision"_L1].toInt(), 4);
    QCOMPARE(m_admin->error(u"trust.rollback"_s, json(R"({"revision": 3})")).code,
             int(RpcCode::NotFound));
    QCOMPARE(edit(u"trust.rollback"_s, R"({"revision": 4})").value("revision"_L1).toInt(), 104);
    QCOMPARE(entriesOf(edit(u"trust.get"_s, "{}")), QStringList{u"10.0.0.4"_s});
}

QTEST_GUILESS_MAIN(tst_LiveTrust)
#include "tst_livetrust.moc"
