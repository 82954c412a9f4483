// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What operators do to the server as a whole over the admin socket: drain it and change their
// minds, load the configuration again, watch what happens; and what the log says of them.
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto JsonLog = "[log]\nformat = \"json\"\n";

// Where ServerProcess has it: it gives its directory to the server as $XDG_RUNTIME_DIR.
bool writeConfig(const ServerProcess &server, const QByteArray &text)
{
    QFile file(QFileInfo(server.adminSocket()).path() + u"/../truepeer.toml"_s);
    return file.exists() && file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

HttpResponse health(const ServerProcess &server)
{
    RawClient probe(server.port());
    return probe.exchange(httpGet("/health"));
}

// Who the server takes 127.0.0.2 with this header for.
QString clientSeen(const ServerProcess &server)
{
    RawClient proxy(server.port(), "127.0.0.2"_ba);
    return proxy.exchange(httpGet("/who", "X-Forwarded-For: 203.0.113.7\r\n"))
        .json()
        .value("ip_address"_L1)
        .toString();
}

} // namespace

class tst_AdminControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void drainIsTakenBackInTime();
    void drainIsTakenBackWhenTheListenersAreClosed();
    void drainEndsTheServer();
    void changedFileIsLoaded();
    void brokenFileChangesNothing_data();
    void brokenFileChangesNothing();
    void signalLoadsTheFile();
    void configurationIsShown();
    void eventsAreRemembered();
    void subscriberIsTold();
    void subscriptionIsReplaced();
    void lineThatIsTooLongEndsTheSession();
    void sessionsAreLimited();
    void changesAreInTheLog();
};

void tst_AdminControl::drainIsTakenBackInTime()
{
    ServerProcess server(ServerProcess::Options{{}, {}, {{u"TRUEPEER_DRAIN_DELAY_S"_s, u"60"_s}}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    QCOMPARE(health(server).status, 200);

    QCOMPARE(admin.object(u"drain"_s), json(R"({"draining": true})"));
    const HttpResponse draining = health(server);
    QCOMPARE(draining.status, 503);
    QCOMPARE(draining.json().value("status"_L1).toString(), u"draining"_s);
    const QJsonObject status = admin.object(u"status"_s);
    QCOMPARE(status.value("status"_L1).toString(), u"draining"_s);
    QCOMPARE(status.value("draining"_L1), QJsonValue(true));
    QCOMPARE(admin.error(u"drain"_s).code, int(RpcCode::InvalidRequest));

    QCOMPARE(admin.object(u"undrain"_s), json(R"({"draining": false})"));
    QCOMPARE(health(server).status, 200);
    QCOMPARE(admin.object(u"status"_s).value("status"_L1).toString(), u"healthy"_s);
    // And once more.
    QCOMPARE(admin.object(u"drain"_s), json(R"({"draining": true})"));
    QCOMPARE(admin.object(u"undrain"_s), json(R"({"draining": false})"));
    // Whoever wants it to stop still can; the second time at once.
    server.signal(SIGTERM);
    QVERIFY(QTest::qWaitFor([&] { return health(server).status == 503; }, 20000));
    QCOMPARE(admin.error(u"undrain"_s).code, int(RpcCode::InvalidRequest));
    server.signal(SIGTERM);
    QVERIFY(server.exitsCleanly());
}

void tst_AdminControl::drainIsTakenBackWhenTheListenersAreClosed()
{
    ServerProcess server(ServerProcess::Options{
        {}, {}, {{u"TRUEPEER_DRAIN_DELAY_S"_s, u"0"_s}, {u"TRUEPEER_DRAIN_TIMEOUT_S"_s, u"60"_s}}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    EventClient client(server.port()); // keeps the server waiting: it does not answer the close
    QVERIFY(client.openAs("slow") && client.isResponsive());

    QCOMPARE(admin.object(u"drain"_s), json(R"({"draining": true})"));
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(!RawClient(server.port()).isConnected());
    QCOMPARE(admin.object(u"undrain"_s), json(R"({"draining": false})"));
    QCOMPARE(health(server).status, 200);
    EventClient next(server.port());
    QVERIFY(next.openAs("next"));
    QVERIFY(next.join(u"room"_s));
    // A request on a connection that stays open is served too.
    RawClient browser(server.port());
    QCOMPARE(browser.exchange(httpGet("/health")).status, 200);
    QCOMPARE(browser.exchange(httpGet("/health")).status, 200);
    QVERIFY(server.isRunning());
}

void tst_AdminControl::drainEndsTheServer()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    EventClient client(server.port());
    QVERIFY(client.openAs("obedient") && client.isResponsive());
    admin.object(u"drain"_s);
    QCOMPARE(client.readCloseCode(), 1001);
    QVERIFY(client.sendClose(1001));
    client.raw().abort();
    QCOMPARE(server.waitForExit(), 0);
    QVERIFY(!QFile::exists(server.adminSocket()));
    QVERIFY(admin.waitForClosed());
}

void tst_AdminControl::changedFileIsLoaded()
{
    const QByteArray common = "host = \"127.0.0.1\"\nrequest_details_path = \"/who\"\n"_ba;
    ServerProcess server(common + JsonLog);
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    QCOMPARE(clientSeen(server), u"127.0.0.2"_s);
    QCOMPARE(admin.object(u"reload"_s),
             json(R"({"applied": [], "needs_restart": [], "warnings": []})"));

    QVERIFY(writeConfig(server, common + "threads = 3\ntrust_proxy = [\"127.0.0.2\"]\n" + JsonLog
                                    + "level = \"debug\"\n"));
    const QJsonObject reloaded = admin.object(u"reload"_s);
    QCOMPARE(reloaded.value("applied"_L1).toArray(),
             (QJsonArray{u"trust_proxy"_s, u"log.level"_s}));
    QCOMPARE(reloaded.value("needs_restart"_L1).toArray(), QJsonArray{u"threads"_s});
    QCOMPARE(clientSeen(server), u"203.0.113.7"_s);
    const QJsonObject trust = admin.object(u"trust.get"_s);
    QCOMPARE(trust.value("origin"_L1).toString(), u"config"_s);
    QCOMPARE(trust.value("revision"_L1).toInt(), 2);
    QCOMPARE(trust.value("entries"_L1)[0]["entry"_L1].toString(), u"127.0.0.2"_s);
    const QJsonArray rows = admin.array(u"config.get"_s);
    QCOMPARE(findBy(rows, u"key"_s, u"log.level"_s).value("value"_L1).toString(), u"debug"_s);
    QVERIFY(findBy(rows, u"key"_s, u"threads"_s).value("value"_L1).toInt() != 3);
    // What only the new level writes.
    AdminCalls another(server.adminSocket());
    QVERIFY(!server.waitForEvent(u"session_opened"_s).isEmpty());
}

void tst_AdminControl::brokenFileChangesNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no TOML") << "trust_proxy = [\n"_ba;
    QTest::newRow("an unknown key") << "trust_proxy = true\ntrust_proxies = true\n"_ba;
    QTest::newRow("a bad value") << "trust_proxy = true\nmax_hops = 0\n"_ba;
    QTest::newRow("a bad entry") << "max_hops = 5\ntrust_proxy = [\"127.0.0.2\", \"x\"]\n"_ba;
}

void tst_AdminControl::brokenFileChangesNothing()
{
    QFETCH(const QByteArray, text);
    ServerProcess server("request_details_path = \"/who\"\n"_ba + JsonLog);
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    const QJsonArray before = admin.array(u"config.get"_s);
    QVERIFY(writeConfig(server, text));
    const RpcError error = admin.error(u"reload"_s);
    QCOMPARE(error.code, int(RpcCode::InvalidParams));
    QVERIFY(!error.data.value("errors"_L1)[0].toString().isEmpty());
    QVERIFY(error.data.value("errors"_L1)[0].toString().contains(u"truepeer.toml"_s));
    QCOMPARE(admin.array(u"config.get"_s), before);
    QCOMPARE(clientSeen(server), u"127.0.0.2"_s);
    QVERIFY(!server.waitForEvent(u"reload_failed"_s).isEmpty());
}

void tst_AdminControl::signalLoadsTheFile()
{
    const QByteArray common = "host = \"127.0.0.1\"\nrequest_details_path = \"/who\"\n"_ba;
    ServerProcess server(common + JsonLog);
    QVERIFY2(server.isReady(), server.complaint().constData());
    QVERIFY(writeConfig(server, common + "trust_proxy = [\"127.0.0.2\"]\n" + JsonLog));
    server.signal(SIGHUP);
    QVERIFY(!server.waitForEvent(u"reloaded"_s, {{u"by"_s, u"SIGHUP"_s}}).isEmpty());
    QVERIFY(QTest::qWaitFor([&] { return clientSeen(server) == u"203.0.113.7"_s; }, 20000));

    QVERIFY(writeConfig(server, common + "trust_proxy = [\"nonsense\"]\n"));
    server.signal(SIGHUP);
    QVERIFY(!server.waitForEvent(u"reload_failed"_s).isEmpty());
    QCOMPARE(clientSeen(server), u"203.0.113.7"_s);
}

void tst_AdminControl::configurationIsShown()
{
    ServerProcess server(ServerProcess::Options{
        "trust_proxy = [\"127.0.0.1\"]\napi_keys = [\"secret-of-the-api-0123\"]\n"
        "auth_key = \"secret-of-clients-4567\"\n"_ba,
        {u"--log-level"_s, u"warning"_s},
        {{u"TRUEPEER_MAX_HOPS"_s, u"7"_s}}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    const auto shown = [&admin](const QString &key) {
        const QJsonObject row = findBy(admin.array(u"config.get"_s), u"key"_s, key);
        return QJsonArray{row.value("value"_L1), row.value("default"_L1), row.value("source"_L1)};
    };
    QCOMPARE(shown(u"threads"_s), (QJsonArray{0, 0, u"default"_s}));
    QCOMPARE(shown(u"max_hops"_s), (QJsonArray{7, 32, u"env"_s}));
    QCOMPARE(shown(u"log.level"_s), (QJsonArray{u"warning"_s, u"info"_s, u"flag"_s}));
    QCOMPARE(shown(u"trust_proxy"_s), (QJsonArray{QJsonArray{u"127.0.0.1"_s}, false, u"file"_s}));
    QCOMPARE(shown(u"api_keys"_s), (QJsonArray{QJsonArray{u"***"_s}, QJsonArray(), u"file"_s}));
    QCOMPARE(shown(u"auth_key"_s), (QJsonArray{u"***"_s, u""_s, u"file"_s}));
    admin.object(u"trust.set"_s, json(R"({"mode": "none"})"));
    QCOMPARE(shown(u"trust_proxy"_s), (QJsonArray{false, false, u"live"_s}));
}

void tst_AdminControl::eventsAreRemembered()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    EventClient client(server.port());
    QVERIFY(client.openAs("remembered") && client.isResponsive());
    admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.1"})"));
    admin.error(u"trust.add"_s, json(R"({"entry": "192.0.2.300"})"));
    admin.object(u"broadcast"_s, json(R"({"event": "news", "data": {}})"));
    admin.object(u"clients.kick"_s, json(R"({"filter": "ua:remembered"})"));
    admin.object(u"reload"_s);

    const auto types = [&admin](const QByteArray &params) {
        QStringList names;
        for (const QJsonValue &event : admin.array(u"events.recent"_s, json(params)))
            names += event["type"_L1].toString();
        return names;
    };
    QCOMPARE(types(R"({"types": ["audit"]})"),
             (QStringList{u"config.reloaded"_s, u"client.kicked"_s, u"message.sent"_s,
                          u"trust.failed"_s, u"trust.changed"_s, u"server.started"_s}));
    QCOMPARE(types(R"({"types": ["trust.changed", "server"]})"),
             (QStringList{u"trust.changed"_s, u"server.started"_s}));
    QCOMPARE(types(R"({"types": ["audit"], "limit": 2})"),
             (QStringList{u"config.reloaded"_s, u"client.kicked"_s}));
    QVERIFY(types(R"({"types": ["clients"]})").contains(u"client.connected"_s));
    QVERIFY(types("{}").contains(u"admin.connected"_s));
    const QJsonArray sent = admin.array(u"events.recent"_s, json(R"({"types": ["message.sent"]})"));
    QCOMPARE(sent[0]["detail"_L1].toString(), u"news"_s);
    QCOMPARE(sent[0]["count"_L1].toInt(), 1);
    QVERIFY(sent[0]["actor"_L1].toString().startsWith(u"uid "_s));
}

void tst_AdminControl::subscriberIsTold()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    AdminCalls watcher(server.adminSocket());
    watcher.object(u"subscribe"_s, json(R"({"topics": ["status", "trust", "events", "clients"],
                                            "interval_ms": 250})"));
    EventClient client(server.port());
    QVERIFY(client.openAs("watched") && client.isResponsive());
    const QJsonObject edit = admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.1"})"));

    const QJsonObject changed = watcher.notification(u"trust.changed"_s);
    QCOMPARE(changed.value("revision"_L1), edit.value("revision"_L1));
    QCOMPARE(changed.value("added"_L1).toArray(), QJsonArray{u"192.0.2.1"_s});
    QCOMPARE(changed.value("origin"_L1).toString(), u"live"_s);
    const QJsonObject status = watcher.notification(u"status"_s);
    QCOMPARE(status.keys(), admin.object(u"status"_s).keys());
    QJsonObject counters;
    while (counters.value("clients"_L1) != 1) {
        counters = watcher.notification(u"clients.changed"_s);
        QVERIFY(!counters.isEmpty());
    }
    const QJsonObject connected = watcher.notification(u"event"_s);
    QCOMPARE(connected.value("type"_L1).toString(), u"client.connected"_s);
    QCOMPARE(connected.value("detail"_L1).toString(), u"watched"_s);
    QCOMPARE(watcher.notification(u"event"_s).value("type"_L1).toString(), u"trust.changed"_s);

    QVERIFY(client.close());
    while (counters.value("clients"_L1) != 0) {
        counters = watcher.notification(u"clients.changed"_s);
        QVERIFY(!counters.isEmpty());
    }
    QCOMPARE(counters.value("disconnects"_L1).toInt(), 1);
}

void tst_AdminControl::subscriptionIsReplaced()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    AdminCalls watcher(server.adminSocket());
    watcher.object(u"subscribe"_s, json(R"({"topics": ["trust"]})"));
    admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.1"})"));
    QCOMPARE(watcher.notification(u"trust.changed"_s).value("revision"_L1).toInt(), 2);
    watcher.object(u"subscribe"_s, json(R"({"topics": []})"));
    admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.2"})"));
    watcher.object(u"subscribe"_s, json(R"({"topics": ["trust"]})"));
    admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.3"})"));
    QCOMPARE(watcher.notification(u"trust.changed"_s).value("revision"_L1).toInt(), 4);
}

void tst_AdminControl::lineThatIsTooLongEndsTheSession()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls other(server.adminSocket());
    AdminCalls admin(server.adminSocket());
    // The longest line is served.
    const QByteArray start = R"({"jsonrpc":"2.0","id":7,"method":"status","params":{}})";
    QVERIFY(admin.sendBytes(start + QByteArray(MaxAdminLine - start.size(), ' ') + '\n'));
    const QByteArray answer = admin.readLine().value_or(QByteArray());
    QVERIFY2(answer.contains("\"trust_revision\""), answer.left(200).constData());

    QVERIFY(admin.sendBytes(start + QByteArray(MaxAdminLine - start.size() + 1, ' ')));
    const QByteArray refusal = admin.readLine().value_or(QByteArray());
    QVERIFY2(refusal.contains("-32600"), refusal.constData());
    QVERIFY2(refusal.contains("4194304"), refusal.constData());
    QVERIFY(admin.waitForClosed());
    QVERIFY(!other.object(u"status"_s).isEmpty());
}

void tst_AdminControl::sessionsAreLimited()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    std::vector<std::unique_ptr<AdminCalls>> sessions;
    for (int i = 0; i < 16; ++i) {
        sessions.push_back(std::make_unique<AdminCalls>(server.adminSocket()));
        QVERIFY(sessions.back()->isReady());
    }
    AdminCalls more(server.adminSocket(), AdminCalls::Greeting::None);
    const QByteArray refusal = more.readLine().value_or(QByteArray());
    QVERIFY2(refusal.contains("-32000"), refusal.constData());
    QVERIFY(more.waitForClosed());
    sessions.pop_back();
    const auto isAdmitted = [&] { return AdminCalls(server.adminSocket()).isReady(); };
    QVERIFY(QTest::qWaitFor(isAdmitted, 20000));
}

void tst_AdminControl::changesAreInTheLog()
{
    ServerProcess server(QByteArray{JsonLog});
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminCalls admin(server.adminSocket());
    admin.object(u"status"_s);
    admin.object(u"trust.add"_s, json(R"({"entry": "192.0.2.1", "comment": "new proxy"})"));
    admin.object(u"broadcast"_s, json(R"({"event": "news", "data": {}})"));
    for (const QString &method : {u"trust.add"_s, u"broadcast"_s}) {
        const QJsonObject line = server.waitForEvent(u"admin_call"_s, {{u"method"_s, method}});
        QVERIFY2(line.value("by"_L1).toString().startsWith(u"uid "_s), qPrintable(method));
    }
    const QJsonObject changed = server.waitForEvent(u"trust_changed"_s);
    QCOMPARE(changed.value("comment"_L1).toString(), u"new proxy"_s);
    QCOMPARE(changed.value("added"_L1).toString(), u"192.0.2.1"_s);
    // Who only looks is not in it.
    QVERIFY(!server.log().contains(R"("method":"status")"));
}

QTEST_GUILESS_MAIN(tst_AdminControl)
#include "tst_admincontrol.moc"
